use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::Extensions;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::{BoxError, Layer, Service};

use super::context::RequestContext;
use super::execute::{Execution, Guarded, Terms};
use super::info::OnDisconnect;
use super::layer::Route;
use super::method::MethodFuture;
use super::methods::Methods;
use super::params::Params;
use super::request::{RpcRequest, RpcResponse};
use super::system::{Enabled, SystemMethod};
use crate::de;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::message::{RESPONSE_END, write_call};
use crate::xml::encoding::to_utf8_shared;
use crate::xml::error::Error;
use crate::xml::limits::Limits;

/// Methods ready to be called: a table, `system.*`, layers, and the terms of a call.
///
/// It is cheap to clone, and a [`tower::Service`](Service) of [`RpcRequest`]. Without any HTTP it takes a document and gives
/// one:
///
/// ```
/// use tagwire::{Dialect, Dispatcher, MethodCall, MethodResponse, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::Error> {
/// let dispatcher = Dispatcher::new(Methods::new().register_fn("add", |a: i32, b: i32| a + b));
/// let call = MethodCall::new("add", (2, 3)).to_xml(&Dialect::default())?;
/// let response = dispatcher.dispatch(call).await;
/// assert_eq!(MethodResponse::from_xml(&response)?, MethodResponse::Value(5));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Dispatcher {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    /// Shared by all clones, whatever else they are set to.
    table: Arc<Table>,
    system: Enabled,
    route: Route,
    extensions: Option<Arc<Extensions>>,
    dialect: Dialect,
    limits: Limits,
    max_calls: usize,
    max_response_size: usize,
    terms: Terms,
}

struct Table {
    methods: ArcSwap<Methods>,
    /// Held by a change from what it starts with to what it ends with.
    changing: Mutex<()>,
}

impl Dispatcher {
    /// Methods together with those of [`SystemMethod`]. One in the table that has the name of one of these takes its
    /// place.
    #[must_use]
    pub fn new(methods: Methods) -> Self {
        Self {
            inner: Arc::new(Inner {
                table: Arc::new(Table { methods: ArcSwap::from_pointee(methods), changing: Mutex::default() }),
                system: Enabled::default(),
                route: Route::default(),
                extensions: None,
                dialect: Dialect::default(),
                limits: Limits::default(),
                max_calls: 1000,
                max_response_size: 16 * 1024 * 1024,
                terms: Terms { timeout: Some(Duration::from_secs(60)), on_disconnect: OnDisconnect::Finish },
            }),
        }
    }

    /// How calls are read, and results and faults written; [`Dialect::default`] unless set.
    ///
    /// ```
    /// use tagwire::{Dialect, Dispatcher, Methods};
    ///
    /// let methods = Methods::new().register_fn("none", || None::<i32>);
    /// let dispatcher = Dispatcher::new(methods).dialect(Dialect::default().allow_none(true));
    /// # let _ = dispatcher;
    /// ```
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.settings().dialect = dialect;
        self
    }

    /// How deep and how many the values of a call may be; [`Limits::default`] unless set. A call beyond is answered with
    /// fault -32600.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tagwire::{Dispatcher, Limits, Methods, OnDisconnect};
    ///
    /// let strict = Dispatcher::new(Methods::new())
    ///     .limits(Limits::default().max_depth(8))
    ///     .max_multicall(20)
    ///     .max_response_size(64 * 1024)
    ///     .handler_timeout(Duration::from_secs(5))
    ///     .on_disconnect(OnDisconnect::Cancel);
    /// # let _ = strict;
    /// ```
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings().limits = limits;
        self
    }

    /// How many calls a multicall may hold; 1,000 by default. One with more is refused before any runs.
    #[must_use]
    pub fn max_multicall(mut self, calls: usize) -> Self {
        self.settings().max_calls = calls;
        self
    }

    /// How many bytes a response may have; 16 MiB by default. A larger one is answered with fault -32603; a multicall stops
    /// at the call that makes it so. The text of a fault is cut to a sixteenth of it, which fits however it is escaped.
    #[must_use]
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.settings().max_response_size = bytes;
        self
    }

    /// How long a call may take, from its arguments to its result; 60 s by default, `None` for no limit, and
    /// [`MethodInfo::with_timeout`](crate::MethodInfo::with_timeout) for one method. Beyond it the method is dropped where it
    /// waits, and the call answered with fault -32400. A multicall has this limit as a whole, and each call in it
    /// has its own.
    ///
    /// What a call spends in layers does not count; for that there is tower's own `TimeoutLayer`, which gives up waiting
    /// for the method as a caller does that goes away: see [`on_disconnect`](Self::on_disconnect).
    ///
    /// It needs a Tokio runtime with time enabled; without a runtime there is no limit. A function that computes
    /// without ever waiting is not interrupted by anything: that is for [`blocking`](crate::blocking).
    #[must_use]
    pub fn handler_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.settings().terms.timeout = limit.into();
        self
    }

    /// What becomes of a method that waits when its caller goes away; [`OnDisconnect::Finish`] by default, and
    /// [`MethodInfo::with_on_disconnect`](crate::MethodInfo::with_on_disconnect) for one method.
    #[must_use]
    pub fn on_disconnect(mut self, on_disconnect: OnDisconnect) -> Self {
        self.settings().terms.on_disconnect = on_disconnect;
        self
    }

    /// Turns some of the built-in methods off: a call of one is that of an unknown name.
    ///
    /// ```
    /// use tagwire::{Dispatcher, Methods, SystemMethod};
    ///
    /// let silent = Dispatcher::new(Methods::new()).without(SystemMethod::ALL);
    /// let single = Dispatcher::new(Methods::new()).without([SystemMethod::Multicall]);
    /// # let _ = (silent, single);
    /// ```
    #[must_use]
    pub fn without(mut self, methods: impl IntoIterator<Item = SystemMethod>) -> Self {
        for method in methods {
            self.settings().system.remove(method);
        }
        self
    }

    /// Gives every call a value that methods ask for as [`Extension`](crate::Extension).
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        Arc::make_mut(self.settings().extensions.get_or_insert_default()).insert(value);
        self
    }

    /// Puts a tower layer around the methods: it sees every call as an [`RpcRequest`], a multicall as a whole and each
    /// call in it. The layer that is added last is the outermost.
    ///
    /// A layer turns a call away by an error. A [`Fault`] goes out as it is; of tower's own errors a time limit is fault -32400 and
    /// a shed load -32500, "server overloaded". Any other error is logged, and is -32603 to the caller.
    ///
    /// A multicall passes the layers while the calls in it do: one that lets a single call through at a time, such as a
    /// concurrency limit of 1, would have them wait for each other for ever.
    /// [`XmlRpcService::max_concurrent`](crate::XmlRpcService::max_concurrent) counts a multicall once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tagwire::{Dispatcher, Fault, Methods, RpcRequest};
    /// use tower::timeout::TimeoutLayer;
    /// use tower::util::MapRequestLayer;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let methods = Methods::new().register_fn("forever", async || std::future::pending::<i32>().await);
    /// let dispatcher = Dispatcher::new(methods)
    ///     .layer(TimeoutLayer::new(Duration::from_millis(10)))
    ///     .layer(MapRequestLayer::new(|request: RpcRequest| {
    ///         println!("{} is called", request.method());
    ///         request
    ///     }));
    /// let fault = dispatcher.call::<_, i32>("forever", ()).await.unwrap_err();
    /// assert_eq!(fault.code(), Fault::SYSTEM);
    /// # }
    /// ```
    #[must_use]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route>,
        L::Service: Service<RpcRequest, Response = RpcResponse> + Clone + Send + Sync + 'static,
        <L::Service as Service<RpcRequest>>::Error: Into<BoxError>,
        <L::Service as Service<RpcRequest>>::Future: Send,
    {
        let settings = self.settings();
        settings.route = Route::through(layer.layer(settings.route.clone()));
        self
    }

    /// Changes the table for this dispatcher and all its clones, at once: every call finds either the old table or the
    /// new one, and those under way go on with the method that they found. Where a server is at work, keep a clone.
    ///
    /// ```
    /// use tagwire::{Dispatcher, Methods};
    ///
    /// let dispatcher = Dispatcher::new(Methods::new().register_fn("one", || 1));
    /// dispatcher.update_methods(|methods| methods.register_fn("two", || 2)); // one more
    /// dispatcher.update_methods(|_| Methods::new().register_fn("three", || 3)); // another table
    /// assert_eq!(dispatcher.methods().len(), 1);
    /// ```
    ///
    /// Calls go on while `change` is at work, and changes wait for each other: one inside another would wait for ever.
    pub fn update_methods(&self, change: impl FnOnce(Methods) -> Methods) {
        let table = &self.inner.table;
        let changing = table.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = table.methods.swap(Arc::new(change(self.methods())));
        drop(changing);
        // What methods hold may change the table in turn when it is dropped.
        drop(before);
    }

    /// The table as it is now.
    #[must_use]
    pub fn methods(&self) -> Methods {
        Methods::clone(&self.inner.table.methods.load())
    }

    /// Calls a method without any transport: to test handlers, and to use them in the same process. Arguments and result
    /// are encoded and decoded, and the layers passed, as for a call from outside.
    ///
    /// ```
    /// use tagwire::{Dispatcher, Fault, Methods};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Fault> {
    /// let dispatcher = Dispatcher::new(Methods::new().register_fn("add", |a: i32, b: i32| a + b));
    /// let sum: i32 = dispatcher.call("add", (1, 2)).await?;
    /// assert_eq!(sum, 3);
    /// assert_eq!(dispatcher.call::<_, i32>("sub", (1, 2)).await.unwrap_err().code(), Fault::METHOD_NOT_FOUND);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The fault that a caller would get. Arguments that cannot be written are -32602, a result of another type than asked for
    /// is -32603.
    pub fn call<P, R>(&self, method: &str, params: P) -> impl Future<Output = Result<R, Fault>> + Send + use<P, R>
    where
        P: Serialize,
        R: DeserializeOwned,
    {
        let Inner { dialect, limits, .. } = *self.inner;
        let document = write_call(method, &params, &dialect).map_err(|error| Fault::invalid_params(error.to_string()));
        let dispatcher = self.clone();
        async move {
            let response = dispatcher.begin(document?.into())?.await?;
            de::from_slice_with(response.value(), &dialect, limits)
                .map_err(|error| Fault::internal_error(format!("the result of the call: {error}")))
        }
    }

    /// Answers a document with a document. Whatever is wrong is a fault in it.
    pub async fn dispatch(&self, document: impl Into<Bytes>) -> Vec<u8> {
        let outcome = match self.begin(document.into()) {
            Ok(call) => call.await,
            Err(error) => Err(error.into()),
        };
        self.document(outcome)
    }

    /// A call from its document, to be given to this [`Service`]; the parameters are read when a handler asks for them.
    /// `charset` is what the transport says of the encoding, if anything.
    ///
    /// ```
    /// use tagwire::{Dispatcher, Methods, RequestContext};
    ///
    /// let dispatcher = Dispatcher::new(Methods::new());
    /// let xml = b"<methodCall><methodName>add</methodName></methodCall>".as_slice();
    /// let request = dispatcher.read_call(xml.into(), None, RequestContext::default())?;
    /// assert_eq!(request.method(), "add");
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    ///
    /// # Errors
    /// What stands before the first parameter is no method call.
    pub fn read_call(&self, document: Bytes, charset: Option<&str>, cx: RequestContext) -> Result<RpcRequest, Error> {
        let mut request = self.read(document, charset, cx)?;
        request.name_context();
        Ok(request)
    }

    /// [`read_call`](Self::read_call) for a request that goes straight to [`start`](Self::start): its context has no name
    /// before that.
    pub(crate) fn read(&self, document: Bytes, charset: Option<&str>, cx: RequestContext) -> Result<RpcRequest, Error> {
        let document = to_utf8_shared(document, charset)?;
        let params = Params::new(document, self.inner.limits, self.inner.dialect.reading());
        let mut request = RpcRequest::new(cx, params);
        request.read_name()?;
        Ok(request)
    }

    /// Reads a call and sends it on its way.
    fn begin(&self, document: Bytes) -> Result<DispatchFuture, Error> {
        let mut request = self.read(document, None, RequestContext::default())?;
        Ok(self.start(&mut request))
    }

    /// The `<methodResponse>` of a result, or of a fault.
    #[must_use]
    pub fn document(&self, outcome: Result<RpcResponse, Fault>) -> Vec<u8> {
        RpcResponse::document(outcome, &self.inner.dialect)
    }

    /// Sends a call on its way through the layers. Where there are none, the request stays where it is: it is large.
    pub(crate) fn start(&self, request: &mut RpcRequest) -> DispatchFuture {
        let cx = request.context_mut();
        // What closes the document comes after the value.
        let most = self.inner.max_response_size.saturating_sub(RESPONSE_END.len());
        cx.set_dialect(self.inner.dialect.at_most(most));
        cx.set_common(self.inner.extensions.clone());
        match self.inner.route.service() {
            Some(layers) => {
                DispatchFuture::through(layers(request.take_for(self.clone())), self.inner.max_response_size)
            }
            None => self.carry_out(request),
        }
    }

    /// Has the method of a call begin, which has come through the layers.
    pub(super) fn carry_out(&self, request: &mut RpcRequest) -> DispatchFuture {
        let stage = Stage::Method(self.execute(request));
        DispatchFuture { stage, max_response_size: self.inner.max_response_size }
    }

    fn execute(&self, request: &mut RpcRequest) -> Execution {
        let terms = self.inner.terms;
        let methods = self.inner.table.methods.load();
        if let Some((name, method)) = methods.find(request.method()) {
            let (cx, params) = request.parts(Some(name));
            return Execution::start(terms.of(method.info()), cx.hold(), || method.call(cx, params));
        }
        self.execute_other(&methods, request)
    }

    /// A call of a name that is not in the table.
    #[cold]
    fn execute_other(&self, methods: &Methods, request: &mut RpcRequest) -> Execution {
        let terms = self.inner.terms;
        let (cx, params) = request.parts(None);
        let hold = cx.hold();
        if let Some(system) = self.system(cx.method()) {
            Execution::start(terms, hold, || system.call(self.clone(), cx, params))
        } else if let Some(method) = methods.fallback_for(cx.method()) {
            Execution::start(terms.of(method.info()), hold, || method.call(cx, params))
        } else {
            // A broken document is the more useful thing to hear of.
            let sound = params.skip().map_err(Fault::from);
            let fault = sound.err().unwrap_or_else(|| unknown(cx.method()));
            Execution::refused(fault, hold)
        }
    }

    /// Where a method that has the name of a built-in is not in the way.
    pub(super) fn system(&self, name: &str) -> Option<SystemMethod> {
        self.inner.system.find(name)
    }

    pub(super) fn enabled(&self) -> Enabled {
        self.inner.system
    }

    pub(super) fn max_calls(&self) -> usize {
        self.inner.max_calls
    }

    fn settings(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.inner)
    }
}

/// The fault for a name that no method has.
#[cold]
pub(super) fn unknown(name: &str) -> Fault {
    Fault::method_not_found(format!("method {} is not known", crate::xml::error::shorten(name)))
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dispatcher").field(&self.methods()).finish()
    }
}

impl From<Methods> for Dispatcher {
    fn from(methods: Methods) -> Self {
        Self::new(methods)
    }
}

impl Service<RpcRequest> for Dispatcher {
    type Response = RpcResponse;
    type Error = Fault;
    type Future = DispatchFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: RpcRequest) -> DispatchFuture {
        self.start(&mut request)
    }
}

/// A call that a [`Dispatcher`] has begun.
///
/// ```
/// use tagwire::{DispatchFuture, Dispatcher, Methods, RequestContext};
/// use tower::{Service, ServiceExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::Fault> {
/// let mut dispatcher = Dispatcher::new(Methods::new().register_fn("six", || 6));
/// let xml = b"<methodCall><methodName>six</methodName></methodCall>".as_slice();
/// let request = dispatcher.read_call(xml.into(), None, RequestContext::default())?;
/// let call: DispatchFuture = dispatcher.ready().await?.call(request);
/// assert_eq!(call.await?.value(), b"<value><int>6</int></value>");
/// # Ok(())
/// # }
/// ```
pub struct DispatchFuture {
    stage: Stage,
    max_response_size: usize,
}

enum Stage {
    /// On its way through layers.
    Layered(Guarded),
    Method(Execution),
}

impl DispatchFuture {
    /// A call in layers.
    pub(super) fn through(layers: MethodFuture, max_response_size: usize) -> Self {
        Self { stage: Stage::Layered(Guarded::new(layers)), max_response_size }
    }
}

impl Future for DispatchFuture {
    type Output = Result<RpcResponse, Fault>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = match &mut self.stage {
            Stage::Layered(future) => ready!(Pin::new(future).poll(cx)),
            Stage::Method(execution) => ready!(Pin::new(execution).poll(cx)),
        };
        let most = self.max_response_size;
        Poll::Ready(match outcome {
            // A method has been held to it as it wrote.
            Ok(response) if response.size() > most => {
                Err(Fault::internal_error(format!("the response would be larger than {most} bytes")))
            }
            Ok(response) => Ok(response),
            Err(fault) => Err(fault.cut(most / 16)),
        })
    }
}

impl fmt::Debug for DispatchFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DispatchFuture")
    }
}
