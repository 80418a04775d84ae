use std::borrow::Cow;
use std::marker::PhantomData;
use std::pin::Pin;

use super::context::RequestContext;
use super::handler::Handler;
use super::info::MethodInfo;
use super::params::Params;
use super::request::RpcResponse;
use super::signature::Signature;
use crate::fault::Fault;
use crate::value::TypeInfo;

/// What a method gives in the end.
///
/// ```
/// use tagwire::{Dialect, Fault, MethodFuture, RpcResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Fault> {
/// let future: MethodFuture = Box::pin(async { Ok(RpcResponse::encode("done", &Dialect::default())?) });
/// assert_eq!(future.await?.value(), b"<value><string>done</string></value>");
/// # Ok(())
/// # }
/// ```
pub type MethodFuture = Pin<Box<dyn Future<Output = Result<RpcResponse, Fault>> + Send>>;

/// Something that can be called by name. Functions become methods through [`Handler`]; implement this for
/// what no function can do.
///
/// ```
/// use std::sync::Arc;
/// use tagwire::{Fault, Method, MethodFuture, MethodInfo, Methods, Params, RequestContext, RpcResponse};
///
/// /// Gives what it was made with.
/// struct Constant {
///     info: MethodInfo,
///     value: i32,
/// }
///
/// impl Method for Constant {
///     fn info(&self) -> &MethodInfo {
///         &self.info
///     }
///
///     fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture {
///         let outcome = params.finish().and_then(|()| RpcResponse::encode(&self.value, &cx.dialect()).map_err(Fault::from));
///         Box::pin(std::future::ready(outcome))
///     }
/// }
///
/// let answer = Constant { info: MethodInfo::new("answer"), value: 42 };
/// let methods = Methods::new().register(Arc::new(answer));
/// assert!(methods.contains("answer"));
/// ```
pub trait Method: Send + Sync + 'static {
    /// Its name, what introspection tells of it, and how it is run.
    fn info(&self) -> &MethodInfo;

    /// Carries out a call. The parameters are taken, and [`Params::finish`] called, before anything is done; what is to be
    /// taken later is kept by [`Params::take_all`].
    fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture;
}

/// A function as a method.
pub(super) struct FnMethod<H, M> {
    info: MethodInfo,
    /// The names of its arguments, where they are known.
    arguments: &'static [&'static str],
    handler: H,
    marker: PhantomData<fn() -> M>,
}

impl<M: 'static, H: Handler<M>> FnMethod<H, M> {
    pub(super) fn new(
        mut info: MethodInfo,
        arguments: &'static [&'static str],
        handler: H,
        result: impl FnOnce() -> TypeInfo,
    ) -> Self {
        if info.signatures().is_empty() {
            let mut signature = Signature::new(result());
            let mut names = arguments.iter();
            for param in H::params() {
                let name = names.next().filter(|name| **name != "_").map(|name| Cow::Borrowed(*name));
                if let Some(param) = param {
                    signature.push(name, param);
                }
            }
            info = info.with_signature(signature);
        }
        Self { info, arguments, handler, marker: PhantomData }
    }
}

impl<M: 'static, H: Handler<M>> Method for FnMethod<H, M> {
    fn info(&self) -> &MethodInfo {
        &self.info
    }

    fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture {
        params.set_names(self.arguments);
        self.handler.call(cx, params)
    }
}
