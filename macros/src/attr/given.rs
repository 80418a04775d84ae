//! One option as it is written: a word, and what follows it.

use proc_macro2::{Group, TokenStream};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Error, Expr, ExprLit, Ident, Lit, LitStr, Path, Token, token};

use crate::errors::Errors;

pub(super) struct Given {
    pub(super) option: Ident,
    value: Value,
}

enum Value {
    Nothing,
    Text(LitStr),
    Path(Path),
    Other(TokenStream),
}

impl Given {
    pub(super) fn parse(option: Ident, known: &str, input: ParseStream<'_>) -> syn::Result<Self> {
        let value = Value::parse(known, input)?;
        Ok(Self { option, value })
    }

    /// An option that is on where it is written.
    pub(super) fn flag(self, place: &mut Option<Ident>, errors: &mut Errors) {
        let option = &self.option;
        match self.value {
            _ if place.is_some() => errors.at(option, format_args!("`{option}` is given twice: once will do")),
            Value::Nothing => *place = Some(self.option),
            Value::Text(text) => errors.at(text, no_value(option)),
            Value::Path(path) => errors.at(path, no_value(option)),
            Value::Other(tokens) => errors.at(tokens, no_value(option)),
        }
    }

    /// An option with a string; `form` shows it.
    pub(super) fn text(self, place: &mut Option<LitStr>, form: &str, errors: &mut Errors) {
        self.read(place, form, errors, |text| Ok(text.clone()));
    }

    /// An option with a string that means something.
    pub(super) fn read<T>(
        self,
        place: &mut Option<T>,
        form: &str,
        errors: &mut Errors,
        convert: impl FnOnce(&LitStr) -> syn::Result<T>,
    ) {
        let name = self.option.to_string();
        self.read_or_path(place, form, errors, convert, |path| Err(not_a_string(&path, &name, form)));
    }

    /// An option with a string, or with a path.
    pub(super) fn read_or_path<T>(
        self,
        place: &mut Option<T>,
        form: &str,
        errors: &mut Errors,
        convert: impl FnOnce(&LitStr) -> syn::Result<T>,
        convert_path: impl FnOnce(Path) -> syn::Result<T>,
    ) {
        let option = self.option;
        if place.is_some() {
            errors.at(&option, format_args!("`{option}` is given twice: keep one {form}"));
            return;
        }
        let name = option.to_string();
        let value = match self.value {
            Value::Text(text) => convert(&text),
            Value::Path(path) => convert_path(path),
            Value::Nothing => Err(not_a_string(&option, &name, form)),
            Value::Other(tokens) => Err(not_a_string(&tokens, &name, form)),
        };
        if let Some(value) = errors.take(value) {
            *place = Some(value);
        }
    }
}

fn no_value(option: &Ident) -> String {
    format!("`{option}` takes no value: write `{option}` where it is wanted, and nothing where it is not")
}

fn not_a_string(place: &impl ToTokens, option: &str, form: &str) -> Error {
    Error::new_spanned(place, format_args!("`{option}` takes a string literal: {form}"))
}

impl Value {
    fn parse(known: &str, input: ParseStream<'_>) -> syn::Result<Self> {
        let ends = |input: ParseStream<'_>| input.is_empty() || input.peek(Token![,]);
        if ends(input) {
            return Ok(Self::Nothing);
        }
        if input.peek(token::Paren) {
            let group: Group = input.parse()?;
            return Ok(Self::Other(group.into_token_stream()));
        }
        let Some(equals) = input.parse::<Option<Token![=]>>()? else {
            return Err(input.error(format_args!("a value follows `=`: {known}")));
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
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Self::Text(text),
            Expr::Path(path) if path.qself.is_none() => Self::Path(path.path),
            other => Self::Other(other.into_token_stream()),
        })
    }
}
