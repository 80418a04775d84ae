//! Timings: `cargo run --release -p tagwire-benches -- [codec|shapes|hostile|dispatch|server|client] [quick]`.

use std::process::ExitCode;

use tagwire_benches::{Failure, client, codec, dispatch, hostile, measure::Pace, server, shapes};

const USAGE: &str = "usage: tagwire-benches [codec|shapes|hostile|dispatch|server|client [quick]]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Failure> {
    let (table, pace) = match arguments {
        [] => ("codec", Pace::FULL),
        // Processes that the tables of servers and of clients start.
        ["serve", name, call] => return server::serve(name, call),
        ["call", name, call, address] => return client::call(name, call, address),
        [table] => (*table, Pace::FULL),
        [table, "quick"] => (*table, Pace::QUICK),
        _ => return Err(USAGE.into()),
    };
    let print = match table {
        "codec" => codec::run,
        "shapes" => shapes::run,
        "hostile" => hostile::run,
        "dispatch" => dispatch::run,
        "server" => server::run,
        "client" => client::run,
        _ => return Err(USAGE.into()),
    };
    if cfg!(debug_assertions) {
        return Err("without optimisation no timing means anything: build with --release".into());
    }
    print(&pace)
}
