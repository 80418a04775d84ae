use tagwire::xmlrpc_methods;

struct Calc;

trait Adds {
    fn add(&self, a: i32, b: i32) -> i32;
}

#[xmlrpc_methods]
impl Adds for Calc {
    #[xmlrpc_method]
    fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }
}

fn main() {
    let _ = Calc.into_methods();
}
