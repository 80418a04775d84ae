use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods]
impl Calc {
    fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }
}

fn main() {
    Calc.add(1, 2);
    let _ = Calc.into_methods();
}
