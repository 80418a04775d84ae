use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
unsafe extern "C" fn add(a: i32, _: ...) -> i32 {
    a
}

fn main() {
    let _ = methods![add];
}
