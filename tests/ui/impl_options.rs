use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods(namespace = "calc.", client = "CalcClient", package = 1)]
impl Calc {
    #[xmlrpc_method]
    fn zero(&self) -> i32 {
        0
    }
}

struct Other;

#[xmlrpc_methods("calc", namespace = "")]
impl Other {
    #[xmlrpc_method]
    fn zero(&self) -> i32 {
        0
    }
}

fn main() {
    let _ = (Calc.into_methods(), Other.into_methods());
}
