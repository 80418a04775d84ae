//! What the macros ask about the types of a function before they hand the function over.
//!
//! A function that is no [`Handler`] gets an error at its name, often without the reason. So the macros ask about
//! each argument and about the result first, and the compiler answers at the type that does not fit. The error
//! about the function would only repeat that, and is left out by way of method resolution: for a type that fits it
//! finds a method that passes the function on, for any other it finds [`Unfit`], whose bound is the error, and
//! whose result is of a type that nothing determines, which the compiler does not report after another error.
//!
//! The methods are called on a `&&&&Check`; resolution takes off one reference after the other until one applies.
//!
//! [`Handler`]: crate::rpc::Handler

use std::marker::PhantomData;

use super::demands::{Extractor, FallibleResult, Frugal, HandlerError, NotSent, Parameter};
use crate::fault::Fault;
use crate::rpc::extract::FromCall;
use crate::rpc::extractors::Rest;
use crate::rpc::handler::{Async, Plain};
use crate::rpc::params::Params;
use crate::rpc::returns::{Fallible, Returns};

/// A question about `T`. Where that is a result, `A` and `R` are those of the handler: see
/// [`Handler`](crate::rpc::Handler). Where it is an argument in front of a `B`, `A` is `PhantomData<B>`.
#[derive(Debug)]
pub struct Check<T, A, R>(PhantomData<(T, A, R)>);

/// Asks about an argument or an error.
#[must_use]
pub fn check<T>() -> Check<T, (), ()> {
    Check(PhantomData)
}

/// Asks about a result, or about an argument in front of another.
#[must_use]
pub fn check_result<T, A, R>() -> Check<T, A, R> {
    Check(PhantomData)
}

impl<T, A, R> Check<T, A, R> {
    /// The kind of a `fn` with this result.
    #[must_use]
    pub fn __tagwire_kind(&self) -> PhantomData<(A, R)> {
        PhantomData
    }

    /// The kind of an `async fn` with this result.
    #[must_use]
    pub fn __tagwire_awaited(&self) -> PhantomData<(Async, R)> {
        PhantomData
    }
}

/// A `Result` that fits. It comes first, so that one that is serializable as a whole is a `Result` all the same.
pub trait FallibleFits {
    /// Passes the handler on.
    fn __tagwire_result<T, H>(&self, handler: H) -> H {
        handler
    }

    /// Passes the handler on.
    fn __tagwire_fallible<T, H>(&self, handler: H) -> H {
        handler
    }
}

impl<T, E> FallibleFits for &&&Check<Result<T, E>, Plain, Fallible> where Result<T, E>: Returns<Fallible> {}

/// Any other result that fits.
pub trait ResultFits {
    /// Passes the handler on.
    fn __tagwire_result<T, H>(&self, handler: H) -> H {
        handler
    }

    /// Passes the handler on: what is called `Result` is a type of the user's.
    fn __tagwire_fallible<T, H>(&self, handler: H) -> H {
        handler
    }
}

impl<T: Returns<R>, R> ResultFits for &&Check<T, Plain, R> {}

/// A future of a result that fits, from a plain `fn`.
pub trait FutureFits {
    /// Passes the handler on.
    fn __tagwire_result<T, H>(&self, handler: H) -> H {
        handler
    }
}

impl<F: Future<Output: Returns<R>>, R> FutureFits for &Check<F, Async, R> {}

/// An argument that fits, by itself or in front of another.
pub trait ArgumentFits {
    /// Passes the handler on.
    fn __tagwire_argument<T, H>(&self, handler: H) -> H {
        handler
    }

    /// Passes the handler on if the argument, which is known by its name, is what it is called.
    fn __tagwire_extractor<T: Extractor, H>(&self, handler: H) -> H {
        handler
    }

    /// Passes the handler on: the argument is marked as one that takes no parameter.
    fn __tagwire_extracted<T, H>(&self, handler: H) -> H {
        handler
    }

    /// Passes the handler on.
    fn __tagwire_in_front<T, H>(&self, handler: H) -> H {
        handler
    }
}

impl<T: FromCall> ArgumentFits for &Check<T, (), ()> {}

impl<T, B> ArgumentFits for &Check<T, PhantomData<B>, ()> {}

/// A parameter that is marked as something else.
impl<T: Parameter> Check<T, (), ()> {
    /// In place of [`ArgumentFits::__tagwire_extracted`].
    pub fn __tagwire_extracted<U: NotSent, H>(self: &&&&Self, handler: H) -> H {
        handler
    }
}

/// A [`Rest`] in front of a parameter.
impl<T, B: Parameter> Check<Rest<T>, PhantomData<B>, ()> {
    /// In place of [`ArgumentFits::__tagwire_in_front`].
    pub fn __tagwire_in_front<U: Frugal, H>(self: &&&&Self, handler: H) -> H {
        handler
    }
}

/// [`Params`] in front of a parameter.
impl<B: Parameter> Check<Params, PhantomData<B>, ()> {
    /// In place of [`ArgumentFits::__tagwire_in_front`].
    pub fn __tagwire_in_front<U: Frugal, H>(self: &&&&Self, handler: H) -> H {
        handler
    }
}

/// An error that fits.
pub trait ErrorFits {
    /// Passes the handler on.
    fn __tagwire_error<E, H>(&self, handler: H) -> H {
        handler
    }
}

impl<E: Into<Fault>> ErrorFits for &Check<E, (), ()> {}

/// What does not fit: a call of one of these is the error, at the type that is given to it.
pub trait Unfit<R, X> {
    /// In place of [`ResultFits::__tagwire_result`].
    fn __tagwire_result<T: Returns<R>, H>(&self, handler: H) -> X;

    /// In place of [`ResultFits::__tagwire_fallible`].
    fn __tagwire_fallible<T: FallibleResult, H>(&self, handler: H) -> X;

    /// In place of [`ArgumentFits::__tagwire_argument`].
    fn __tagwire_argument<T: FromCall, H>(&self, handler: H) -> X;

    /// In place of [`ArgumentFits::__tagwire_extractor`].
    fn __tagwire_extractor<T: Extractor, H>(&self, handler: H) -> X;

    /// In place of [`ArgumentFits::__tagwire_extracted`].
    fn __tagwire_extracted<T: FromCall, H>(&self, handler: H) -> X;

    /// In place of [`ErrorFits::__tagwire_error`].
    fn __tagwire_error<E: HandlerError, H>(&self, handler: H) -> X;
}

impl<T, A, R, X: Default> Unfit<R, X> for Check<T, A, R> {
    fn __tagwire_result<U: Returns<R>, H>(&self, _: H) -> X {
        X::default()
    }

    fn __tagwire_fallible<U: FallibleResult, H>(&self, _: H) -> X {
        X::default()
    }

    fn __tagwire_argument<U: FromCall, H>(&self, _: H) -> X {
        X::default()
    }

    fn __tagwire_extractor<U: Extractor, H>(&self, _: H) -> X {
        X::default()
    }

    fn __tagwire_extracted<U: FromCall, H>(&self, _: H) -> X {
        X::default()
    }

    fn __tagwire_error<U: HandlerError, H>(&self, _: H) -> X {
        X::default()
    }
}
