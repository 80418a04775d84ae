use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods]
impl Calc {
    #[xmlrpc_method]
    const ZERO: i32 = 0;

    #[xmlrpc_method]
    fn zero() -> i32 {
        Self::ZERO
    }
}

fn main() {
    let _ = Calc.into_methods();
}
