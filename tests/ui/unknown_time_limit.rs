use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method(timeout = "30 seconds")]
async fn unit(a: i32) -> i32 {
    a
}

#[xmlrpc_method(timeout = "0s")]
async fn nothing(a: i32) -> i32 {
    a
}

#[xmlrpc_method(timeout = 30)]
async fn number(a: i32) -> i32 {
    a
}

fn main() {
    let _ = methods![unit, nothing, number];
}
