use std::future::{Future, ready};

use super::blocking::Blocking;
use super::context::RequestContext;
use super::extract::{FromCall, ParamType};
use super::method::MethodFuture;
use super::params::Params;
use super::returns::Returns;
use crate::fault::Fault;
use crate::value::TypeInfo;

/// A function that can be a method: an `async fn`, a plain `fn` or a closure of up to 12 arguments, each
/// [`FromCall`], whose result is `Serialize`, or a `Result` of such and an error that is `Into<Fault>`.
///
/// `M` only tells the kinds of functions apart; it is always inferred.
///
/// ```
/// use tagwire::{Fault, Methods};
///
/// async fn add(a: i32, b: i32) -> i32 {
///     a + b
/// }
///
/// let methods = Methods::new()
///     .register_fn("add", add)
///     .register_fn("shout", |text: String| text.to_uppercase())
///     .register_fn("div", |a: i32, b: i32| {
///         a.checked_div(b).ok_or_else(|| Fault::application("division by zero"))
///     });
/// assert_eq!(methods.len(), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an XML-RPC method",
    label = "not a handler",
    note = "a handler is a function or closure of up to 12 arguments, plain or async; it is `Send + Sync + 'static`, and so is its future",
    note = "each argument implements `serde::Deserialize` or `tagwire::FromCall`; the result implements `serde::Serialize`, or is a `Result` of such a type and an error that is `Into<Fault>`"
)]
pub trait Handler<M>: Send + Sync + 'static {
    /// Of each argument the parameter that it takes, if it takes one.
    fn params() -> Vec<Option<ParamType>>;

    /// The type of the result as far as it is known.
    fn result() -> TypeInfo;

    /// Decodes the arguments, checks that the document is sound to its end, and runs the function.
    fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture;
}

/// Marks a handler that is an `async fn`.
#[derive(Debug)]
pub struct Async;

/// Marks a handler that is a plain `fn`, which runs where the call is dispatched: it must not block.
#[derive(Debug)]
pub struct Plain;

/// Marks a handler that is a plain `fn` on the blocking pool: see [`blocking`](crate::blocking).
#[derive(Debug)]
pub struct OnPool;

fn params_of(arguments: &[fn() -> Option<ParamType>]) -> Vec<Option<ParamType>> {
    arguments.iter().map(|argument| argument()).collect()
}

/// All arguments in order, as a tuple, or the fault of the first that cannot be made.
macro_rules! arguments {
    ($cx:ident, $params:ident, $($argument:ident)*) => {{
        let mut take = || -> Result<_, Fault> {
            let arguments = ($($params.argument::<$argument>(&$cx)?,)*);
            $params.finish()?;
            Ok(arguments)
        };
        take()
    }};
}

/// What a function of these arguments tells, whether it is async or not; its output is `O`.
macro_rules! description {
    ($($argument:ident)*) => {
        fn params() -> Vec<Option<ParamType>> {
            params_of(&[$($argument::param_type,)*])
        }

        fn result() -> TypeInfo {
            O::type_info()
        }
    };
}

macro_rules! handlers {
    ($(($($argument:ident)*))*) => {$(
        impl<F, Fut, O, R, $($argument,)*> Handler<(Async, R, ($($argument,)*))> for F
        where
            F: Fn($($argument),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = O> + Send + 'static,
            O: Returns<R>,
            $($argument: FromCall,)*
        {
            description! { $($argument)* }

            #[allow(non_snake_case)]
            fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture {
                let ($($argument,)*) = match arguments!(cx, params, $($argument)*) {
                    Ok(arguments) => arguments,
                    Err(fault) => return Box::pin(ready(Err(fault))),
                };
                let dialect = cx.dialect();
                let future = self($($argument),*);
                Box::pin(async move { future.await.into_response(&dialect) })
            }
        }

        impl<F, O, R, $($argument,)*> Handler<(Plain, R, ($($argument,)*))> for F
        where
            F: Fn($($argument),*) -> O + Send + Sync + 'static,
            O: Returns<R>,
            $($argument: FromCall,)*
        {
            description! { $($argument)* }

            #[allow(non_snake_case)]
            fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture {
                let ($($argument,)*) = match arguments!(cx, params, $($argument)*) {
                    Ok(arguments) => arguments,
                    Err(fault) => return Box::pin(ready(Err(fault))),
                };
                Box::pin(ready(self($($argument),*).into_response(&cx.dialect())))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<F, O, R, $($argument,)*> Handler<(OnPool, R, ($($argument,)*))> for Blocking<F>
        where
            F: Fn($($argument),*) -> O + Send + Sync + 'static,
            O: Returns<R>,
            $($argument: FromCall + Send + 'static,)*
        {
            description! { $($argument)* }

            #[allow(non_snake_case)]
            fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture {
                let ($($argument,)*) = match arguments!(cx, params, $($argument)*) {
                    Ok(arguments) => arguments,
                    Err(fault) => return Box::pin(ready(Err(fault))),
                };
                let function = self.function();
                self.run(move || function($($argument),*).into_response(&cx.dialect()))
            }
        }
    )*};
}

handlers! {
    ()
    (T1)
    (T1 T2)
    (T1 T2 T3)
    (T1 T2 T3 T4)
    (T1 T2 T3 T4 T5)
    (T1 T2 T3 T4 T5 T6)
    (T1 T2 T3 T4 T5 T6 T7)
    (T1 T2 T3 T4 T5 T6 T7 T8)
    (T1 T2 T3 T4 T5 T6 T7 T8 T9)
    (T1 T2 T3 T4 T5 T6 T7 T8 T9 T10)
    (T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11)
    (T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12)
}
