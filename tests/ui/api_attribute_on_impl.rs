use tagwire::xmlrpc_api;

struct Calc;

#[xmlrpc_api]
impl Calc {
    fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }
}

#[xmlrpc_api]
fn sub(a: i32, b: i32) -> i32 {
    a - b
}

#[xmlrpc_api]
enum Kind {}

fn main() {
    Calc.add(1, sub(2, 3));
    let _ = std::marker::PhantomData::<Kind>;
}
