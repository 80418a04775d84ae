use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
async fn asynchronous(x: i32) -> Result<i32, String> {
    Ok(x)
}

type Answer<T> = Result<T, std::fmt::Error>;

#[xmlrpc_method]
fn alias(x: i32) -> Answer<i32> {
    Ok(x)
}

#[xmlrpc_method]
fn known_alias(x: i32) -> std::io::Result<i32> {
    Ok(x)
}

fn main() {
    let _ = methods![asynchronous, alias, known_alias];
}
