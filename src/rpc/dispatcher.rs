use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tower_service::Service;

use super::context::{RequestContext, Route};
use super::execute::Execution;
use super::introspection;
use super::method::Methods;
use super::multicall;
use super::request::{RpcRequest, RpcResponse};
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::message::RESPONSE_END;
use crate::xml::limits::Limits;

/// Methods ready to be called: a table, `system.*` and the dialect of the answers.
///
/// It is a [`tower::Service`](Service) of [`RpcRequest`], so that layers can stand around it, and cheap to clone.
/// Without any HTTP it takes a document and gives one:
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
    methods: Methods,
    dialect: Dialect,
    max_calls: usize,
    max_response_size: usize,
}

impl Dispatcher {
    /// Methods with `system.listMethods`, `system.methodHelp`, `system.methodSignature` and `system.multicall`.
    #[must_use]
    pub fn new(methods: Methods) -> Self {
        Self {
            inner: Arc::new(Inner {
                methods: introspection::add_to(methods, multicall::info()),
                dialect: Dialect::default(),
                max_calls: 1000,
                max_response_size: 16 * 1024 * 1024,
            }),
        }
    }

    /// How results are written, and how [`dispatch`](Self::dispatch) reads; [`Dialect::default`] unless set.
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
        Arc::make_mut(&mut self.inner).dialect = dialect;
        self
    }

    /// How many calls a multicall may hold; 1,000 by default. One with more is refused before any runs.
    #[must_use]
    pub fn max_multicall(mut self, calls: usize) -> Self {
        Arc::make_mut(&mut self.inner).max_calls = calls;
        self
    }

    /// How many bytes a response may have; 16 MiB by default. A larger one is answered with fault -32603; a multicall stops
    /// at the call that makes it so. The text of a fault is cut to a sixteenth of it, which fits however it is escaped.
    #[must_use]
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.inner).max_response_size = bytes;
        self
    }

    fn as_route(&self) -> Route {
        let dispatcher = self.clone();
        Arc::new(move |request| Box::pin(dispatcher.clone().call(request)))
    }

    /// Answers a document with a document. Whatever is wrong is a fault in it.
    pub async fn dispatch(&self, document: impl Into<Bytes>) -> Vec<u8> {
        let mut cx = RequestContext::default();
        cx.set_dialect(self.inner.dialect);
        let outcome = match RpcRequest::from_xml(document.into(), None, Limits::default(), &cx) {
            Ok(request) => self.clone().call(request).await,
            Err(error) => Err(error.into()),
        };
        RpcResponse::document(outcome, &self.inner.dialect)
    }
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dispatcher").field(&self.inner.methods).finish()
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

    fn call(&mut self, request: RpcRequest) -> DispatchFuture {
        let (mut cx, mut params) = request.into_parts();
        // What closes the document comes after the value.
        let most = self.inner.max_response_size.saturating_sub(RESPONSE_END.len());
        cx.set_dialect(self.inner.dialect.at_most(most));
        let execution = match self.inner.methods.get(cx.method()) {
            Some(method) => Execution::start(|| method.call(cx, params)),
            None if cx.method() == multicall::NAME => {
                let route = cx.route().unwrap_or_else(|| self.as_route());
                Execution::start(|| Box::pin(multicall::run(route, cx, params, self.inner.max_calls)))
            }
            None => {
                // A broken document is the more useful thing to hear of.
                let sound = params.skip().map_err(Fault::from);
                let fault = sound.err().unwrap_or_else(|| introspection::unknown(cx.method()));
                Execution::ready(Err(fault))
            }
        };
        DispatchFuture { execution, longest_fault: self.inner.max_response_size / 16 }
    }
}

/// A call that a [`Dispatcher`] has begun.
pub struct DispatchFuture {
    execution: Execution,
    longest_fault: usize,
}

impl Future for DispatchFuture {
    type Output = Result<RpcResponse, Fault>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let longest = self.longest_fault;
        Pin::new(&mut self.execution).poll(cx).map(|outcome| outcome.map_err(|fault| fault.cut(longest)))
    }
}

impl fmt::Debug for DispatchFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DispatchFuture")
    }
}
