use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api(namespace = "calc")]
trait Calc {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;

    #[xmlrpc_method(name = "add")]
    async fn plus(&self, a: i32, b: i32) -> Result<i32, Fault>;
}

fn main() {}
