use tagwire::xmlrpc_methods;

#[xmlrpc_methods]
pub async fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[xmlrpc_methods]
struct Calc;

fn main() {
    let _ = (add(1, 2), Calc);
}
