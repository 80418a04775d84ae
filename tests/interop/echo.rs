//! What every server of other people is asked: to give values of all kinds back, and to say what it saw, so that a
//! mistake which it makes in both directions is not taken for none.

pub(crate) mod values;

use std::collections::BTreeMap;

use serde::Serialize;
use tagwire::client::Error;
use tagwire::{Client, Dialect, Struct, Value};

use self::values::Named;
use crate::peers::Running;

/// A test for each kind of value, in the module of a peer. The module has `start`, which gives the running server or
/// nothing, and `EXCEPTIONS`.
macro_rules! echo_tests {
    () => {
        $crate::echo::echo_tests! {
            integers wide_integers booleans doubles strings strings_of_digits unicode dates bytes arrays structs
            member_names nil
        }
    };
    ($($kind:ident)*) => {
        $(
            #[tokio::test]
            async fn $kind() {
                if let Some(server) = start().await {
                    $crate::echo::check(&server, &$crate::echo::values::$kind(), EXCEPTIONS).await;
                }
            }
        )*
    };
}
pub(crate) use echo_tests;

/// What a peer does to some of the values.
pub(crate) struct Exception {
    pub(crate) values: &'static [&'static str],
    /// Why the value does not come back as it was.
    pub(crate) reason: &'static str,
    /// What the server is given.
    pub(crate) seen: Outcome,
    /// What comes back.
    pub(crate) comes: Outcome,
}

#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// What was sent.
    Same,
    /// This, made of what was sent.
    Other(fn(&Value) -> Value),
    /// What is described so, made of what was sent.
    Described(fn(&Value) -> String),
    /// A double of which the last digits may differ.
    Near,
    /// A fault with this code, and with this in its text.
    Fault(i64, &'static str),
    /// A reply that is not XML-RPC.
    NotXmlRpc,
}

/// Sends the values, and says of all of them together what is not as it should be.
pub(crate) async fn check(server: &Running, values: &[Named], exceptions: &[Exception]) {
    for name in exceptions.iter().flat_map(|exception| exception.values) {
        assert!(values::every_name().contains(name), "an exception is about {name:?}, which is no value");
    }
    let client = client(server);
    let mut wrong = Vec::new();
    for (name, value) in values {
        let exception = exceptions.iter().find(|exception| exception.values.contains(name));
        let (seen, comes) = exception.map_or((Outcome::Same, Outcome::Same), |found| (found.seen, found.comes));
        let reason = exception.map_or(String::new(), |found| format!(" (there is an exception: {})", found.reason));

        let answers = [
            ("is seen as", seen, client.call::<_, String>("describe", (value,)).await),
            ("comes back as", comes, client.call::<_, Value>("echo", (value,)).await.map(|value| describe(&value))),
        ];
        for (what, outcome, answer) in answers {
            if !outcome.is(value, &answer) {
                let answer = shortened(&answer.unwrap_or_else(|error| format!("{error:?}")));
                wrong.push(format!("{name}: {} {what} {answer}{reason}", shortened(&describe(value))));
            }
        }
    }
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Values that the server makes itself, as its library has them.
pub(crate) async fn check_every_type<const N: usize>(server: &Running, expected: [(&str, Value); N]) {
    let expected = Value::from(Struct::from(expected));
    let all: Value = client(server).call("every_type", ()).await.unwrap();
    assert_eq!(sorted(all), sorted(expected));
}

/// Faults that the method `fail` makes.
pub(crate) async fn check_faults(server: &Running) {
    for (code, string) in [(7, "plain"), (-7, "<b> & ünï ∞"), (i32::MAX, "two\nlines"), (1, " ")] {
        assert_fault(server, "fail", (code, string), code.into(), string).await;
    }
    // And goes on.
    assert_eq!(client(server).call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
}

pub(crate) async fn assert_fault(server: &Running, method: &str, params: impl Serialize, code: i64, string: &str) {
    let fault = client(server).call::<_, Value>(method, params).await.unwrap_err().into_fault().unwrap();
    assert_eq!((fault.code(), fault.string()), (code, string), "{method}");
}

pub(crate) fn client(server: &Running) -> Client {
    Client::builder(&server.url("/RPC2")).dialect(Dialect::default().allow_none(true)).build().unwrap()
}

impl Outcome {
    fn is(self, value: &Value, answer: &Result<String, Error>) -> bool {
        match (self, answer) {
            (Self::Same, Ok(described)) => *described == describe(value),
            (Self::Other(other), Ok(described)) => {
                let other = describe(&other(value));
                other != describe(value) && *described == other
            }
            (Self::Described(other), Ok(described)) => *described == other(value),
            (Self::Near, Ok(described)) => is_near(value, described),
            (Self::Fault(code, text), Err(error)) => {
                error.fault().is_some_and(|fault| fault.code() == code && fault.string().contains(text))
            }
            (Self::NotXmlRpc, Err(error)) => error.is_not_xmlrpc(),
            _ => false,
        }
    }
}

fn is_near(value: &Value, described: &str) -> bool {
    let bits = described.strip_prefix("double ").and_then(|bits| u64::from_str_radix(bits, 16).ok());
    match (value, bits.map(f64::from_bits)) {
        (Value::Double(sent), Some(other)) => (other / sent - 1.0).abs() < 1e-12,
        _ => false,
    }
}

/// A value with the members of its structs in order; they have none on the wire.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(elements) => Value::Array(elements.into_iter().map(sorted).collect()),
        Value::Struct(members) => {
            let members: BTreeMap<_, _> = members.into_iter().map(|(name, member)| (name, sorted(member))).collect();
            Value::Struct(members.into_iter().collect())
        }
        other => other,
    }
}

/// A value in the words that the servers use too. Integers are one type, whatever their width, and members have no
/// order.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Int(number) => format!("int {number}"),
        Value::I8(number) => format!("int {number}"),
        Value::Boolean(flag) => format!("boolean {}", u8::from(*flag)),
        Value::Double(number) => format!("double {:016x}", number.to_bits()),
        Value::String(text) => format!("string {}", hex(text.as_bytes())),
        Value::DateTime(date) => format!("dateTime {}", date.as_str()),
        Value::Base64(bytes) => format!("base64 {}", hex(bytes.as_slice())),
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(describe).collect();
            format!("array[{}]", elements.join(", "))
        }
        Value::Struct(members) => {
            let mut members: Vec<_> = members
                .iter()
                .map(|(name, member)| format!("{}: {}", hex(name.as_bytes()), describe(member)))
                .collect();
            members.sort_unstable();
            format!("struct{{{}}}", members.join(", "))
        }
        Value::Nil => "nil".to_owned(),
        other => panic!("no server has a word for {other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn shortened(text: &str) -> String {
    text.chars().take(300).collect()
}
