//! What is asked of a type in the user's code, in words for those whose type does not fit.

use serde::de::DeserializeOwned;

use crate::fault::Fault;
use crate::rpc::context::RequestContext;
use crate::rpc::extractors::{Extension, Headers, MethodName, RemoteAddr, Rest};
use crate::rpc::params::Params;
use crate::rpc::returns::{Returns, Whole};

/// The error of a handler: everything that is [`Into<Fault>`](Into).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of an XML-RPC method: it is not `Into<Fault>`",
    label = "not `Into<Fault>`",
    note = "an error type of your own becomes one with `#[derive(XmlRpcFault)]`, or with `impl From<…> for Fault`",
    note = "return `Result<_, Fault>` to decide in the body: `.map_err(Fault::hidden)` keeps the error's text for the log, `.map_err(|error| Fault::application(error.to_string()))` sends it"
)]
pub trait HandlerError {}

#[diagnostic::do_not_recommend]
impl<E: Into<Fault>> HandlerError for E {}

/// A `Result` with an error that fits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of an XML-RPC method",
    label = "not a result",
    note = "a result implements `serde::Serialize`, or is a `Result` of such a type and an error that is `Into<Fault>`"
)]
pub trait FallibleResult {}

impl<T: Returns<Whole>, E: HandlerError> FallibleResult for Result<T, E> {}

/// An argument of an API that is known by its type's name to be no parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no extractor: it is another type than the one of that name in `tagwire`",
    label = "taken for an extractor by its name",
    note = "where callers send it, write `#[param]` in front of the argument, or give the type another name",
    note = "where it takes no parameter, write `#[extract]` in front of the argument"
)]
pub trait Extractor {}

impl Extractor for RequestContext {}
impl Extractor for Headers {}
impl Extractor for RemoteAddr {}
impl<T> Extractor for Extension<T> {}
impl Extractor for MethodName {}

/// What is not sent: the bound of an answer, so that no type has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a parameter, which callers send",
    label = "a parameter",
    note = "`#[extract]` marks what takes no parameter: leave it out here"
)]
pub trait NotSent {}

/// What leaves something for the next argument: the bound of an answer, so that no type has it.
#[diagnostic::on_unimplemented(
    message = "nothing is left for the parameter after `{Self}`",
    label = "takes all parameters that are left",
    note = "`Rest` and `Params` come after all other parameters"
)]
pub trait Frugal {}

/// An argument that takes parameters, as far as that can be told from its type.
pub trait Parameter {}

impl<T: DeserializeOwned> Parameter for T {}
impl<T> Parameter for Rest<T> {}
impl Parameter for Params {}
