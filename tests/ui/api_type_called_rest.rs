use serde::{Deserialize, Serialize};
use tagwire::{Fault, xmlrpc_api};

#[derive(Serialize, Deserialize)]
struct Rest {
    hours: u32,
}

#[xmlrpc_api]
trait Body {
    async fn sleep(&self, rest: Rest) -> Result<i32, Fault>;
}

fn main() {}
