//! Arguments that take no parameter of the call, and those that take all that are left.

use std::any::type_name;
use std::net::SocketAddr;
use std::ops::Deref;

use http::HeaderMap;
use serde::de::DeserializeOwned;

use super::context::RequestContext;
use super::extract::{FromCall, ParamType};
use super::hidden::logged;
use super::params::Params;
use crate::de::probe::shape_of;
use crate::fault::Fault;
use crate::value::ValueType;

/// The headers of the HTTP request; none where there is no HTTP.
///
/// ```
/// use tagwire::{Headers, Methods};
///
/// let methods = Methods::new().register_fn("agent", |headers: Headers| {
///     headers.get("user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or("unknown").to_owned()
/// });
/// # let _ = methods;
/// ```
#[derive(Debug, Clone)]
pub struct Headers(RequestContext);

impl Deref for Headers {
    type Target = HeaderMap;

    fn deref(&self) -> &HeaderMap {
        self.0.headers()
    }
}

/// The address of the peer, as the socket has it: behind a proxy that is the proxy's.
///
/// [`Server`](crate::Server) adds it to every call. Where nobody does, a method that asks for it answers with fault
/// -32603; [`RequestContext::extension`] asks without that.
///
/// ```
/// use tagwire::{Methods, RemoteAddr};
///
/// let methods = Methods::new().register_fn("whereami", |RemoteAddr(peer): RemoteAddr| peer.ip().to_string());
/// # let _ = methods;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RemoteAddr(pub SocketAddr);

/// A value that the server shares with its methods: from [`Dispatcher::extension`](crate::Dispatcher::extension), or
/// from a layer. Where nobody has added one of that type, a method that asks for it answers with fault -32603.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use tagwire::{Dispatcher, Extension, Fault, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Fault> {
/// let methods = Methods::new()
///     .register_fn("count", |Extension(hits): Extension<Arc<AtomicU64>>| hits.fetch_add(1, Ordering::Relaxed) + 1);
/// let dispatcher = Dispatcher::new(methods).extension(Arc::new(AtomicU64::new(0)));
/// assert_eq!(dispatcher.call::<_, u64>("count", ()).await?, 1);
/// assert_eq!(dispatcher.call::<_, u64>("count", ()).await?, 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Extension<T>(pub T);

/// The name under which the method was called: what a [fallback](crate::Methods::fallback) goes by.
///
/// ```
/// use tagwire::{Dispatcher, Fault, MethodName, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Fault> {
/// let dispatcher = Dispatcher::new(Methods::new().fallback(|MethodName(name): MethodName| name));
/// assert_eq!(dispatcher.call::<_, String>("lights.on", ()).await?, "lights.on");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodName(pub String);

/// All parameters that are left, any number of them and of one type.
///
/// ```
/// use tagwire::{Dispatcher, Fault, Methods, Rest};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Fault> {
/// let sum = |first: i32, Rest(more): Rest<i32>| first + more.into_iter().sum::<i32>();
/// let dispatcher = Dispatcher::new(Methods::new().register_fn("sum", sum));
/// assert_eq!(dispatcher.call::<_, i32>("sum", (1, 2, 3)).await?, 6);
/// assert_eq!(dispatcher.call::<_, i32>("sum", (1,)).await?, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rest<T>(pub Vec<T>);

impl<T> IntoIterator for Rest<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> From<Vec<T>> for Rest<T> {
    fn from(values: Vec<T>) -> Self {
        Self(values)
    }
}

impl FromCall for RequestContext {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        Ok(cx.clone())
    }
}

impl FromCall for Headers {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        Ok(Self(cx.clone()))
    }
}

impl FromCall for RemoteAddr {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        cx.extension().copied().ok_or_else(missing::<Self>)
    }
}

impl<T: Clone + Send + Sync + 'static> FromCall for Extension<T> {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        cx.extension().cloned().map(Self).ok_or_else(missing::<T>)
    }
}

fn missing<T>() -> Fault {
    logged(&type_name::<T>(), "nobody has added an extension that a method asks for")
}

impl FromCall for MethodName {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        Ok(Self(cx.method().to_owned()))
    }
}

impl<T: DeserializeOwned> FromCall for Rest<T> {
    fn param_type() -> Option<ParamType> {
        Some(ParamType::Rest(shape_of::<T>().info))
    }

    fn from_call(_: &RequestContext, params: &mut Params) -> Result<Self, Fault> {
        let mut rest = Vec::new();
        while let Some(value) = params.take_if_any()? {
            rest.push(value);
        }
        Ok(Self(rest))
    }
}

impl FromCall for Params {
    fn param_type() -> Option<ParamType> {
        Some(ParamType::Rest(ValueType::Undef.into()))
    }

    fn from_call(_: &RequestContext, params: &mut Params) -> Result<Self, Fault> {
        params.take_all()
    }
}
