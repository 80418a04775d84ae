//! The rows of the table: every payload, read and written, as typed data and as a library's own value type.

mod calls;
mod responses;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use tagwire::{Binary, DateTime, Value};

use crate::contender::{Cannot, Contender, Name};
use crate::payloads::Payloads;
use crate::plain::{Plain, marked, single_bare};
use crate::types::{Bytes, Call, Record, Torrent};
use crate::{Failure, floors, peers};

pub(crate) struct Row<'a> {
    pub(crate) key: Key,
    /// The length of the document that is read, or that tagwire writes.
    pub(crate) bytes: usize,
    pub(crate) contenders: Vec<Contender<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) payload: &'static str,
    pub(crate) operation: Operation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    DecodeTyped,
    DecodeValue,
    EncodeTyped,
    EncodeValue,
}

impl Operation {
    pub(crate) const ALL: [Self; 4] = [Self::DecodeTyped, Self::DecodeValue, Self::EncodeTyped, Self::EncodeValue];
}

/// The payload of base64 in one line; with line breaks it goes by the name of its files.
pub(crate) const BASE64_UNWRAPPED: &str = "p5_b64, one line";

/// Takes each row, as soon as it is ready.
pub(crate) type Visit<'v> = dyn FnMut(&Row<'_>) -> Result<(), Failure> + 'v;

/// Makes the rows, one payload after the other.
pub(crate) fn each(visit: &mut Visit<'_>) -> Result<(), Failure> {
    let payloads = Payloads::prepare()?;
    calls::all::<(i32, i32), (i32, i32)>(&payloads.load("p1_add")?, visit)?;
    responses::all::<Vec<i32>, Vec<i32>, Vec<i32>, Vec<i32>>(&payloads.load("p2_ints")?, visit)?;
    responses::all::<
        Vec<Record<DateTime, Binary>>,
        Vec<Record<dxr::DateTime, Vec<u8>>>,
        Vec<Record<String, Bytes>>,
        Vec<Record<String, String>>,
    >(&payloads.load("p3_structs")?, visit)?;
    responses::all::<String, String, String, String>(&payloads.load("p4_text")?, visit)?;
    let base64 = payloads.load("p5_b64")?;
    responses::all::<Binary, Vec<u8>, Bytes, String>(&base64, visit)?;
    responses::decode::<Binary, Vec<u8>, Bytes, String>(BASE64_UNWRAPPED, &base64.compact_response, &base64, visit)?;
    calls::all::<(Vec<Call>,), Vec<Call>>(&payloads.load("p6_multicall")?, visit)?;
    responses::all::<Vec<Torrent>, Vec<Torrent>, Vec<Torrent>, Vec<Torrent>>(&payloads.load("p7_records")?, visit)
}

/// The floors under a decoder of `document`: the same bytes, and the same data as JSON.
fn decode_floors<'a, J: DeserializeOwned + Plain>(
    document: &'a [u8],
    json: &'a [u8],
    expected: &Json,
) -> Result<[Contender<'a>; 3], Failure> {
    Ok([
        Contender::unchecked(Name::QuickXml, || floors::quick_xml_events(document)),
        Contender::unchecked(Name::Memchr, || Ok(floors::memchr_tags(document))),
        Contender::new(Name::SerdeJson, || Ok(serde_json::from_slice::<J>(json)?), |seen| Ok(seen.plain()), expected)?,
    ])
}

/// The same data written as JSON.
fn encode_floor<'a, J: DeserializeOwned + Serialize + 'a>(
    json: &'a [u8],
    expected: &Json,
) -> Result<Contender<'a>, Failure> {
    let data: J = serde_json::from_slice(json)?;
    let run = move || Ok(serde_json::to_vec(&data)?);
    Contender::new(Name::SerdeJson, run, |json| Ok(serde_json::from_slice(json)?), expected)
}

/// What is in a response that somebody wrote, by tagwire's reader, which is held to the payloads before.
fn read_response<X: AsRef<[u8]>>(xml: &X) -> Result<Json, Failure> {
    Ok(marked(&peers::tagwire::decode_response(xml.as_ref())?))
}

/// The same of a call: its parameters.
fn read_call<X: AsRef<[u8]>>(xml: &X) -> Result<Json, Failure> {
    let params: Vec<Value> = peers::tagwire::decode_call(xml.as_ref())?;
    Ok(single_bare(params.iter().map(marked).collect()))
}

fn no_types<'a>() -> Contender<'a> {
    Contender::cannot(Name::Xmlrpc, Cannot::Missing("knows no types but its own value"))
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DecodeTyped => "decode",
            Self::DecodeValue => "decode to `Value`",
            Self::EncodeTyped => "encode",
            Self::EncodeValue => "encode a `Value`",
        })
    }
}
