//! `system.multicall`: several calls in one request.

use std::future::ready;
use std::time::{Duration, Instant};

use bytestring::ByteString;
use tokio::runtime::Handle;

use super::context::RequestContext;
use super::dispatcher::Dispatcher;
use super::method::MethodFuture;
use super::params::Params;
use super::request::{RpcRequest, RpcResponse};
use crate::de::container::{Begun, Elements, Member, Members};
use crate::de::xml::{Deserializer, close_value, open_value};
use crate::fault::Fault;
use crate::message::envelope::Parameters;
use crate::message::write_fault_value;
use crate::xml::error::{Error, ErrorKind};
use crate::xml::reader::{Mark, Reader};
use crate::xml::tag::Tag;

pub(super) const NAME: &str = "system.multicall";

/// Reads the calls and carries them out, none unless the document is sound and holds no more than the dispatcher takes.
pub(super) fn begin(dispatcher: Dispatcher, cx: RequestContext, params: &mut Params) -> MethodFuture {
    match read(params, dispatcher.max_calls()) {
        Ok(calls) => Box::pin(run(dispatcher, cx, params.elsewhere(Mark::default(), Parameters::Ended), calls)),
        Err(error) => Box::pin(ready(Err(error.into()))),
    }
}

fn read(params: &mut Params, limit: usize) -> Result<Vec<Result<Call, Fault>>, Error> {
    params.read(|reader, parameters| {
        let Some(begun) = parameters.next(reader)? else {
            return Err(mismatch("the argument of system.multicall is missing"));
        };
        if reader.is_strict() && reader.note_overridden()? {
            return Err(Error::new(ErrorKind::NotXmlRpc, "a struct with two members of the same name"));
        }
        let calls = read_calls(reader, begun, limit)?;
        match parameters.next(reader)? {
            None => Ok(calls),
            Some(_) => Err(mismatch("system.multicall takes one argument")),
        }
    })
}

/// Carries out the calls one after another, each through the layers of the dispatcher.
async fn run(
    dispatcher: Dispatcher,
    cx: RequestContext,
    params: Params,
    calls: Vec<Result<Call, Fault>>,
) -> Result<RpcResponse, Fault> {
    let mut began = Instant::now();
    let mut response = RpcResponse::build(&cx.dialect());
    let out = response.document_mut();
    out.extend_from_slice(b"<value><array><data>");
    for call in calls {
        let outcome = match call {
            Ok(Call { name, .. }) if name == NAME => {
                Err(Fault::invalid_params("system.multicall cannot be called inside itself"))
            }
            Ok(Call { name, params: mark }) => {
                let params = params.elsewhere(mark, Parameters::Array(Elements::default()));
                dispatcher.start(&mut RpcRequest::new(cx.for_inner(name), params)).await
            }
            Err(fault) => Err(fault),
        };
        match outcome {
            Ok(result) => {
                out.extend_from_slice(b"<value><array><data>");
                out.extend_from_slice(result.value());
                out.extend_from_slice(b"</data></array></value>");
            }
            Err(fault) => write_fault_value(&fault, out, &cx.dialect()),
        }
        cx.dialect().check_size(out.len() + END.len()).map_err(|error| Fault::internal_error(error.to_string()))?;
        // Methods that wait for nothing leave nobody else a turn, not even the time limit.
        if began.elapsed() > TURN && Handle::try_current().is_ok() {
            tokio::task::yield_now().await;
            began = Instant::now();
        }
    }
    out.extend_from_slice(END);
    Ok(response)
}

/// How long calls go on before others have their turn.
const TURN: Duration = Duration::from_millis(2);

/// What ends the array of results.
const END: &[u8] = b"</data></array></value>";

/// One call: its method and where its parameters begin.
struct Call {
    name: ByteString,
    params: Mark,
}

/// What is wrong with one call faults that call; what is wrong with the document faults all.
fn read_calls(reader: &mut Reader<'_>, begun: Begun, limit: usize) -> Result<Vec<Result<Call, Fault>>, Error> {
    if open_value(reader, begun)? != Some(Tag::Array) {
        return Err(mismatch("the argument of system.multicall is an array"));
    }
    let mut calls = Vec::new();
    let mut elements = Elements::default();
    while let Some(element) = elements.next(reader)? {
        if calls.len() == limit {
            return Err(Error::new(ErrorKind::Limit, format!("more than {limit} calls in a multicall")));
        }
        calls.push(read_call(reader, element)?);
    }
    close_value(reader, begun)?;
    Ok(calls)
}

fn read_call(reader: &mut Reader<'_>, begun: Begun) -> Result<Result<Call, Fault>, Error> {
    match open_value(reader, begun)? {
        Some(Tag::Struct) => {}
        found => {
            skip_value(reader, begun, found)?;
            return Ok(Err(Fault::invalid_params("a call is a struct of methodName and params")));
        }
    }
    let mut name = Err(Fault::invalid_params("a call without methodName"));
    let mut params = Err(Fault::invalid_params("a call without params"));
    let mut members = Members::default();
    while let Some(Member { name: member, value }) = members.next(reader)? {
        if member == "methodName" {
            name = read_name(reader, value)?;
        } else {
            let found = open_value(reader, value)?;
            if member == "params" {
                params = match found {
                    Some(Tag::Array) => Ok(reader.mark()),
                    _ => Err(Fault::invalid_params("params is an array")),
                };
            }
            skip_value(reader, value, found)?;
        }
        members.end_member(reader)?;
    }
    close_value(reader, begun)?;
    Ok(name.and_then(|name| Ok(Call { name, params: params? })))
}

fn read_name(reader: &mut Reader<'_>, begun: Begun) -> Result<Result<ByteString, Fault>, Error> {
    let name = Deserializer::begun(reader, begun)?.string()?;
    Ok(name
        .map(|name| ByteString::from(name.trim_ascii()))
        .ok_or_else(|| Fault::invalid_params("methodName is a string")))
}

/// Goes past a value whose type is known and whose content is next.
fn skip_value(reader: &mut Reader<'_>, begun: Begun, found: Option<Tag>) -> Result<(), Error> {
    if found.is_some() {
        reader.skip()?;
        close_value(reader, begun)?;
    }
    Ok(())
}

fn mismatch(message: &'static str) -> Error {
    Error::new(ErrorKind::TypeMismatch, message)
}
