use tagwire::xmlrpc_method;

#[xmlrpc_method]
pub struct Add {
    pub a: i32,
}

fn main() {
    let _ = Add { a: 1 };
}
