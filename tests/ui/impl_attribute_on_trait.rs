use tagwire::{Fault, xmlrpc_methods};

#[xmlrpc_methods]
pub trait Calc {
    fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;
}

fn main() {}
