use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method(on_disconnect = "abort")]
async fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn main() {
    let _ = methods![add];
}
