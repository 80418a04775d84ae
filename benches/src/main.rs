//! Timings: `cargo run --release -p tagwire-benches -- all [quick]` writes BENCHMARKS.md; the name of a section instead of
//! `all` prints that section.

use std::process::ExitCode;

use tagwire_benches::measure::Pace;
use tagwire_benches::report::{self, SECTIONS, Section};
use tagwire_benches::{Failure, client, server};

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
    let (name, pace) = match arguments {
        // Processes that the tables of servers and of clients start.
        ["serve", name, call] => return server::serve(name, call),
        ["call", name, call, address] => return client::call(name, call, address),
        [name] => (*name, Pace::FULL),
        [name, "quick"] => (*name, Pace::QUICK),
        _ => return Err(usage().into()),
    };
    if cfg!(debug_assertions) {
        return Err("without optimisation no timing means anything: build with --release".into());
    }
    match name {
        "all" => report::write(&pace),
        name => report::print(Section::named(name).ok_or_else(usage)?, &pace),
    }
}

fn usage() -> String {
    format!("usage: tagwire-benches all|{} [quick]", SECTIONS.map(|section| section.name).join("|"))
}
