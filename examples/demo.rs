//! A server with the functions of Python's own demo (`python -m xmlrpc.server`) and a few more, and a client
//! that calls them.
//!
//! `cargo run --example demo`, then call it from curl or Python with the lines that it prints. `--listen ADDR`
//! sets where it listens; port 0 takes a free one. Ctrl-C or SIGTERM stops it.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use tagwire::{Client, DateTime, Dialect, Dispatcher, Fault, Value, methods, xmlrpc_method};

use serve::serve_and;

#[path = "support/serve.rs"]
mod serve;

/// Raises a number to a power.
#[xmlrpc_method]
fn pow(base: i64, exponent: u32) -> Result<i64, Fault> {
    base.checked_pow(exponent).ok_or_else(too_large)
}

/// Adds two integers.
#[xmlrpc_method]
async fn add(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_add(b).ok_or_else(too_large)
}

/// Divides one integer by another and rounds down, as Python's // does.
#[xmlrpc_method]
fn div(a: i32, b: i32) -> Result<i32, Fault> {
    if b == 0 {
        return Err(Fault::application("division by zero"));
    }
    let (a, b) = (i64::from(a), i64::from(b));
    let floor = a.div_euclid(b) - i64::from(b < 0 && a % b != 0);
    i32::try_from(floor).map_err(|_| too_large())
}

/// Gives the string 42.
#[xmlrpc_method(name = "getData")]
fn get_data() -> &'static str {
    "42"
}

/// Gives the time, as a clock in UTC shows it.
#[xmlrpc_method(name = "currentTime.getCurrentTime")]
fn current_time() -> DateTime {
    SystemTime::now().into()
}

/// Gives any value back.
#[xmlrpc_method]
fn echo(value: Value) -> Value {
    value
}

/// Waits for some seconds, at most 60, and gives the number back. Other calls go on meanwhile.
#[xmlrpc_method]
async fn sleep(seconds: f64) -> Result<f64, Fault> {
    let time = Duration::try_from_secs_f64(seconds).ok().filter(|time| time.as_secs_f64() <= 60.0);
    tokio::time::sleep(time.ok_or_else(|| Fault::invalid_params("seconds is a number from 0 to 60"))?).await;
    Ok(seconds)
}

fn too_large() -> Fault {
    Fault::application("the result is too large")
}

#[tokio::main]
async fn main() -> ExitCode {
    let methods = methods![pow, add, div, get_data, current_time, echo, sleep];
    // What echo is given goes back as it came.
    let dialect = Dialect::default().allow_none(true).raw_dates(true).non_finite(true);
    serve_and(Dispatcher::new(methods).dialect(dialect), PYTHON, call_myself).await
}

const PYTHON: &str = "s = ServerProxy('http://ADDRESS/'); \
                      print(s.add(2, 3), s.pow(2, 10), s.getData(), s.system.methodHelp('add'))";

async fn call_myself(url: String) -> Result<(), Box<dyn Error>> {
    let client = Client::new(&url)?;
    let sum: i32 = client.call("add", (2, 3)).await?;
    println!("add(2, 3) -> {sum}");
    let power: i64 = client.call("pow", (2, 10)).await?;
    println!("pow(2, 10) -> {power}");
    let time: DateTime = client.call("currentTime.getCurrentTime", ()).await?;
    println!("currentTime.getCurrentTime() -> {time}");
    match client.call::<_, i32>("div", (1, 0)).await {
        Ok(quotient) => println!("div(1, 0) -> {quotient}"),
        Err(error) => println!("div(1, 0) -> {}", error.into_fault()?),
    }
    let names: Vec<String> = client.call("system.listMethods", ()).await?;
    println!("system.listMethods() -> {}", names.join(", "));
    println!(
        r"
Call it with curl:

curl --data '<methodCall><methodName>add</methodName><params><param><value><int>2</int></value></param><param><value><int>3</int></value></param></params></methodCall>' {url}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_down() {
        for (a, b, quotient) in [(7, 2, 3), (-7, 2, -4), (7, -2, -4), (-7, -2, 3), (6, -3, -2), (0, -5, 0)] {
            assert_eq!(div(a, b), Ok(quotient), "{a} // {b}");
        }
        assert_eq!(div(1, 0).unwrap_err().code(), -32500);
        assert!(div(i32::MIN, -1).is_err());
    }
}
