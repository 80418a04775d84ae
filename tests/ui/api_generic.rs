use tagwire::{Fault, xmlrpc_api};

#[xmlrpc_api]
trait Store<T> {
    async fn get(&self, key: String) -> Result<T, Fault>;
}

#[xmlrpc_api]
trait Bounded
where
    Self: Clone,
{
    async fn get(&self, key: String) -> Result<i32, Fault>;
}

fn main() {
    let _ = (std::marker::PhantomData::<StoreClient>, std::marker::PhantomData::<BoundedClient>);
}
