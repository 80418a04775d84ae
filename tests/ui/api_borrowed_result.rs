use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api]
trait Page {
    async fn title(&self) -> Result<&str, Fault>;
    async fn kind(&self) -> Result<&'static str, Fault>;
    async fn opaque(&self) -> Result<impl Sized, Fault>;
}

fn main() {}
