//! Timings: `cargo run --release -p tagwire-benches -- codec [quick]`.

use std::process::ExitCode;

use tagwire_benches::{Failure, codec, measure::Pace};

const USAGE: &str = "usage: tagwire-benches [codec [quick]]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] | ["codec"] => run(&Pace::FULL),
        ["codec", "quick"] => run(&Pace::QUICK),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(pace: &Pace) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        return Err("without optimisation no timing means anything: build with --release".into());
    }
    codec::run(pace)
}
