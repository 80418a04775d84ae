//! What method calls are put together from, where the payloads of Python have none of the kind.

use std::hint::black_box;

use tagwire::{MethodCall, Value};

/// Reads a method call with no types in mind, as a server does with what anybody may send.
pub(crate) fn read(document: &[u8]) -> Result<(), tagwire::Error> {
    MethodCall::<Vec<Value>>::from_xml(document).map(|call| drop(black_box(call)))
}

/// A call with one parameter.
pub(crate) fn call(value: &str) -> String {
    call_with(&format!("<param>{value}</param>"))
}

/// A call with whatever is to stand between the tags of `<params>`.
pub(crate) fn call_with(params: &str) -> String {
    format!("<methodCall><methodName>m</methodName><params>{params}</params></methodCall>")
}

pub(crate) fn array(values: &str) -> String {
    format!("<value><array><data>{values}</data></array></value>")
}

pub(crate) fn structure(members: &str) -> String {
    format!("<value><struct>{members}</struct></value>")
}

/// `levels` of `before` and `after` around what is innermost.
pub(crate) fn nested(levels: usize, before: &str, innermost: &str, after: &str) -> String {
    format!("{}{innermost}{}", before.repeat(levels), after.repeat(levels))
}

/// As many of the part as fill `length` bytes; the part is told its number.
pub(crate) fn fill(length: usize, part: impl Fn(usize) -> String) -> String {
    let mut filled = String::with_capacity(length + length / 8);
    for number in 0.. {
        if filled.len() >= length {
            break;
        }
        filled.push_str(&part(number));
    }
    filled
}
