use tagwire::xmlrpc_method;

struct Calc;

impl Calc {
    #[xmlrpc_method]
    fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }
}

fn main() {
    Calc.add(1, 2);
}
