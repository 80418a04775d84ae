//! The options in the parentheses of an attribute.

use proc_macro2::{Group, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Token, token};

use crate::errors::Errors;

/// The options of `#[xmlrpc_method]`.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) help: Option<LitStr>,
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                options.read(input, errors)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        let read = parser.parse2(tokens);
        errors.take(read);
        options
    }

    /// One option; an error that is returned rather than collected is one after which no more can be read.
    fn read(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        if input.peek(Lit) {
            let literal: Lit = input.parse()?;
            errors.at(literal, format_args!("a value needs its option: {KNOWN}"));
            return Ok(());
        }
        if !input.peek(Ident::peek_any) {
            return Err(input.error(format_args!("this is no option: {KNOWN}")));
        }
        let option = input.call(Ident::parse_any)?;
        let value = Text::parse(&option, input)?;
        let (place, form) = match option.to_string().as_str() {
            "name" => (&mut self.name, NAME),
            "help" => (&mut self.help, HELP),
            unknown => {
                errors.at(&option, format_args!("`{unknown}` is no option of `#[xmlrpc_method]`: {KNOWN}"));
                return Ok(());
            }
        };
        match value {
            _ if place.is_some() => errors.at(&option, format_args!("`{option}` is given twice: keep one {form}")),
            Text::String(text) => *place = Some(text),
            Text::Other(tokens) => errors.at(tokens, format_args!("`{option}` takes a string literal: {form}")),
        }
        Ok(())
    }
}

/// What follows the name of an option that takes a string.
enum Text {
    String(LitStr),
    Other(TokenStream),
}

impl Text {
    fn parse(option: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let ends = |input: ParseStream<'_>| input.is_empty() || input.peek(Token![,]);
        if ends(input) {
            return Ok(Self::Other(option.to_token_stream()));
        }
        if input.peek(token::Paren) {
            let group: Group = input.parse()?;
            return Ok(Self::Other(group.into_token_stream()));
        }
        let Some(equals) = input.parse::<Option<Token![=]>>()? else {
            return Err(input.error(format_args!("a value follows `=`: {KNOWN}")));
        };
        if ends(input) {
            return Ok(Self::Other(equals.into_token_stream()));
        }
        let mut value: Expr = input.parse()?;
        // A macro_rules! macro passes `$name` on in an invisible group.
        while let Expr::Group(group) = value {
            value = *group.expr;
        }
        Ok(match value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Self::String(text),
            other => Self::Other(other.into_token_stream()),
        })
    }
}

const NAME: &str = "`name = \"math.div\"`";
const HELP: &str = "`help = \"Divides two integers.\"`";
const KNOWN: &str = "the options are `name = \"math.div\"` and `help = \"Divides two integers.\"`";
