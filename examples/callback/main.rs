//! A program that calls a peer and is called back by it: it tells the peer a URL of its own, and the peer pushes events to it
//! until it is told to stop.
//!
//! ```sh
//! cargo run --example callback -- --peer http://127.0.0.1:2001
//! ```
//!
//! The peer here is a Homematic CCU, or what acts as one. Others do the same under other names:
//!
//! | | register | does it still know us? | unregister | calls back |
//! |---|---|---|---|---|
//! | Homematic | `init(url, id)` | `ping(id)`, which it answers by an event `PONG` | `init(url, "")` | `event`, `listDevices`, … |
//! | ROS 1 | `registerSubscriber(id, topic, type, url)` | `lookupNode(id, id)` | `unregisterSubscriber(id, topic, url)` | `publisherUpdate`, … |
//! | SAMP | `samp.hub.setXmlrpcCallback(key, url)` | `samp.hub.getRegisteredClients(key)` | `samp.hub.unregister(key)` | `samp.client.receiveCall`, … |
//!
//! So `registration.rs` and `callbacks.rs` have what differs, and this file the order that is the same for all: listen, serve,
//! register; and at the end unregister, answer what is in flight, stop.
//!
//! Where to listen and what to tell the peer are two things. `--listen 0.0.0.0:8000` takes calls from other machines; the URL is
//! then made of the address that this machine has on the way to the peer. Behind a router, or in a container, none of its own
//! addresses is of use: `--advertise http://nas.example:8000/` says what is.
//!
//! While there is no peer, it goes on trying, and you may be the one that calls back:
//!
//! ```sh
//! python3 -c "
//! from xmlrpc.client import MultiCall, ServerProxy
//!
//! program = ServerProxy('http://127.0.0.1:8000')
//! print(program.event('tagwire', 'LEQ0123456:1', 'STATE', True))
//! events = MultiCall(program)
//! events.event('tagwire', 'LEQ0123456:1', 'WORKING', False)
//! events.event('tagwire', 'JEQ0654321:1', 'TEMPERATURE', 21.5)
//! print(list(events()))
//! "
//! ```

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use tagwire::{Server, XmlRpcService};
use tokio::sync::oneshot;

use callbacks::Callbacks;
use registration::Registration;
use settings::Settings;
use stop::stop_signal;

mod address;
mod callbacks;
mod registration;
mod settings;
#[path = "../support/stop.rs"]
mod stop;

#[tokio::main]
async fn main() -> ExitCode {
    let settings = match Settings::parse(std::env::args().skip(1)) {
        Ok(Some(settings)) => settings,
        Ok(None) => {
            println!("{}", settings::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            eprintln!("callback: {mistake}\n{}", settings::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("callback: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: Settings) -> Result<(), Box<dyn Error>> {
    // From here on a signal no longer ends the process with the peer still calling it.
    let stop = stop_signal()?;
    let server = Server::bind(&settings.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", settings.listen))?;
    let bound = server.local_addr()?;
    println!("listening on http://{bound}/");
    let url = match settings.advertise {
        Some(url) => url,
        None => format!("http://{}/", address::reachable(bound, &settings.peer).await?),
    };
    println!("the peer is told {url}");

    let callbacks = Arc::new(Callbacks::new(settings.id.clone()));
    // Whatever path an advertised URL has: it may be that of something in between.
    let service = XmlRpcService::new(Callbacks::methods_of(&callbacks)).rpc_paths(Vec::<String>::new());
    let (stop_serving, serve_until) = oneshot::channel::<()>();
    let serving = server.serve(service).with_graceful_shutdown(async {
        serve_until.await.ok();
    });
    // Before the peer is told: it may call before it has answered the registration, and wait for us to answer.
    let mut serving = tokio::spawn(serving.into_future());

    let registration = Registration::new(&settings.peer, url, settings.id, callbacks)?
        .checked_every(settings.check)
        .renewed_every(settings.renew);
    tokio::select! {
        () = registration.keep(stop) => {}
        // It ends by itself only if it cannot go on; then the peer should not go on either.
        _ = &mut serving => {}
    }
    // First this, while its last calls are still answered; a peer that finds nobody may go on trying for long.
    registration.end().await;
    drop(stop_serving);
    let report = serving.await??;
    println!("stopped; {report}");
    Ok(())
}
