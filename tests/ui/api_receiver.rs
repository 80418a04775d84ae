use std::sync::Arc;

use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api]
trait Calc {
    async fn value(self) -> Result<i32, Fault>;
    async fn mutable(&mut self) -> Result<i32, Fault>;
    async fn none(a: i32) -> Result<i32, Fault>;
    async fn shared(self: Arc<Self>) -> Result<i32, Fault>;
}

fn main() {}
