//! One trait for both ends: a server implements it, a client calls it, and the compiler holds them together.
//!
//! `cargo run --example api_trait`

use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tagwire::{Client, Fault, Headers, Rest, xmlrpc_api};

#[path = "support/serve.rs"]
mod serve;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Reading {
    sensor: String,
    celsius: f64,
}

/// A weather station.
#[xmlrpc_api(namespace = "weather")]
trait Weather {
    /// Keeps readings, any number of them, and tells how many there are in all.
    async fn report(&self, readings: Rest<Reading>) -> Result<u32, Fault>;

    /// The mean of a sensor's readings, or of all.
    async fn mean(&self, sensor: Option<String>) -> Result<f64, Fault>;

    /// What the server sees of the caller's program. Headers are not sent as a parameter.
    #[xmlrpc_method(name = "whoAmI")]
    fn who_am_i(&self, headers: Headers) -> Result<String, Fault>;
}

/// The server's end.
#[derive(Default)]
struct Station {
    readings: Mutex<Vec<Reading>>,
}

impl Weather for Station {
    async fn report(&self, new: Rest<Reading>) -> Result<u32, Fault> {
        let mut readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        readings.extend(new);
        u32::try_from(readings.len()).map_err(Fault::hidden)
    }

    async fn mean(&self, sensor: Option<String>) -> Result<f64, Fault> {
        let readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = readings.iter().filter(|reading| sensor.as_ref().is_none_or(|sensor| reading.sensor == *sensor));
        let (count, sum) = wanted.fold((0.0, 0.0), |(count, sum), reading| (count + 1.0, sum + reading.celsius));
        if count == 0.0 { Err(Fault::new(404, "no readings")) } else { Ok(sum / count) }
    }

    fn who_am_i(&self, headers: Headers) -> Result<String, Fault> {
        let agent = headers.get("user-agent").and_then(|agent| agent.to_str().ok());
        Ok(agent.unwrap_or("somebody").to_owned())
    }
}

/// The client's end: the same functions, without the arguments that only the server knows.
async fn call(url: String) -> Result<(), Box<dyn std::error::Error>> {
    let weather = WeatherClient::new(Client::new(&url)?);
    match weather.mean(None).await {
        Ok(mean) => println!("before any reading: {mean}"),
        Err(error) => println!("before any reading: {}", error.into_fault()?),
    }
    let reading = |sensor: &str, celsius| Reading { sensor: sensor.to_owned(), celsius };
    let count =
        weather.report(Rest(vec![reading("roof", 11.5), reading("cellar", 8.0), reading("roof", 12.5)])).await?;
    println!("readings: {count}");
    println!("mean of all: {:.2}", weather.mean(None).await?);
    println!("mean on the roof: {:.2}", weather.mean(Some("roof".to_owned())).await?);
    println!("called by: {}", weather.who_am_i().await?);
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    serve::serve_and(Station::default().into_methods(), PYTHON, call).await
}

const PYTHON: &str = "s = ServerProxy('http://ADDRESS/').weather; \
                      print(s.report({'sensor': 'roof', 'celsius': 12.0}), s.mean('roof'), s.whoAmI())";
