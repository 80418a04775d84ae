//! What `system.*` tells of a server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tagwire::{
    Binary, DateTime, Dialect, Dispatcher, Fault, MethodInfo, Methods, Params, RequestContext, Signature, SystemMethod,
    Value, ValueType, WideIntegers, methods, xmlrpc_method,
};

use crate::support::multicall::{item, multicall};

const SYSTEM: [&str; 6] = [
    "system.getCapabilities",
    "system.listMethods",
    "system.methodExist",
    "system.methodHelp",
    "system.methodSignature",
    "system.multicall",
];

/// Adds two integers.
#[xmlrpc_method]
async fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[xmlrpc_method(name = "math.div", help = "Divides.")]
fn div(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_div(b).ok_or_else(|| Fault::new(7, "division by zero"))
}

/// Greets.
///
/// Says hello unless told otherwise: <&>
#[xmlrpc_method]
async fn greet(_cx: RequestContext, name: String, greeting: Option<String>, times: Option<i32>) -> String {
    format!("{greeting:?} {name} {times:?}")
}

#[xmlrpc_method]
fn nothing() {}

#[derive(Serialize, Deserialize)]
struct Point {
    x: f64,
}

#[xmlrpc_method]
fn mirror(point: Point) -> Point {
    point
}

#[xmlrpc_method]
fn corners(points: Vec<Point>, at: DateTime, data: Binary, big: i64, yes: bool) -> Vec<Point> {
    let _ = (at, data, big, yes);
    points
}

fn dispatcher() -> Dispatcher {
    Dispatcher::new(
        methods![add, div, greet, nothing, mirror, corners]
            .register_fn("têšt /x", |value: Value| value)
            .register_fn("Upper", || 1)
            .register_fn(MethodInfo::new("hidden").with_help("Not for you.").with_hidden(true), || 2)
            .register_fn("also.hidden", || 3)
            .hide("also.hidden"),
    )
}

async fn names(dispatcher: &Dispatcher) -> Vec<String> {
    dispatcher.call("system.listMethods", ()).await.unwrap()
}

async fn code<T: Serialize>(dispatcher: &Dispatcher, name: &str, params: T) -> i64 {
    match dispatcher.call::<_, Value>(name, params).await {
        Ok(value) => panic!("{name} gave {value:?}"),
        Err(fault) => fault.code(),
    }
}

/// The signatures of a method, as in `int int int | int int`.
async fn signatures(dispatcher: &Dispatcher, name: &str) -> String {
    let signatures: Vec<Vec<String>> = dispatcher.call("system.methodSignature", (name,)).await.unwrap();
    signatures.iter().map(|one| one.join(" ")).collect::<Vec<_>>().join(" | ")
}

#[tokio::test]
async fn all_methods_are_listed_in_order() {
    let dispatcher = dispatcher();
    let expected =
        ["Upper", "add", "corners", "greet", "math.div", "mirror", "nothing"].iter().chain(&SYSTEM).chain(&["têšt /x"]);
    let expected: Vec<&str> = expected.copied().collect();
    assert_eq!(names(&dispatcher).await, expected);
    for params in [vec![Value::from("ignored")], vec![1.into(), vec![Value::from("x")].into()]] {
        assert_eq!(dispatcher.call::<_, Vec<String>>("system.listMethods", params).await.unwrap(), expected);
    }
    assert_eq!(names(&Dispatcher::new(Methods::new())).await, SYSTEM);
}

#[tokio::test]
async fn help_is_the_doc_comment() {
    let dispatcher = dispatcher();
    for (name, help) in [
        ("add", "Adds two integers."),
        ("math.div", "Divides."),
        ("greet", "Greets.\n\nSays hello unless told otherwise: <&>"),
        ("nothing", ""),
        ("Upper", ""),
    ] {
        assert_eq!(dispatcher.call("system.methodHelp", (name,)).await, Ok(help.to_owned()));
    }
    for name in SYSTEM {
        let help: String = dispatcher.call("system.methodHelp", (name,)).await.unwrap();
        assert!(!help.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn signatures_are_what_the_types_tell() {
    let dispatcher = dispatcher();
    for (name, expected) in [
        ("add", "int int int"),
        ("math.div", "int int int"),
        ("greet", "string string string int | string string string | string string"),
        ("mirror", "struct struct"),
        ("corners", "array array dateTime.iso8601 base64 i8 boolean"),
        ("nothing", "boolean"),
        ("system.listMethods", "array"),
        ("system.methodHelp", "string string"),
        ("system.methodSignature", "array string"),
        ("system.methodExist", "boolean string"),
        ("system.getCapabilities", "struct"),
        ("system.multicall", "array array"),
    ] {
        assert_eq!(signatures(&dispatcher, name).await, expected, "{name}");
    }
    assert_eq!(dispatcher.call("system.methodSignature", ("têšt /x",)).await, Ok("undef".to_owned()));
    let all = Dispatcher::new(Methods::new().register_fn("any", |_: Params| Value::Nil));
    assert_eq!(all.call("system.methodSignature", ("any",)).await, Ok("undef".to_owned()));
}

#[tokio::test]
async fn signatures_that_were_given_count() {
    let info = MethodInfo::new("f")
        .with_signature([ValueType::Struct, ValueType::Int, ValueType::Double])
        .with_signature([ValueType::Array])
        .with_signature(Signature::new(ValueType::Nil));
    let dispatcher = Dispatcher::new(Methods::new().register_fn(info, |_: i32| 0));
    assert_eq!(signatures(&dispatcher, "f").await, "struct int double | array | nil");
}

#[tokio::test]
async fn existence_is_told() {
    let dispatcher = Dispatcher::new(dispatcher().methods().fallback(|_: Params| 1));
    let exists = async |name: &str| dispatcher.call::<_, bool>("system.methodExist", (name,)).await.unwrap();
    for name in ["add", "math.div", "têšt /x"].into_iter().chain(SYSTEM) {
        assert!(exists(name).await, "{name}");
    }
    for name in ["Add", "", "add.x", "math", "system", "system.", "system.nope", "hidden", "also.hidden"] {
        assert!(!exists(name).await, "{name}");
    }
}

#[tokio::test]
async fn an_unknown_name_and_wrong_arguments_are_faults() {
    let dispatcher = dispatcher();
    for method in ["system.methodHelp", "system.methodSignature"] {
        for name in ["no such", "", "system", "Add"] {
            assert_eq!(code(&dispatcher, method, (name,)).await, Fault::METHOD_NOT_FOUND, "{method} {name}");
        }
    }
    for method in ["system.methodHelp", "system.methodSignature", "system.methodExist"] {
        assert_eq!(code(&dispatcher, method, ()).await, Fault::INVALID_PARAMS, "{method}");
        assert_eq!(code(&dispatcher, method, (1,)).await, Fault::INVALID_PARAMS, "{method}");
        assert_eq!(code(&dispatcher, method, ("add", "add")).await, Fault::INVALID_PARAMS, "{method}");
    }
    for method in ["system", "system.", "system.nope", "listMethods", "System.listMethods", "system.listmethods"] {
        assert_eq!(code(&dispatcher, method, ()).await, Fault::METHOD_NOT_FOUND, "{method}");
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Capability {
    spec_url: String,
    spec_version: i32,
}

#[tokio::test]
async fn capabilities_are_those_that_are_enabled() {
    async fn keys(dispatcher: &Dispatcher) -> String {
        let capabilities: BTreeMap<String, Capability> = dispatcher.call("system.getCapabilities", ()).await.unwrap();
        for (name, Capability { spec_url, spec_version }) in &capabilities {
            assert!(spec_url.starts_with("http") && *spec_version > 0, "{name}: {spec_url} {spec_version}");
        }
        capabilities.into_keys().collect::<Vec<_>>().join(" ")
    }
    let nil = Dialect::default().allow_none(true);
    let no_i8 = Dialect::default().wide_integers(WideIntegers::Error);
    let introspection = [SystemMethod::ListMethods, SystemMethod::MethodHelp, SystemMethod::MethodSignature];
    let dispatcher = dispatcher();
    assert_eq!(keys(&dispatcher).await, "faults_interop i8 introspection multicall");
    assert_eq!(keys(&dispatcher.clone().dialect(nil)).await, "faults_interop i8 introspection multicall nil");
    assert_eq!(keys(&dispatcher.clone().dialect(no_i8)).await, "faults_interop introspection multicall");
    assert_eq!(keys(&dispatcher.clone().without([SystemMethod::Multicall])).await, "faults_interop i8 introspection");
    assert_eq!(keys(&dispatcher.without(introspection)).await, "faults_interop i8 multicall");
}

#[tokio::test]
async fn a_hidden_method_can_be_called_and_is_nowhere_told() {
    let dispatcher = dispatcher();
    assert!(names(&dispatcher).await.iter().all(|name| !name.contains("hidden")));
    for (name, result) in [("hidden", 2), ("also.hidden", 3)] {
        assert_eq!(dispatcher.call(name, ()).await, Ok(result));
        assert_eq!(code(&dispatcher, "system.methodHelp", (name,)).await, Fault::METHOD_NOT_FOUND);
        assert_eq!(code(&dispatcher, "system.methodSignature", (name,)).await, Fault::METHOD_NOT_FOUND);
        assert_eq!(dispatcher.call("system.methodExist", (name,)).await, Ok(false));
    }
    // The answer is that for a name which nobody has, letter by letter.
    for method in ["system.methodHelp", "system.methodSignature"] {
        let of = async |name: &str| dispatcher.call::<_, Value>(method, (name,)).await.unwrap_err();
        let (hidden, unknown) = (of("hidden").await, of("absent").await);
        assert_eq!(hidden.string().replace("hidden", "absent"), unknown.string());
    }
    let results =
        multicall(&dispatcher, [item("hidden", []), item("system.methodExist", ["hidden".into()])]).await.unwrap();
    assert_eq!(results, [Ok(2.into()), Ok(false.into())]);
}

#[tokio::test]
async fn each_of_them_can_be_turned_off() {
    for off in SystemMethod::ALL {
        let dispatcher = dispatcher().without([off]);
        assert_eq!(code(&dispatcher, off.name(), ()).await, Fault::METHOD_NOT_FOUND);
        for other in SystemMethod::ALL.into_iter().filter(|other| other != &off) {
            match dispatcher.call::<_, Value>(other.name(), ()).await {
                Ok(_) => {}
                Err(fault) => {
                    assert_eq!(fault.code(), Fault::INVALID_PARAMS, "{} without {}", other.name(), off.name());
                }
            }
        }
        if off != SystemMethod::ListMethods {
            let names = names(&dispatcher).await;
            assert!(!names.contains(&off.name().to_owned()) && names.contains(&"system.listMethods".to_owned()));
        }
        if off != SystemMethod::MethodExist {
            assert_eq!(dispatcher.call("system.methodExist", (off.name(),)).await, Ok(false));
        }
        if off != SystemMethod::MethodHelp {
            assert_eq!(code(&dispatcher, "system.methodHelp", (off.name(),)).await, Fault::METHOD_NOT_FOUND);
        }
        if off != SystemMethod::Multicall {
            let results = multicall(&dispatcher, [item(off.name(), []), item("Upper", [])]).await.unwrap();
            assert_eq!(results[0].as_ref().unwrap_err().code(), Fault::METHOD_NOT_FOUND);
            assert_eq!(results[1], Ok(1.into()));
        }
    }
    let none = dispatcher().without(SystemMethod::ALL);
    for name in SYSTEM {
        assert_eq!(code(&none, name, ()).await, Fault::METHOD_NOT_FOUND);
    }
    assert_eq!(none.call("add", (1, 2)).await, Ok(3));
    // What is turned off once stays off, and the one that it was cloned from is as it was.
    let two = dispatcher();
    let fewer = two.clone().without([SystemMethod::MethodHelp]).without([SystemMethod::Multicall]);
    assert_eq!(code(&fewer, "system.methodHelp", ("add",)).await, Fault::METHOD_NOT_FOUND);
    assert_eq!(code(&fewer, "system.multicall", (Vec::<Value>::new(),)).await, Fault::METHOD_NOT_FOUND);
    assert!(two.call::<_, String>("system.methodHelp", ("add",)).await.is_ok());
}

#[tokio::test]
async fn what_is_turned_off_is_for_the_fallback() {
    let methods = Methods::new().fallback(|name: tagwire::MethodName, _: Params| name.0);
    let dispatcher = Dispatcher::new(methods).without([SystemMethod::MethodHelp]);
    assert_eq!(dispatcher.call("system.methodHelp", ("x",)).await, Ok("system.methodHelp".to_owned()));
}

#[tokio::test]
async fn ones_own_method_takes_the_place_of_the_built_in() {
    let own = Methods::new()
        .register_fn(MethodInfo::new("system.listMethods").with_help("My own."), |of: usize| vec!["mine"; of])
        .register_fn("system.multicall", || "no more")
        .register_fn("other", || 1);
    for dispatcher in [Dispatcher::new(own.clone()), Dispatcher::new(own.clone()).without(SystemMethod::ALL), {
        let dispatcher = Dispatcher::new(Methods::new());
        dispatcher.update_methods(|methods| methods.merge(own));
        dispatcher
    }] {
        assert_eq!(dispatcher.call("system.listMethods", (2,)).await, Ok(vec!["mine".to_owned(), "mine".to_owned()]));
        assert_eq!(code(&dispatcher, "system.listMethods", ()).await, Fault::INVALID_PARAMS);
        assert_eq!(dispatcher.call("system.multicall", ()).await, Ok("no more".to_owned()));
    }
    let dispatcher =
        Dispatcher::new(Methods::new().register_fn(MethodInfo::new("system.methodExist").with_help("Mine."), || 5));
    assert_eq!(names(&dispatcher).await, SYSTEM, "listed once");
    assert_eq!(dispatcher.call("system.methodHelp", ("system.methodExist",)).await, Ok("Mine.".to_owned()));
    assert_eq!(signatures(&dispatcher, "system.methodExist").await, "int");
}
