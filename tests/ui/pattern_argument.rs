use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
fn add((a, b): (i32, i32)) -> i32 {
    a + b
}

fn main() {
    let _ = methods![add];
}
