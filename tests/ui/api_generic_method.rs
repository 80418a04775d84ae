use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api]
trait Store {
    async fn put<T: Into<String>>(&self, key: T) -> Result<i32, Fault>;
    async fn get<'a>(&self, key: String) -> Result<i32, Fault>;
}

async fn puts(client: StoreClient) {
    let _ = client.put("key").await;
}

fn main() {
    let _ = puts;
}
