//! Payloads that are method calls.

use dxr::{TryFromParams, TryToParams};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use tagwire::{MethodCall, Value};

use super::{Key, Operation, Row, Visit, decode_floors, encode_floor, no_types, read_call, read_response};
use crate::contender::{Cannot, Contender, Name};
use crate::payloads::Payload;
use crate::plain::{Plain, plain_params};
use crate::{Failure, peers};

/// Its four rows. `P` are the parameters for all XML-RPC libraries, `J` is what the JSON holds.
pub(super) fn all<P, J>(payload: &Payload, visit: &mut Visit<'_>) -> Result<(), Failure>
where
    P: Serialize + DeserializeOwned + TryFromParams + TryToParams + Plain,
    J: Serialize + DeserializeOwned + Plain,
{
    let call = MethodCall::<P>::from_xml(&payload.call)?;
    let key = |operation| Key { payload: payload.name, operation };
    let length = payload.call.len();
    visit(&Row { key: key(Operation::DecodeTyped), bytes: length, contenders: decode_typed::<P, J>(payload)? })?;
    visit(&Row { key: key(Operation::DecodeValue), bytes: length, contenders: decode_value(payload)? })?;
    let length = peers::tagwire::encode_call(&call)?.len();
    visit(&Row { key: key(Operation::EncodeTyped), bytes: length, contenders: encode_typed::<P, J>(payload, &call)? })?;
    visit(&Row { key: key(Operation::EncodeValue), bytes: length, contenders: encode_value::<P>(payload, &call)? })
}

fn decode_typed<P, J>(payload: &Payload) -> Result<Vec<Contender<'_>>, Failure>
where
    P: DeserializeOwned + TryFromParams + Plain,
    J: DeserializeOwned + Plain,
{
    let Payload { call: xml, json, expected, .. } = payload;
    let mut contenders = vec![
        Contender::new(Name::Tagwire, || peers::tagwire::decode_call::<P>(xml), see, expected)?,
        Contender::new(Name::Dxr, || peers::dxr::decode_call::<P>(xml), see, expected)?,
        Contender::new(Name::SerdeXmlrpc, || peers::serde_xmlrpc::decode_call::<P>(xml), see, expected)?,
        reads_no_calls(),
    ];
    contenders.extend(decode_floors::<J>(xml, json, expected)?);
    Ok(contenders)
}

fn decode_value(payload: &Payload) -> Result<Vec<Contender<'_>>, Failure> {
    let Payload { call: xml, json, expected, .. } = payload;
    let mut contenders = vec![
        Contender::new(Name::Tagwire, || peers::tagwire::decode_call::<Vec<Value>>(xml), see, expected)?,
        Contender::new(Name::Dxr, || peers::dxr::decode_params(xml), see, expected)?,
        Contender::new(Name::SerdeXmlrpc, || peers::serde_xmlrpc::decode_params(xml), see, expected)?,
        reads_no_calls(),
    ];
    contenders.extend(decode_floors::<Json>(xml, json, expected)?);
    Ok(contenders)
}

fn encode_typed<'a, P, J>(payload: &'a Payload, call: &'a MethodCall<P>) -> Result<Vec<Contender<'a>>, Failure>
where
    P: Serialize + DeserializeOwned + TryToParams + Plain,
    J: Serialize + DeserializeOwned + 'a,
{
    let Payload { response, json, expected, .. } = payload;
    let written = read_response(response)?;
    let (name, params) = (call.name(), call.params());
    Ok(vec![
        Contender::new(Name::Tagwire, || peers::tagwire::encode_call(call), read_call, &written)?,
        Contender::new(Name::Dxr, || peers::dxr::encode_call(name, params), read_call, &written)?,
        Contender::new(Name::SerdeXmlrpc, || peers::serde_xmlrpc::encode_call(name, params), read_call, &written)?,
        no_types(),
        encode_floor::<J>(json, expected)?,
    ])
}

fn encode_value<'a, P>(payload: &'a Payload, call: &'a MethodCall<P>) -> Result<Vec<Contender<'a>>, Failure>
where
    P: Serialize + DeserializeOwned + TryToParams + Plain,
{
    let Payload { call: xml, response, json, expected, .. } = payload;
    let written = read_response(response)?;
    let name = call.name();
    let for_tagwire = MethodCall::<Vec<Value>>::from_xml(xml)?;
    let for_dxr = dxr::MethodCall { name: name.into(), params: peers::dxr::decode_params(xml)? };
    let for_serde_xmlrpc = peers::serde_xmlrpc::params_of(call.params())?;
    let request = match peers::xmlrpc::decode_value(response)? {
        // The response has several parameters as one array.
        xmlrpc::Value::Array(params) if expected.as_array() == call.params().plain().as_array() => {
            params.into_iter().fold(xmlrpc::Request::new(name), xmlrpc::Request::arg)
        }
        param => xmlrpc::Request::new(name).arg(param),
    };
    Ok(vec![
        Contender::new(Name::Tagwire, move || peers::tagwire::encode_call(&for_tagwire), read_call, &written)?,
        Contender::new(Name::Dxr, move || Ok(for_dxr.to_xml()?), read_call, &written)?,
        Contender::new(
            Name::SerdeXmlrpc,
            move || peers::serde_xmlrpc::encode_params(name, &for_serde_xmlrpc),
            read_call,
            &written,
        )?,
        Contender::new(Name::Xmlrpc, move || peers::xmlrpc::encode_request(&request), read_call, &written)?,
        encode_floor::<Json>(json, expected)?,
    ])
}

fn see<P: Plain>(params: &P) -> Result<Json, Failure> {
    Ok(plain_params(params))
}

fn reads_no_calls<'a>() -> Contender<'a> {
    Contender::cannot(Name::Xmlrpc, Cannot::Missing("is a client and reads no calls"))
}
