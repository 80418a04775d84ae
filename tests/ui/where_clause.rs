use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
fn add(a: i32, b: i32) -> i32
where
    i32: Copy,
{
    a + b
}

fn main() {
    let _ = methods![add];
}
