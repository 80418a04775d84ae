use tagwire::xmlrpc_api;

#[xmlrpc_api]
trait Nothing {}

fn main() {}
