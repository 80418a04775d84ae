use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
fn add(a: impl Into<i32>, rest: Vec<impl Into<i32>>) -> i32 {
    rest.into_iter().fold(a.into(), |sum, b| sum + b.into())
}

fn main() {
    let _ = methods![add];
}
