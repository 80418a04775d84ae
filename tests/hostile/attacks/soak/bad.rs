//! Clients that do not know how: each is told so, with the status or the fault that it should be.

use std::net::SocketAddr;

use super::super::client::document;
use super::super::raw::post;
use super::dice::Dice;
use super::{Visit, open};

pub(super) async fn visit(address: SocketAddr, dice: &mut Dice) -> Visit {
    let (request, status, part) = mistake(dice.below(12));
    let mut connection = open(address).await?;
    let answer = connection.exchange(&request).await.map_err(|error| format!("{status} {part}: {error}"))?;
    let text = String::from_utf8_lossy(&answer.body);
    match answer.status == status && text.contains(part) {
        true => Ok(1),
        false => Err(format!("{status} {part}: {} {text}", answer.status)),
    }
}

/// A request, and the status and a part of the answer to it.
fn mistake(number: u64) -> (Vec<u8>, u16, &'static str) {
    let add = document("add", &[1, 2]);
    let head = |line: &str, headers: &str| format!("{line} HTTP/1.1\r\nHost: test\r\n{headers}\r\n").into_bytes();
    match number {
        0 => (post("", "<methodCall><methodName>add</methodName"), 200, "<int>-32700<"),
        1 => (post("", "<html><body/></html>"), 200, "<int>-32600<"),
        2 => (post("", document("add", &[1])), 200, "<int>-32602<"),
        3 => (post("", add.replace("<int>1</int>", "<int>one</int>")), 200, "<int>-3260"),
        4 => (post("", add.replace("<int>1</int>", &"<array><data><value>".repeat(100))), 200, "<int>-32"),
        5 => (
            [head("POST /other", &format!("Content-Length: {}\r\n", add.len())), add.into()].concat(),
            404,
            "No such page",
        ),
        6 => (head("GET /RPC2", ""), 405, ""),
        7 => (post("Content-Encoding: br\r\n", add), 415, ""),
        8 => (post("Content-Encoding: gzip\r\n", add), 400, ""),
        9 => (head("POST /RPC2", "Content-Length: 2000000\r\n"), 413, ""),
        10 => (head("POST /RPC2", &format!("X: {}\r\n", "x".repeat(100_000))), 431, ""),
        _ => (b"hello?\r\n\r\n".to_vec(), 400, ""),
    }
}
