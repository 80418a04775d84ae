use std::rc::Rc;

use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
async fn add(a: i32, b: i32) -> i32 {
    let sum = Rc::new(a + b);
    std::future::ready(()).await;
    *sum
}

fn main() {
    let _ = methods![add];
}
