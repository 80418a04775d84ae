//! What an `impl` of methods must look like, and the methods of any group.

use super::{Place, options, signature};
use crate::ast::{Block, Function, Member};
use crate::attr::{GroupOptions, MethodOptions};
use crate::errors::Errors;
use crate::method::Method;
use crate::names::{self, Tables};

/// The methods of an `impl`.
pub(crate) fn block<'a>(
    group: &GroupOptions,
    block: &'a Block,
    tables: &Tables,
    errors: &mut Errors,
) -> Vec<Method<'a>> {
    names::check_namespace(group, errors);
    if block.of_trait.is_some() {
        let message = "`#[xmlrpc_methods]` goes on an `impl` of a type's own functions, `impl Calc { … }`: to serve a \
                       trait write `#[xmlrpc_api]` on the trait";
        errors.at(&block.self_ty, message);
    } else if block.members.iter().all(|member| member.mark.is_none()) {
        let message = "no function here is a method: write `#[xmlrpc_method]` on those that callers may call";
        errors.at(&block.self_ty, message);
    }
    let methods = methods(group, &block.members, Place::Impl, errors);
    for method in &methods {
        let ident = &method.sig.ident;
        if *ident == tables.into || *ident == tables.of {
            let message = "a function of that name is added, which makes the table: call this one otherwise, and write";
            errors.at(ident, format_args!("{message} `#[xmlrpc_method(name = \"{ident}\")]`"));
        }
    }
    methods
}

/// The members of a group that are methods.
pub(super) fn methods<'a>(
    group: &GroupOptions,
    members: &'a [Member],
    place: Place,
    errors: &mut Errors,
) -> Vec<Method<'a>> {
    let mut methods = Vec::new();
    for member in members {
        let tokens = member.mark.as_ref().map(|mark| mark.options.clone()).unwrap_or_default();
        let given = MethodOptions::parse(tokens, errors);
        let Some(Function { attrs, sig, .. }) = &member.function else { continue };
        options(&given, Some(sig), place, errors);
        let (receiver, arguments) = signature(sig, place, errors);
        let name = names::method(group.namespace.as_ref(), given.name.as_ref(), &sig.ident);
        methods.push(Method { attrs, sig, options: given, name, receiver, arguments });
    }
    names::check_distinct(&methods, errors);
    methods
}
