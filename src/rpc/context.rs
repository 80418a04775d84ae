use std::fmt;
use std::sync::Arc;

use bytestring::ByteString;
use http::{Extensions, HeaderMap};

use super::method::MethodFuture;
use super::request::RpcRequest;
use crate::dialect::Dialect;

/// What is known of a call beside its parameters: the method's name, the HTTP headers, and whatever the
/// layers around have added as extensions. A handler has it by naming it as an argument.
///
/// ```
/// use tagwire::{Dispatcher, Methods, RequestContext};
///
/// let methods = Methods::new().register_fn("whoami", |cx: RequestContext| {
///     let agent = cx.headers().get("user-agent").and_then(|agent| agent.to_str().ok());
///     format!("{} called {}", agent.unwrap_or("somebody"), cx.method())
/// });
/// # let _ = Dispatcher::new(methods);
/// ```
#[derive(Clone)]
pub struct RequestContext {
    method: ByteString,
    dialect: Dialect,
    shared: Arc<Shared>,
}

#[derive(Clone, Default)]
struct Shared {
    headers: HeaderMap,
    extensions: Extensions,
    /// Where the calls of a multicall go, if not straight to the dispatcher.
    route: Option<Route>,
}

/// A service of calls whose type nobody needs to know.
pub(super) type Route = Arc<dyn Fn(RpcRequest) -> MethodFuture + Send + Sync>;

impl RequestContext {
    /// The context of a request with these headers and extensions.
    #[must_use]
    pub fn new(headers: HeaderMap, extensions: Extensions) -> Self {
        Self {
            method: ByteString::new(),
            dialect: Dialect::default(),
            shared: Arc::new(Shared { headers, extensions, route: None }),
        }
    }

    /// The name under which the method was called; inside a multicall that of the element.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The headers of the HTTP request; empty where there is none.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.shared.headers
    }

    /// What the layers around have added.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.shared.extensions
    }

    /// To add an extension, in a layer around the dispatcher.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut Arc::make_mut(&mut self.shared).extensions
    }

    pub(super) fn for_method(&self, method: ByteString) -> Self {
        Self { method, ..self.clone() }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(super) fn route(&self) -> Option<Route> {
        self.shared.route.clone()
    }

    pub(super) fn set_route(&mut self, route: Route) {
        Arc::make_mut(&mut self.shared).route = Some(route);
    }

    pub(crate) fn set_dialect(&mut self, dialect: Dialect) {
        self.dialect = dialect;
    }
}

impl Default for RequestContext {
    fn default() -> Self {
        Self::new(HeaderMap::new(), Extensions::new())
    }
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers may hold credentials.
        f.debug_struct("RequestContext").field("method", &self.method).finish_non_exhaustive()
    }
}
