use std::error::Error;

use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
fn boxed(x: i32) -> Result<i32, Box<dyn Error>> {
    Ok(x)
}

#[xmlrpc_method]
async fn io(x: i32) -> std::io::Result<i32> {
    Ok(x)
}

#[xmlrpc_method(blocking)]
fn text(x: i32) -> Result<i32, String> {
    Ok(x)
}

fn main() {
    let _ = methods![boxed, io, text];
}
