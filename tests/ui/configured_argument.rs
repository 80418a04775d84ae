use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
fn add(a: i32, #[cfg(debug_assertions)] _b: i32) -> i32 {
    a
}

fn main() {
    let _ = methods![add];
}
