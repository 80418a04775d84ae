use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use super::context::RequestContext;
use super::extract::ParamType;
use super::handler::Handler;
use super::params::Params;
use super::request::RpcResponse;
use crate::fault::Fault;
use crate::value::ValueType;

/// What a method gives in the end.
pub type MethodFuture = Pin<Box<dyn Future<Output = Result<RpcResponse, Fault>> + Send>>;

/// Something that can be called by name. Functions become methods through [`Handler`]; implement this for
/// what no function can do, such as taking any number of parameters.
///
/// ```
/// use std::sync::Arc;
/// use tagwire::{Method, MethodFuture, MethodInfo, Methods, Params, RequestContext, RpcResponse, Dialect};
///
/// struct Nothing(MethodInfo);
///
/// impl Method for Nothing {
///     fn info(&self) -> &MethodInfo {
///         &self.0
///     }
///
///     fn call(&self, _: RequestContext, mut params: Params) -> MethodFuture {
///         let outcome = params.finish().and_then(|()| Ok(RpcResponse::encode("nothing", &Dialect::default())?));
///         Box::pin(std::future::ready(outcome))
///     }
/// }
///
/// let info = MethodInfo::new("nothing").with_help("Takes nothing and gives nothing.");
/// let methods = Methods::new().register(Arc::new(Nothing(info)));
/// assert!(methods.get("nothing").is_some());
/// ```
pub trait Method: Send + Sync + 'static {
    /// What introspection tells of it.
    fn info(&self) -> &MethodInfo;

    /// Carries out a call. The parameters are taken, and [`Params::finish`] called, before anything is done.
    fn call(&self, cx: RequestContext, params: Params) -> MethodFuture;
}

/// What introspection tells of a method.
///
/// ```
/// use tagwire::{MethodInfo, ValueType};
///
/// let info = MethodInfo::new("add")
///     .with_help("Adds two integers.")
///     .with_signature(vec![ValueType::Int, ValueType::Int, ValueType::Int]);
/// assert_eq!((info.name(), info.signatures().len()), ("add", 1));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodInfo {
    name: Cow<'static, str>,
    help: Cow<'static, str>,
    signatures: Vec<Vec<ValueType>>,
}

impl MethodInfo {
    /// A method with no help and no known signature.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), help: Cow::Borrowed(""), signatures: Vec::new() }
    }

    /// Sets the text for `system.methodHelp`.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = help.into();
        self
    }

    /// Adds a way to call the method: the type of its result, then those of its parameters.
    #[must_use]
    pub fn with_signature(mut self, signature: Vec<ValueType>) -> Self {
        self.signatures.push(signature);
        self
    }

    /// The name that the method has of itself; a table may hold it under another.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for; empty if nobody said.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.help
    }

    /// The ways to call it: of each the type of the result, then those of the parameters. Empty if nothing is
    /// known.
    #[must_use]
    pub fn signatures(&self) -> &[Vec<ValueType>] {
        &self.signatures
    }
}

/// A table of methods by name.
///
/// Any name is legal, and it is looked up whole: dots in it traverse nothing.
///
/// ```
/// use tagwire::{Methods, methods, xmlrpc_method};
///
/// /// Adds two integers.
/// #[xmlrpc_method]
/// async fn add(a: i32, b: i32) -> i32 {
///     a + b
/// }
///
/// let methods = methods![add].register_fn("math.neg", |n: i32| -n);
/// assert!(methods.get("add").is_some_and(|add| add.info().help() == "Adds two integers."));
/// ```
#[derive(Clone, Default)]
pub struct Methods {
    table: HashMap<Cow<'static, str>, Arc<dyn Method>>,
}

impl Methods {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function or closure. One of the same name is replaced, as CPython's `register_function` does.
    #[must_use]
    pub fn register_fn<M: 'static, H: Handler<M>>(self, name: impl Into<Cow<'static, str>>, handler: H) -> Self {
        let info = MethodInfo::new(name);
        self.register(Arc::new(FnMethod::new(info, &[], handler, H::result())))
    }

    /// Adds a method under its own name. One of the same name is replaced.
    #[must_use]
    pub fn register(mut self, method: Arc<dyn Method>) -> Self {
        self.table.insert(method.info().name.clone(), method);
        self
    }

    /// Adds all methods of another table.
    ///
    /// ```
    /// use tagwire::Methods;
    ///
    /// let math = Methods::new().register_fn("neg", |n: i32| -n);
    /// let methods = Methods::new().register_fn("zero", || 0).merge(math.prefix("math"));
    /// assert!(methods.get("math.neg").is_some() && methods.get("neg").is_none());
    /// ```
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.table.extend(other.table);
        self
    }

    /// Puts `prefix` and a dot before every name.
    #[must_use]
    pub fn prefix(self, prefix: &str) -> Self {
        let table = self.table.into_iter();
        Self { table: table.map(|(name, method)| (format!("{prefix}.{name}").into(), method)).collect() }
    }

    /// The method of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Method>> {
        self.table.get(name)
    }

    /// The number of methods.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The names and methods, in no particular order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Arc<dyn Method>)> {
        self.table.iter().map(|(name, method)| (name.as_ref(), method))
    }
}

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<_> = self.table.keys().collect();
        names.sort_unstable();
        f.debug_tuple("Methods").field(&names).finish()
    }
}

/// Collects functions marked [`#[xmlrpc_method]`](macro@crate::xmlrpc_method) in a [`Methods`] table.
///
/// ```
/// use tagwire::{methods, xmlrpc_method};
///
/// #[xmlrpc_method]
/// fn zero() -> i32 {
///     0
/// }
///
/// mod math {
///     #[tagwire::xmlrpc_method(name = "math.half")]
///     pub async fn half(n: f64) -> f64 {
///         n / 2.0
///     }
/// }
///
/// assert_eq!(methods![zero, math::half].len(), 2);
/// ```
#[cfg(feature = "macros")]
#[macro_export]
macro_rules! methods {
    ($($path:path),* $(,)?) => {
        $crate::Methods::new()$(.register(<$path as $crate::__private::Annotated>::method()))*
    };
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
    pub(super) fn new(info: MethodInfo, arguments: &'static [&'static str], handler: H, result: ValueType) -> Self {
        Self {
            info: MethodInfo { signatures: signatures(result, &H::params()), ..info },
            arguments,
            handler,
            marker: PhantomData,
        }
    }
}

impl<M: 'static, H: Handler<M>> Method for FnMethod<H, M> {
    fn info(&self) -> &MethodInfo {
        &self.info
    }

    fn call(&self, cx: RequestContext, mut params: Params) -> MethodFuture {
        params.set_names(self.arguments);
        self.handler.call(cx, params)
    }
}

/// With all parameters first, then without each of the optional ones at the end. None if not one type is known.
fn signatures(result: ValueType, params: &[ParamType]) -> Vec<Vec<ValueType>> {
    let value_type = |param: &ParamType| match *param {
        ParamType::Required(value_type) | ParamType::Optional(value_type) => value_type,
    };
    let full: Vec<_> = std::iter::once(result).chain(params.iter().map(value_type)).collect();
    if full.iter().all(|&value_type| value_type == ValueType::Undef) {
        return Vec::new();
    }
    let required = params.iter().rposition(|param| matches!(param, ParamType::Required(_)));
    let least = 1 + required.map_or(0, |last| last + 1);
    (least..=full.len()).rev().map(|length| full[..length].to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(methods: &Methods) -> Vec<&str> {
        let mut names: Vec<_> = methods.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn tables_merge_under_prefixes() {
        let inner = Methods::new().register_fn("a", || 1).register_fn("b.c", || 2);
        let methods = Methods::new().register_fn("a", || 0).merge(inner.prefix("in"));
        assert_eq!(names(&methods), ["a", "in.a", "in.b.c"]);
    }

    #[test]
    fn trailing_options_give_a_signature_each() {
        fn method(_: Option<bool>, _: String, _: Option<i32>, _: Option<f64>) -> i32 {
            0
        }
        let methods = Methods::new().register_fn("m", method);
        let texts: Vec<String> = methods
            .get("m")
            .unwrap()
            .info()
            .signatures()
            .iter()
            .map(|s| s.iter().map(|t| t.as_str()).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(texts, ["int boolean string int double", "int boolean string int", "int boolean string"]);
    }

    #[test]
    fn nothing_known_is_no_signature() {
        use crate::value::Value;
        let methods = Methods::new().register_fn("m", |value: Value| value);
        assert!(methods.get("m").unwrap().info().signatures().is_empty());
    }
}
