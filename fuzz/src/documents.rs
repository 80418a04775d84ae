//! What holds for every document, whatever its bytes are.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use tagwire::{DateTime, Dialect, Error, MethodResponse, Value, de};

use crate::same::{Dates, same};

/// The codes that reading may answer with, by the documentation of `Error::code`.
const CODES: [i64; 6] = [-32700, -32701, -32702, -32600, -32601, -32602];

/// "At most a few hundred characters": what still fits a log line.
const LONGEST_MESSAGE: usize = 500;

/// An error of reading `document` has a documented code, points into the document, and is short.
pub fn judge(error: &Error, document: &[u8]) {
    let code = error.code();
    assert!(CODES.contains(&code), "code {code}: {error}");
    assert_eq!(error.is_type_mismatch(), code == -32602, "{error}");
    assert!(!error.is_unwritable(), "{error}");
    if let Some(offset) = error.offset() {
        let end = longest_as_utf8(document);
        assert!(offset <= end, "byte {offset} of {end}: {error}");
    }
    let length = error.to_string().chars().count();
    assert!(length <= LONGEST_MESSAGE, "a message of {length} characters: {error}");
}

/// Offsets count bytes of the document as UTF-8, which is longer than it was in another encoding: at most by three,
/// for a byte that became a character of the Basic Multilingual Plane.
fn longest_as_utf8(document: &[u8]) -> usize {
    // NUL is half of a character in UTF-16, and ESC begins one in ISO-2022-JP.
    let plain = document.is_ascii() && !document.iter().any(|byte| matches!(byte, 0 | 0x1b));
    if plain { document.len() } else { 3 * document.len() }
}

/// The same document read as a tree and as a type of Rust, where the two must not contradict each other.
pub fn agree<T>(
    tree: &Result<Value, Error>,
    typed: &Result<T, Error>,
    from_tree: impl FnOnce(Value) -> Result<T, Error>,
) where
    T: Debug + PartialEq,
{
    let (tree, typed) = match (tree, typed) {
        (Ok(tree), typed) => (tree, typed),
        (Err(error), Ok(typed)) => {
            // A typed reading may skip what no field asks for, but not past broken XML.
            assert_eq!(error.code(), -32600, "read as {typed:?}, though: {error}");
            return;
        }
        (Err(_), Err(_)) => return,
    };
    match (from_tree(tree.clone()), typed) {
        (Ok(one), Ok(other)) => assert!(one == *other, "from the tree {one:?}, from XML {other:?}"),
        (Err(one), Err(other)) => assert_eq!(one.code(), other.code(), "from the tree: {one}; from XML: {other}"),
        (Ok(one), Err(other)) => panic!("from the tree {one:?}, from XML: {other}"),
        (Err(one), Ok(other)) => panic!("from the tree: {one}; from XML: {other:?}"),
    }
}

/// The response as `T`, judged against the response as a tree.
pub fn response_as<T>(document: &[u8], tree: &Result<Value, Error>)
where
    T: DeserializeOwned + Debug + PartialEq,
{
    match MethodResponse::<T>::from_xml(document) {
        Ok(MethodResponse::Fault(_)) => {}
        Ok(MethodResponse::Value(typed)) => agree(tree, &Ok(typed), de::from_value),
        Err(error) => {
            judge(&error, document);
            agree::<T>(tree, &Err(error), de::from_value);
        }
    }
}

/// A value that was read is written, unless it holds what has no form on the wire, and reads back the same; what is
/// written from that is the same to the byte.
pub fn rewrite(value: &Value) {
    let dialect = Dialect::default().allow_none(true);
    let written = match tagwire::ser::to_vec(value, &dialect) {
        Ok(written) => written,
        Err(error) => {
            assert!(error.is_unwritable() && error.code() == -32603, "{error}");
            assert!(holds_unwritable(value), "{error}: {value:?}");
            return;
        }
    };
    let read: Value = de::from_slice(&written).unwrap_or_else(|error| panic!("{error}: {}", show(&written)));
    assert!(same(value, &read, Dates::ByMoment), "{value:?}\nwas written {}\nand read {read:?}", show(&written));
    let again = tagwire::ser::to_vec(&read, &dialect).unwrap_or_else(|error| panic!("{error}: {read:?}"));
    assert!(written == again, "{}\nthen {}", show(&written), show(&again));
}

/// Doubles that are no numbers, dates that the plain form cannot hold, and big numbers: the text of one is kept as
/// received, and only a decimal number is written.
fn holds_unwritable(value: &Value) -> bool {
    match value {
        Value::Double(number) => !number.is_finite(),
        Value::DateTime(date) => !is_plain(date),
        Value::BigInteger(text) | Value::BigDecimal(text) => !is_decimal(text),
        Value::Array(items) => items.iter().any(holds_unwritable),
        Value::Struct(members) => members.iter().any(|(_, member)| holds_unwritable(member)),
        _ => false,
    }
}

fn is_plain(date: &DateTime) -> bool {
    date.parts().is_some_and(|parts| parts.nanosecond == 0 && parts.offset.is_none())
}

fn is_decimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
}

pub fn show(document: &[u8]) -> String {
    String::from_utf8_lossy(document).into_owned()
}
