//! The example `hello` as its comments say, and as the README shows it.

use tagwire::{Client, Fault};

use crate::support::session::Session;
use peers::PYTHON;

use crate::peers;

const SOURCE: &str = include_str!("../../examples/hello.rs");

#[test]
fn python_calls_it() {
    if !PYTHON.is_here() {
        return;
    }
    let session = Session::new("hello", SOURCE);
    let running = session.start("cargo run", "--listen 127.0.0.1:0");
    assert_eq!(session.run("python3", &running), "5 3\n");
}

#[tokio::test]
async fn it_divides_and_describes_itself() {
    let session = Session::new("hello", SOURCE);
    let running = session.start("cargo run", "--listen 127.0.0.1:0");
    let client = Client::new(&running.place).unwrap();
    assert_eq!(client.call::<_, i32>("math.div", (-7, 2)).await.unwrap(), -4);
    let error = client.call::<_, i32>("math.div", (1, 0)).await.unwrap_err();
    assert_eq!(error.into_fault().unwrap(), Fault::application("division by zero"));
    assert_eq!(client.call::<_, String>("system.methodHelp", ("add",)).await.unwrap(), "Adds two integers.");
}

#[test]
fn a_signal_ends_it() {
    let session = Session::new("hello", SOURCE);
    let mut running = session.start("cargo run", "--listen 127.0.0.1:0");
    running.signal("TERM");
    // By the signal, since the program says nothing of signals.
    assert_eq!(running.end(), (None, String::new(), String::new()));
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let session = Session::new("hello", SOURCE);
    let running = session.start("cargo run", "--listen 127.0.0.1:0");
    let (code, stderr) = session.refusal(&["--listen", &format!("127.0.0.1:{}", running.port())]);
    assert!(code == 1 && stderr.contains("AddrInUse"), "{code}: {stderr}");
}

#[test]
fn the_readme_shows_the_same() {
    let readme = include_str!("../../README.md").split_once("```rust").unwrap().1.split_once("```").unwrap().0;
    let functions = readme.split_once("#[tokio::main]").unwrap().0;
    let functions = functions.split_once("xmlrpc_method};").unwrap().1;
    assert!(words(SOURCE).contains(&words(functions)), "{functions}");
}

/// A text without the freedom of its lines.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
