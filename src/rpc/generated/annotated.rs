//! Functions as methods.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::rpc::blocking::{Blocking, blocking};
use crate::rpc::handler::{Handler, OnPool, Plain};
use crate::rpc::info::MethodInfo;
use crate::rpc::method::{FnMethod, Method};
use crate::value::TypeInfo;

/// Implemented by `#[xmlrpc_method]` for the struct that bears a function's name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no function that is marked `#[xmlrpc_method]`",
    label = "not marked `#[xmlrpc_method]`",
    note = "`methods!` takes the names of free functions: write `#[xmlrpc_method]` on the function",
    note = "a type with methods has a table of its own: write `#[xmlrpc_methods]` on its `impl`, and merge the tables"
)]
pub trait Annotated {
    /// The function as a method.
    fn method() -> Arc<dyn Method>;
}

/// An annotated function as a method. Its kind is known, so that one implementation of [`Handler`] is left and the
/// compiler's error is the reason why it does not apply, such as the value that makes a future not `Send`.
#[must_use]
pub fn annotated_as<A: 'static, R: 'static, X: 'static, H: Handler<(A, R, X)>>(
    _kind: PhantomData<(A, R)>,
    _arguments: PhantomData<fn(X)>,
    info: MethodInfo,
    arguments: &'static [&'static str],
    handler: H,
    result: TypeInfo,
) -> Arc<dyn Method> {
    Arc::new(FnMethod::<H, (A, R, X)>::new(info, arguments, handler, || result))
}

/// [`annotated_as`] for a function that runs on the blocking pool.
#[must_use]
pub fn annotated_blocking<R: 'static, X: 'static, H>(
    _kind: PhantomData<(Plain, R)>,
    arguments: PhantomData<fn(X)>,
    info: MethodInfo,
    names: &'static [&'static str],
    handler: H,
    result: TypeInfo,
) -> Arc<dyn Method>
where
    Blocking<H>: Handler<(OnPool, R, X)>,
{
    annotated_as::<OnPool, R, X, _>(PhantomData, arguments, info, names, blocking(handler), result)
}
