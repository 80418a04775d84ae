//! How a method takes its state.

use syn::{GenericArgument, PathArguments, Receiver as SelfArgument, ReceiverKind, Signature, Type};

use super::Place;
use crate::ast::FORM;
use crate::errors::Errors;
use crate::expand::types;
use crate::method::Receiver;

pub(super) fn check(sig: &Signature, place: Place, errors: &mut Errors) -> Receiver {
    let Some(written) = sig.receiver() else {
        if place == Place::Trait {
            errors.at(&sig.ident, form(place));
        }
        return Receiver::None;
    };
    let name = &sig.ident;
    match (place, kind(written)) {
        (Place::Free, _) => {
            let message = "`#[xmlrpc_method]` goes on a function without `self`";
            errors.at(
                written,
                format_args!("{message}: {FORM}; for one with `self` write `#[xmlrpc_methods]` on the `impl`"),
            );
            Receiver::None
        }
        (_, Kind::Reference) | (Place::Impl, Kind::ReferenceToArc) => Receiver::Borrowed,
        (Place::Impl, Kind::Arc) => Receiver::Shared,
        (_, Kind::Mutable) => {
            let message = "calls run at the same time, so a method takes `&self`: keep what changes behind a `Mutex`";
            errors.at(written, format_args!("{message}, as in `total: Mutex<i32>`, and write `fn {name}(&self, …)`"));
            Receiver::Borrowed
        }
        (_, Kind::Value) => {
            let message = "a method is called again and again, so it leaves its state where it is";
            errors.at(written, format_args!("{message}: write `fn {name}(&self, …)`"));
            Receiver::Borrowed
        }
        (_, Kind::ReferenceToArc | Kind::Arc | Kind::Other) => {
            errors.at(written, form(place));
            Receiver::Borrowed
        }
    }
}

fn form(place: Place) -> &'static str {
    match place {
        Place::Trait => {
            "a method of a trait takes `&self`: `fn add(&self, a: i32, b: i32) -> Result<i32, Fault>`, or the same \
             with `async`"
        }
        Place::Free | Place::Impl => {
            "a method takes `&self`, `self: &Arc<Self>`, `self: Arc<Self>`, or no `self` at all"
        }
    }
}

enum Kind {
    Value,
    Mutable,
    Reference,
    ReferenceToArc,
    Arc,
    Other,
}

fn kind(receiver: &SelfArgument) -> Kind {
    match &receiver.kind {
        ReceiverKind::Value => Kind::Value,
        ReceiverKind::Reference(_, _, None) => Kind::Reference,
        ReceiverKind::Reference(_, _, Some(_)) => Kind::Mutable,
        ReceiverKind::Typed(_, ty) => match types::bare(ty) {
            ty if is_self(ty) => Kind::Value,
            ty if is_arc(ty) => Kind::Arc,
            Type::Reference(reference) if reference.mutability.is_some() => Kind::Mutable,
            Type::Reference(reference) if is_self(&reference.elem) => Kind::Reference,
            Type::Reference(reference) if is_arc(&reference.elem) => Kind::ReferenceToArc,
            _ => Kind::Other,
        },
        _ => Kind::Other,
    }
}

fn is_self(ty: &Type) -> bool {
    types::word(ty).is_some_and(|word| word == "Self")
}

/// `Arc<Self>`, by whatever path.
fn is_arc(ty: &Type) -> bool {
    let Some(last) = types::last_segment(ty) else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    last.ident == "Arc"
        && arguments.args.iter().all(|argument| matches!(argument, GenericArgument::Type(ty) if is_self(ty)))
}
