use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method(blocking = true, hidden("yes"), idempotent = "no")]
fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[xmlrpc_method(hidden, hidden)]
fn sub(a: i32, b: i32) -> i32 {
    a - b
}

fn main() {
    let _ = methods![add, sub];
}
