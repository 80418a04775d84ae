//! The options in the parentheses of an attribute.

mod given;
mod group;
mod method;
mod package;
mod timeout;

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Lit, Token};

use self::given::Given;
use crate::errors::Errors;

pub(crate) use self::group::GroupOptions;
pub(crate) use self::method::{MethodOptions, OnDisconnect};
pub(crate) use self::package::Package;

/// Reads all options; `set` takes each one, or gives it back where the attribute has none of that name.
/// `known` lists those it has, for messages.
fn read(
    tokens: TokenStream,
    attribute: &str,
    known: &str,
    errors: &mut Errors,
    mut set: impl FnMut(Given, &mut Errors) -> Result<(), Given>,
) {
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            if let Some(given) = option(input, known, errors)?
                && let Err(unknown) = set(given, errors)
            {
                let option = unknown.option;
                errors.at(&option, format_args!("`{option}` is no option of `#[{attribute}]`: {known}"));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    let read = parser.parse2(tokens);
    errors.take(read);
}

/// One option; an error that is returned rather than collected is one after which no more can be read.
fn option(input: ParseStream<'_>, known: &str, errors: &mut Errors) -> syn::Result<Option<Given>> {
    if input.peek(Lit) {
        let literal: Lit = input.parse()?;
        errors.at(literal, format_args!("a value needs its option: {known}"));
        return Ok(None);
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error(format_args!("this is no option: {known}")));
    }
    let option = input.call(Ident::parse_any)?;
    Given::parse(option, known, input).map(Some)
}
