use super::context::RequestContext;
use super::dispatcher::Dispatcher;
use super::info::MethodInfo;
use super::method::MethodFuture;
use super::params::Params;
use super::{introspection, multicall};
use crate::value::ValueType;

/// A method that every [`Dispatcher`] has unless it is turned off: see [`Dispatcher::without`].
///
/// ```
/// use tagwire::SystemMethod;
///
/// assert_eq!(SystemMethod::ListMethods.name(), "system.listMethods");
/// assert_eq!(SystemMethod::ALL.len(), 6);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SystemMethod {
    /// `system.listMethods()`: the names of all methods, sorted.
    ListMethods,
    /// `system.methodHelp(name)`: what a method is for.
    MethodHelp,
    /// `system.methodSignature(name)`: how it can be called.
    MethodSignature,
    /// `system.methodExist(name)`: whether there is a method.
    MethodExist,
    /// `system.getCapabilities()`: what the server can do beyond the specification.
    GetCapabilities,
    /// `system.multicall(calls)`: several calls in one.
    Multicall,
}

impl SystemMethod {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ListMethods,
        Self::MethodHelp,
        Self::MethodSignature,
        Self::MethodExist,
        Self::GetCapabilities,
        Self::Multicall,
    ];

    /// The name by which it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ListMethods => "system.listMethods",
            Self::MethodHelp => "system.methodHelp",
            Self::MethodSignature => "system.methodSignature",
            Self::MethodExist => "system.methodExist",
            Self::GetCapabilities => "system.getCapabilities",
            Self::Multicall => multicall::NAME,
        }
    }

    pub(super) fn info(self) -> MethodInfo {
        let (help, signature): (_, &[ValueType]) = match self {
            Self::ListMethods => ("Lists the names of all methods, sorted.", &[ValueType::Array]),
            Self::MethodHelp => (
                "Tells what a method is for: its documentation, or an empty string if it has none.",
                &[ValueType::String, ValueType::String],
            ),
            Self::MethodSignature => (
                "Tells how a method can be called: an array of signatures, each an array of the type of the result and \
                 the types of the parameters; or the string undef if nothing is known.",
                &[ValueType::Array, ValueType::String],
            ),
            Self::MethodExist => {
                ("Tells whether there is a method of that name.", &[ValueType::Boolean, ValueType::String])
            }
            Self::GetCapabilities => (
                "Tells what the server can do beyond the specification: a struct of structs, each with specUrl and \
                 specVersion.",
                &[ValueType::Struct],
            ),
            Self::Multicall => (
                "Carries out several calls in order. Takes an array of structs, each with methodName and params (an \
                 array); gives an array with, for each call, an array of its result, or a struct of faultCode and \
                 faultString.",
                &[ValueType::Array, ValueType::Array],
            ),
        };
        MethodInfo::from(self.name()).with_help(help).with_signature(signature)
    }

    pub(super) fn call(self, dispatcher: Dispatcher, cx: RequestContext, params: &mut Params) -> MethodFuture {
        let answer = match self {
            Self::ListMethods => introspection::list_methods,
            Self::MethodHelp => introspection::method_help,
            Self::MethodSignature => introspection::method_signature,
            Self::MethodExist => introspection::method_exist,
            Self::GetCapabilities => introspection::capabilities,
            Self::Multicall => {
                return multicall::begin(dispatcher, cx, params);
            }
        };
        Box::pin(std::future::ready(answer(&dispatcher, params, &cx.dialect())))
    }
}

/// Which of them a dispatcher has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Enabled([bool; SystemMethod::ALL.len()]);

impl Enabled {
    pub(super) fn remove(&mut self, method: SystemMethod) {
        self.0[method as usize] = false;
    }

    pub(super) fn contains(self, method: SystemMethod) -> bool {
        self.0[method as usize]
    }

    pub(super) fn iter(self) -> impl Iterator<Item = SystemMethod> {
        SystemMethod::ALL.into_iter().filter(move |&method| self.contains(method))
    }

    pub(super) fn find(self, name: &str) -> Option<SystemMethod> {
        self.iter().find(|method| method.name() == name)
    }
}

impl Default for Enabled {
    fn default() -> Self {
        Self([true; SystemMethod::ALL.len()])
    }
}
