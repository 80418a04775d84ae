use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method(name = 3, help = concat!("Adds", "."))]
fn number(a: i32) -> i32 {
    a
}

#[xmlrpc_method(name, help("Adds."))]
fn bare(a: i32) -> i32 {
    a
}

#[xmlrpc_method(name =)]
fn nothing(a: i32) -> i32 {
    a
}

fn main() {
    let _ = methods![number, bare, nothing];
}
