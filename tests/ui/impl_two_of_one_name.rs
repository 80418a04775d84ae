use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods(namespace = "calc")]
impl Calc {
    #[xmlrpc_method]
    fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }

    #[xmlrpc_method(name = "add")]
    fn plus(&self, a: i32, b: i32) -> i32 {
        a + b
    }

    #[xmlrpc_method(name = "sub")]
    fn minus(&self, a: i32, b: i32) -> i32 {
        a - b
    }

    #[xmlrpc_method]
    fn sub(&self, a: i32, b: i32) -> i32 {
        a - b
    }
}

fn main() {
    let _ = Calc.into_methods();
}
