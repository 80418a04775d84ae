use serde::{Deserialize, Serialize};
use tagwire::{Fault, xmlrpc_api};

#[derive(Deserialize)]
struct ReadOnly {
    x: i32,
}

#[derive(Serialize)]
struct WriteOnly {
    x: i32,
}

#[xmlrpc_api]
trait Plane {
    async fn takes(&self, factor: i32, read: ReadOnly) -> Result<i32, Fault>;
    async fn gives(&self) -> Result<WriteOnly, Fault>;
    async fn fails(&self) -> Result<i32, std::fmt::Error>;
}

fn main() {}
