//! What a result must look like.

use quote::ToTokens;
use syn::{ReturnType, Signature, Type};

use super::Place;
use crate::errors::Errors;
use crate::expand::types;
use crate::method::Receiver;

pub(super) fn check(sig: &Signature, receiver: Receiver, place: Place, errors: &mut Errors) {
    match place {
        Place::Free => {}
        Place::Impl => of_impl(sig, receiver, errors),
        Place::Trait => of_trait(sig, errors),
    }
}

/// A result outlives the call, and with it the `&self`.
fn of_impl(sig: &Signature, receiver: Receiver, errors: &mut Errors) {
    let ReturnType::Type(_, written) = &sig.output else { return };
    let future = types::future_output(written);
    let ty = future.as_ref().unwrap_or(written);
    let tokens = ty.to_token_stream();
    if receiver == Receiver::None {
        return;
    }
    if types::borrows(tokens.clone()) {
        errors.at(written, format_args!("results are owned: return {}", types::owned_form(ty)));
    } else if receiver == Receiver::Borrowed && types::has_impl(tokens.clone()) && !types::has_word(tokens, "use") {
        let message =
            "a result that is written `impl` borrows from `self`: write its type, or `impl Serialize + use<>`";
        errors.at(written, message);
    }
}

fn of_trait(sig: &Signature, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = &sig.output else {
        errors.at(&sig.ident, format_args!("{MISSING}, as in `-> Result<(), Fault>`"));
        return;
    };
    let Some([value, error]) = types::result_arguments(ty).as_deref().and_then(<[&Type]>::first_chunk::<2>).copied()
    else {
        errors.at(ty, format_args!("{MISSING}, as in `-> Result<{}, Fault>`", suggested(ty)));
        return;
    };
    for part in [value, error] {
        let tokens = part.to_token_stream();
        if types::has_impl(tokens.clone()) {
            errors.at(part, "both ends need the type: write it instead of `impl`");
        } else if types::borrows(tokens.clone()) || matches!(types::bare(part), Type::Reference(_)) {
            errors.at(part, format_args!("results are owned: return {}", types::owned_form(part)));
        } else if types::names_self(tokens) {
            errors.at(part, "a client has no `Self`: write the type");
        }
    }
}

/// What the value of the result may have been meant to be.
fn suggested(ty: &Type) -> String {
    let meant = match types::result_arguments(ty) {
        Some(arguments) => arguments.first().and_then(|first| types::word(first)),
        None => types::word(ty),
    };
    meant.unwrap_or_else(|| "T".to_owned())
}

const MISSING: &str =
    "a call to another machine can fail, so a method of a trait returns a `Result` that is written out";
