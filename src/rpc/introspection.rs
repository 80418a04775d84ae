//! `system.listMethods`, `system.methodHelp`, `system.methodSignature`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::context::RequestContext;
use super::method::{Method, MethodFuture, MethodInfo, Methods};
use super::params::Params;
use super::request::RpcResponse;
use super::returns::Returns;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::value::ValueType;

/// Adds the introspection methods, which tell of every method in the table, of themselves, and of one more that is
/// in no table. A method of the same name that is in the table already stays.
pub(super) fn add_to(methods: Methods, one_more: MethodInfo) -> Methods {
    let own = [
        System::new(
            MethodInfo::new("system.listMethods")
                .with_help("Lists the names of all methods, sorted.")
                .with_signature(vec![ValueType::Array]),
            list_methods,
        ),
        System::new(
            MethodInfo::new("system.methodHelp")
                .with_help("Tells what a method is for: its documentation, or an empty string if it has none.")
                .with_signature(vec![ValueType::String, ValueType::String]),
            method_help,
        ),
        System::new(
            MethodInfo::new("system.methodSignature")
                .with_help(
                    "Tells how a method can be called: an array of signatures, each an array of the type of the \
                     result and the types of the parameters; or the string undef if nothing is known.",
                )
                .with_signature(vec![ValueType::Array, ValueType::String]),
            method_signature,
        ),
    ];
    let mut listing: Listing =
        own.iter().map(|system| &system.info).map(|info| (info.name().to_owned(), info.clone())).collect();
    listing.insert(one_more.name().to_owned(), one_more);
    listing.extend(methods.iter().map(|(name, method)| (name.to_owned(), method.info().clone())));
    let listing = Arc::new(listing);
    let own = own.into_iter().map(|system| System { listing: listing.clone(), ..system });
    own.fold(Methods::new(), |table, system| table.register(Arc::new(system))).merge(methods)
}

/// Every method by its name in the table.
type Listing = BTreeMap<String, MethodInfo>;

type Answer = fn(&Listing, &mut Params, &Dialect) -> Result<RpcResponse, Fault>;

struct System {
    info: MethodInfo,
    answer: Answer,
    listing: Arc<Listing>,
}

impl System {
    fn new(info: MethodInfo, answer: Answer) -> Self {
        Self { info, answer, listing: Arc::default() }
    }
}

impl Method for System {
    fn info(&self) -> &MethodInfo {
        &self.info
    }

    fn call(&self, cx: RequestContext, mut params: Params) -> MethodFuture {
        let answer = (self.answer)(&self.listing, &mut params, &cx.dialect());
        Box::pin(std::future::ready(answer))
    }
}

/// An argument is ignored: Homematic's central units send one.
fn list_methods(listing: &Listing, params: &mut Params, dialect: &Dialect) -> Result<RpcResponse, Fault> {
    params.skip()?;
    Ok(RpcResponse::encode(&listing.keys().collect::<Vec<_>>(), dialect)?)
}

fn method_help(listing: &Listing, params: &mut Params, dialect: &Dialect) -> Result<RpcResponse, Fault> {
    find(listing, params)?.help().to_owned().into_response(dialect)
}

fn method_signature(listing: &Listing, params: &mut Params, dialect: &Dialect) -> Result<RpcResponse, Fault> {
    let signatures = find(listing, params)?.signatures();
    if signatures.is_empty() {
        return ValueType::Undef.as_str().into_response(dialect);
    }
    let names = |signature: &Vec<ValueType>| signature.iter().map(|known| known.as_str()).collect();
    signatures.iter().map(names).collect::<Vec<Vec<&'static str>>>().into_response(dialect)
}

/// The method that the one parameter names.
fn find<'a>(listing: &'a Listing, params: &mut Params) -> Result<&'a MethodInfo, Fault> {
    let name: String = params.take()?;
    params.finish()?;
    listing.get(&name).ok_or_else(|| unknown(&name))
}

/// The fault for a name that no method has.
pub(super) fn unknown(name: &str) -> Fault {
    Fault::method_not_found(format!("method {} is not known", crate::xml::error::shorten(name)))
}
