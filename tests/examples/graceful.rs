//! The example `graceful`: as its comments say, at its end, and at some of its limits.

use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;

use tagwire::{Client, Fault, Struct, Value};

use crate::support::raw::{Connection, call, post};
use crate::support::session::{Running, Session};
use peers::PYTHON;

use crate::peers;

const SOURCE: &str = include_str!("../../examples/graceful.rs");

#[test]
fn python_is_answered_after_a_signal() {
    if !PYTHON.is_here() {
        return;
    }
    let session = Session::new("graceful", SOURCE);
    let mut running = start(&session);
    let python = session.command("work(5)", &running).stdout(Stdio::piped()).spawn().unwrap();
    assert_eq!(running.line(), "working for 5 s\n");
    assert_eq!(running.stop(), "stopped; requests answered: 1, connections cut off: 0\n");
    let output = python.wait_with_output().unwrap();
    assert_eq!((output.status.success(), output.stdout.as_slice()), (true, &b"5\n"[..]));
}

#[tokio::test]
async fn nobody_else_comes_in_after_a_signal() {
    let session = Session::new("graceful", SOURCE);
    let mut running = start(&session);
    let mut idle = Connection::open(address(&running)).await;
    assert_eq!(idle.exchange(post("", call("system.listMethods"))).await.status, 200);
    let mut working = at_work(&mut running, 3).await;
    running.signal("INT");
    idle.expect_end().await;
    TcpStream::connect(address(&running)).unwrap_err();
    let answer = working.answer().await;
    assert!(answer.closes() && answer.body.contains("<int>3</int>"), "{answer:?}");
    working.expect_end().await;
    let stopped = "stopped; requests answered: 2, connections cut off: 0\n".to_owned();
    assert_eq!(running.end(), (Some(0), stopped, String::new()));
}

#[tokio::test]
async fn a_second_signal_waits_for_nothing() {
    let session = Session::new("graceful", SOURCE);
    let mut running = start(&session);
    let mut idle = Connection::open(address(&running)).await;
    assert_eq!(idle.exchange(post("", call("system.listMethods"))).await.status, 200);
    let mut working = at_work(&mut running, 15).await;
    running.signal("TERM");
    // By this it has got the first, and the second is one of its own.
    idle.expect_end().await;
    running.signal("TERM");
    working.expect_end().await;
    let stopped = "stopped; requests answered: 1, connections cut off: 1\n".to_owned();
    assert_eq!(running.end(), (Some(0), stopped, String::new()));
}

#[test]
fn the_operator_closes_and_opens_from_python() {
    if !PYTHON.is_here() {
        return;
    }
    let session = Session::new("graceful", SOURCE);
    let running = start(&session);
    assert_eq!(session.run("operator", &running), "closed\n<Fault -32500: 'come back later'>\nopen 0\n");
}

#[tokio::test]
async fn nobody_else_does() {
    let session = Session::new("graceful", SOURCE);
    let running = start(&session);
    let refused = Fault::new(401, "this is for the operator");
    for who in ["", "operator:secre@", "operator:secret2@", "operator@", "guest:secret@"] {
        assert_eq!(fault(&client(&running, who), "shop", (false,)).await, refused, "{who}");
    }
    assert_eq!(client(&running, "").call::<_, u32>("work", (0,)).await.unwrap(), 0);
    let operator = client(&running, "operator:secret@");
    assert_eq!(operator.call::<_, String>("shop", (false,)).await.unwrap(), "closed");
    assert_eq!(fault(&operator, "work", (0,)).await, Fault::application("come back later"));
    assert_eq!(fault(&client(&running, ""), "shop", (true,)).await, refused);

    // Without a password there is no operator.
    for left_out in ["OPERATOR_PASSWORD=secret", "secret"] {
        let running = session.start_without("cargo run", left_out, "--listen 127.0.0.1:0");
        for who in ["", "operator:secret@", "operator:@", "operator@"] {
            assert_eq!(fault(&client(&running, who), "shop", (false,)).await, refused, "{left_out}, {who}");
        }
    }
}

#[tokio::test]
async fn calls_beyond_the_limits_are_refused() {
    let session = Session::new("graceful", SOURCE);
    let running = start(&session);
    for (size, status) in [(64 * 1024, 200), (64 * 1024 + 1, 413)] {
        let body = call("system.listMethods");
        let body = format!("{body}{}", " ".repeat(size - body.len()));
        let answer = Connection::open(address(&running)).await.exchange(post("", body)).await;
        assert_eq!(answer.status, status, "{size} bytes");
    }

    let client = client(&running, "");
    let members = [("methodName", Value::from("work")), ("params", vec![Value::from(0)].into())];
    let work: Struct = members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    let calls = |number| (vec![Value::from(work.clone()); number],);
    let results: Vec<Value> = client.call("system.multicall", calls(20)).await.unwrap();
    assert_eq!(results.len(), 20);
    assert_eq!(fault(&client, "system.multicall", calls(21)).await.code(), Fault::INVALID_REQUEST);
}

fn start(session: &Session) -> Running {
    session.start("cargo run", "--listen 127.0.0.1:0")
}

/// A call under way.
async fn at_work(running: &mut Running, seconds: u32) -> Connection {
    let mut connection = Connection::open(address(running)).await;
    let params = format!("<params><param><value><int>{seconds}</int></value></param></params>");
    let body = format!("<methodCall><methodName>work</methodName>{params}</methodCall>");
    connection.send(post("", body)).await;
    assert_eq!(running.line(), format!("working for {seconds} s\n"));
    connection
}

fn address(running: &Running) -> SocketAddr {
    ([127, 0, 0, 1], running.port().parse().unwrap()).into()
}

/// With `name:password@`, or without.
fn client(running: &Running, who: &str) -> Client {
    Client::new(&running.place.replace("http://", &format!("http://{who}"))).unwrap()
}

async fn fault(client: &Client, method: &str, params: impl serde::Serialize) -> Fault {
    client.call::<_, Value>(method, params).await.unwrap_err().into_fault().unwrap()
}
