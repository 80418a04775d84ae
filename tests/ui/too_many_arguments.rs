use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
#[rustfmt::skip]
fn add(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32, i: i32, j: i32, k: i32, l: i32, m: i32) -> i32 {
    a + b + c + d + e + f + g + h + i + j + k + l + m
}

fn main() {
    let _ = methods![add];
}
