//! What a type that refuses a value makes serde say: the type of what it found, and never the value.

use std::fmt;

use serde::de::{Error as _, IgnoredAny, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use tagwire::{Dialect, Fault, de, ser};

/// Takes nothing that there is.
#[derive(Debug)]
struct Nothing;

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl Visitor<'_> for Nothing {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a miracle")
    }
}

fn message<T: serde::de::DeserializeOwned + fmt::Debug>(value: &str) -> String {
    let error = de::from_slice::<T>(format!("<value>{value}</value>").as_bytes()).unwrap_err();
    assert!(error.is_type_mismatch(), "{value}: {error}");
    error.to_string()
}

#[test]
fn every_type_is_told_by_its_name() {
    for (value, found) in [
        ("<boolean>1</boolean>", "boolean"),
        ("<int>4711</int>", "integer"),
        ("<i8>4711</i8>", "integer"),
        ("<double>4711.5</double>", "double"),
        ("<string>4711</string>", "string"),
        ("<base64>NDcxMQ==</base64>", "base64"),
        ("<nil/>", "nil"),
        ("<array><data><value>4711</value></data></array>", "array"),
        ("<struct><member><name>4711</name><value>1</value></member></struct>", "struct"),
    ] {
        let text = message::<Nothing>(value);
        assert!(text.starts_with(&format!("expected a miracle, found {found}")), "{text}");
        assert!(!text.contains("4711"), "{text}");
    }
}

#[test]
fn what_a_type_calls_a_value_is_not_repeated() {
    #[derive(Debug)]
    struct Colour;

    impl<'de> Deserialize<'de> for Colour {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            IgnoredAny::deserialize(deserializer)?;
            Err(D::Error::invalid_value(Unexpected::Other("the secret"), &"a colour"))
        }
    }

    let text = message::<Colour>("red");
    assert!(text.starts_with("expected a colour, found another value"), "{text}");
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "no value of it is ever made")]
struct Point {
    #[serde(alias = "left")]
    x: i32,
    y: i32,
}

fn members(names: &[&str]) -> String {
    let members: String =
        names.iter().map(|name| format!("<member><name>{name}</name><value><int>1</int></value></member>")).collect();
    format!("<struct>{members}</struct>")
}

#[test]
fn a_member_that_is_too_much_is_named() {
    for (given, expected) in [
        (["x", "y", "z"].as_slice(), "unknown member z, expected one of "),
        (&["x", "left", "y"], "duplicate member x"),
        (&["x"], "missing member y"),
    ] {
        let text = message::<Point>(&members(given));
        assert!(text.starts_with(expected), "{text}");
    }
    let long = message::<Point>(&members(&[&"z".repeat(1000)]));
    assert!(long.starts_with(&format!("unknown member {}…", "z".repeat(64))) && long.len() < 200, "{long}");
}

#[test]
fn what_cannot_be_written_is_the_fault_of_the_writer() {
    let error = ser::to_vec(&f64::NAN, &Dialect::default()).unwrap_err();
    assert!(error.is_unwritable() && !error.is_not_well_formed() && !error.is_not_xmlrpc(), "{error}");
    assert_eq!((error.code(), error.offset()), (Fault::INTERNAL_ERROR, None));
    assert_eq!(Fault::from(error).code(), Fault::INTERNAL_ERROR);
}

#[test]
fn what_is_no_xml_is_told_from_what_is_no_xml_rpc() {
    for (document, is_not_well_formed, is_not_xmlrpc) in [
        ("<value>", true, false),
        ("<?xml version='1.0' encoding='x-none'?><value/>", true, false),
        ("<value>\u{1}</value>", true, false),
        ("<value><int>x</int></value>", false, true),
        ("<values/>", false, true),
        ("<value>x</value>", false, false),
    ] {
        let error = de::from_slice::<i32>(document.as_bytes()).unwrap_err();
        assert_eq!(error.is_not_well_formed(), is_not_well_formed, "{document}: {error}");
        assert_eq!(error.is_not_xmlrpc(), is_not_xmlrpc, "{document}: {error}");
    }
}
