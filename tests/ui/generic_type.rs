use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
fn add<T: Into<i32>>(a: T, b: T) -> i32 {
    a.into() + b.into()
}

fn main() {
    let _ = methods![add];
}
