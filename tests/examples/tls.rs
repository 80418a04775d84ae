//! The example `tls` as its comments say: who comes in, and who does not.

use std::fs;
use std::process::Output;

use crate::support::session::{Session, has};
use peers::PYTHON;

use crate::peers;

const SOURCE: &str = include_str!("../../examples/tls.rs");

/// What stands in the commands with a certificate of the client, and in no other of the same program.
const WITH: [&str; 2] = ["curl --cert ada.pem", "load_cert_chain"];
const WITHOUT: [&str; 2] = ["curl --cacert", "python3"];

#[test]
fn curl_calls_it() {
    if has("curl") {
        anybody_is_answered(0);
        ada_alone_is_answered(0);
    }
}

#[test]
fn python_calls_it() {
    if PYTHON.is_here() {
        anybody_is_answered(1);
        ada_alone_is_answered(1);
    }
}

fn anybody_is_answered(client: usize) {
    let Some(session) = with_certificates() else { return };
    let mut running = session.start("cargo run", "--listen 127.0.0.1:0");
    assert!(running.place.starts_with("https://127.0.0.1:"), "{}", running.place);
    // A certificate that nobody has asked for is not looked at.
    for words in [WITHOUT[client], WITH[client]] {
        let answer = session.run(words, &running);
        assert!(answer.contains("somebody") && !answer.contains("certificate"), "{answer}");
    }
    // The name in the certificate counts.
    fs::copy(session.path("ada.pem"), session.path("localhost.pem")).unwrap();
    assert!(failed(&session.try_run(WITHOUT[client], &running)));
    assert_eq!(running.stop(), "stopped; requests answered: 2, connections cut off: 0\n");
}

fn ada_alone_is_answered(client: usize) {
    let Some(session) = with_certificates() else { return };
    let mut running = session.start("--clients", "--listen 127.0.0.1:0");
    let length = fs::read_to_string(session.path("ada.pem")).unwrap();
    let length = der_length(&length);
    let answer = session.run(WITH[client], &running);
    assert!(answer.contains(&format!("somebody with a certificate of {length} bytes")), "{answer}");
    assert!(failed(&session.try_run(WITHOUT[client], &running)));
    // One with the name of Ada, and another key.
    let known = fs::read(session.path("localhost.pem")).unwrap();
    session.prepare("openssl");
    fs::write(session.path("localhost.pem"), known).unwrap();
    assert!(failed(&session.try_run(WITH[client], &running)));
    assert_eq!(running.stop(), "stopped; requests answered: 1, connections cut off: 0\n");
}

#[test]
fn what_it_cannot_use_it_says() {
    let session = Session::new("tls", SOURCE);
    for arguments in [&[][..], &["--certificate", "localhost.pem"]] {
        let (code, stderr) = session.refusal(arguments);
        assert!(code == 2 && stderr.starts_with("usage: tls --certificate FILE --key FILE"), "{code}: {stderr}");
    }
    let (code, stderr) = session.refusal(&["--certificate", "no.pem", "--key", "no.pem"]);
    assert!(code == 1 && stderr.starts_with("tls: no.pem: "), "{code}: {stderr}");
}

/// The commands as a newcomer runs them begin with making certificates.
fn with_certificates() -> Option<Session> {
    has("openssl").then(|| {
        let session = Session::new("tls", SOURCE);
        session.prepare("openssl");
        session
    })
}

fn failed(output: &Output) -> bool {
    assert!(!String::from_utf8_lossy(&output.stdout).contains("somebody"), "{output:?}");
    !output.status.success()
}

/// How many bytes a certificate has beneath the base64.
fn der_length(pem: &str) -> usize {
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    text.trim_end_matches('=').len() * 3 / 4
}
