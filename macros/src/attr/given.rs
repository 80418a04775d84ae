//! One option as it is written: a word, and what follows it.

use proc_macro2::{Group, TokenStream};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Error, Expr, ExprLit, Ident, Lit, LitStr, Path, Token, token};

use crate::errors::Errors;

pub(crate) struct Given {
    pub(crate) option: Ident,
    value: Value,
}

enum Value {
    Nothing,
    Expr(Box<Expr>),
    /// Something in its place that is no value.
    Other(TokenStream),
}

impl Given {
    pub(super) fn parse(option: Ident, known: &str, input: ParseStream<'_>) -> syn::Result<Self> {
        let value = Value::parse(known, input)?;
        Ok(Self { option, value })
    }

    pub(crate) fn is_bare(&self) -> bool {
        matches!(self.value, Value::Nothing)
    }

    pub(crate) fn expr(&self) -> Option<&Expr> {
        match &self.value {
            Value::Expr(value) => Some(value),
            Value::Nothing | Value::Other(_) => None,
        }
    }

    /// An option that is on where it is written.
    pub(super) fn flag(self, place: &mut Option<Ident>, errors: &mut Errors) {
        let option = &self.option;
        if place.is_some() {
            errors.at(option, format_args!("`{option}` is given twice: once will do"));
        } else if self.is_bare() {
            *place = Some(self.option);
        } else {
            errors.at(
                &self,
                format_args!(
                    "`{option}` takes no value: write `{option}` where it is wanted, and nothing where it is not"
                ),
            );
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
        self.read_or_path(place, form, errors, convert, |path| Err(not_a_string(path, &name, form)));
    }

    /// An option with a string, or with a path.
    pub(super) fn read_or_path<T>(
        self,
        place: &mut Option<T>,
        form: &str,
        errors: &mut Errors,
        convert: impl FnOnce(&LitStr) -> syn::Result<T>,
        convert_path: impl FnOnce(&Path) -> syn::Result<T>,
    ) {
        let option = &self.option;
        if place.is_some() {
            errors.at(option, format_args!("`{option}` is given twice: keep one {form}"));
            return;
        }
        let value = match self.expr() {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => convert(text),
            Some(Expr::Path(path)) if path.qself.is_none() => convert_path(&path.path),
            _ => Err(not_a_string(&self, &option.to_string(), form)),
        };
        if let Some(value) = errors.take(value) {
            *place = Some(value);
        }
    }
}

/// Its value, or its name where it has none: what a message points at.
impl ToTokens for Given {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.value {
            Value::Nothing => self.option.to_tokens(tokens),
            Value::Expr(value) => value.to_tokens(tokens),
            Value::Other(other) => other.to_tokens(tokens),
        }
    }
}

fn not_a_string(place: impl ToTokens, option: &str, form: &str) -> Error {
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
            return Err(input.error(format_args!("a comma, or `=` and a value, follows an option: {known}")));
        };
        if ends(input) {
            return Ok(Self::Other(equals.into_token_stream()));
        }
        Ok(Self::Expr(Box::new(ungrouped(input.parse()?))))
    }
}

/// The expression without the invisible groups in which a `macro_rules!` macro passes `$name` on.
pub(crate) fn ungrouped(mut value: Expr) -> Expr {
    while let Expr::Group(group) = value {
        value = *group.expr;
    }
    value
}
