//! What a trait must look like to be an API.

use syn::{Error, FnArg, Ident, Pat};

use super::{Place, group};
use crate::ast::{Api, Function, Member};
use crate::attr::GroupOptions;
use crate::errors::Errors;
use crate::method::Method;
use crate::names;

/// The methods of a trait, all of its functions.
pub(crate) fn api<'a>(options: &GroupOptions, api: &'a Api, errors: &mut Errors) -> Vec<Method<'a>> {
    names::check_namespace(options, errors);
    if let Some(keyword) = &api.unsafety {
        errors.at(keyword, "a caller cannot keep what an `unsafe trait` asks for: write `trait Calc { … }`");
    }
    let generics = &api.generics;
    if let Some(param) = generics.params.first() {
        let message = "both ends of an API must mean the same types: write them instead of generic parameters";
        errors.at(param, message);
    } else if let Some(clause) = &generics.where_clause {
        errors.at(
            clause,
            "an API has no `where` clause: what every implementer needs is a supertrait, `trait Calc: Debug`",
        );
    }
    if api.members.is_empty() {
        errors.at(&api.ident, format_args!("an API has a method at least: {FORM}"));
    }
    for member in api.members.iter().filter(|member| member.function.is_none()) {
        other(member, errors);
    }
    for function in api.members.iter().filter_map(|member| member.function.as_ref()) {
        names_without_body(function, errors);
    }
    let methods = group::methods(options, &api.members, Place::Trait, errors);
    for method in &methods {
        taken(&method.sig.ident, errors);
        last_is_last(method, errors);
    }
    methods
}

/// Something that is no function.
fn other(member: &Member, errors: &mut Errors) {
    let first = member.tokens.clone().into_iter().next().map(|token| token.to_string()).unwrap_or_default();
    let message = match first.as_str() {
        "type" => "a client knows no associated types: write the type where it is used",
        "const" => "an API has no constants: put them beside the trait",
        // It was read as a function, and what is wrong with it is said.
        _ if member.mark.is_some() => return,
        "async" | "fn" | "pub" | "unsafe" | "extern" => return,
        _ => "an API has functions only, and each is written out",
    };
    errors.push(Error::new_spanned(&member.tokens, message));
}

/// What takes a wrapper off its argument needs a body to use it in; other patterns are no arguments anyway.
fn names_without_body(function: &Function, errors: &mut Errors) {
    if function.body.is_some() {
        return;
    }
    for input in &function.sig.inputs {
        if let FnArg::Typed(typed) = input
            && matches!(&*typed.pat, Pat::TupleStruct(_))
        {
            let message = "a function without a body has plain names: write `numbers: Rest<i32>` here, and \
                           `Rest(numbers): Rest<i32>` where it is implemented";
            errors.at(&typed.pat, message);
        }
    }
}

/// Names of what the macro adds.
fn taken(ident: &Ident, errors: &mut Errors) {
    let adds = match ident.to_string().as_str() {
        "into_methods" | "methods_of" => "the trait",
        "new" => "the client",
        _ => return,
    };
    errors.at(
        ident,
        format_args!(
            "{adds} has a function `{ident}` already: call this one otherwise, and write \
             `#[xmlrpc_method(name = \"{ident}\")]`"
        ),
    );
}

fn last_is_last(method: &Method<'_>, errors: &mut Errors) {
    let parameters = method.arguments.iter().filter(|argument| argument.is_sent());
    let mut before_last = parameters.rev().skip(1);
    if let Some(rest) = before_last.find(|argument| argument.is_rest()) {
        let message = "`Rest` takes all parameters that are left: it comes last; where it is a type of your own, write \
                       `#[param]` in front of the argument";
        errors.at(&rest.ty, message);
    }
}

const FORM: &str = "`async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;`";
