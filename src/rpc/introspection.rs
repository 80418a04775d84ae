//! The methods that tell what a server has to offer.

use super::dispatcher::{Dispatcher, unknown};
use super::info::MethodInfo;
use super::params::Params;
use super::request::RpcResponse;
use super::returns::Returns;
use super::signature::Signature;
use super::system::SystemMethod;
use crate::dialect::{Dialect, WideIntegers};
use crate::fault::Fault;
use crate::value::{Struct, Value, ValueType};

/// An argument is ignored: Homematic's central units send one.
pub(super) fn list_methods(
    dispatcher: &Dispatcher,
    params: &mut Params,
    dialect: &Dialect,
) -> Result<RpcResponse, Fault> {
    params.skip()?;
    let methods = dispatcher.methods();
    let built_in = dispatcher.enabled().iter().map(|method| -> &str { method.name() });
    let built_in = built_in.filter(|name| !methods.contains(name));
    let mut names: Vec<&str> = methods.listed().chain(built_in).collect();
    names.sort_unstable();
    Ok(RpcResponse::encode(&names, dialect)?)
}

pub(super) fn method_help(
    dispatcher: &Dispatcher,
    params: &mut Params,
    dialect: &Dialect,
) -> Result<RpcResponse, Fault> {
    find(dispatcher, &name(params)?)?.help().to_owned().into_response(dialect)
}

pub(super) fn method_signature(
    dispatcher: &Dispatcher,
    params: &mut Params,
    dialect: &Dialect,
) -> Result<RpcResponse, Fault> {
    let info = find(dispatcher, &name(params)?)?;
    let forms = info.signatures().iter().flat_map(Signature::forms);
    let names = |form: Vec<ValueType>| form.into_iter().map(ValueType::as_str).collect();
    let signatures: Vec<Vec<&'static str>> = forms.map(names).collect();
    match signatures.is_empty() {
        true => ValueType::Undef.as_str().into_response(dialect),
        false => signatures.into_response(dialect),
    }
}

pub(super) fn method_exist(
    dispatcher: &Dispatcher,
    params: &mut Params,
    dialect: &Dialect,
) -> Result<RpcResponse, Fault> {
    find(dispatcher, &name(params)?).is_ok().into_response(dialect)
}

/// The one parameter, which names a method.
fn name(params: &mut Params) -> Result<String, Fault> {
    let name = params.take()?;
    params.finish()?;
    Ok(name)
}

/// What is known of a method; one that is hidden is not known here.
fn find(dispatcher: &Dispatcher, name: &str) -> Result<MethodInfo, Fault> {
    let methods = dispatcher.methods();
    match methods.get(name) {
        Some(method) if methods.is_listed(name) => Ok(method.info().clone()),
        Some(_) => Err(unknown(name)),
        None => dispatcher.system(name).map(SystemMethod::info).ok_or_else(|| unknown(name)),
    }
}

/// What is enabled, each with the page that describes it and that page's version.
pub(super) fn capabilities(
    dispatcher: &Dispatcher,
    params: &mut Params,
    dialect: &Dialect,
) -> Result<RpcResponse, Fault> {
    params.finish()?;
    let enabled = dispatcher.enabled();
    let introspection = [SystemMethod::ListMethods, SystemMethod::MethodHelp, SystemMethod::MethodSignature];
    let introspection = introspection.into_iter().all(|method| enabled.contains(method));
    let multicall = enabled.contains(SystemMethod::Multicall);
    let all = [
        ("introspection", introspection, "http://xmlrpc-c.sourceforge.net/introspection.html", 1),
        ("multicall", multicall, "http://mirrors.talideon.com/articles/multicall.html", 1),
        ("faults_interop", true, "http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php", 20_010_516),
        ("nil", dialect.allows_none(), "http://www.ontosys.com/xml-rpc/extensions.php", 20_010_518),
        ("i8", dialect.wide() == WideIntegers::I8, "http://ws.apache.org/xmlrpc/types.html", 1),
    ];
    let describe = |url: &str, version: i32| {
        Value::from(Struct::from([("specUrl", Value::from(url)), ("specVersion", Value::from(version))]))
    };
    let enabled = all.into_iter().filter(|(_, enabled, ..)| *enabled);
    let described: Struct = enabled.map(|(name, _, url, version)| (name.to_owned(), describe(url, version))).collect();
    described.into_response(dialect)
}
