//! The interoperability tests: mostly one echo for each type.

use serde::Serialize;
use tagwire::{Binary, DateTime, Methods, Struct, Value};

pub(crate) fn methods() -> Methods {
    Methods::new()
        .register_fn("whichToolkit", which_toolkit)
        .register_fn("noInParams", || 0)
        .register_fn("echoValue", echo::<Value>)
        .register_fn("echoString", echo::<String>)
        .register_fn("echoInteger", echo::<i32>)
        .register_fn("echoBoolean", echo::<bool>)
        .register_fn("echoFloat", echo::<f64>)
        .register_fn("echoStruct", echo::<Struct>)
        .register_fn("echoDate", echo::<DateTime>)
        .register_fn("echoBase64", echo::<Binary>)
        .register_fn("echoStringArray", echo::<Vec<String>>)
        .register_fn("echoIntegerArray", echo::<Vec<i32>>)
        .register_fn("echoFloatArray", echo::<Vec<f64>>)
        .register_fn("echoStructArray", echo::<Vec<Struct>>)
        .prefix("interopEchoTests")
}

fn echo<T>(value: T) -> T {
    value
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Toolkit {
    toolkit_docs_url: &'static str,
    toolkit_name: &'static str,
    toolkit_version: &'static str,
    toolkit_operating_system: &'static str,
}

fn which_toolkit() -> Toolkit {
    Toolkit {
        toolkit_docs_url: "https://docs.rs/tagwire",
        toolkit_name: "tagwire",
        toolkit_version: env!("CARGO_PKG_VERSION"),
        toolkit_operating_system: std::env::consts::OS,
    }
}
