use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods]
impl Calc {
    #[xmlrpc_method]
    fn into_methods(&self) -> i32 {
        1
    }

    #[xmlrpc_method]
    fn methods_of(&self) -> i32 {
        1
    }
}

struct Other;

#[xmlrpc_methods(methods = "more methods")]
impl Other {
    #[xmlrpc_method]
    fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }
}

fn main() {
    Calc.into_methods();
    let _ = Other.into_methods();
}
