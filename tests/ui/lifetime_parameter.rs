use std::borrow::Cow;

use tagwire::{methods, xmlrpc_method};

#[xmlrpc_method]
fn add<'a>(text: String) -> Cow<'a, str> {
    Cow::Owned(text)
}

fn main() {
    let _ = methods![add];
}
