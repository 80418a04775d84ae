use tagwire::xmlrpc_method;

#[xmlrpc_method]
mod calc {
    pub fn add(a: i32, b: i32) -> i32 {
        a + b
    }
}

fn main() {
    calc::add(1, 2);
}
