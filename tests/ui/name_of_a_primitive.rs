use tagwire::xmlrpc_method;

#[xmlrpc_method]
fn bool(x: bool) -> bool {
    !x
}

fn main() {
    bool(true);
}
