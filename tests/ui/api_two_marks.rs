use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api]
trait Mail {
    async fn send(&self, #[extract] #[param] text: String) -> Result<i32, Fault>;
    async fn list(&self, #[param(text)] text: String) -> Result<i32, Fault>;
}

fn main() {}
