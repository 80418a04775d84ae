use tagwire::{methods, xmlrpc_methods};

struct Calc;

#[xmlrpc_methods]
impl Calc {
    #[xmlrpc_method]
    fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }
}

fn main() {
    let _ = methods![String];
    let _ = methods![Calc];
}
