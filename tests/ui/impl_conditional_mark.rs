use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods]
impl Calc {
    #[cfg_attr(unix, xmlrpc_method)]
    fn zero(&self) -> i32 {
        0
    }

    #[xmlrpc_method]
    fn one(&self) -> i32 {
        1
    }
}

fn main() {
    let _ = Calc.into_methods();
}
