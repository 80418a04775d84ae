use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods]
impl Calc {
    #[xmlrpc_method(name = "null")]
    #[xmlrpc_method(hidden)]
    fn zero() -> i32 {
        0
    }

    #[xmlrpc_method = "eins"]
    fn one() -> i32 {
        1
    }
}

fn main() {
    let _ = Calc.into_methods();
}
