//! What `#[derive(XmlRpcFault)]` refers to: how an error becomes a fault.

use std::error::Error;
use std::fmt::{Display, Write as _};
use std::iter;

use crate::fault::Fault;

/// An error with a text to send or to log: every one that implements [`Display`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no text for a fault: it does not implement `Display`",
    label = "no `Display`",
    note = "derive it with `#[derive(thiserror::Error)]` and `#[error(\"no account {{0}}\")]`, or write `impl std::fmt::Display`"
)]
pub trait FaultText {
    /// The text.
    fn text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<E: Display + ?Sized> FaultText for E {
    fn text(&self) -> String {
        self.to_string()
    }
}

/// What becomes a fault by itself: everything that is [`Into<Fault>`](Into).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed on as a fault: it is not `Into<Fault>`",
    label = "not `Into<Fault>`",
    note = "derive it for this type too with `#[derive(XmlRpcFault)]`, write `impl From<…> for Fault`, or give the error `#[fault(code = 404)]` or `#[fault(hidden)]` instead"
)]
pub trait IntoFault {
    /// The fault.
    fn into_fault(self) -> Fault;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Fault>> IntoFault for E {
    fn into_fault(self) -> Fault {
        self.into()
    }
}

/// What the code of a fault is made from: everything that is `Into<i64>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the code of a fault",
    label = "not `Into<i64>`",
    note = "a code is an integer: `#[fault(code = 404)]`, or a constant such as `const NOT_FOUND: i32 = 404;`"
)]
pub trait FaultCode {
    /// The code.
    fn code(self) -> i64;
}

#[diagnostic::do_not_recommend]
impl<C: Into<i64>> FaultCode for C {
    fn code(self) -> i64 {
        self.into()
    }
}

/// `#[fault(code = …)]`: the error's text under a code.
#[must_use]
pub fn fault<E: FaultText>(error: &E, code: impl FaultCode) -> Fault {
    Fault::new(code.code(), error.text())
}

/// `#[fault(hidden)]`: the error's text is for the log, and those of what caused it.
#[must_use]
pub fn hidden<E: FaultText>(error: &E, source: Option<&(dyn Error + 'static)>) -> Fault {
    let mut why = error.text();
    for source in iter::successors(source, |&source| source.source()) {
        let _ = write!(why, ": {source}");
    }
    Fault::hidden(why)
}

/// `#[fault(transparent)]`: the fault that the error within becomes.
#[must_use]
pub fn transparent<E: IntoFault>(error: E) -> Fault {
    error.into_fault()
}

/// An error that is asked what caused it. Not every one can tell: the compiler takes [`HasSource`] for those that
/// implement [`Error`], and [`NoSource`], which is one reference further, for the others.
#[derive(Debug)]
pub struct Cause<'a, E>(pub &'a E);

/// An error that knows its source.
pub trait HasSource {
    /// [`Error::source`].
    fn __tagwire_source(&self) -> Option<&(dyn Error + 'static)>;
}

impl<E: Error> HasSource for Cause<'_, E> {
    fn __tagwire_source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// An error that has a text only.
pub trait NoSource {
    /// Nothing.
    fn __tagwire_source(&self) -> Option<&(dyn Error + 'static)> {
        None
    }
}

impl<E> NoSource for &Cause<'_, E> {}
