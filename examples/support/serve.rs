//! What the examples share: a server at the address of the command line, until Ctrl-C or SIGTERM.

use std::error::Error;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::process::ExitCode;

use tagwire::{Dispatcher, Server};

use stop::stop_signal;

#[path = "stop.rs"]
mod stop;

/// Serves, and prints what to try from Python: `ADDRESS` in it stands for that of the server.
#[allow(dead_code, reason = "some examples have something to do before")]
pub(crate) async fn serve(app: impl Into<Dispatcher>, python: &str) -> ExitCode {
    serve_and(app, python, async |_url| Ok(())).await
}

/// As [`serve`], with something to do once the server is at its URL. An error of it ends the program.
pub(crate) async fn serve_and<C>(app: impl Into<Dispatcher>, python: &str, calls: C) -> ExitCode
where
    C: AsyncFnOnce(String) -> Result<(), Box<dyn Error>>,
{
    let address = match listen_address(std::env::args().skip(1)) {
        Ok(Some(address)) => address,
        Ok(None) => {
            println!("{}", usage());
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{NAME}: {message}\n{}", usage());
            return ExitCode::from(2);
        }
    };
    match run(&address, app.into(), python, calls).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{NAME}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// That of the example.
const NAME: &str = env!("CARGO_CRATE_NAME");

fn usage() -> String {
    format!("usage: {NAME} [--listen ADDR]    (default 127.0.0.1:8000; port 0 takes a free one)")
}

/// `None` asks for help.
fn listen_address(mut arguments: impl Iterator<Item = String>) -> Result<Option<String>, String> {
    let mut address = "127.0.0.1:8000".to_owned();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--listen" => address = arguments.next().ok_or("--listen needs an address")?,
            "--help" | "-h" => return Ok(None),
            unknown => return Err(format!("unknown argument {unknown}")),
        }
    }
    Ok(Some(address))
}

async fn run<C>(address: &str, app: Dispatcher, python: &str, calls: C) -> Result<(), Box<dyn Error>>
where
    C: AsyncFnOnce(String) -> Result<(), Box<dyn Error>>,
{
    let mut signal = pin!(stop_signal()?);
    let server = Server::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let address = server.local_addr()?;
    println!("listening on http://{address}/");

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = server.serve(app).with_graceful_shutdown(async {
        stopped.await.ok();
    });
    let serving = tokio::spawn(serving.into_future());
    let address = reachable(address);
    tokio::select! {
        called = calls(format!("http://{address}/")) => {
            called?;
            invite(address, python);
            signal.await;
        }
        () = &mut signal => {}
    }
    stop.send(()).ok();
    serving.await??;
    println!("stopped");
    Ok(())
}

/// An address to call where the server listens on all.
fn reachable(mut server: SocketAddr) -> SocketAddr {
    if server.ip().is_unspecified() {
        match server {
            SocketAddr::V4(_) => server.set_ip(Ipv4Addr::LOCALHOST.into()),
            SocketAddr::V6(_) => server.set_ip(Ipv6Addr::LOCALHOST.into()),
        }
    }
    server
}

fn invite(server: SocketAddr, python: &str) {
    let python = python.replace("ADDRESS", &server.to_string());
    println!(
        r#"
Call it from Python:

python3 -c "from xmlrpc.client import *; {python}"

Ctrl-C stops the server."#
    );
}
