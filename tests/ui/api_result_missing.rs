use tagwire::{Fault, xmlrpc_api};

type Answer<T> = Result<T, Fault>;

#[xmlrpc_api]
trait Calc {
    async fn add(&self, a: i32, b: i32) -> i32;
    fn reset(&self);
    async fn alias(&self) -> Answer<i32>;
    async fn io(&self) -> std::io::Result<i32>;
}

async fn calls(client: CalcClient) {
    let _ = client.add(1, 2).await;
}

fn main() {
    let _ = calls;
}
