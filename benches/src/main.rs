//! Timings: `cargo run --release -p tagwire-benches -- [codec|shapes|hostile|dispatch|server] [quick]`.

use std::process::ExitCode;

use tagwire_benches::{Failure, codec, dispatch, hostile, measure::Pace, server, shapes};

const USAGE: &str = "usage: tagwire-benches [codec|shapes|hostile|dispatch|server [quick]]";

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
        // A process that the table of servers starts.
        ["serve", name, call] => return server::serve(name, call),
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
        _ => return Err(USAGE.into()),
    };
    if cfg!(debug_assertions) {
        return Err("without optimisation no timing means anything: build with --release".into());
    }
    print(&pace)
}
