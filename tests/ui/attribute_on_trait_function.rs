use tagwire::xmlrpc_method;

trait Calc {
    #[xmlrpc_method]
    fn add(a: i32, b: i32) -> i32;
}

fn main() {}
