use serde::de::DeserializeOwned;

use super::context::RequestContext;
use super::params::Params;
use crate::de::probe::shape_of;
use crate::fault::Fault;
use crate::value::TypeInfo;

/// What a handler's argument can be: a parameter of the call, or something else that is known of it.
///
/// Every type that serde can deserialize is a parameter. An `Option` may be left out by the caller when no
/// parameter follows it, or be sent as nil. [`Rest`](crate::Rest) and [`Params`] take all that are left.
/// [`RequestContext`], [`Headers`](crate::Headers), [`RemoteAddr`](crate::RemoteAddr), [`Extension`](crate::Extension)
/// and [`MethodName`](crate::MethodName) take none, and neither need a type of your own:
///
/// ```
/// use tagwire::{Dispatcher, Fault, FromCall, Methods, ParamType, Params, RequestContext};
///
/// struct UserAgent(String);
///
/// impl FromCall for UserAgent {
///     fn param_type() -> Option<ParamType> {
///         None
///     }
///
///     fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
///         let agent = cx.headers().get("user-agent").and_then(|agent| agent.to_str().ok());
///         agent.map(|agent| Self(agent.to_owned())).ok_or_else(|| Fault::application("who are you?"))
///     }
/// }
///
/// let methods = Methods::new().register_fn("agent", |UserAgent(agent)| agent);
/// # let _ = Dispatcher::new(methods);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an XML-RPC method",
    label = "not an argument",
    note = "a parameter implements `serde::Deserialize` and borrows nothing; anything else implements `tagwire::FromCall`"
)]
pub trait FromCall: Sized {
    /// The type of the parameter, for `system.methodSignature`; `None` if this takes no parameter. One that takes several
    /// is a [`ParamType::Rest`] of [`ValueType::Undef`](crate::ValueType::Undef).
    fn param_type() -> Option<ParamType>;

    /// Makes the argument.
    ///
    /// # Errors
    /// A fault refuses the call; the handler does not run.
    fn from_call(cx: &RequestContext, params: &mut Params) -> Result<Self, Fault>;
}

/// The type of a parameter, and whether it must be there.
///
/// ```
/// use tagwire::{FromCall, ParamType, ValueType};
///
/// assert_eq!(i32::param_type(), Some(ParamType::Required(ValueType::Int.into())));
/// assert_eq!(Option::<String>::param_type(), Some(ParamType::Optional(ValueType::String.into())));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamType {
    /// Every call has it.
    Required(TypeInfo),
    /// It may be left out when no parameter follows.
    Optional(TypeInfo),
    /// Any number of parameters, each of this type.
    Rest(TypeInfo),
}

impl ParamType {
    /// What is known of the type.
    #[must_use]
    pub fn type_info(&self) -> &TypeInfo {
        match self {
            Self::Required(info) | Self::Optional(info) | Self::Rest(info) => info,
        }
    }
}

impl<T: DeserializeOwned> FromCall for T {
    fn param_type() -> Option<ParamType> {
        let shape = shape_of::<T>();
        Some(match shape.optional {
            true => ParamType::Optional(shape.info),
            false => ParamType::Required(shape.info),
        })
    }

    fn from_call(_: &RequestContext, params: &mut Params) -> Result<Self, Fault> {
        params.take()
    }
}
