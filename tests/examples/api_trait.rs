//! The example `api_trait`, run as a program.

use std::collections::BTreeMap;

use serde::Serialize;
use tagwire::Fault;

use crate::support::server::{Program, fault};

#[test]
fn its_client_calls_its_server() {
    let lines = Program::start("api_trait").read_invitation();
    let agent = concat!("called by: tagwire/", env!("CARGO_PKG_VERSION"));
    for line in [
        "before any reading: fault 404: no readings",
        "readings: 3",
        "mean of all: 10.67",
        "mean on the roof: 12.00",
        agent,
    ] {
        assert!(lines.lines().any(|printed| printed == line), "{line}: {lines}");
    }
}

#[tokio::test]
async fn others_call_it_by_name() {
    #[derive(Serialize)]
    struct Reading {
        sensor: &'static str,
        celsius: f64,
    }

    let mut station = Program::start("api_trait");
    // What it sends itself is over then.
    station.read_invitation();
    let client = &station.client();
    let reading = |celsius| Reading { sensor: "shed", celsius };
    assert_eq!(client.call::<_, u32>("weather.report", (reading(-1.0), reading(2.0))).await.unwrap(), 5);
    assert_eq!(client.call::<_, u32>("weather.report", ()).await.unwrap(), 5);
    assert_eq!(client.call::<_, f64>("weather.mean", ("shed",)).await.unwrap(), 0.5);
    assert_eq!(client.call::<_, f64>("weather.mean", ()).await.unwrap(), 6.6);
    assert_eq!(fault(client, "weather.mean", ("attic",)).await, Fault::new(404, "no readings"));
    assert_eq!(fault(client, "weather.report", (1,)).await.code(), Fault::INVALID_PARAMS);
    assert_eq!(fault(client, "weather.report", (BTreeMap::from([("sensor", "shed")]),)).await.code(), -32602);
    assert_eq!(fault(client, "weather.whoAmI", ("nobody",)).await.code(), Fault::INVALID_PARAMS);
    assert_eq!(fault(client, "weather.who_am_i", ()).await.code(), Fault::METHOD_NOT_FOUND);
}

#[cfg(unix)]
#[test]
fn it_stops() {
    assert_eq!(Program::start("api_trait").stop(), "");
}
