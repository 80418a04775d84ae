use tagwire::{Fault, Params, xmlrpc_api};

#[xmlrpc_api]
trait Calc {
    async fn sum(&self, params: Params) -> Result<i32, Fault>;
}

fn main() {}
