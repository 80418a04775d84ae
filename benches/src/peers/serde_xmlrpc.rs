//! `serde_xmlrpc`: typed data by serde for responses, and by way of its value tree for calls and for writing.

use std::iter;

use serde::de::DeserializeOwned;
use serde::ser::Serialize;
use serde_json::{Value as Json, json};
use serde_xmlrpc::{Value, from_values, request_from_str, request_to_string, response_from_str, response_to_string};

use crate::Failure;
use crate::plain::{Plain, plain_bytes};

pub(crate) use serde_xmlrpc::to_value;

pub(crate) fn decode_call<P: DeserializeOwned>(xml: &[u8]) -> Result<P, Failure> {
    Ok(from_values(decode_params(xml)?)?)
}

pub(crate) fn decode_params(xml: &[u8]) -> Result<Vec<Value>, Failure> {
    Ok(request_from_str(str::from_utf8(xml)?)?.1)
}

pub(crate) fn decode_response<T: DeserializeOwned>(xml: &[u8]) -> Result<T, Failure> {
    Ok(response_from_str(str::from_utf8(xml)?)?)
}

/// Writing takes the values themselves, so a program that keeps them has to clone.
pub(crate) fn encode_params(name: &str, params: &[Value]) -> Result<String, Failure> {
    Ok(request_to_string(name, params.iter().cloned())?)
}

pub(crate) fn encode_call<P: Serialize>(name: &str, params: &P) -> Result<String, Failure> {
    Ok(request_to_string(name, params_of(params)?.into_iter())?)
}

pub(crate) fn encode_value(value: &Value) -> Result<String, Failure> {
    Ok(response_to_string(iter::once(value.clone()))?)
}

pub(crate) fn encode_response<T: Serialize>(value: &T) -> Result<String, Failure> {
    Ok(response_to_string(iter::once(to_value(value)?))?)
}

pub(crate) fn params_of<P: Serialize>(params: &P) -> Result<Vec<Value>, Failure> {
    match to_value(params)? {
        Value::Array(params) => Ok(params),
        _ => Err("the parameters are no array".into()),
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
            Self::DateTime(date) => json!(date.to_string()),
            Self::Base64(bytes) => plain_bytes(bytes),
            Self::Struct(members) => members.iter().map(|(name, value)| (name.clone(), value.plain())).collect(),
            Self::Array(items) => items.plain(),
            Self::Nil => Json::Null,
        }
    }
}
