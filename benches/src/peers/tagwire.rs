//! tagwire.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tagwire::{Dialect, MethodCall, MethodResponse};

use crate::Failure;

pub(crate) fn decode_call<P: DeserializeOwned>(xml: &[u8]) -> Result<P, Failure> {
    Ok(MethodCall::<P>::from_xml(xml)?.into_parts().1)
}

pub(crate) fn decode_response<T: DeserializeOwned>(xml: &[u8]) -> Result<T, Failure> {
    match MethodResponse::<T>::from_xml(xml)? {
        MethodResponse::Value(value) => Ok(value),
        MethodResponse::Fault(fault) => Err(fault.into()),
    }
}

pub(crate) fn encode_call<P: Serialize>(call: &MethodCall<P>) -> Result<Vec<u8>, Failure> {
    Ok(call.to_xml(&Dialect::default())?)
}

pub(crate) fn encode_response<T: Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    Ok(MethodResponse::Value(value).to_xml(&Dialect::default())?)
}
