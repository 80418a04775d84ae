//! The names that methods and clients get.

use proc_macro2::Span;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use crate::attr::GroupOptions;
use crate::errors::Errors;
use crate::method::{Argument, Method};

/// The name of a method: the one given, or that of the function, under the namespace.
pub(crate) fn method(namespace: Option<&LitStr>, given: Option<&LitStr>, function: &Ident) -> LitStr {
    let (name, span) = match given {
        Some(name) => (name.value(), name.span()),
        None => (function.unraw().to_string(), function.span()),
    };
    match namespace {
        Some(namespace) => LitStr::new(&format!("{}.{name}", namespace.value()), span),
        None => LitStr::new(&name, span),
    }
}

pub(crate) fn check_method(name: &LitStr, errors: &mut Errors) {
    let value = name.value();
    if value.is_empty() {
        errors.at(name, "a method has a name: `name = \"math.div\"`, or no `name` for that of the function");
    } else if value.trim_ascii() != value {
        // The name in a call is trimmed when it is read.
        let bare = value.trim_ascii();
        errors.at(name, format_args!("no call reaches a name with white space around it: `name = {bare:?}`"));
    } else {
        check_characters(name, errors);
    }
}

pub(crate) fn check_namespace(options: &GroupOptions, errors: &mut Errors) {
    let Some(namespace) = &options.namespace else { return };
    let value = namespace.value();
    let bare = value.trim().trim_matches('.');
    if bare.is_empty() {
        errors.at(namespace, "a namespace has a name: `namespace = \"calc\"`, or no `namespace` for none");
    } else if bare != value {
        let message = "a namespace has no white space and no dot around it, since the dot before the method's name \
                       is added: `namespace =";
        errors.at(namespace, format_args!("{message} {bare:?}`"));
    } else {
        check_characters(namespace, errors);
    }
}

/// Whether XML 1.0 has all characters of a name: no document can hold the others.
fn check_characters(name: &LitStr, errors: &mut Errors) {
    let is_forbidden =
        |c: char| matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}');
    if let Some(c) = name.value().chars().find(|&c| is_forbidden(c)) {
        errors.at(name, format_args!("no call reaches a name with {c:?} in it, which XML forbids: write another name"));
    }
}

/// A type of the same name stands beside a free function, and would be taken for the primitive one.
pub(crate) fn check_function(function: &Ident, errors: &mut Errors) {
    if is_primitive(function) {
        let name = function.unraw();
        errors.at(
            function,
            format_args!(
                "the type that `methods!` finds under this name would take the place of the primitive `{name}`: \
                 call the function otherwise, and write `#[xmlrpc_method(name = \"{name}\")]`"
            ),
        );
    }
}

pub(crate) fn is_primitive(name: &Ident) -> bool {
    const PRIMITIVES: [&str; 19] = [
        "bool", "char", "f16", "f32", "f64", "f128", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
        "u32", "u64", "u128", "usize",
    ];
    PRIMITIVES.iter().any(|primitive| name.unraw() == primitive)
}

/// Two methods of one name: a table holds one of them.
pub(crate) fn check_distinct(methods: &[Method<'_>], errors: &mut Errors) {
    for (index, second) in methods.iter().enumerate() {
        let same = |first: &&Method<'_>| first.name.value() == second.name.value();
        let Some(first) = methods.iter().take(index).find(same) else { continue };
        let (one, other) = (&first.sig.ident, &second.sig.ident);
        // Two functions of one name are the compiler's to report. Under conditions, only one of them may be there.
        if one == other || (first.cfg().next().is_some() && second.cfg().next().is_some()) {
            continue;
        }
        let name = second.name.value();
        let message = format_args!(
            "`{one}` and `{other}` are both called {name:?}: give one of them a name of its own, \
             `#[xmlrpc_method(name = \"…\")]`"
        );
        match &second.options.name {
            Some(given) => errors.at(given, message),
            None => errors.at(other, message),
        }
    }
}

/// The name of a trait's client.
pub(crate) fn client(options: &GroupOptions, api: &Ident, errors: &mut Errors) -> Ident {
    let usual = format_ident!("{}Client", api);
    let Some(given) = &options.client else { return usual };
    match given.parse::<Ident>() {
        Ok(ident) if ident != *api => ident,
        Ok(_) => {
            errors.at(given, format_args!("the trait has that name already: `client = \"{usual}\"`"));
            usual
        }
        Err(_) => {
            errors.at(given, format_args!("{:?} is no name of a type: `client = \"{usual}\"`", given.value()));
            usual
        }
    }
}

/// The name of an argument where the user gave none.
pub(crate) fn argument(index: usize) -> Ident {
    Ident::new(&format!("argument_{}", index + 1), Span::mixed_site())
}

/// The same in a client, where it stands among those of the user.
pub(crate) fn client_argument(index: usize, arguments: &[Argument]) -> Ident {
    let mut name = argument(index).to_string();
    while arguments.iter().any(|argument| argument.name == name) {
        name.push('_');
    }
    Ident::new(&name, Span::mixed_site())
}

/// The functions that make the tables of a type.
pub(crate) struct Tables {
    pub(crate) into: Ident,
    pub(crate) of: Ident,
}

/// Those of an `impl`, which the user may name: a type has one of each name.
pub(crate) fn tables(options: &GroupOptions, errors: &mut Errors) -> Tables {
    let usual = || Tables { into: format_ident!("into_methods"), of: format_ident!("methods_of") };
    let Some(given) = &options.methods else { return usual() };
    match given.parse::<Ident>() {
        Ok(ident) => Tables { into: format_ident!("into_{}", ident), of: format_ident!("{}_of", ident) },
        Err(_) => {
            let message = "is no part of a function's name: `methods = \"admin_methods\"` makes `into_admin_methods` \
                           and `admin_methods_of`";
            errors.at(given, format_args!("{:?} {message}", given.value()));
            usual()
        }
    }
}
