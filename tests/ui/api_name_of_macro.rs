use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api]
trait Calc {
    async fn new(&self) -> Result<i32, Fault>;
    async fn into_methods(&self) -> Result<i32, Fault>;
    async fn methods_of(&self) -> Result<i32, Fault>;
}

fn main() {}
