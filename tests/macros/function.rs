//! `#[xmlrpc_method]` on a function that has no mistakes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tagwire::{
    Binary, Dispatcher, Fault, FromCall, Headers, MethodInfo, MethodName, Methods, OnDisconnect, ParamType, Params,
    RequestContext, Rest, Signature, Value, ValueType, methods, xmlrpc_method,
};

#[derive(Serialize, Deserialize)]
struct Point {
    x: i32,
    y: i32,
}

/// What a table says of one method: help and signatures.
fn described(methods: &Methods, name: &str) -> (String, Vec<Vec<ValueType>>) {
    let method = methods.get(name).unwrap_or_else(|| panic!("no method {name:?}"));
    let info = method.info();
    assert_eq!(info.name(), name);
    (info.help().to_owned(), info.signatures().iter().flat_map(Signature::forms).collect())
}

fn help(methods: &Methods, name: &str) -> String {
    described(methods, name).0
}

pub(crate) fn signature(methods: &Methods, name: &str) -> Vec<ValueType> {
    let (_, signatures) = described(methods, name);
    assert_eq!(signatures.len(), 1, "{name}: {signatures:?}");
    signatures.into_iter().flatten().collect()
}

pub(crate) async fn call<R: DeserializeOwned>(
    methods: Methods,
    name: &str,
    params: impl Serialize,
) -> Result<R, Fault> {
    Dispatcher::new(methods).call(name, params).await
}

/// Adds two integers.
#[xmlrpc_method]
async fn add(a: i32, b: i32) -> i32 {
    a + b
}

/// Divides, rounding down.
#[xmlrpc_method(name = "math.div")]
fn div(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_div_euclid(b).ok_or_else(|| Fault::application("division by zero"))
}

#[tokio::test]
async fn the_function_stays_callable() {
    assert_eq!(add(2, 3).await, 5);
    assert_eq!(div(7, 2).unwrap(), 3);
    assert_eq!(div(7, 0).unwrap_err().string(), "division by zero");
    let pointer: fn(i32, i32) -> Result<i32, Fault> = div;
    assert!(pointer(1, 1).is_ok());
}

#[tokio::test]
async fn the_method_runs_the_function() {
    assert_eq!(call::<i32>(methods![add], "add", (2, 3)).await.unwrap(), 5);
    assert_eq!(call::<i32>(methods![add, div], "math.div", (7, 2)).await.unwrap(), 3);
    let fault = call::<i32>(methods![div], "math.div", (7, 0)).await.unwrap_err();
    assert_eq!(fault.string(), "division by zero");
}

#[test]
fn the_name_is_the_function_s_unless_given() {
    let methods = methods![add, div];
    assert!(methods.get("add").is_some());
    assert!(methods.get("math.div").is_some());
    assert!(methods.get("div").is_none());
}

#[test]
fn signatures_come_from_the_types() {
    #[xmlrpc_method]
    fn nothing() {}
    #[xmlrpc_method]
    fn mixed(_flag: bool, _text: String, _ratio: f64, _point: Point) -> Vec<i64> {
        Vec::new()
    }
    #[xmlrpc_method]
    async fn point(x: i32, y: i32) -> Point {
        Point { x, y }
    }
    #[xmlrpc_method]
    async fn fallible(a: i64) -> Result<String, Fault> {
        Ok(a.to_string())
    }

    let methods = methods![add, div, nothing, mixed, point, fallible];
    let words = |name: &str| signature(&methods, name).into_iter().map(ValueType::as_str).collect::<Vec<_>>().join(" ");
    assert_eq!(words("add"), "int int int");
    assert_eq!(words("math.div"), "int int int");
    assert_eq!(words("nothing"), "boolean");
    assert_eq!(words("mixed"), "array boolean string double struct");
    assert_eq!(words("point"), "struct int int");
    assert_eq!(words("fallible"), "string i8");
}

#[test]
fn an_extractor_is_no_parameter() {
    #[xmlrpc_method]
    fn extracting(_: RequestContext, a: i32) -> i32 {
        a
    }
    assert_eq!(signature(&methods![extracting], "extracting"), [ValueType::Int, ValueType::Int]);
}

#[tokio::test]
async fn arguments_may_be_unnamed_mutable_or_raw() {
    #[xmlrpc_method]
    fn odd(_: i32, _: RequestContext, mut counted: i32, r#type: i32, #[allow(unused)] allowed: i32) -> i32 {
        counted += r#type;
        counted
    }
    assert_eq!(odd(1, RequestContext::default(), 3, 4, 5), 7);
    assert_eq!(call::<i32>(methods![odd], "odd", (1, 3, 4, 5)).await.unwrap(), 7);

    // A fault names the argument as the function does, if it does.
    for (wrong, named) in ["argument 1:", "2 (counted)", "3 (type)", "4 (allowed)"].into_iter().enumerate() {
        let params: Vec<Value> = (0..4).map(|n| if n == wrong { Value::from("") } else { Value::from(1) }).collect();
        let fault = call::<i32>(methods![odd], "odd", params).await.unwrap_err();
        assert_eq!(fault.code(), -32602);
        assert!(fault.string().contains(named), "{fault}");
    }
}

#[tokio::test]
async fn what_takes_no_parameter_may_follow_a_rest() {
    /// Knows only how to be an argument.
    struct Caller(String);

    impl FromCall for Caller {
        fn param_type() -> Option<ParamType> {
            None
        }

        fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
            Ok(Self(cx.method().to_owned()))
        }
    }

    #[xmlrpc_method]
    fn sum(Rest(numbers): Rest<i32>, _: Headers, caller: Caller) -> String {
        format!("{}: {}", caller.0, numbers.iter().sum::<i32>())
    }
    assert_eq!(call::<String>(methods![sum], "sum", (1, 2)).await.unwrap(), "sum: 3");
}

#[tokio::test]
async fn a_type_of_ones_own_may_be_called_rest() {
    #[derive(Deserialize)]
    struct Rest {
        hours: i32,
    }

    #[xmlrpc_method]
    fn sleep(rest: Rest, more: i32) -> i32 {
        rest.hours + more
    }
    let rest = BTreeMap::from([("hours", 8)]);
    assert_eq!(call::<i32>(methods![sleep], "sleep", (rest, 1)).await.unwrap(), 9);
}

#[tokio::test]
async fn a_function_may_have_the_name_of_its_module() {
    assert_eq!(call::<i32>(methods![echo::echo], "echo", (1,)).await.unwrap(), 1);
}

mod echo {
    #[tagwire::xmlrpc_method]
    pub(super) fn echo(a: i32) -> i32 {
        a
    }
}

#[test]
fn a_method_may_have_twelve_arguments() {
    #[xmlrpc_method]
    #[allow(clippy::too_many_arguments)]
    fn sum(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32, i: i32, j: i32, k: i32, l: i32) -> i32 {
        a + b + c + d + e + f + g + h + i + j + k + l
    }
    assert_eq!(signature(&methods![sum], "sum").len(), 13);
}

#[test]
fn help_is_the_doc_comment() {
    ///
    /// First line.
    ///
    ///   indented
    /// last line.
    ///
    ///
    #[xmlrpc_method]
    fn lines() {}
    /**
     * A block.
     *
     *   indented
     */
    #[xmlrpc_method]
    fn block() {}
    /// Before.
    #[xmlrpc_method]
    /// After.
    #[doc(alias = "other")]
    #[doc = "Written out."]
    fn around() {}
    #[xmlrpc_method]
    fn undocumented() {}
    /// Not this.
    #[xmlrpc_method(help = "This: \"é\".")]
    fn given() {}
    /// Not this either.
    #[xmlrpc_method(help = "")]
    fn silenced() {}

    let methods = methods![lines, block, around, undocumented, given, silenced];
    assert_eq!(help(&methods, "lines"), "First line.\n\n  indented\nlast line.");
    assert_eq!(help(&methods, "block"), "A block.\n\n  indented");
    assert_eq!(help(&methods, "around"), "Before.\nAfter.\nWritten out.");
    assert_eq!(help(&methods, "undocumented"), "");
    assert_eq!(help(&methods, "given"), "This: \"é\".");
    assert_eq!(help(&methods, "silenced"), "");
}

#[test]
fn help_may_be_an_expression() {
    #[doc = concat!(" Built by ", "pieces", ".")]
    #[xmlrpc_method]
    fn pieces() {}
    /// A line.
    #[doc = include_str!("../../LICENSE-MIT")]
    #[xmlrpc_method]
    fn included() {}

    let methods = methods![pieces, included];
    assert_eq!(help(&methods, "pieces"), "Built by pieces.");
    assert_eq!(help(&methods, "included"), format!("A line.\n{}", include_str!("../../LICENSE-MIT").trim()));
}

#[test]
fn a_raw_identifier_loses_its_mark() {
    #[xmlrpc_method]
    fn r#type(r#match: i32) -> i32 {
        r#match
    }
    assert_eq!(r#type(4), 4);
    assert_eq!(signature(&methods![r#type], "type"), [ValueType::Int, ValueType::Int]);
}

#[test]
fn a_name_may_be_that_of_something_else() {
    // Each of these is also a word in what the macro generates.
    #[xmlrpc_method]
    fn handler(result: i32) -> i32 {
        result
    }
    #[xmlrpc_method]
    fn result() -> Result<i32, Fault> {
        Ok(1)
    }
    #[xmlrpc_method]
    async fn check(argument: i32) -> i32 {
        argument
    }
    #[xmlrpc_method]
    fn core(std: i32) -> i32 {
        std
    }
    let methods = methods![handler, result, check, core];
    assert_eq!(signature(&methods, "result"), [ValueType::Int]);
    assert_eq!(signature(&methods, "handler"), signature(&methods, "check"));
}

fn info(methods: &Methods, name: &str) -> MethodInfo {
    methods.get(name).unwrap_or_else(|| panic!("no method {name:?}")).info().clone()
}

#[test]
fn options_reach_the_method() {
    #[xmlrpc_method]
    fn plain() {}
    #[xmlrpc_method(hidden, idempotent, timeout = "500ms", on_disconnect = "cancel")]
    async fn unusual() {}
    #[xmlrpc_method(timeout = "2min", on_disconnect = "finish")]
    async fn patient() {}
    #[xmlrpc_method(timeout = "none")]
    async fn endless() {}

    let methods = methods![plain, unusual, patient, endless];
    let plain = info(&methods, "plain");
    assert_eq!((plain.is_hidden(), plain.is_idempotent()), (false, false));
    assert_eq!((plain.timeout(), plain.on_disconnect()), (None, None));
    let unusual = info(&methods, "unusual");
    assert_eq!((unusual.is_hidden(), unusual.is_idempotent()), (true, true));
    assert_eq!(unusual.timeout(), Some(Some(Duration::from_millis(500))));
    assert_eq!(unusual.on_disconnect(), Some(OnDisconnect::Cancel));
    let patient = info(&methods, "patient");
    assert_eq!(patient.timeout(), Some(Some(Duration::from_secs(120))));
    assert_eq!(patient.on_disconnect(), Some(OnDisconnect::Finish));
    assert_eq!(info(&methods, "endless").timeout(), Some(None));
}

#[tokio::test]
async fn a_blocking_function_runs_on_other_threads() {
    #[xmlrpc_method(blocking)]
    fn thread(cx: RequestContext, data: Binary) -> (usize, bool) {
        let _ = cx;
        // Only where waiting is allowed does this not panic.
        let elsewhere = tokio::runtime::Handle::current().block_on(async { true });
        (data.as_ref().len(), elsewhere)
    }
    #[xmlrpc_method(blocking)]
    fn refuse(text: String) -> Result<(), Fault> {
        Err(Fault::application(text))
    }
    #[xmlrpc_method(blocking)]
    fn hidden() -> impl Serialize {
        4
    }

    let methods = methods![thread, refuse, hidden];
    assert_eq!(signature(&methods, "thread"), [ValueType::Array, ValueType::Base64]);
    assert_eq!(signature(&methods, "refuse"), [ValueType::Boolean, ValueType::String]);
    let result: (usize, bool) = call(methods.clone(), "thread", (Binary::from(vec![1, 2, 3]),)).await.unwrap();
    assert_eq!(result, (3, true));
    assert_eq!(call::<i32>(methods.clone(), "hidden", ()).await.unwrap(), 4);
    assert_eq!(call::<()>(methods, "refuse", ("no",)).await.unwrap_err().string(), "no");
}

mod reexports {
    pub(super) use ::tagwire;
}

#[test]
fn the_crate_may_have_another_name() {
    use tagwire as wire;

    #[xmlrpc_method(package = "self::reexports::tagwire", timeout = "1s", on_disconnect = "cancel")]
    fn by_path() {}
    #[xmlrpc_method(package = "tagwire")]
    fn by_name() {}
    let methods = wire::methods![by_path, by_name];
    assert_eq!(signature(&methods, "by_path"), signature(&methods, "by_name"));
}

#[test]
fn a_name_that_is_taken_tells_both_places() {
    mod other {
        #[tagwire::xmlrpc_method]
        pub(super) fn add() {}
    }
    let places = [methods![add], methods![other::add]].map(|methods| info(&methods, "add").defined_at().unwrap());
    let expected = [line_of("async fn add(a: i32"), line_of("pub(super) fn add()")];
    assert_eq!(places.map(|place| (place.file(), place.line())), expected.map(|line| (file!(), line)));
}

/// The line of this file that holds `text`.
fn line_of(text: &str) -> u32 {
    let lines = include_str!("function.rs").lines();
    let index = lines.into_iter().position(|line| line.contains(text)).unwrap();
    u32::try_from(index).unwrap() + 1
}

mod inner {
    pub(crate) mod deep {
        use tagwire::xmlrpc_method;

        /// A number type of the module itself.
        pub(crate) type Number = i32;

        #[xmlrpc_method]
        pub(crate) fn double(a: Number) -> Number {
            2 * a
        }
    }

    pub(crate) use deep::double as twice;
}

#[test]
fn a_method_is_named_by_its_path() {
    use inner::deep::double as imported;

    assert_eq!(imported(2), 4);
    for methods in [methods![inner::deep::double], methods![inner::twice], methods![imported]] {
        assert_eq!(signature(&methods, "double"), [ValueType::Int, ValueType::Int]);
    }
}

mod configured {
    use tagwire::xmlrpc_method;

    #[xmlrpc_method]
    #[cfg(any())]
    fn absent(_: NoSuchType) -> i32 {
        1
    }

    #[xmlrpc_method]
    #[cfg(any())]
    pub(super) fn either() -> bool {
        true
    }

    #[xmlrpc_method]
    #[cfg(not(any()))]
    pub(super) fn either() -> i32 {
        1
    }
}

#[test]
fn a_configured_out_function_leaves_nothing() {
    assert_eq!(signature(&methods![configured::either], "either"), [ValueType::Int]);
}

macro_rules! getter {
    ($(#[$meta:meta])* $vis:vis $name:ident as $wire:literal ($($argument:ident: $ty:ty),*) -> $result:ty = $value:expr) => {
        $(#[$meta])*
        #[xmlrpc_method(name = $wire)]
        $vis fn $name($($argument: $ty),*) -> $result {
            $(let _ = $argument;)*
            $value
        }
    };
}

macro_rules! documented {
    ($name:ident, $doc:expr) => {
        #[doc = $doc]
        #[xmlrpc_method]
        fn $name() {}
    };
}

getter! {
    /// The size.
    pub(crate) size as "get.size" (unit: String, scale: Vec<Option<f64>>) -> Result<i32, Fault> = Ok(4)
}
getter! { title as "get.title" () -> String = String::from("t") }
documented!(literal, "From a literal.");
documented!(built, concat!("From ", stringify!(pieces), "."));

#[test]
fn a_macro_may_generate_methods() {
    let methods = methods![size, title, literal, built];
    assert_eq!(help(&methods, "get.size"), "The size.");
    assert_eq!(signature(&methods, "get.size"), [ValueType::Int, ValueType::String, ValueType::Array]);
    assert_eq!(signature(&methods, "get.title"), [ValueType::String]);
    assert_eq!(help(&methods, "literal"), "From a literal.");
    assert_eq!(help(&methods, "built"), "From pieces.");
}

/// Nothing that the macro generates may be a warning where all are errors. `cargo clippy` tells; here it compiles.
#[deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#[deny(rust_2018_idioms, single_use_lifetimes, missing_copy_implementations, unused_results)]
#[deny(clippy::all, clippy::pedantic, clippy::nursery)]
pub mod strict {
    use tagwire::{Fault, xmlrpc_method};

    /// Adds two integers.
    #[xmlrpc_method]
    pub async fn strictly_add(a: i32, b: i32) -> i32 {
        tokio::task::yield_now().await;
        a.wrapping_add(b)
    }

    /// Negates an integer.
    ///
    /// # Errors
    ///
    /// For the lowest integer.
    #[xmlrpc_method(name = "neg", help = "Negates.")]
    pub fn strictly_negate(a: i32) -> Result<i32, Fault> {
        a.checked_neg().ok_or_else(|| Fault::application("out of range"))
    }

    /// Is not used by the crate's own code.
    #[deprecated = "use `strictly_add`"]
    #[xmlrpc_method]
    #[must_use]
    pub const fn strictly_old(r#type: i32) -> i32 {
        r#type
    }

    /// Leaves its argument alone.
    #[xmlrpc_method]
    #[must_use]
    #[allow(non_snake_case)]
    pub const fn strictlyConstant(_: i32) -> i32 {
        1
    }

    #[xmlrpc_method]
    pub(crate) fn private(_: Vec<Option<i32>>) {}
}

#[test]
fn strict_code_has_methods() {
    use strict::{private, strictly_add, strictly_negate};

    let methods = methods![strictly_add, strictly_negate, strict::strictlyConstant, private];
    assert_eq!(help(&methods, "strictly_add"), "Adds two integers.");
    assert_eq!(help(&methods, "neg"), "Negates.");
}

#[tokio::test]
async fn an_argument_may_take_a_wrapper_off() {
    #[xmlrpc_method]
    fn sum(MethodName(name): MethodName, Rest(numbers): Rest<i32>) -> String {
        format!("{name}: {}", numbers.iter().sum::<i32>())
    }

    let dispatcher = Dispatcher::new(methods![sum]);
    assert_eq!(dispatcher.call("sum", (1, 2, 3)).await, Ok("sum: 6".to_owned()));
    let fault = dispatcher.call::<_, String>("sum", (1, "x")).await.unwrap_err();
    assert!(fault.string().starts_with("argument 2 (numbers): "), "{fault}");
}
