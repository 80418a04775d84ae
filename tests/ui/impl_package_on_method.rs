use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods]
impl Calc {
    #[xmlrpc_method(package = "tagwire")]
    fn zero(&self) -> i32 {
        0
    }
}

fn main() {
    let _ = Calc.into_methods();
}
