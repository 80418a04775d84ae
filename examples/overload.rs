//! More calls than a server can take: eight run, sixteen wait for them in order, and all others are told at once.
//!
//! `cargo run --example overload -- --policy fault`. The policies are `block`, `close`, `fault` and `http503`; `--listen ADDR` sets
//! where it listens, port 0 takes a free one; `--connections N` sets how many clients there may be.
//!
//! Then call `work(1000)` from thirty terminals, or from thirty threads, as the line that it prints does.
//!
//! With `--stats ADDR` a method `stats` tells the operator how it goes, at that address: there he has a slot and a connection
//! whatever goes on here.

use std::future::IntoFuture;
use std::io;
use std::time::Duration;

use serde::Serialize;
use tagwire::{Methods, OverloadPolicy, Server, Stats, XmlRpcService, methods, xmlrpc_method};

/// Takes so many milliseconds.
#[xmlrpc_method]
async fn work(milliseconds: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    milliseconds
}

/// What the operator wants to know.
#[derive(Serialize)]
struct Load {
    active: u64,
    queued: u64,
    completed: u64,
    refused: u64,
}

impl From<Stats> for Load {
    fn from(stats: Stats) -> Self {
        let Stats { active, queued, completed, refused, .. } = stats;
        Self { active, queued, completed, refused }
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let policy = match option("--policy").as_deref() {
        Some("block") => OverloadPolicy::Block,
        Some("close") => OverloadPolicy::Close,
        Some("fault") => OverloadPolicy::Fault,
        None | Some("http503") => OverloadPolicy::Http503,
        Some(unknown) => return Err(io::Error::other(format!("there is no policy {unknown}"))),
    };
    let connections = option("--connections").map_or(Ok(1_024), |number| number.parse()).map_err(io::Error::other)?;
    let address = option("--listen").unwrap_or_else(|| "127.0.0.1:8000".to_owned());

    let service = XmlRpcService::new(methods![work])
        .max_concurrent(8)
        .max_pending(16)
        // Nobody is interested in what comes later than this.
        .max_wait(Duration::from_secs(60))
        .overload_policy(policy);

    // Each that waits has a connection, so their number is a limit of its own: the only one of `block`.
    let server = Server::bind(&address).await?.max_connections(connections);
    let address = server.local_addr()?;
    println!("listening on http://{address}/");

    if let Some(address) = option("--stats") {
        let server = Server::bind(&address).await?;
        println!("stats at http://{}/", server.local_addr()?);
        // The service is kept: its clones count together.
        let counted = service.clone();
        let methods = Methods::new().register_fn("stats", move || Load::from(counted.stats()));
        tokio::spawn(server.serve(methods).into_future());
    }

    println!("\nCall it from Python:\n\n{}", PYTHON.replace("ADDRESS", &address.to_string()));
    println!("\nCtrl-C stops the server.");

    let report = server.serve(service.clone()).serve_until_signal().await?;
    let stats = service.stats();
    println!("stopped; {report}");
    println!(
        "requests {} = admitted {} + refused {} + aborted {}",
        stats.requests, stats.admitted, stats.refused, stats.aborted
    );
    println!(
        "admitted {} = completed {} + errored {} + cancelled {}",
        stats.admitted, stats.completed, stats.errored, stats.cancelled
    );
    Ok(())
}

/// What stands after a word of the command line.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

const PYTHON: &str = r#"python3 -c "
from concurrent.futures import ThreadPoolExecutor
from xmlrpc.client import ServerProxy
def call(number):
    try:
        return ServerProxy('http://ADDRESS/').work(1000)
    except Exception as error:
        return error
for outcome in ThreadPoolExecutor(30).map(call, range(30)):
    print(outcome)
""#;
