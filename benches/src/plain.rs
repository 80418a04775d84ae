//! [`Plain`]: what was decoded, in the form of the payload's JSON, so that all decoders can be held to the same.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use crate::types::{Bytes, Call, Record, Torrent};

/// Anything that can be said in the JSON of the payloads: dates and base64 as strings.
pub(crate) trait Plain {
    fn plain(&self) -> Json;
}

/// The parameters of a call, as the generator writes them: a single one bare, several as an array.
pub(crate) fn plain_params(params: &impl Plain) -> Json {
    single_bare(params.plain())
}

pub(crate) fn single_bare(params: Json) -> Json {
    match params {
        Json::Array(mut params) if params.len() == 1 => params.remove(0),
        params => params,
    }
}

pub(crate) fn plain_bytes(bytes: &[u8]) -> Json {
    Json::String(STANDARD.encode(bytes))
}

impl<D: Plain, B: Plain> Plain for Record<D, B> {
    fn plain(&self) -> Json {
        json!({
            "id": self.id, "name": self.name, "price": self.price, "active": self.active, "when": self.when.plain(),
            "blob": self.blob.plain(), "triple": self.triple, "sub": self.sub,
        })
    }
}

impl<T: Plain> Plain for Vec<T> {
    fn plain(&self) -> Json {
        self.iter().map(Plain::plain).collect()
    }
}

impl<T: Plain> Plain for (T,) {
    fn plain(&self) -> Json {
        json!([self.0.plain()])
    }
}

impl Plain for Bytes {
    fn plain(&self) -> Json {
        plain_bytes(&self.0)
    }
}

impl Plain for tagwire::DateTime {
    fn plain(&self) -> Json {
        json!(self.as_str())
    }
}

impl Plain for tagwire::Binary {
    fn plain(&self) -> Json {
        plain_bytes(self.as_slice())
    }
}

impl Plain for tagwire::Value {
    fn plain(&self) -> Json {
        plain_value(self, &|_, text| text)
    }
}

/// As [`Plain::plain`], but dates and base64 say what they are, which no string can: for what was written.
pub(crate) fn marked(value: &tagwire::Value) -> Json {
    plain_value(value, &|mark, text| json!({ mark: text }))
}

fn plain_value(value: &tagwire::Value, mark: &dyn Fn(&str, Json) -> Json) -> Json {
    use tagwire::Value;
    match value {
        Value::Int(int) => json!(int),
        Value::I8(int) => json!(int),
        Value::Boolean(boolean) => json!(boolean),
        Value::String(text) | Value::BigInteger(text) | Value::BigDecimal(text) => json!(text),
        Value::Double(double) => json!(double),
        Value::DateTime(date) => mark("a date", date.plain()),
        Value::Base64(bytes) => mark("base64", bytes.plain()),
        Value::Struct(members) => {
            members.iter().map(|(name, value)| (name.to_owned(), plain_value(value, mark))).collect()
        }
        Value::Array(items) => items.iter().map(|item| plain_value(item, mark)).collect(),
        _ => Json::Null,
    }
}

/// What serde can put into JSON as the payloads have it there.
macro_rules! plain_as_serde_says {
    ($($type:ty),*) => {$(
        impl Plain for $type {
            fn plain(&self) -> Json {
                json!(self)
            }
        }
    )*};
}

plain_as_serde_says!(i32, String, (i32, i32), Call, Torrent, Json);
