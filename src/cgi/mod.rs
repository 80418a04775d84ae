//! XML-RPC as a CGI program: one process for each request, started by any web server.
//!
//! ```no_run
//! use std::io;
//! use tagwire::{cgi, methods, xmlrpc_method};
//!
//! /// Adds two integers.
//! #[xmlrpc_method]
//! async fn add(a: i32, b: i32) -> i32 {
//!     a + b
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> io::Result<()> {
//!     cgi::handle(methods![add]).await
//! }
//! ```
//!
//! The program is put where the web server looks for CGI programs, and is called by its path:
//! `ServerProxy("http://example.com/cgi-bin/sums")`. It is CPython's `CGIXMLRPCRequestHandler`, with the limits and refusals
//! of [`XmlRpcService`].
//!
//! - Standard output carries the answer: what a program prints there goes between. Logs belong on standard error.
//! - Headers reach handlers as [`Headers`](crate::Headers) and the peer as [`RemoteAddr`](crate::RemoteAddr), as far as the
//!   web server passes them on; many keep `Authorization` to themselves. Whom the web server has authenticated is in the
//!   environment: `std::env::var("REMOTE_USER")`.
//! - A header `Proxy` is dropped. It would be `HTTP_PROXY` in the environment, which many HTTP clients take for a setting
//!   of the machine.

mod environment;
mod reply;
mod stdin;

use std::future::poll_fn;
use std::io;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower::Service;

use self::environment::request;
use self::reply::Reply;
use self::stdin::Stdin;
use crate::fault::Fault;
use crate::service::XmlRpcService;

/// Answers the request that the process was started for: reads `CONTENT_LENGTH` bytes of standard input and writes the
/// answer to standard output. Takes what a [`Server`](crate::Server) takes, but for services of other kinds.
///
/// A status other than 200 is told by `Status`, and is one of those of [`XmlRpcService`]; without `CONTENT_LENGTH` it is
/// 411, and 400 where that is no number. No method runs when standard input ends early.
///
/// Every path is served, since it is the web server that chooses the path of a program. One that looks at what follows
/// its name says so by [`rpc_paths`](XmlRpcService::rpc_paths), with `SCRIPT_NAME` and `PATH_INFO` as one:
///
/// ```no_run
/// use tagwire::{Methods, XmlRpcService, cgi};
///
/// # async fn run() -> std::io::Result<()> {
/// let public = Methods::new().register_fn("status", || "fine");
/// let admin = Methods::new().register_fn("restart", || true);
/// let service = XmlRpcService::new(public)
///     .rpc_paths(["/cgi-bin/control"])
///     .add_dispatcher("/cgi-bin/control/admin", admin)
///     .max_request_size(64 * 1024);
/// cgi::handle(service).await
/// # }
/// ```
///
/// # Errors
/// The process was not started as a CGI program (`REQUEST_METHOD` is missing), no thread can be started, or standard output
/// is closed.
pub async fn handle(service: impl Into<XmlRpcService>) -> io::Result<()> {
    let (head, length) = match request(std::env::vars_os())? {
        Ok(request) => request,
        Err(bad_request) => return Reply::from(bad_request).write(),
    };
    let (body, consumed) = Stdin::read(length)?;
    let response = respond(service.into().on_every_path_unless_set(), head.map(|()| body)).await;
    Reply::new(response).await.write()?;
    // The service goes on reading a body that it has refused, within bounds: some web servers read no answer before they
    // have written all of the request.
    consumed.await;
    Ok(())
}

/// Answers a document that the program hands in with a document: CPython's `handle_request(request_text)`. Whatever is wrong
/// is a fault in it, and that the text is beyond [`max_request_size`](XmlRpcService::max_request_size), too.
///
/// ```
/// use tagwire::{Methods, cgi};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let methods = Methods::new().register_fn("six", || 6);
/// let text = "<methodCall><methodName>six</methodName></methodCall>";
/// let reply = cgi::handle_text(methods, text).await;
/// assert!(reply.ends_with(b"<value><int>6</int></value></param></params></methodResponse>"));
/// # }
/// ```
pub async fn handle_text(service: impl Into<XmlRpcService>, text: impl Into<Bytes>) -> Vec<u8> {
    let (service, text) = (service.into(), text.into());
    let dispatcher = service.main_dispatcher();
    match text.len() > service.request_limit() {
        true => dispatcher.document(Err(Fault::invalid_request("the request is too large"))),
        false => dispatcher.dispatch(text).await,
    }
}

async fn respond(mut service: XmlRpcService, request: Request<Stdin>) -> Response<Full<Bytes>> {
    let Ok(()) = poll_fn(|cx| Service::<Request<Stdin>>::poll_ready(&mut service, cx)).await;
    let Ok(response) = service.call(request).await;
    response
}
