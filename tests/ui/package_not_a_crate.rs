use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method(package = "my-tagwire")]
fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn main() {
    let _ = methods![add];
}
