use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
fn add<const N: usize>(numbers: Vec<i32>) -> Vec<i32> {
    numbers.into_iter().take(N).collect()
}

fn main() {
    let _ = methods![add];
}
