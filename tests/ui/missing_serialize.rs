use serde::Deserialize;
use tagwire::{Fault, methods, xmlrpc_method};

#[derive(Deserialize)]
struct Point {
    x: i32,
}

#[xmlrpc_method]
async fn asynchronous(x: i32) -> Point {
    Point { x }
}

#[xmlrpc_method]
fn plain(x: i32) -> Point {
    Point { x }
}

#[xmlrpc_method]
fn fallible(x: i32) -> Result<Vec<Point>, Fault> {
    Ok(vec![Point { x }])
}

fn main() {
    let _ = methods![asynchronous, plain, fallible];
}
