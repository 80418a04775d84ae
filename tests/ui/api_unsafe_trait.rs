use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api]
unsafe trait Calc {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;
}

struct Adds;

unsafe impl Calc for Adds {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault> {
        Ok(a + b)
    }
}

fn main() {
    let _ = Adds.into_methods();
}
