//! What `#[xmlrpc_api]` asks about the types that its client sends and reads.
//!
//! The compiler answers at the type that does not fit, and only there: for one that fits, method resolution finds a
//! method that passes the value on, for any other it finds [`NotTyped`], whose bound is the error, and whose result is
//! of a type that nothing determines, which the compiler does not report after another error. The methods are called
//! on a `&&Typed`; resolution takes off one reference after the other until one applies.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A question about `T`.
#[derive(Debug)]
pub struct Typed<T>(PhantomData<fn() -> T>);

/// Asks about a parameter or a result.
#[must_use]
pub const fn typed<T>() -> Typed<T> {
    Typed(PhantomData)
}

/// A parameter that can be sent.
pub trait Sent {
    /// Passes it on.
    fn __tagwire_sent<T, V>(&self, value: V) -> V {
        value
    }
}

impl<T: Serialize> Sent for &Typed<T> {}

/// A result that can be read.
pub trait Received {
    /// Passes it on.
    fn __tagwire_received<T, V>(&self, value: V) -> V {
        value
    }
}

impl<T: DeserializeOwned> Received for &Typed<T> {}

/// What does not fit: a call of one of these is the error, at the type that is given to it.
pub trait NotTyped<X> {
    /// In place of [`Sent::__tagwire_sent`].
    fn __tagwire_sent<T: Sendable, V>(&self, value: V) -> X;

    /// In place of [`Received::__tagwire_received`].
    fn __tagwire_received<T: Readable, V>(&self, value: V) -> X;
}

impl<T, X> NotTyped<X> for Typed<T> {
    fn __tagwire_sent<U: Sendable, V>(&self, _: V) -> X {
        unreachable!("it does not compile where this is chosen")
    }

    fn __tagwire_received<U: Readable, V>(&self, _: V) -> X {
        unreachable!("it does not compile where this is chosen")
    }
}

/// What a client can send: everything that is [`Serialize`].
#[diagnostic::on_unimplemented(
    message = "a client cannot send `{Self}`",
    label = "not `Serialize`",
    note = "the parameters of an API implement both `serde::Deserialize` and `serde::Serialize`, and so does what they are made of",
    note = "mark what takes no parameter, `#[extract] user: User`; in place of `Params` take `Rest<Value>`"
)]
pub trait Sendable {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Sendable for T {}

/// What a client can read: everything that is [`DeserializeOwned`].
#[diagnostic::on_unimplemented(
    message = "a client cannot read `{Self}`",
    label = "not `Deserialize`",
    note = "the results of an API implement both `serde::Serialize` and `serde::Deserialize`, and so does what they are made of"
)]
pub trait Readable {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Readable for T {}
