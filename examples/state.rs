//! Three ways for functions to share something: what a closure captures, an extension, and an object that the
//! program itself goes on to use.
//!
//! `cargo run --example state`

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tagwire::{Dispatcher, Extension, Methods, methods, xmlrpc_method, xmlrpc_methods};

#[path = "support/serve.rs"]
mod serve;

/// One: a closure keeps what it captures. For a function or two.
fn counting() -> Methods {
    let calls = AtomicU32::new(0);
    Methods::new().register_fn("count", move || calls.fetch_add(1, Ordering::Relaxed) + 1)
}

/// Two: what the dispatcher gives to every call. For what many functions need: settings, a pool of connections.
struct Settings {
    greeting: &'static str,
}

/// Greets somebody.
#[xmlrpc_method]
async fn greet(name: String, settings: Extension<Arc<Settings>>) -> String {
    format!("{}, {name}!", settings.0.greeting)
}

/// Three: an object with methods of its own.
#[derive(Default)]
struct Journal {
    lines: Mutex<Vec<String>>,
}

#[xmlrpc_methods(namespace = "journal")]
impl Journal {
    /// Adds a line and tells its number.
    #[xmlrpc_method]
    fn write(&self, line: String) -> u64 {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line);
        lines.len() as u64
    }

    /// All lines.
    #[xmlrpc_method]
    fn read(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let journal = Arc::new(Journal::default());
    journal.write("the server starts".to_owned());

    let methods = counting().merge(methods![greet]).merge(Journal::methods_of(&journal));
    let dispatcher = Dispatcher::new(methods).extension(Arc::new(Settings { greeting: "Hello" }));
    let code = serve::serve(dispatcher, PYTHON).await;

    // The methods had a share of the journal, and here is the program's own.
    for line in journal.read() {
        println!("journal: {line}");
    }
    code
}

const PYTHON: &str = "s = ServerProxy('http://ADDRESS/'); \
                      print(s.count(), s.count(), s.greet('Ada'), s.journal.write('Ada was here'), s.journal.read())";
