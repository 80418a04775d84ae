//! A server that stands on an open network: every limit is set, one function is not for everybody, and what has begun is
//! answered before it stops.
//!
//! ```sh
//! OPERATOR_PASSWORD=secret cargo run --example graceful
//! ```
//!
//! `-- --listen ADDR` sets where it listens; port 0 takes a free one. Now call it, and press Ctrl-C on the server (or send it
//! SIGTERM) while it works. The answer comes all the same, and then the server tells what it has done; a second signal would
//! not wait for it.
//!
//! ```sh
//! python3 -c "from xmlrpc.client import *; print(ServerProxy('http://127.0.0.1:8000').work(5))"
//! ```
//!
//! Who knows the password closes the shop and opens it again, while the server runs:
//!
//! ```sh
//! python3 -c "
//! from xmlrpc.client import Fault, ServerProxy
//!
//! guest = ServerProxy('http://127.0.0.1:8000')
//! operator = ServerProxy('http://operator:secret@127.0.0.1:8000')
//! print(operator.shop(False))
//! try:
//!     guest.work(0)
//! except Fault as fault:
//!     print(fault)
//! print(operator.shop(True), guest.work(0))
//! "
//! ```

use std::io;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use tagwire::{
    Dispatcher, Fault, FromCall, Limits, Methods, OverloadPolicy, ParamType, Params, RequestContext, Server,
    XmlRpcService, methods, xmlrpc_method,
};

/// Works for some seconds, and tells how many.
#[xmlrpc_method]
async fn work(seconds: u32) -> u32 {
    println!("working for {seconds} s");
    tokio::time::sleep(Duration::from_secs(seconds.into())).await;
    seconds
}

/// The methods of a shop that is open, or closed. In both there is one by which the operator changes that.
fn table(open: bool, dispatcher: Dispatcher) -> Methods {
    let methods = match open {
        true => methods![work],
        // Whatever is called, but for `system.*`.
        false => {
            Methods::new().fallback(|_: Params| -> Result<(), Fault> { Err(Fault::application("come back later")) })
        }
    };
    methods.register_fn("shop", move |_: Operator, open: bool| {
        // Each call finds the one table or the other, and those that have begun go on.
        dispatcher.update_methods(|_| table(open, dispatcher.clone()));
        if open { "open" } else { "closed" }
    })
}

/// An argument that is no parameter of the call: a method that has it is for the operator only.
struct Operator;

impl FromCall for Operator {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        let shown = cx.headers().get("authorization").map(HeaderValue::as_bytes);
        match (cx.extension(), shown) {
            (Some(Credentials(known)), Some(shown)) if same(known.as_bytes(), shown) => Ok(Self),
            _ => Err(Fault::new(401, "this is for the operator")),
        }
    }
}

/// What clients make of `http://operator:PASSWORD@…`. On a network where others listen it belongs into TLS: see `tls`.
#[derive(Clone)]
struct Credentials(String);

/// As fast for a good guess as for a bad one.
fn same(known: &[u8], shown: &[u8]) -> bool {
    known.len() == shown.len() && known.iter().zip(shown).fold(0, |different, (a, b)| different | (a ^ b)) == 0
}

/// What a call may be, and how long it may take.
fn dispatcher() -> Dispatcher {
    let mut dispatcher = Dispatcher::new(Methods::new())
        // Less than the server's grace below: then a stop cuts off no call that has begun.
        .handler_timeout(Duration::from_secs(20))
        // A multicall is one call wherever calls are counted, so it had better not be many.
        .max_multicall(20)
        // Small documents can hold a great many values.
        .limits(Limits::default().max_depth(16).max_values(10_000))
        // A method that gives out whatever it finds meets its end here.
        .max_response_size(1024 * 1024);
    if let Some(password) = std::env::var("OPERATOR_PASSWORD").ok().filter(|password| !password.is_empty()) {
        let credentials = format!("Basic {}", STANDARD.encode(format!("operator:{password}")));
        dispatcher = dispatcher.extension(Credentials(credentials));
    }
    dispatcher.update_methods(|_| table(true, dispatcher.clone()));
    dispatcher
}

/// What a request may be, and how many there may be.
fn service() -> XmlRpcService {
    XmlRpcService::new(dispatcher())
        // As it comes over the network, and unpacked if it is compressed.
        .max_request_size(64 * 1024)
        .max_decoded_size(256 * 1024)
        // Of all requests and answers together: what the process may need beside its own.
        .max_buffered(64 * 1024 * 1024)
        // Silence within a request, and the whole of it, for those that send a byte now and then.
        .body_idle_timeout(Duration::from_secs(5))
        .body_timeout(Duration::from_secs(20))
        // Calls that run; those that wait for them, and for how long. Others are told to come back later.
        .max_concurrent(64)
        .max_pending(128)
        .max_wait(Duration::from_secs(3))
        .overload_policy(OverloadPolicy::Http503)
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let address = std::env::args().skip_while(|argument| argument != "--listen").nth(1);
    let server = Server::bind(address.as_deref().unwrap_or("127.0.0.1:8000"))
        .await?
        // Each costs a descriptor and some memory, be there calls or not. Others wait until one ends.
        .max_connections(500)
        // Who connects and says nothing, or too slowly, makes room for others.
        .header_read_timeout(Duration::from_secs(5))
        .keep_alive_timeout(Duration::from_secs(30))
        // Who does not take the answer does too.
        .write_timeout(Duration::from_secs(10))
        // How long a stop waits. Those who would kill the process (systemd after 90 s, Kubernetes after 30) wait longer.
        .grace(Duration::from_secs(25));
    println!("listening on http://{}/", server.local_addr()?);
    let report = server.serve(service()).serve_until_signal().await?;
    println!("stopped; {report}");
    Ok(())
}
