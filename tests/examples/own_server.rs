//! The server of one's own that README leads to, and what Python prints of it.

use std::process::Command;

use tagwire::{Fault, Server, methods, xmlrpc_method};

use crate::peers::PYTHON;

const README: &str = include_str!("../../README.md");

// ── as README has them ──

/// Says hello.
#[xmlrpc_method]
async fn greet(name: String) -> String {
    format!("Hello, {name}!")
}

/// How many of `things` each of `people` gets.
#[xmlrpc_method(name = "shop.share")]
fn share(things: u32, people: u32) -> Result<u32, Fault> {
    things.checked_div(people).ok_or_else(|| Fault::application("there is nobody"))
}

// ── tests ──

#[test]
fn these_are_readme_s_functions() {
    let here = include_str!("own_server.rs").split("\n// ── ").nth(1).unwrap().split_once('\n').unwrap().1;
    assert!(README.contains(here.trim()), "README has no such functions:\n{here}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_prints_what_readme_says() {
    if !PYTHON.is_here() {
        return;
    }
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap().to_string();
    tokio::spawn(async move { server.serve(methods![greet, share]).await });

    let section = README.split_once("\n## A server of your own\n").unwrap().1.split_once("\n## ").unwrap().0;
    let lines: Vec<_> = section.lines().collect();
    let shown = lines.windows(2).filter(|pair| pair[0].starts_with("$ python3 ")).map(|pair| (&pair[0][2..], pair[1]));
    let shown: Vec<_> = shown.collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    for (command, expected) in shown {
        assert!(command.contains("127.0.0.1:8000"), "{command}");
        let command = command.replace("127.0.0.1:8000", &address);
        let python = tokio::task::spawn_blocking(move || Command::new("sh").args(["-c", &command]).output());
        let output = python.await.unwrap().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), expected, "{output:?}");
    }
}
