use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api]
trait Store {
    type Item;
    const SIZE: usize;

    async fn get(&self, key: String) -> Result<i32, Fault>;
}

struct Empty;

impl Store for Empty {
    type Item = i32;
    const SIZE: usize = 0;

    async fn get(&self, key: String) -> Result<i32, Fault> {
        Err(Fault::application(key))
    }
}

fn main() {
    let _ = Empty.into_methods();
}
