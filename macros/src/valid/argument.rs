//! What an argument must look like.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Ident, Meta, Pat, PatType, Type};

use super::Place;
use crate::errors::Errors;
use crate::expand::types;
use crate::method::{Argument, Role};

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
    let role = role(typed, place, errors);
    let name = name(&typed.pat, errors);
    argument_type(&typed.ty, errors);
    if place == Place::Trait && types::names_self(typed.ty.to_token_stream()) {
        errors.at(&typed.ty, "a client has no `Self`: write the type");
    }
    let (name, ident) = name?;
    Some(Argument { name, ident, ty: (*typed.ty).clone(), role })
}

/// `#[extract]` or `#[param]`, on an argument of a trait.
pub(crate) fn is_mark(attr: &Attribute) -> bool {
    attr.path().is_ident("extract") || attr.path().is_ident("param")
}

/// Whether a function without a body may have the pattern.
pub(crate) fn is_plain(pattern: &Pat) -> bool {
    matches!(pattern, Pat::Ident(_) | Pat::Wild(_))
}

fn role(argument: &PatType, place: Place, errors: &mut Errors) -> Role {
    if place != Place::Trait {
        return Role::Unmarked;
    }
    let mut marks = argument.attrs.iter().filter(|attr| is_mark(attr));
    let Some(mark) = marks.next() else {
        return if types::is_called_extractor(&argument.ty) { Role::CalledExtractor } else { Role::Unmarked };
    };
    let name = if mark.path().is_ident("extract") { "extract" } else { "param" };
    if !matches!(mark.meta, Meta::Path(_)) {
        errors.at(mark, format_args!("`#[{name}]` has no options"));
    }
    if let Some(second) = marks.next() {
        errors.at(second, "an argument is sent, `#[param]`, or takes no parameter, `#[extract]`: keep one mark");
    }
    if name == "extract" { Role::Extractor } else { Role::Parameter }
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
