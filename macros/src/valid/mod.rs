//! What a function must look like to be a method. Every mistake is reported, each where it stands and with what
//! to write instead.

mod api;
pub(crate) mod argument;
mod group;
mod receiver;
mod result;

use syn::{Error, FnArg, GenericParam, Generics, Safety, Signature};

use crate::ast::FORM;
use crate::attr::MethodOptions;
use crate::errors::Errors;
use crate::method::{Argument, Receiver};
use crate::names;

pub(crate) use self::api::api;
pub(crate) use self::group::block;

/// Where a method stands: that decides the forms it may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Free,
    Impl,
    Trait,
}

pub(crate) fn options(options: &MethodOptions, sig: Option<&Signature>, place: Place, errors: &mut Errors) {
    if let Some(name) = &options.name {
        names::check_method(name, errors);
    }
    if let (Some(blocking), Some(_)) = (&options.blocking, sig.and_then(|sig| sig.asyncness)) {
        let message = "an `async fn` must not block: write a plain `fn`, which `blocking` runs on threads of their own";
        errors.at(blocking, message);
    }
    if let (Some(package), Place::Impl | Place::Trait) = (&options.package, place) {
        let outer = if place == Place::Impl { "xmlrpc_methods" } else { "xmlrpc_api" };
        errors.push(Error::new(
            package.place,
            format_args!("`package` is said once for all of them: `#[{outer}(package = \"…\")]`"),
        ));
    }
}

/// The arguments of a function that can be a method; of another, those that could be read.
pub(crate) fn signature(sig: &Signature, place: Place, errors: &mut Errors) -> (Receiver, Vec<Argument>) {
    qualifiers(sig, errors);
    generics(&sig.generics, errors);
    let receiver = receiver::check(sig, place, errors);
    result::check(sig, receiver, place, errors);

    let typed: Vec<_> = sig.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_))).collect();
    if let Some(beyond) = typed.get(MAX_ARGUMENTS) {
        errors.at(
            beyond,
            format_args!(
                "a method takes up to {MAX_ARGUMENTS} arguments, this one has {}: \
                 take a struct that implements `Deserialize`, as in `fn place(order: Order)`",
                typed.len()
            ),
        );
    }
    (receiver, sig.inputs.iter().filter_map(|input| argument::check(input, place, errors)).collect())
}

fn qualifiers(sig: &Signature, errors: &mut Errors) {
    if let Some(variadic) = &sig.variadic {
        // Which is why it is unsafe and extern as well.
        errors.at(variadic.dots, "a method lists its arguments: for any number of them take `values: Vec<i32>`");
        return;
    }
    if let Safety::Unsafe(keyword) = &sig.safety {
        let message =
            "a caller cannot keep what an `unsafe fn` asks for: write `fn add(a: i32, b: i32) -> i32 { unsafe { … } }`";
        errors.at(keyword, message);
    }
    if let Some(abi) = &sig.abi {
        errors.at(abi, format_args!("a method has no ABI of its own: it is {FORM}"));
    }
}

/// One error for the parameters and their bounds, another for lifetimes: more would only repeat them.
fn generics(generics: &Generics, errors: &mut Errors) {
    let types = generics.params.iter().find(|param| !matches!(param, GenericParam::Lifetime(_)));
    let lifetimes = generics.params.iter().find(|param| matches!(param, GenericParam::Lifetime(_)));
    if let Some(param) = types {
        let message =
            "a method has one signature: write types instead of generic parameters, as in `fn add(a: i32, b: i32)`";
        errors.at(param, message);
    } else if let Some(clause) = &generics.where_clause {
        errors.at(clause, format_args!("a method has one signature and no `where` clause: write {FORM}"));
    }
    if let Some(param) = lifetimes {
        errors.at(param, "arguments are owned, so a method has no lifetimes: take `String`, `Vec<T>` and the like");
    }
}

/// As many as `Handler` is implemented for.
const MAX_ARGUMENTS: usize = 12;
