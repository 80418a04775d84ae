//! What `#[xmlrpc_method]` asks about the types of a function before it hands the function over.
//!
//! A function that is no [`Handler`] gets an error at its name, often without the reason. So the macro asks about
//! each argument and about the result first, and the compiler answers at the type that does not fit. The error
//! about the function would only repeat that, and is left out by way of method resolution: for a type that fits it
//! finds a method that passes the function on, for any other it finds [`Unfit`], whose bound is the error, and
//! whose result is of a type that nothing determines, which the compiler does not report after another error.
//!
//! The methods are called on a `&&&&Check`; resolution takes off one reference after the other until one applies.

use std::marker::PhantomData;
use std::sync::Arc;

use super::blocking::{Blocking, blocking};
use super::extract::FromCall;
use super::handler::{Async, Handler, OnPool, Plain};
use super::info::MethodInfo;
use super::method::{FnMethod, Method};
use super::returns::{Fallible, Returns};
use crate::fault::Fault;
use crate::value::TypeInfo;

/// A question about `T`. Where that is a result, `A` and `R` are those of the handler: see [`Handler`].
#[derive(Debug)]
pub struct Check<T, A, R>(PhantomData<(T, A, R)>);

/// Asks about an argument or an error.
#[must_use]
pub fn check<T>() -> Check<T, (), ()> {
    Check(PhantomData)
}

/// Asks about a result.
#[must_use]
pub fn check_result<T, A, R>() -> Check<T, A, R> {
    Check(PhantomData)
}

impl<T, A, R> Check<T, A, R> {
    /// The kind of a `fn` with this result.
    #[must_use]
    pub fn kind(&self) -> PhantomData<(A, R)> {
        PhantomData
    }

    /// The kind of an `async fn` with this result.
    #[must_use]
    pub fn awaited(&self) -> PhantomData<(Async, R)> {
        PhantomData
    }
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

/// A `Result` that fits. It comes first, so that one that is serializable as a whole is a `Result` all the same.
pub trait FallibleFits {
    /// Passes the handler on.
    fn result<T, H>(&self, handler: H) -> H {
        handler
    }
}

impl<T, E> FallibleFits for &&&Check<Result<T, E>, Plain, Fallible> where Result<T, E>: Returns<Fallible> {}

/// Any other result that fits.
pub trait ResultFits {
    /// Passes the handler on.
    fn result<T, H>(&self, handler: H) -> H {
        handler
    }
}

impl<T: Returns<R>, R> ResultFits for &&Check<T, Plain, R> {}

/// A future of a result that fits, from a plain `fn`.
pub trait FutureFits {
    /// Passes the handler on.
    fn result<T, H>(&self, handler: H) -> H {
        handler
    }
}

impl<F: Future<Output: Returns<R>>, R> FutureFits for &Check<F, Async, R> {}

/// An argument that fits.
pub trait ArgumentFits {
    /// Passes the handler on.
    fn argument<T, H>(&self, handler: H) -> H {
        handler
    }
}

impl<T: FromCall> ArgumentFits for &Check<T, (), ()> {}

/// An error that fits.
pub trait ErrorFits {
    /// Passes the handler on.
    fn error<E, H>(&self, handler: H) -> H {
        handler
    }
}

impl<E: Into<Fault>> ErrorFits for &Check<E, (), ()> {}

/// What does not fit: a call of one of these is the error, at the type that is given to it.
pub trait Unfit<R, X> {
    /// In place of [`ResultFits::result`].
    fn result<T: Returns<R>, H>(&self, handler: H) -> X;

    /// In place of [`ArgumentFits::argument`].
    fn argument<T: FromCall, H>(&self, handler: H) -> X;

    /// In place of [`ErrorFits::error`].
    fn error<E: Into<Fault>, H>(&self, handler: H) -> X;
}

impl<T, A, R, X: Default> Unfit<R, X> for Check<T, A, R> {
    fn result<U: Returns<R>, H>(&self, _: H) -> X {
        X::default()
    }

    fn argument<U: FromCall, H>(&self, _: H) -> X {
        X::default()
    }

    fn error<U: Into<Fault>, H>(&self, _: H) -> X {
        X::default()
    }
}
