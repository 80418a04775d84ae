use serde::{Deserialize, Serialize};
use tagwire::{Fault, xmlrpc_api};

#[derive(Serialize, Deserialize)]
struct Headers {
    subject: String,
}

struct MethodName;

#[xmlrpc_api]
trait Mail {
    async fn send(&self, headers: Headers, text: String) -> Result<i32, Fault>;
    async fn name(&self, name: MethodName) -> Result<i32, Fault>;
}

fn main() {}
