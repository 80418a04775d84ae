use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
fn add<T: Into<i32>>(a: T, b: &str) -> i32 {
    a.into() + b.len() as i32
}

fn main() {
    let _ = methods![add];
}
