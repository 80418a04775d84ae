use tagwire::xmlrpc_method;

#[xmlrpc_method(package = "my_tagwire")]
fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn main() {}
