use tagwire::{Fault, Rest, xmlrpc_api};

#[xmlrpc_api]
trait Calc {
    async fn sum(&self, Rest(numbers): Rest<i32>) -> Result<i32, Fault>;
    fn product(&self, (a, b): (i32, i32)) -> Result<i32, Fault>;
}

fn main() {}
