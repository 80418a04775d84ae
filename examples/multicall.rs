//! Several calls in one, over HTTP and within the process. What each call gives is a result of its own, or a fault.
//!
//! `cargo run --example multicall`

use std::error::Error;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use tagwire::{Client, Dispatcher, Fault, Value, methods, xmlrpc_method};

#[path = "support/serve.rs"]
mod serve;

/// Adds two integers.
#[xmlrpc_method]
fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

/// Divides one integer by another, rounding towards zero.
#[xmlrpc_method]
fn div(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_div(b).ok_or_else(|| Fault::application("division by zero"))
}

/// Says hello.
#[xmlrpc_method]
async fn greet(name: String) -> String {
    format!("Hello, {name}!")
}

/// One call of a multicall.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    method_name: &'static str,
    params: Vec<Value>,
}

/// What becomes of it: an array of the result, or a struct.
#[derive(Deserialize)]
#[serde(untagged)]
enum Outcome {
    Result([Value; 1]),
    #[serde(rename_all = "camelCase")]
    Fault {
        fault_code: i64,
        fault_string: String,
    },
}

fn calls() -> Vec<Call> {
    vec![
        Call { method_name: "add", params: vec![2.into(), 3.into()] },
        Call { method_name: "div", params: vec![1.into(), 0.into()] },
        Call { method_name: "greet", params: vec!["Ada".into()] },
        Call { method_name: "greet", params: vec![1815.into()] },
    ]
}

fn print(way: &str, outcomes: Vec<Outcome>) {
    for (call, outcome) in calls().iter().zip(outcomes) {
        match outcome {
            Outcome::Result([Value::String(text)]) => println!("{way}: {} -> {text}", call.method_name),
            Outcome::Result([value]) => println!("{way}: {} -> {value:?}", call.method_name),
            Outcome::Fault { fault_code, fault_string } => {
                println!("{way}: {} -> fault {fault_code}: {fault_string}", call.method_name);
            }
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let dispatcher = Dispatcher::new(methods![add, div, greet]);
    let here = dispatcher.clone();
    let both_ways = async |url: String| -> Result<(), Box<dyn Error>> {
        // The one parameter is the array of calls.
        let client = Client::new(&url)?;
        print("over HTTP", client.call("system.multicall", (calls(),)).await?);
        print("in process", here.call("system.multicall", (calls(),)).await?);
        Ok(())
    };
    serve::serve_and(dispatcher, PYTHON, both_ways).await
}

const PYTHON: &str = "s = MultiCall(ServerProxy('http://ADDRESS/')); \
                      s.add(2, 3); s.div(1, 0); s.greet('Ada'); print(*s().results, sep='\\n')";
