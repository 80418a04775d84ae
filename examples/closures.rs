//! Methods without any attribute: closures, and everything that can be said about one where it is registered.
//!
//! `cargo run --example closures`

use std::process::ExitCode;
use std::time::Duration;

use tagwire::{Binary, Fault, MethodInfo, MethodName, Methods, Params, Rest, Value, blocking};

#[path = "support/serve.rs"]
mod serve;

fn methods() -> Methods {
    Methods::new()
        // A closure of typed arguments.
        .register_fn("upper", |text: String| text.to_uppercase())
        // One that may refuse.
        .register_fn("root", |x: f64| match x {
            0.0.. => Ok(x.sqrt()),
            _ => Err(Fault::invalid_params("x is a number from 0 on")),
        })
        // One that waits. A slow answer for one caller is no delay for others.
        .register_fn("later", async |text: String| {
            tokio::time::sleep(Duration::from_millis(10)).await;
            text
        })
        // One that computes for long: on threads of its own, where it holds nobody up.
        .register_fn("checksum", blocking(|data: Binary| data.as_slice().iter().fold(0, checksum)))
        // An argument that may be left out, and any number of arguments.
        .register_fn("greet", |name: String, word: Option<String>| {
            format!("{} {name}", word.as_deref().unwrap_or("Hi"))
        })
        .register_fn("join", |with: String, Rest(words): Rest<String>| words.join(&with))
        // Arguments read one by one, whatever they are.
        .register_fn("types", |mut params: Params| {
            let mut types = Vec::new();
            while let Some(value) = params.take_if_any::<Value>()? {
                types.push(value.value_type().to_string());
            }
            Ok::<_, Fault>(types)
        })
        // More than a name: help, a limit in time, and silence of introspection about it.
        .register_fn(
            MethodInfo::new("wait")
                .with_help("Waits for something that never happens.")
                .with_timeout(Duration::from_millis(100)),
            async || std::future::pending::<bool>().await,
        )
        .register_fn(MethodInfo::new("secret").with_hidden(true), || "psst")
        // Whatever else is called.
        .fallback(|MethodName(name): MethodName, _: Params| format!("there is no {name}, but thank you for calling"))
}

/// One step of the sum that Adler-32 starts with.
fn checksum(sum: u32, byte: &u8) -> u32 {
    (sum + u32::from(*byte)) % 65_521
}

#[tokio::main]
async fn main() -> ExitCode {
    serve::serve(methods(), PYTHON).await
}

const PYTHON: &str = "s = ServerProxy('http://ADDRESS/'); \
                      print(s.upper('tea'), s.join('-', 'a', 'b', 'c'), s.types(1, 'x', 2.5), s.any.thing())";
