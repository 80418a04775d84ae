//! What the exceptions of `echo.rs` tell of the peers that are asked for values of all kinds.

use tagwire::Value;

use super::{ARRAY, Answer, BOOLEAN, BYTES, DATE, DOUBLE, INT, NIL, STRING, STRUCT, UNICODE, WIDE};
use crate::echo::values::{self, Named};
use crate::echo::{Exception, Outcome};

pub(super) const USUAL: &[(&str, &[&str])] = &[
    (INT, &["integers"]),
    (WIDE, &["wide_integers"]),
    (BOOLEAN, &["booleans"]),
    (DOUBLE, &["doubles"]),
    (STRING, &["strings", "strings_of_digits"]),
    (UNICODE, &["unicode"]),
    (DATE, &["dates"]),
    (BYTES, &["bytes"]),
    (ARRAY, &["arrays"]),
    (STRUCT, &["structs", "member_names"]),
    (NIL, &["nil"]),
];

/// What a test shows: what becomes of some values, for each reason, and that all is well with others.
pub(super) fn cells(test: &str, exceptions: &[Exception]) -> Vec<(Answer, String)> {
    let values = values_of(test);
    let mut cells = Vec::new();
    for (place, exception) in exceptions.iter().enumerate() {
        if exceptions[..place].iter().all(|earlier| earlier.reason != exception.reason) {
            let alike = exceptions.iter().filter(|other| other.reason == exception.reason);
            let concerned =
                alike.flat_map(|exception| values.iter().filter_map(move |value| concerns(exception, value)));
            cells.extend(cell(&concerned.collect::<Vec<_>>()));
        }
    }
    let excepted = |value: &Named| exceptions.iter().any(|exception| exception.values.contains(&value.0));
    if values.is_empty() || !values.iter().all(excepted) {
        cells.push((Answer::Yes, String::new()));
    }
    cells
}

fn concerns<'a>(exception: &'a Exception, value: &'a Named) -> Option<(&'a Exception, &'a Named)> {
    exception.values.contains(&value.0).then_some((exception, value))
}

/// Of values that share a reason; the first is the example.
fn cell(concerned: &[(&Exception, &Named)]) -> Option<(Answer, String)> {
    let (Exception { reason, seen, comes, .. }, (_, sent)) = concerned.first()?;
    let names: Vec<_> = concerned.iter().map(|(_, (name, _))| *name).collect();
    // At least it arrives.
    let arrives = concerned.iter().all(|(exception, _)| matches!(exception.seen, Outcome::Same));
    let (seen, comes) = (told(*seen, sent), told(*comes, sent));
    let happens = match seen == comes {
        true => format!("it sees and gives back {seen}"),
        false => format!("it sees {seen} and gives back {comes}"),
    };
    let text = format!("*{}*: {reason}. Sent {}, {happens}.", names.join(", "), shown(sent));
    Some((if arrives { Answer::Partly } else { Answer::No }, text))
}

fn told(outcome: Outcome, sent: &Value) -> String {
    match outcome {
        Outcome::Same => "the same".to_owned(),
        Outcome::Other(other) => shown(&other(sent)),
        Outcome::Described(words) => format!("`{}`", shortened(&words(sent))),
        Outcome::Near => "nearly the same".to_owned(),
        Outcome::Fault(code, text) => format!("nothing but fault {code} (“{text}”)"),
        Outcome::NotXmlRpc => "what is no XML-RPC, an error of the client".to_owned(),
    }
}

/// As Rust writes it, or nearly.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Base64(bytes) => return format!("bytes (`{:02x?}`)", bytes.as_slice()),
        Value::Nil => return "nil".to_owned(),
        value => literal(value),
    };
    format!("`{}`", shortened(&text))
}

fn literal(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::I8(number) => number.to_string(),
        // With an exponent where it would be long.
        Value::Double(number) => format!("{number:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::Array(elements) => format!("[{}]", elements.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Struct(members) => {
            let members: Vec<_> =
                members.iter().map(|(name, member)| format!("{name:?}: {}", literal(member))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Nil => "nil".to_owned(),
        other => format!("{other:?}"),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.trim_end().to_owned(),
    }
}

/// None for a test that is about no values of these.
fn values_of(test: &str) -> Vec<Named> {
    match test {
        "integers" => values::integers(),
        "wide_integers" => values::wide_integers(),
        "booleans" => values::booleans(),
        "doubles" => values::doubles(),
        "strings" => values::strings(),
        "strings_of_digits" => values::strings_of_digits(),
        "unicode" => values::unicode(),
        "dates" => values::dates(),
        "bytes" => values::bytes(),
        "arrays" => values::arrays(),
        "structs" => values::structs(),
        "member_names" => values::member_names(),
        "nil" => values::nil(),
        _ => Vec::new(),
    }
}
