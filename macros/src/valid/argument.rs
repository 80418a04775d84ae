//! What an argument must look like.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Ident, Meta, Pat, Type};

use super::Place;
use crate::errors::Errors;
use crate::expand::types;
use crate::method::Argument;

pub(super) fn check(input: &FnArg, place: Place, errors: &mut Errors) -> Option<Argument> {
    let FnArg::Typed(typed) = input else {
        return None;
    };
    if let Some(cfg) = typed.attrs.iter().find(|attr| attr.path().is_ident("cfg")) {
        errors.at(
            cfg,
            "a method always has the same arguments: put `#[cfg(…)]` on the function, once for each form of it",
        );
    }
    let extract = typed.attrs.iter().find(|attr| is_extract(attr));
    if let Some(attr) = extract
        && !matches!(attr.meta, Meta::Path(_))
    {
        errors.at(attr, "`#[extract]` has no options");
    }
    let name = name(&typed.pat, errors);
    argument_type(&typed.ty, errors);
    if place == Place::Trait {
        type_of_api(&typed.ty, errors);
    }
    let (name, ident) = name?;
    Some(Argument { name, ident, ty: (*typed.ty).clone(), extract: extract.is_some() })
}

/// The mark of an argument that is not sent, in a trait.
pub(crate) fn is_extract(attr: &Attribute) -> bool {
    attr.path().is_ident("extract")
}

fn name(pattern: &Pat, errors: &mut Errors) -> Option<(String, Option<Ident>)> {
    match pattern {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
            Some((pat.ident.unraw().to_string(), Some(pat.ident.clone())))
        }
        Pat::Wild(_) => Some(("_".to_owned(), None)),
        // An extractor, most of the time: what is in it has the name.
        Pat::TupleStruct(wrapped) if wrapped.elems.len() == 1 => name(wrapped.elems.first()?, errors),
        pattern => {
            let message =
                "an argument has a plain name: take `pair: (i32, i32)` and write `let (a, b) = pair;` in the body";
            errors.at(pattern, message);
            None
        }
    }
}

fn argument_type(ty: &Type, errors: &mut Errors) {
    let tokens = ty.to_token_stream();
    if types::has_impl(tokens.clone()) {
        errors
            .at(ty, "an argument has one type: write it instead of `impl`, as in `text: String` or `values: Vec<i32>`");
    } else if types::borrows(tokens) || matches!(types::bare(ty), Type::Reference(_)) {
        errors.at(ty, format_args!("arguments are owned: take {}", types::owned_form(ty)));
    }
}

/// What a client cannot send.
fn type_of_api(ty: &Type, errors: &mut Errors) {
    if types::last_segment(ty).is_some_and(|last| last.ident == "Params") {
        errors
            .at(ty, "a client cannot tell what to send for `Params`: take `Rest<Value>` for any number of parameters");
    } else if types::names_self(ty.to_token_stream()) {
        errors.at(ty, "a client has no `Self`: write the type");
    }
}
