//! What a table tells of its methods to those who make pages or code from it.

#![allow(dead_code, reason = "members are declared to be described")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tagwire::{
    Extension, MethodInfo, Methods, ParamType, Params, RequestContext, Rest, Signature, TypeInfo, Value, ValueType,
    methods, xmlrpc_method,
};

#[derive(Serialize, Deserialize)]
struct Point {
    x: f64,
    #[serde(rename = "the y")]
    y: f64,
    #[serde(default)]
    label: Option<String>,
    #[serde(skip)]
    cached: i32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LongNames {
    first_name: String,
    last_name: String,
}

/// The distance between two points.
///
/// In metres.
#[xmlrpc_method(name = "distance")]
async fn distance_between(_cx: RequestContext, from: Point, to: Point, unit: Option<String>) -> f64 {
    let _ = unit;
    (from.x - to.x).hypot(from.y - to.y)
}

#[xmlrpc_method]
fn average(points: Vec<Point>) -> Point {
    points.into_iter().next().unwrap()
}

#[xmlrpc_method]
fn total(numbers: Rest<i32>) -> i32 {
    numbers.into_iter().sum()
}

fn only(methods: &Methods) -> MethodInfo {
    let [info]: [MethodInfo; 1] = methods.describe().try_into().unwrap();
    info
}

fn only_signature(info: &MethodInfo) -> &Signature {
    let [signature] = info.signatures() else { panic!("{info:?}") };
    signature
}

#[test]
fn methods_are_told_sorted_by_the_names_that_they_have_here() {
    let inner = methods![distance_between, average].register_fn("b", || 0);
    let methods =
        Methods::new().register_fn("z", || 1).register_fn("B", || 1).merge(inner.prefix("geo")).register_fn("é", || 1);
    let told: Vec<String> = methods.describe().iter().map(|info| info.name().to_owned()).collect();
    assert_eq!(told, ["B", "geo.average", "geo.b", "geo.distance", "z", "é"]);
    assert!(Methods::new().describe().is_empty());
    assert!(Methods::new().fallback(|_: Params| 1).describe().is_empty(), "a fallback has no name");
}

#[test]
fn help_and_arguments_come_from_the_marked_function() {
    let info = only(&methods![distance_between].prefix("geo"));
    assert_eq!(info.name(), "geo.distance");
    assert_eq!(info.help(), "The distance between two points.\n\nIn metres.");
    assert!(!info.is_hidden());
    let signature = only_signature(&info);
    assert_eq!(signature.result().value_type(), ValueType::Double);
    let params: Vec<(Option<&str>, ValueType)> =
        signature.params().iter().map(|param| (param.name(), param.param_type().type_info().value_type())).collect();
    let expected =
        [(Some("from"), ValueType::Struct), (Some("to"), ValueType::Struct), (Some("unit"), ValueType::String)];
    assert_eq!(params, expected);
    assert!(matches!(signature.params()[1].param_type(), ParamType::Required(_)));
    assert!(matches!(signature.params()[2].param_type(), ParamType::Optional(_)));

    let info = only(&methods![total]);
    let [numbers] = only_signature(&info).params() else { panic!("{info:?}") };
    assert_eq!(numbers.name(), Some("numbers"));
    assert_eq!(numbers.param_type(), &ParamType::Rest(ValueType::Int.into()));
}

#[test]
fn structs_tell_their_members_as_they_are_called_on_the_wire() {
    let info = only(&methods![average]);
    let signature = only_signature(&info);
    let points = signature.params()[0].param_type().type_info();
    assert_eq!((points.value_type(), points.members()), (ValueType::Array, [].as_slice()));
    let point = points.element().unwrap();
    assert_eq!((point.value_type(), point.members()), (ValueType::Struct, ["x", "the y", "label"].as_slice()));
    assert!(point.element().is_none());
    assert_eq!(signature.result().members(), ["x", "the y", "label"]);

    let members = |methods: Methods| {
        let info = only(&methods);
        only_signature(&info).params()[0].param_type().type_info().members()
    };
    assert_eq!(members(Methods::new().register_fn("f", |_: LongNames| 0)), ["firstName", "lastName"]);
    assert_eq!(members(Methods::new().register_fn("f", |_: Option<Point>| 0)), ["x", "the y", "label"]);
    assert_eq!(members(Methods::new().register_fn("f", |_: Box<Point>| 0)), ["x", "the y", "label"]);
    assert_eq!(members(Methods::new().register_fn("f", |_: Rest<Point>| 0)), ["x", "the y", "label"]);
    assert_eq!(members(Methods::new().register_fn("f", |_: BTreeMap<String, i32>| 0)), [] as [&str; 0]);
}

#[test]
fn arrays_tell_what_they_hold_to_any_depth() {
    let info = only(&Methods::new().register_fn("f", |_: Vec<Vec<Vec<Point>>>, _: Vec<Value>, _: Vec<Option<bool>>| 0));
    let types: Vec<&TypeInfo> =
        only_signature(&info).params().iter().map(|param| param.param_type().type_info()).collect();
    assert!(types.iter().all(|info| info.value_type() == ValueType::Array));
    let inner = types[0].element().and_then(TypeInfo::element).unwrap();
    assert_eq!(inner.value_type(), ValueType::Array);
    assert_eq!(inner.element().unwrap().members(), ["x", "the y", "label"]);
    assert!(types[1].element().is_none_or(|element| element.value_type() == ValueType::Undef));
    assert_eq!(types[2].element().unwrap().value_type(), ValueType::Boolean);
}

/// A type that holds itself has no end to be told.
#[test]
fn a_type_that_holds_itself_is_told() {
    #[derive(Serialize, Deserialize)]
    struct Tree {
        name: String,
        children: Vec<Tree>,
    }
    #[derive(Serialize, Deserialize)]
    struct List(Vec<List>);

    let info = only(&Methods::new().register_fn("f", |_: Tree, _: List| 0));
    let params = only_signature(&info).params();
    assert_eq!(params[0].param_type().type_info().members(), ["name", "children"]);
    assert_eq!(params[1].param_type().type_info().value_type(), ValueType::Array);
}

#[test]
fn closures_tell_types_without_names() {
    let info =
        only(&Methods::new().register_fn("f", |_: RequestContext, _: i32, _: Extension<u8>, _: Option<bool>| "x"));
    let params: Vec<_> =
        only_signature(&info).params().iter().map(|param| (param.name(), param.param_type().clone())).collect();
    let expected =
        [(None, ParamType::Required(ValueType::Int.into())), (None, ParamType::Optional(ValueType::Boolean.into()))];
    assert_eq!(params, expected);
    assert_eq!(only_signature(&info).result().value_type(), ValueType::String);
}

#[test]
fn what_was_set_is_what_is_told() {
    let own = Signature::new(ValueType::Array).param("count", ParamType::Required(ValueType::Int.into()));
    let info = MethodInfo::new("f")
        .with_help("Help.")
        .with_signature(own.clone())
        .with_signature([ValueType::Array, ValueType::String])
        .with_hidden(true);
    let told = only(&Methods::new().register_fn(info, |_: Value| 0));
    assert_eq!((told.name(), told.help(), told.is_hidden()), ("f", "Help.", true));
    assert_eq!(told.signatures().len(), 2);
    assert_eq!(told.signatures()[0], own);
    assert_eq!(told.signatures()[1].forms(), [[ValueType::Array, ValueType::String]]);
}

#[test]
fn hidden_methods_are_told_as_hidden() {
    let methods = Methods::new()
        .register_fn("a", || 1)
        .register_fn("b", || 1)
        .register_fn(MethodInfo::new("c").with_hidden(true), || 1)
        .hide("a")
        .prefix("p");
    let told: Vec<(String, bool)> =
        methods.describe().iter().map(|info| (info.name().to_owned(), info.is_hidden())).collect();
    assert_eq!(told, [("p.a".to_owned(), true), ("p.b".to_owned(), false), ("p.c".to_owned(), true)]);
}
