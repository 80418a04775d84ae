//! `xmlrpc`: a client with a value tree. It reads responses and writes calls, and knows no other types.

use std::error::Error;

use serde_json::{Value as Json, json};
use xmlrpc::{Request, Transport, Value};

use crate::Failure;
use crate::plain::{Plain, plain_bytes};

/// The way of its public interface to its parser is a call over a transport.
pub(crate) fn decode_value(xml: &[u8]) -> Result<Value, Failure> {
    Ok(Request::new("echo").call(Canned(xml))?)
}

pub(crate) fn encode_request(request: &Request<'_>) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    request.write_as_xml(&mut out)?;
    Ok(out)
}

struct Canned<'a>(&'a [u8]);

impl<'a> Transport for Canned<'a> {
    type Stream = &'a [u8];

    fn transmit(self, _: &Request<'_>) -> Result<&'a [u8], Box<dyn Error + Send + Sync>> {
        Ok(self.0)
    }
}

impl Plain for Value {
    fn plain(&self) -> Json {
        match self {
            Self::Int(int) => json!(int),
            Self::Int64(int) => json!(int),
            Self::Bool(boolean) => json!(boolean),
            Self::String(text) => json!(text),
            Self::Double(double) => json!(double),
            Self::DateTime(_) => json!(date_as_written(self)),
            Self::Base64(bytes) => plain_bytes(bytes),
            Self::Struct(members) => members.iter().map(|(name, value)| (name.clone(), value.plain())).collect(),
            Self::Array(items) => items.plain(),
            Self::Nil => Json::Null,
        }
    }
}

/// The date's type belongs to a crate that `xmlrpc` does not hand on.
fn date_as_written(value: &Value) -> Option<String> {
    let mut out = Vec::new();
    value.write_as_xml(&mut out).ok()?;
    let text = String::from_utf8(out).ok()?;
    let (_, date) = text.split_once("<dateTime.iso8601>")?;
    let (date, _) = date.split_once('<')?;
    Some(date.to_owned())
}
