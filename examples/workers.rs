//! Several processes at one address, and a parent that keeps them alive.
//!
//! `cargo run --example workers`, then call `pid` a few times, and kill one of the processes. `--listen ADDR` sets where it
//! listens, port 0 takes a free one; `--workers N` sets how many there are; with `--reuse-port` each has a socket of its own;
//! `--grace SECONDS` sets how long calls may take once it is told to stop.
//!
//! Ctrl-C or SIGTERM to the parent stops all, SIGHUP replaces them one after another.

use std::process::ExitCode;

#[cfg(unix)]
#[tokio::main]
async fn main() -> ExitCode {
    let options = match program::Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("workers: {message}\n{}", program::USAGE);
            return ExitCode::from(2);
        }
    };
    match program::run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("workers: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("workers: processes share a socket on Unix only");
    ExitCode::FAILURE
}

#[cfg(unix)]
mod program {
    use std::io;
    use std::time::Duration;

    use tagwire::server::Workers;
    use tagwire::{Fault, methods, xmlrpc_method};

    /// The number of the process that answers.
    #[xmlrpc_method]
    fn pid() -> u32 {
        std::process::id()
    }

    /// Answers after some seconds, with the number of the process. Stop the server meanwhile: it waits for the answer.
    #[xmlrpc_method]
    async fn wait(seconds: f64) -> Result<u32, Fault> {
        let time = Duration::try_from_secs_f64(seconds).map_err(|error| Fault::invalid_params(error.to_string()))?;
        tokio::time::sleep(time).await;
        Ok(std::process::id())
    }

    /// Everything here is done in the parent, and in each of the workers.
    pub(super) async fn run(options: Options) -> io::Result<()> {
        let workers = match options.reuse_port {
            true => Workers::bind_reuse_port(&options.listen).await?,
            false => Workers::bind(&options.listen).await?,
        };
        if workers.worker().is_none() {
            println!("listening on http://{}/", workers.local_addr()?);
        }
        let Some(server) = workers.grace(options.grace).run(options.workers).await? else {
            println!("stopped");
            return Ok(());
        };
        server.serve(methods![pid, wait]).serve_until_signal().await?;
        Ok(())
    }

    pub(super) struct Options {
        listen: String,
        workers: usize,
        reuse_port: bool,
        grace: Duration,
    }

    pub(super) const USAGE: &str = "usage: workers [--listen ADDR] [--workers N] [--reuse-port] [--grace SECONDS]";

    impl Options {
        pub(super) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
            let mut options = Self {
                listen: "127.0.0.1:8000".to_owned(),
                workers: 4,
                reuse_port: false,
                grace: Duration::from_secs(25),
            };
            while let Some(argument) = arguments.next() {
                let mut number = || {
                    let number: Option<u16> = arguments.next().and_then(|number| number.parse().ok());
                    number.ok_or_else(|| format!("{argument} needs a number"))
                };
                match argument.as_str() {
                    "--workers" => options.workers = number()?.into(),
                    "--grace" => options.grace = Duration::from_secs(number()?.into()),
                    "--reuse-port" => options.reuse_port = true,
                    "--listen" => options.listen = arguments.next().ok_or("--listen needs an address")?,
                    unknown => return Err(format!("unknown argument {unknown}")),
                }
            }
            Ok(options)
        }
    }
}
