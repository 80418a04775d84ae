use std::rc::Rc;

use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api]
trait Calc {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;
}

struct Adds;

impl Calc for Adds {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault> {
        let sum = Rc::new(a + b);
        std::future::ready(()).await;
        Ok(*sum)
    }
}

fn main() {
    let _ = Adds.into_methods();
}
