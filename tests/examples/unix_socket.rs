//! The example `unix_socket` as its comments say, and what becomes of its file.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;

use crate::support::session::{Session, has};
use peers::PYTHON;

use crate::peers;

const SOURCE: &str = include_str!("../../examples/unix_socket.rs");

#[test]
fn curl_calls_it() {
    if !has("curl") {
        return;
    }
    let session = Session::new("unix_socket", SOURCE);
    let running = session.start("cargo run", "");
    let answer = session.run("curl", &running);
    assert!(answer.contains(&format!("<int>{}</int>", running.id())), "{answer}");
}

#[test]
fn python_calls_it() {
    if !PYTHON.is_here() {
        return;
    }
    let session = Session::new("unix_socket", SOURCE);
    let running = session.start("cargo run", "");
    assert_eq!(session.run("python3", &running), format!("{}\n", running.id()));
}

#[test]
fn only_those_who_may_can_connect() {
    let session = Session::new("unix_socket", SOURCE);
    for (path, arguments, mode) in [("rpc.sock", "", 0o600), ("our.sock", "--listen our.sock --mode 660", 0o660)] {
        let running = session.start("cargo run", arguments);
        assert_eq!(running.place, path);
        let metadata = fs::symlink_metadata(session.path(path)).unwrap();
        assert!(metadata.file_type().is_socket());
        assert_eq!(metadata.permissions().mode() & 0o777, mode);
    }
}

#[test]
fn the_file_goes_at_the_end() {
    let session = Session::new("unix_socket", SOURCE);
    for signal in ["INT", "TERM"] {
        let mut running = session.start("cargo run", "");
        // It listens before it waits for signals, and when it answers it does both.
        let mut stream = UnixStream::connect(session.path("rpc.sock")).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
        running.signal(signal);
        let stopped = "stopped; requests answered: 1, connections cut off: 0\n".to_owned();
        assert_eq!(running.end(), (Some(0), stopped, String::new()));
        assert!(!session.path("rpc.sock").exists(), "{signal}");
    }
}

#[test]
fn a_killed_one_leaves_no_obstacle() {
    let session = Session::new("unix_socket", SOURCE);
    let mut running = session.start("cargo run", "");
    running.signal("KILL");
    running.end();
    assert!(session.path("rpc.sock").exists());
    session.start("cargo run", "");
}

#[test]
fn one_that_is_at_work_stays() {
    let session = Session::new("unix_socket", SOURCE);
    let _running = session.start("cargo run", "");
    let (code, stderr) = session.refusal(&[]);
    assert!(code == 1 && stderr.starts_with("unix_socket: cannot listen on rpc.sock: "), "{code}: {stderr}");
    UnixStream::connect(session.path("rpc.sock")).unwrap();

    let (code, stderr) = session.refusal(&["--listen", "other.sock", "--mode", "9"]);
    assert!(code == 1 && stderr.starts_with("unix_socket: --mode 9: "), "{code}: {stderr}");
    assert!(!session.path("other.sock").exists());
}
