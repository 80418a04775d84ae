//! The options in the parentheses of an attribute, of `#[fault(…)]` too, which stands on other items and has its own.

mod given;
mod group;
mod method;
pub(crate) mod package;
mod timeout;

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Lit, Token};

use crate::errors::Errors;

pub(crate) use self::given::{Given, ungrouped};
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
        list(input, known, errors, |given, errors| {
            if let Err(unknown) = set(given, errors) {
                let option = unknown.option;
                errors.at(&option, format_args!("`{option}` is no option of `#[{attribute}]`: {known}"));
            }
        })
    };
    let read = parser.parse2(tokens);
    errors.take(read);
}

/// The options one after the other; an error that is returned rather than collected is one after which no more can be
/// read.
pub(crate) fn list(
    input: ParseStream<'_>,
    known: &str,
    errors: &mut Errors,
    mut set: impl FnMut(Given, &mut Errors),
) -> syn::Result<()> {
    while !input.is_empty() {
        if let Some(given) = option(input, known, errors)? {
            set(given, errors);
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error(format_args!("a comma stands between options: {known}")));
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(())
}

fn option(input: ParseStream<'_>, known: &str, errors: &mut Errors) -> syn::Result<Option<Given>> {
    if input.peek(Lit) || input.peek(Token![-]) && input.peek2(Lit) {
        let literal: Expr = input.parse()?;
        errors.at(literal, format_args!("a value needs its option: {known}"));
        return Ok(None);
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error(format_args!("this is no option: {known}")));
    }
    let option = input.call(Ident::parse_any)?;
    Given::parse(option, known, input).map(Some)
}
