use tagwire::{methods, xmlrpc_method};

use std::borrow::Cow;
use std::path::Path;

#[xmlrpc_method]
fn add(text: &str, bytes: &'static [u8], path: &Path, number: &mut i32, maybe: Option<&str>, cow: Cow<'_, str>) -> usize {
    let _ = (path, number, maybe, cow);
    text.len() + bytes.len()
}

fn main() {
    let _ = methods![add];
}
