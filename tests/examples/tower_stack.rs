//! The example `tower_stack`, run as a program: what each of its layers does.

use std::process::Command;

use tagwire::Client;

use crate::support::raw::{Answer, Connection, call, post};
use crate::support::server::Program;
use peers::PYTHON;

use crate::peers;

const PASSWORD: &str = "Authorization: Basic YWRhOnNlY3JldA==\r\n";

#[tokio::test]
async fn a_password_is_needed() {
    let program = Program::start("tower_stack");
    let url = program.url.replace("http://", "http://ada:secret@");
    assert_eq!(Client::new(&url).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    for headers in ["", "Authorization: Basic YWRhOmd1ZXNz\r\n", "Authorization: Bearer YWRhOnNlY3JldA==\r\n"] {
        // Whatever comes with it.
        for body in [call("never"), " ".repeat(8 << 20)] {
            let answer = ask(&program, headers, &body).await;
            assert_eq!((answer.status, answer.body.as_str()), (401, "a password is needed"), "{headers}");
            assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"tower_stack\""), "{headers}");
        }
    }
}

#[tokio::test]
async fn a_request_takes_no_longer_than_it_may() {
    let program = Program::start("tower_stack");
    assert_eq!(ask(&program, PASSWORD, &call("never")).await.status, 504);
}

#[tokio::test]
async fn every_answer_has_the_header() {
    let program = Program::start("tower_stack");
    for (headers, body, status) in
        [(PASSWORD, call("system.listMethods"), 200), (PASSWORD, " ".repeat(2 << 20), 413), ("", call("add"), 401)]
    {
        let answer = ask(&program, headers, &body).await;
        assert_eq!((answer.status, answer.header("server")), (status, Some("tower_stack")));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn every_answer_has_its_line() {
    let mut program = Program::start("tower_stack");
    for (headers, body, status) in
        [(PASSWORD, call("add"), 200), ("", call("add"), 401), (PASSWORD, call("never"), 504)]
    {
        assert_eq!(ask(&program, headers, &body).await.status, status);
    }
    program.signal("TERM");
    let (code, _, lines) = program.end();
    let told: Vec<_> =
        lines.lines().map(|line| line.split_once(" after ").unwrap_or_else(|| panic!("{lines}")).0).collect();
    assert_eq!((code, told), (0, vec!["200 OK", "401 Unauthorized", "504 Gateway Timeout"]));
}

#[test]
fn the_line_for_python_works() {
    if !PYTHON.is_here() {
        return;
    }
    let mut program = Program::start("tower_stack");
    let lines = program.read_invitation();
    let python = lines.lines().find(|line| line.starts_with("python3 -c ")).unwrap();
    let output = Command::new("sh").args(["-c", python]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "5\n");
}

async fn ask(program: &Program, headers: &str, body: &str) -> Answer {
    let address = program.url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    Connection::open(address).await.exchange(post(headers, body)).await
}
