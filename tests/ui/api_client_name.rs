use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api(client = "Calc")]
trait Calc {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;
}

#[xmlrpc_api(client = "client of other")]
trait Other {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;
}

#[xmlrpc_api(client)]
trait Third {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;
}

fn main() {}
