//! What a function must look like to be a method. Every mistake is reported, each where it stands and with what
//! to write instead.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{FnArg, GenericParam, Generics, LitStr, Pat, PatType, Safety, Signature, Type};

use crate::ast::{Argument, FORM};
use crate::attr::Options;
use crate::errors::Errors;
use crate::expand::types;

pub(crate) fn options(options: &Options, errors: &mut Errors) {
    if let Some(name) = &options.name {
        method_name(name, errors);
    }
}

/// The arguments of a function that can be a method; of another, those that could be read.
pub(crate) fn signature(sig: &Signature, errors: &mut Errors) -> Vec<Argument> {
    qualifiers(sig, errors);
    generics(&sig.generics, errors);
    if let Some(beyond) = sig.inputs.iter().nth(MAX_ARGUMENTS) {
        let count = sig.inputs.len();
        errors.at(
            beyond,
            format_args!(
                "a method takes up to {MAX_ARGUMENTS} arguments, this one has {count}: \
                 take a struct that implements `Deserialize`, as in `fn place(order: Order)`"
            ),
        );
    }
    sig.inputs.iter().filter_map(|input| argument(input, errors)).collect()
}

fn method_name(name: &LitStr, errors: &mut Errors) {
    let value = name.value();
    if value.is_empty() {
        errors.at(name, "a method has a name: `name = \"math.div\"`, or no `name` for that of the function");
    } else if value.trim() != value {
        // The name in a call is trimmed when it is read.
        errors.at(name, format_args!("no call reaches a name with white space around it: `name = {:?}`", value.trim()));
    }
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

fn argument(input: &FnArg, errors: &mut Errors) -> Option<Argument> {
    let typed = match input {
        FnArg::Receiver(receiver) => {
            errors.at(receiver, format_args!("`#[xmlrpc_method]` goes on a function without `self`: {FORM}"));
            return None;
        }
        FnArg::Typed(typed) => typed,
    };
    if let Some(cfg) = typed.attrs.iter().find(|attr| attr.path().is_ident("cfg")) {
        errors.at(
            cfg,
            "a method always has the same arguments: put `#[cfg(…)]` on the function, once for each form of it",
        );
    }
    let name = argument_name(typed, errors);
    argument_type(&typed.ty, errors);
    Some(Argument { name: name?, ty: (*typed.ty).clone() })
}

fn argument_name(typed: &PatType, errors: &mut Errors) -> Option<String> {
    match &*typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(pat.ident.unraw().to_string()),
        Pat::Wild(_) => Some("_".to_owned()),
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
        errors.at(ty, format_args!("arguments are owned: take {}", owned(ty)));
    }
}

/// What to write for a borrowed type.
fn owned(ty: &Type) -> String {
    if let Type::Reference(reference) = types::bare(ty) {
        match types::bare(&reference.elem) {
            Type::Slice(slice) => {
                if let Some(item) = types::word(&slice.elem) {
                    return format!("`Vec<{item}>`");
                }
            }
            elem => match types::word(elem).as_deref() {
                Some("str") => return "`String`".to_owned(),
                Some("Path") => return "`PathBuf`".to_owned(),
                Some(word) => return format!("`{word}`"),
                None => {}
            },
        }
    }
    "a type without references and lifetimes, such as `String` or `Vec<T>`".to_owned()
}

/// As many as `Handler` is implemented for.
const MAX_ARGUMENTS: usize = 12;
