//! `#[fault(…)]`: the options on an error type and on its variants.

use proc_macro2::{Group, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Meta, Path, Token, UnOp, token};

use crate::errors::Errors;

/// Where an attribute stands: that decides which options there are.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Enum,
    Struct,
    Variant,
}

/// What is to become of an error.
#[derive(Clone)]
pub(super) enum Action {
    Code(Expr),
    Hidden,
    Transparent,
}

/// An option and its name as written.
pub(super) struct Given<T> {
    pub(super) option: Ident,
    pub(super) value: T,
}

/// The options of all attributes at one place.
#[derive(Default)]
pub(super) struct Options {
    pub(super) action: Option<Given<Action>>,
    pub(super) package: Option<Given<Path>>,
}

impl Options {
    pub(super) fn read(attrs: &[Attribute], place: Place, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("fault")) {
            let Meta::List(list) = &attr.meta else {
                errors.at(&attr.meta, format_args!("the options stand in parentheses: {}", place.known()));
                continue;
            };
            let read = |input: ParseStream<'_>| options.read_list(place, input, errors);
            let read = list.parse_args_with(read);
            errors.take(read);
        }
        options
    }

    /// An error that is returned rather than collected is one after which no more can be read.
    fn read_list(&mut self, place: Place, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        while !input.is_empty() {
            self.read_option(place, input, errors)?;
            if !input.is_empty() && !input.peek(Token![,]) {
                return Err(input.error(format_args!("a comma stands between options: {}", place.known())));
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    }

    fn read_option(&mut self, place: Place, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        if input.peek(Lit) || input.peek(Token![-]) && input.peek2(Lit) {
            let literal: Expr = input.parse()?;
            errors.at(literal, format_args!("a value needs its option: {}", place.known()));
            return Ok(());
        }
        if !input.peek(Ident::peek_any) {
            return Err(input.error(format_args!("this is no option: {}", place.known())));
        }
        let option = input.call(Ident::parse_any)?;
        let value = OptionValue::parse(&option, place, input)?;
        match (option.to_string().as_str(), place) {
            ("code", _) => {
                let action = value.code(errors).map(Action::Code);
                self.act(option, action, errors);
            }
            ("hidden", _) => {
                let action = value.none(HIDDEN, errors).map(|()| Action::Hidden);
                self.act(option, action, errors);
            }
            ("transparent", Place::Struct | Place::Variant) => {
                let action = value.none(TRANSPARENT, errors).map(|()| Action::Transparent);
                self.act(option, action, errors);
            }
            ("package", Place::Enum | Place::Struct) => {
                let value = value.package(errors);
                if let Some(first) = &self.package {
                    errors.at(&option, twice(&first.option, PACKAGE));
                } else {
                    self.package = value.map(|value| Given { option, value });
                }
            }
            ("transparent", Place::Enum) => {
                errors.at(
                    option,
                    format_args!("`transparent` goes on a variant: {form}", form = place.transparent_form()),
                );
            }
            ("package", Place::Variant) => {
                errors.at(
                    option,
                    "`package` goes on the type: `#[fault(package = \"my_tagwire\")] enum BankError { … }`",
                );
            }
            (unknown, _) => errors.at(&option, format_args!("`{unknown}` is no option here: {}", place.known())),
        }
        Ok(())
    }

    fn act(&mut self, option: Ident, action: Option<Action>, errors: &mut Errors) {
        match &self.action {
            Some(first) if first.option == option => errors.at(&option, twice(&option, form(&option))),
            Some(first) => {
                let (first, one, other) = (&first.option, form(&first.option), form(&option));
                errors.at(&option, format_args!("`{option}` and `{first}` exclude each other: keep {one} or {other}"));
            }
            None => self.action = action.map(|value| Given { option, value }),
        }
    }
}

/// A mistake on a field, where the compiler accepts the attribute as well.
pub(super) fn refuse_on_field(attrs: &[Attribute], place: Place, errors: &mut Errors) {
    let holder = match place {
        Place::Enum | Place::Variant => "a variant",
        Place::Struct => "the type",
    };
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("fault")) {
        errors.at(&attr.meta, format_args!("`#[fault(…)]` goes on {holder}: {form}", form = place.transparent_form()));
    }
}

impl Place {
    /// The options, for messages.
    fn known(self) -> &'static str {
        match self {
            Self::Enum => "the options of an enum are `code = 404`, `hidden` and `package = \"my_tagwire\"`",
            Self::Struct => {
                "the options of a struct are `code = 404`, `hidden`, `transparent` and `package = \"my_tagwire\"`"
            }
            Self::Variant => "the options of a variant are `code = 404`, `hidden` and `transparent`",
        }
    }

    /// How to pass an error on that stands within another, for messages.
    pub(super) fn transparent_form(self) -> &'static str {
        match self {
            Self::Enum | Self::Variant => "`#[fault(transparent)] Limits(LimitError)`",
            Self::Struct => "`#[fault(transparent)] struct Limits(LimitError);`",
        }
    }
}

/// What follows the name of an option.
enum OptionValue {
    /// Nothing; the name, to point at.
    None(Ident),
    Expr(Expr),
    /// Something in its place that is no value.
    Other(TokenStream),
}

impl OptionValue {
    fn parse(option: &Ident, place: Place, input: ParseStream<'_>) -> syn::Result<Self> {
        let ends = |input: ParseStream<'_>| input.is_empty() || input.peek(Token![,]);
        if ends(input) {
            return Ok(Self::None(option.clone()));
        }
        if input.peek(token::Paren) {
            let group: Group = input.parse()?;
            return Ok(Self::Other(group.into_token_stream()));
        }
        let Some(equals) = input.parse::<Option<Token![=]>>()? else {
            return Err(input.error(format_args!("a comma, or `=` and a value, follows an option: {}", place.known())));
        };
        if ends(input) {
            return Ok(Self::Other(equals.into_token_stream()));
        }
        Ok(Self::Expr(ungrouped(input.parse()?)))
    }

    fn none(self, form: &str, errors: &mut Errors) -> Option<()> {
        let value = match self {
            Self::None(_) => return Some(()),
            Self::Expr(value) => value.into_token_stream(),
            Self::Other(tokens) => tokens,
        };
        errors.at(value, format_args!("this option has no value: {form}"));
        None
    }

    /// A literal is checked here; whether another expression is an integer is for the compiler to say.
    fn code(self, errors: &mut Errors) -> Option<Expr> {
        let problem = match &self {
            Self::Expr(value) => code_problem(value),
            Self::None(_) | Self::Other(_) => Some("`code` takes an integer"),
        };
        match (problem, self) {
            (None, Self::Expr(value)) => return Some(value),
            (problem, value) => {
                let problem = problem.unwrap_or_default();
                errors.at(value, format_args!("{problem}: {CODE}, or a constant as in `code = codes::NOT_FOUND`"));
            }
        }
        None
    }

    fn package(self, errors: &mut Errors) -> Option<Path> {
        let form = format!("{PACKAGE}, or a path as in `package = \"crate::reexports::tagwire\"`");
        let text = match self {
            Self::Expr(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => text,
            // Not shown in messages: only a macro needs it, to write `$crate`.
            Self::Expr(Expr::Path(path)) if path.qself.is_none() => return Some(path.path),
            other => {
                errors.at(other, format_args!("`package` takes a string literal: {form}"));
                return None;
            }
        };
        let path = package_path(&text);
        if path.is_none() {
            errors.at(&text, format_args!("{text:?} names no crate: {form}", text = text.value()));
        }
        path
    }
}

impl ToTokens for OptionValue {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::None(option) => option.to_tokens(tokens),
            Self::Expr(value) => value.to_tokens(tokens),
            Self::Other(other) => other.to_tokens(tokens),
        }
    }
}

/// The expression without the invisible groups in which a `macro_rules!` macro passes `$code` on.
fn ungrouped(mut value: Expr) -> Expr {
    while let Expr::Group(group) = value {
        value = *group.expr;
    }
    value
}

/// What is wrong with a code that is a literal.
fn code_problem(value: &Expr) -> Option<&'static str> {
    let (negative, value) = match value {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => (true, ungrouped((**expr).clone())),
        value => (false, value.clone()),
    };
    let Expr::Lit(ExprLit { lit, .. }) = value else {
        return None;
    };
    let Lit::Int(integer) = lit else {
        return Some("`code` takes an integer");
    };
    let sign = if negative { "-" } else { "" };
    match format!("{sign}{integer}", integer = integer.base10_digits()).parse::<i32>() {
        Ok(_) => None,
        Err(_) => Some("the `<int>` of a fault's code holds 32 bits"),
    }
}

fn package_path(text: &LitStr) -> Option<Path> {
    let mut path = text.parse_with(Path::parse_mod_style).ok()?;
    let from_here = ["crate", "self", "super"].iter().any(|word| path.is_ident(word));
    if path.get_ident().is_some() && !from_here {
        // A module of the same name may be nearer.
        path.leading_colon = Some(Token![::](text.span()));
    }
    Some(path)
}

fn twice(option: &Ident, form: &str) -> String {
    format!("`{option}` is given twice: keep one {form}")
}

fn form(option: &Ident) -> &'static str {
    match option.to_string().as_str() {
        "code" => CODE,
        "hidden" => HIDDEN,
        _ => TRANSPARENT,
    }
}

const CODE: &str = "`code = 404`";
const HIDDEN: &str = "`hidden`";
const TRANSPARENT: &str = "`transparent`";
const PACKAGE: &str = "`package = \"my_tagwire\"`";
