//! What an [`XmlRpcService`] can be told.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::XmlRpcService;
use super::admission::{Admission, OverloadPolicy};
use super::body::Bounds;
use super::budget::Budget;
use super::origin::Callers;
use super::routes::Routes;
use super::stats::Stats;
use crate::rpc::Dispatcher;

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) routes: Routes,
    pub(super) callers: Callers,
    pub(super) body: Bounds,
    pub(super) budget: Budget,
    pub(super) admission: Admission,
    /// From how many bytes on a response is compressed.
    pub(super) encode_threshold: Option<usize>,
    pub(super) compression_level: u32,
    pub(super) accept_chunked: bool,
    pub(super) require_xml: bool,
    pub(super) log_requests: bool,
}

impl XmlRpcService {
    /// Serves a dispatcher, or methods, on `/` and `/RPC2`, with the default limits.
    #[must_use]
    pub fn new(dispatcher: impl Into<Dispatcher>) -> Self {
        Self {
            connection: None,
            settings: Arc::new(Settings {
                routes: Routes::new(dispatcher.into()),
                callers: Callers::default(),
                body: Bounds::default(),
                budget: Budget::new(256 * 1024 * 1024),
                admission: Admission::new(),
                encode_threshold: Some(1400),
                compression_level: 1,
                accept_chunked: true,
                require_xml: false,
                log_requests: false,
            }),
        }
    }

    fn set(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }
}

/// What a CGI program needs.
#[cfg(feature = "cgi")]
impl XmlRpcService {
    /// Serves every path unless some were set: under CGI the path is that of the script.
    pub(crate) fn on_every_path_unless_set(mut self) -> Self {
        self.set().routes.default_to_every_path();
        self
    }

    /// What answers a document that comes without HTTP.
    pub(crate) fn main_dispatcher(&self) -> &Dispatcher {
        self.settings.routes.main()
    }

    pub(crate) fn request_limit(&self) -> usize {
        self.settings.body.max_size
    }
}

/// Which requests are calls.
impl XmlRpcService {
    /// The paths that are served, compared whole and without the query; `/` and `/RPC2` by default, as in
    /// CPython. With none at all every path is served.
    ///
    /// ```
    /// use tagwire::{Methods, XmlRpcService};
    ///
    /// let service = XmlRpcService::new(Methods::new()).rpc_paths(["/api/xmlrpc"]).max_request_size(64 * 1024);
    /// # let _ = service;
    /// ```
    #[must_use]
    pub fn rpc_paths<P: Into<String>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.set().routes.set_paths(paths.into_iter().map(Into::into).collect());
        self
    }

    /// Serves another dispatcher on a path of its own, as CPython's `MultiPathXMLRPCServer` does. Slots and limits are
    /// shared.
    ///
    /// ```
    /// use tagwire::{Methods, XmlRpcService};
    ///
    /// let public = Methods::new().register_fn("status", || "fine");
    /// let admin = Methods::new().register_fn("restart", || true);
    /// let service = XmlRpcService::new(public).add_dispatcher("/admin", admin);
    /// # let _ = service;
    /// ```
    #[must_use]
    pub fn add_dispatcher(mut self, path: impl Into<String>, dispatcher: impl Into<Dispatcher>) -> Self {
        self.set().routes.add(path.into(), dispatcher.into());
        self
    }

    /// Pages of these sites may call from a browser; none but the server's own may unless set. An origin is written as browsers
    /// write it: `https://app.example`, with the port if it is not the usual one. What the answer
    /// tells the browser is for a CORS layer around.
    ///
    /// ```
    /// use http::Request;
    /// use http_body_util::Full;
    /// use tagwire::{Methods, XmlRpcService};
    /// use tower::ServiceExt;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = XmlRpcService::new(Methods::new()).allow_origins(["https://app.example"]);
    /// let status = async |origin| {
    ///     let request = Request::post("/").header("origin", origin).body(Full::new(b"<methodCall/>".as_slice()))?;
    ///     Ok::<_, Box<dyn std::error::Error>>(service.clone().oneshot(request).await?.status())
    /// };
    /// assert_eq!(status("https://app.example").await?, 200);
    /// assert_eq!(status("https://elsewhere.example").await?, 403);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn allow_origins<O: Into<String>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
        self.set().callers.set_origins(origins.into_iter().map(Into::into).collect());
        self
    }

    /// Whether pages of any site may call; false unless set. A browser on the same network lets any page that it shows reach
    /// this server.
    #[must_use]
    pub fn allow_any_origin(mut self, allow: bool) -> Self {
        self.set().callers.set_any_origin(allow);
        self
    }

    /// The names by which this server goes, compared with `Host`: `example.com` on any port, `example.com:8000` on that one.
    /// A request for another is answered with 421. Without any, which is the default, every name will do.
    ///
    /// For a server that only listens on a local network this keeps out the pages whose name was made to point at it.
    ///
    /// ```
    /// use http::Request;
    /// use http_body_util::Full;
    /// use tagwire::{Methods, XmlRpcService};
    /// use tower::ServiceExt;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = XmlRpcService::new(Methods::new()).hosts(["rpc.example"]);
    /// let request = Request::post("/").header("host", "elsewhere.example");
    /// let response = service.oneshot(request.body(Full::new(b"<methodCall/>".as_slice()))?).await?;
    /// assert_eq!(response.status(), 421);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.set().callers.set_hosts(hosts.into_iter().map(Into::into).collect());
        self
    }

    /// Whether a body may come in chunks; true unless set, otherwise it is answered with 501.
    #[must_use]
    pub fn accept_chunked(mut self, accept: bool) -> Self {
        self.set().accept_chunked = accept;
        self
    }

    /// Whether a `Content-Type` other than `text/xml` and `application/xml` is answered with 415; false unless set: many
    /// clients send another one or none, which is refused as well.
    #[must_use]
    pub fn require_xml(mut self, require: bool) -> Self {
        self.set().require_xml = require;
        self
    }
}

/// Limits on what is read and written.
///
/// ```
/// use std::time::Duration;
/// use tagwire::{Methods, XmlRpcService};
///
/// let service = XmlRpcService::new(Methods::new())
///     .max_request_size(64 * 1024)
///     .max_decoded_size(256 * 1024)
///     .max_buffered(32 * 1024 * 1024)
///     .body_idle_timeout(Duration::from_secs(5))
///     .body_timeout(Duration::from_secs(20))
///     .encode_threshold(8 * 1024)
///     .compression_level(6);
/// # let _ = service;
/// ```
impl XmlRpcService {
    /// How many bytes the body of a request may have as it is sent; 1 MiB by default. A larger one is answered with 413,
    /// before it is read where its length is declared.
    #[must_use]
    pub fn max_request_size(mut self, bytes: usize) -> Self {
        self.set().body.max_size = bytes;
        self
    }

    /// How many bytes a compressed body may have when it is decoded; 4 MiB by default. A larger one is answered with 413.
    #[must_use]
    pub fn max_decoded_size(mut self, bytes: usize) -> Self {
        self.set().body.max_decoded_size = bytes;
        self
    }

    /// How many bytes the bodies of all requests and responses may hold together, requests of up to 64 KiB and responses of up
    /// to 16 KiB not counted; 256 MiB by default. A request of which more has arrived takes what it may come to need, which is
    /// [`max_request_size`](Self::max_request_size) where it does not say its length; one that is compressed needs
    /// [`max_decoded_size`](Self::max_decoded_size) more, whatever its size. One for which there is not enough left waits as
    /// long as a body may be [silent](Self::body_idle_timeout), then it is answered with 503.
    /// A response takes what it needs while anything is left. When peers that do not read have taken everything, a result of
    /// more than 16 KiB is dropped and answered with fault -32603: the call has run.
    #[must_use]
    pub fn max_buffered(mut self, bytes: usize) -> Self {
        self.set().budget = Budget::new(bytes);
        self
    }

    /// How long a body may be silent; 10 s by default. Then the request is answered with 408.
    #[must_use]
    pub fn body_idle_timeout(mut self, limit: Duration) -> Self {
        self.set().body.idle = limit;
        self
    }

    /// How long a body may take as a whole; 60 s by default. Then the request is answered with 408.
    #[must_use]
    pub fn body_timeout(mut self, limit: Duration) -> Self {
        self.set().body.total = limit;
        self
    }

    /// From how many bytes on a response is compressed for a client that takes gzip; 1,400 by default, as in CPython, and
    /// `None` for never. Without the feature `gzip` it never is.
    #[must_use]
    pub fn encode_threshold(mut self, bytes: impl Into<Option<usize>>) -> Self {
        self.set().encode_threshold = bytes.into();
        self
    }

    /// How hard a response is compressed, from 0 to 9; 1 by default, the fastest, which leaves little more of XML than the others.
    #[must_use]
    pub fn compression_level(mut self, level: u32) -> Self {
        self.set().compression_level = level.min(9);
        self
    }
}

/// How many calls at a time.
impl XmlRpcService {
    /// How many calls run at a time, at least one; 256 by default. A call has its slot from when its request is read until its
    /// method has really ended and its result is encoded, be its client still there or not. A multicall has one.
    #[must_use]
    pub fn max_concurrent(mut self, calls: usize) -> Self {
        self.set().admission.set_max_concurrent(calls);
        self
    }

    /// How many more calls wait for a slot, in the order of arrival; 256 by default. Under [`OverloadPolicy::Block`] any
    /// number waits.
    #[must_use]
    pub fn max_pending(mut self, calls: usize) -> Self {
        self.set().admission.max_pending = calls;
        self
    }

    /// How long a call waits for a slot before it is refused, under any policy; for as long as it takes unless set.
    #[must_use]
    pub fn max_wait(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.set().admission.max_wait = limit.into();
        self
    }

    /// What becomes of the calls beyond; [`OverloadPolicy::Http503`] by default.
    ///
    /// ```
    /// use tagwire::{Methods, OverloadPolicy, XmlRpcService};
    ///
    /// let service = XmlRpcService::new(Methods::new())
    ///     .max_concurrent(8)
    ///     .max_pending(16)
    ///     .overload_policy(OverloadPolicy::Fault)
    ///     .overload_fault(-32500, "come back later");
    /// # let _ = service;
    /// ```
    #[must_use]
    pub fn overload_policy(mut self, policy: OverloadPolicy) -> Self {
        self.set().admission.policy = policy;
        self
    }

    /// The fault of [`OverloadPolicy::Fault`]; -32500 "server overloaded" by default.
    #[must_use]
    pub fn overload_fault(mut self, code: i64, string: impl Into<Cow<'static, str>>) -> Self {
        self.set().admission.fault = (code, string.into());
        self
    }

    /// What became of the requests so far, and what is going on. It costs about as much as reading a dozen numbers.
    ///
    /// ```
    /// use http_body_util::Full;
    /// use tagwire::{Methods, XmlRpcService};
    /// use tower::ServiceExt;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = XmlRpcService::new(Methods::new().register_fn("six", || 6));
    /// let body = "<methodCall><methodName>six</methodName></methodCall>";
    /// service.clone().oneshot(http::Request::post("/").body(Full::new(body.as_bytes()))?).await?;
    /// assert_eq!(service.stats().completed, 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.settings.admission.counters().snapshot()
    }

    /// Whether every request is logged in one line, as CPython's `logRequests` does it: an event of `tracing` at level info
    /// with target `tagwire::access`. False unless set.
    #[must_use]
    pub fn log_requests(mut self, log: bool) -> Self {
        self.set().log_requests = log;
        self
    }
}
