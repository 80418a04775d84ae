//! Payloads that are method responses.

use dxr::{TryFromValue, TryToValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use tagwire::Value;

use super::{Key, Operation, Row, Visit, decode_floors, encode_floor, no_types, read_call, read_response};
use crate::contender::{Contender, Name};
use crate::payloads::Payload;
use crate::plain::Plain;
use crate::{Failure, peers};

/// Its four rows. `T`, `D`, `S` and `J` are the data for tagwire, dxr, `serde_xmlrpc` and JSON.
pub(super) fn all<T, D, S, J>(payload: &Payload, visit: &mut Visit<'_>) -> Result<(), Failure>
where
    T: Serialize + DeserializeOwned + Plain,
    D: TryFromValue + TryToValue + Plain,
    S: Serialize + DeserializeOwned + Plain,
    J: Serialize + DeserializeOwned + Plain,
{
    decode::<T, D, S, J>(payload.name, &payload.response, payload, visit)?;
    let key = |operation| Key { payload: payload.name, operation };
    let length = peers::tagwire::encode_response(&peers::tagwire::decode_response::<T>(&payload.response)?)?.len();
    visit(&Row { key: key(Operation::EncodeTyped), bytes: length, contenders: encode_typed::<T, D, S, J>(payload)? })?;
    visit(&Row { key: key(Operation::EncodeValue), bytes: length, contenders: encode_value::<S>(payload)? })
}

/// Its two rows of reading `xml`, which is one form of the payload's response.
pub(super) fn decode<T, D, S, J>(
    name: &'static str,
    xml: &[u8],
    payload: &Payload,
    visit: &mut Visit<'_>,
) -> Result<(), Failure>
where
    T: DeserializeOwned + Plain,
    D: TryFromValue + Plain,
    S: DeserializeOwned + Plain,
    J: DeserializeOwned + Plain,
{
    let Payload { json, expected, .. } = payload;
    let row = |operation, contenders| Row { key: Key { payload: name, operation }, bytes: xml.len(), contenders };

    let mut typed = vec![
        Contender::new(Name::Tagwire, || peers::tagwire::decode_response::<T>(xml), see, expected)?,
        Contender::new(Name::Dxr, || peers::dxr::decode_response::<D>(xml), see, expected)?,
        Contender::new(Name::SerdeXmlrpc, || peers::serde_xmlrpc::decode_response::<S>(xml), see, expected)?,
        no_types(),
    ];
    typed.extend(decode_floors::<J>(xml, json, expected)?);
    visit(&row(Operation::DecodeTyped, typed))?;

    let read = peers::serde_xmlrpc::decode_response::<serde_xmlrpc::Value>;
    let mut values = vec![
        Contender::new(Name::Tagwire, || peers::tagwire::decode_response::<Value>(xml), see, expected)?,
        Contender::new(Name::Dxr, || peers::dxr::decode_value(xml), see, expected)?,
        Contender::new(Name::SerdeXmlrpc, move || read(xml), see, expected)?,
        Contender::new(Name::Xmlrpc, || peers::xmlrpc::decode_value(xml), see, expected)?,
    ];
    values.extend(decode_floors::<Json>(xml, json, expected)?);
    visit(&row(Operation::DecodeValue, values))
}

fn encode_typed<'a, T, D, S, J>(payload: &'a Payload) -> Result<Vec<Contender<'a>>, Failure>
where
    T: Serialize + DeserializeOwned + Plain + 'a,
    D: TryFromValue + TryToValue + 'a,
    S: Serialize + DeserializeOwned + 'a,
    J: Serialize + DeserializeOwned + 'a,
{
    let Payload { response, json, expected, .. } = payload;
    let written = read_response(response)?;
    let for_tagwire: T = peers::tagwire::decode_response(response)?;
    let for_dxr: D = peers::dxr::decode_response(response)?;
    let for_serde_xmlrpc: S = serde_json::from_slice(json)?;
    let write = peers::serde_xmlrpc::encode_response::<S>;
    Ok(vec![
        Contender::new(Name::Tagwire, move || peers::tagwire::encode_response(&for_tagwire), read_response, &written)?,
        Contender::new(Name::Dxr, move || peers::dxr::encode_response(&for_dxr), read_response, &written)?,
        Contender::new(Name::SerdeXmlrpc, move || write(&for_serde_xmlrpc), read_response, &written)?,
        no_types(),
        encode_floor::<J>(json, expected)?,
    ])
}

fn encode_value<S>(payload: &Payload) -> Result<Vec<Contender<'_>>, Failure>
where
    S: Serialize + DeserializeOwned,
{
    let Payload { response, json, expected, .. } = payload;
    let written = read_response(response)?;
    let for_tagwire: Value = peers::tagwire::decode_response(response)?;
    let for_dxr = dxr::MethodResponse { value: peers::dxr::decode_value(response)? };
    let for_serde_xmlrpc = peers::serde_xmlrpc::to_value(serde_json::from_slice::<S>(json)?)?;
    let request = xmlrpc::Request::new("echo").arg(peers::xmlrpc::decode_value(response)?);
    let write = peers::serde_xmlrpc::encode_value;
    // `xmlrpc` writes no responses, but a call with the same data as its parameter.
    Ok(vec![
        Contender::new(Name::Tagwire, move || peers::tagwire::encode_response(&for_tagwire), read_response, &written)?,
        Contender::new(Name::Dxr, move || Ok(for_dxr.to_xml()?), read_response, &written)?,
        Contender::new(Name::SerdeXmlrpc, move || write(&for_serde_xmlrpc), read_response, &written)?,
        Contender::new(Name::Xmlrpc, move || peers::xmlrpc::encode_request(&request), read_call, &written)?,
        encode_floor::<Json>(json, expected)?,
    ])
}

fn see<V: Plain>(value: &V) -> Result<Json, Failure> {
    Ok(value.plain())
}
