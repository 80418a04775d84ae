use std::fmt;
use std::sync::Arc;

use bytestring::ByteString;
use http::{Extensions, HeaderMap};

use super::hold::Hold;
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
pub struct RequestContext {
    method: ByteString,
    dialect: Dialect,
    /// What the dispatcher adds to every call; none until a dispatcher has it.
    common: Option<Arc<Extensions>>,
    /// What the connection gives to all of its calls.
    connection: Option<Arc<Extensions>>,
    /// None while there are neither headers nor extensions.
    own: Option<Arc<Own>>,
    hold: Option<Hold>,
}

#[derive(Clone, Default)]
struct Own {
    headers: HeaderMap,
    extensions: Extensions,
}

impl RequestContext {
    /// The context of a request with these headers and extensions.
    #[must_use]
    pub fn new(headers: HeaderMap, extensions: Extensions) -> Self {
        Self {
            method: ByteString::new(),
            dialect: Dialect::default(),
            common: None,
            connection: None,
            own: Some(Arc::new(Own { headers, extensions })),
            hold: None,
        }
    }

    /// The name under which the method was called; inside a multicall that of the element.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// How the result is to be written.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The headers of the HTTP request; empty where there is none.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.own().headers
    }

    /// The extension of a type: one that this call was given by the HTTP server or by a layer around, or else the one that
    /// its [dispatcher](crate::Dispatcher::extension) gives to all.
    #[must_use]
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<&T> {
        let own = self.own().extensions.get();
        own.or_else(|| self.connection.as_ref()?.get()).or_else(|| self.common.as_ref()?.get())
    }

    /// To add an extension, in a layer around the dispatcher.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut Arc::make_mut(self.own.get_or_insert_default()).extensions
    }

    fn own(&self) -> &Own {
        static NONE: std::sync::LazyLock<Own> = std::sync::LazyLock::new(Own::default);
        self.own.as_deref().unwrap_or_else(|| &NONE)
    }

    /// That of a call inside a multicall.
    pub(super) fn for_inner(&self, method: ByteString) -> Self {
        Self { method, hold: self.hold.clone().map(Hold::for_inner), ..self.clone() }
    }

    pub(super) fn hold(&self) -> Option<Hold> {
        self.hold.clone()
    }

    #[cfg(feature = "server")]
    pub(crate) fn set_connection(&mut self, extensions: Option<Arc<Extensions>>) {
        self.connection = extensions;
    }

    #[cfg(feature = "server")]
    pub(crate) fn set_hold(&mut self, hold: Hold) {
        self.hold = Some(hold);
    }

    pub(super) fn set_method(&mut self, method: ByteString) {
        self.method = method;
    }

    pub(super) fn set_dialect(&mut self, dialect: Dialect) {
        self.dialect = dialect;
    }

    pub(super) fn set_common(&mut self, common: Option<Arc<Extensions>>) {
        self.common = common;
    }
}

/// A clone may be kept for as long as one likes: it does not keep the call's slot.
impl Clone for RequestContext {
    fn clone(&self) -> Self {
        Self {
            method: self.method.clone(),
            dialect: self.dialect,
            common: self.common.clone(),
            connection: self.connection.clone(),
            own: self.own.clone(),
            hold: None,
        }
    }
}

impl Default for RequestContext {
    fn default() -> Self {
        Self {
            method: ByteString::new(),
            dialect: Dialect::default(),
            common: None,
            connection: None,
            own: None,
            hold: None,
        }
    }
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers may hold credentials.
        f.debug_struct("RequestContext").field("method", &self.method).finish_non_exhaustive()
    }
}
