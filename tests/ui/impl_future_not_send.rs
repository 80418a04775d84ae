use std::rc::Rc;

use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods]
impl Calc {
    #[xmlrpc_method]
    async fn add(&self, a: i32, b: i32) -> i32 {
        let sum = Rc::new(a + b);
        std::future::ready(()).await;
        *sum
    }
}

fn main() {
    let _ = Calc.into_methods();
}
