use tagwire::{Fault, Rest, xmlrpc_api};

#[xmlrpc_api]
trait Calc {
    async fn opaque(&self, value: impl Into<i32>) -> Result<i32, Fault>;
    async fn borrowed(&self, text: &str) -> Result<i32, Fault>;
    async fn pattern(&self, (a, b): (i32, i32)) -> Result<i32, Fault> {
        Ok(a + b)
    }
    async fn rest_first(&self, rest: Rest<i32>, a: i32) -> Result<i32, Fault>;
    async fn itself(&self, other: Box<Self>) -> Result<i32, Fault>
    where
        Self: Sized;
    async fn marked(&self, #[extract(user)] user: i32) -> Result<i32, Fault>;
}

fn main() {}
