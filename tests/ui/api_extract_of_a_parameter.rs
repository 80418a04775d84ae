use tagwire::{Fault, Rest, xmlrpc_api};

#[xmlrpc_api]
trait Mail {
    async fn send(&self, #[extract] text: String) -> Result<i32, Fault>;
    async fn send_all(&self, #[extract] texts: Rest<String>) -> Result<i32, Fault>;
}

fn main() {}
