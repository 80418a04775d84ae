//! `dxr`: a value tree by serde and quick-xml, and from it the typed data by a derive of its own.

use dxr::{DateTime, MethodCall, MethodResponse, TryFromParams, TryFromValue, TryToParams, TryToValue, Value};
use serde_json::{Value as Json, json};

use crate::Failure;
use crate::plain::{Plain, plain_bytes};

pub(crate) fn decode_call<P: TryFromParams>(xml: &[u8]) -> Result<P, Failure> {
    Ok(P::try_from_params(&decode_params(xml)?)?)
}

pub(crate) fn decode_params(xml: &[u8]) -> Result<Vec<Value>, Failure> {
    Ok(MethodCall::from_xml(str::from_utf8(xml)?)?.params)
}

pub(crate) fn decode_response<T: TryFromValue>(xml: &[u8]) -> Result<T, Failure> {
    Ok(T::try_from_value(&decode_value(xml)?)?)
}

pub(crate) fn decode_value(xml: &[u8]) -> Result<Value, Failure> {
    Ok(MethodResponse::from_xml(str::from_utf8(xml)?)?.value)
}

pub(crate) fn encode_call<P: TryToParams>(name: &str, params: &P) -> Result<String, Failure> {
    Ok(MethodCall { name: name.into(), params: params.try_to_params()? }.to_xml()?)
}

pub(crate) fn encode_response<T: TryToValue>(value: &T) -> Result<String, Failure> {
    Ok(MethodResponse { value: value.try_to_value()? }.to_xml()?)
}

impl Plain for DateTime {
    fn plain(&self) -> Json {
        Json::String(self.to_string())
    }
}

/// dxr's type for base64.
impl Plain for Vec<u8> {
    fn plain(&self) -> Json {
        plain_bytes(self)
    }
}

impl Plain for Value {
    fn plain(&self) -> Json {
        match self {
            Self::Integer(int) => json!(int),
            Self::Boolean(boolean) => json!(boolean),
            Self::String(text) => json!(text),
            Self::Double(double) => json!(double),
            Self::DateTime(date) => date.plain(),
            Self::Base64(bytes) => bytes.plain(),
            Self::Struct(members) => members.iter().map(|(name, value)| (name.clone(), value.plain())).collect(),
            Self::Array(items) => items.plain(),
            _ => Json::Null,
        }
    }
}
