use tagwire::{Fault, xmlrpc_api};

macro_rules! more {
    () => {};
}

#[xmlrpc_api]
trait Calc {
    more!();

    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;
}

fn main() {}
