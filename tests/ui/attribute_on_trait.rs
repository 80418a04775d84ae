use tagwire::xmlrpc_method;

#[xmlrpc_method]
pub unsafe trait Calc {
    fn add(a: i32, b: i32) -> i32;
}

fn main() {}
