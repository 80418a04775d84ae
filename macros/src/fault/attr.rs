//! `#[fault(…)]`: the options on an error type and on its variants.

use syn::parse::ParseStream;
use syn::{Attribute, Expr, ExprLit, ExprUnary, Ident, Lit, Meta, UnOp};

use crate::attr::{self, Given, Package, package, ungrouped};
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

/// What was chosen, and the option as written.
pub(super) struct Chosen {
    pub(super) option: Ident,
    pub(super) action: Action,
}

/// The options of all attributes at one place.
#[derive(Default)]
pub(super) struct Options {
    pub(super) chosen: Option<Chosen>,
    pub(super) package: Option<Package>,
}

impl Options {
    pub(super) fn read(attrs: &[Attribute], place: Place, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("fault")) {
            let Meta::List(list) = &attr.meta else {
                errors.at(&attr.meta, format_args!("the options stand in parentheses: {}", place.known()));
                continue;
            };
            let read = |input: ParseStream<'_>| {
                attr::list(input, place.known(), errors, |given, errors| options.set(given, place, errors))
            };
            let read = list.parse_args_with(read);
            errors.take(read);
        }
        options
    }

    fn set(&mut self, given: Given, place: Place, errors: &mut Errors) {
        match (given.option.to_string().as_str(), place) {
            ("code", _) => {
                let action = code(&given, errors).map(Action::Code);
                self.choose(given.option, action, errors);
            }
            ("hidden", _) => {
                let action = bare(&given, HIDDEN, errors).map(|()| Action::Hidden);
                self.choose(given.option, action, errors);
            }
            ("transparent", Place::Struct | Place::Variant) => {
                let action = bare(&given, TRANSPARENT, errors).map(|()| Action::Transparent);
                self.choose(given.option, action, errors);
            }
            ("package", Place::Enum | Place::Struct) => package::read(given, &mut self.package, errors),
            ("transparent", Place::Enum) => {
                errors.at(
                    given.option,
                    format_args!("`transparent` goes on a variant: {form}", form = place.transparent_form()),
                );
            }
            ("package", Place::Variant) => {
                errors.at(
                    given.option,
                    "`package` goes on the type: `#[fault(package = \"my_tagwire\")] enum BankError { … }`",
                );
            }
            (unknown, _) => errors.at(&given.option, format_args!("`{unknown}` is no option here: {}", place.known())),
        }
    }

    fn choose(&mut self, option: Ident, action: Option<Action>, errors: &mut Errors) {
        match &self.chosen {
            Some(first) if first.option == option => {
                errors.at(&option, format_args!("`{option}` is given twice: keep one {form}", form = form(&option)));
            }
            Some(first) => {
                let (first, one, other) = (&first.option, form(&first.option), form(&option));
                errors.at(&option, format_args!("`{option}` and `{first}` exclude each other: keep {one} or {other}"));
            }
            None => self.chosen = action.map(|action| Chosen { option, action }),
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

fn bare(given: &Given, form: &str, errors: &mut Errors) -> Option<()> {
    if given.is_bare() {
        return Some(());
    }
    errors.at(given, format_args!("this option has no value: {form}"));
    None
}

/// A literal is checked here; whether another expression is an integer is for the compiler to say.
fn code(given: &Given, errors: &mut Errors) -> Option<Expr> {
    match given.expr().map_or(Some(NO_INTEGER), code_problem) {
        None => given.expr().cloned(),
        Some(problem) => {
            errors.at(given, format_args!("{problem}: {CODE}, or a constant as in `code = codes::NOT_FOUND`"));
            None
        }
    }
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
        return Some(NO_INTEGER);
    };
    let sign = if negative { "-" } else { "" };
    match format!("{sign}{integer}", integer = integer.base10_digits()).parse::<i32>() {
        Ok(_) => None,
        Err(_) => Some("the `<int>` of a fault's code holds 32 bits"),
    }
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
const NO_INTEGER: &str = "`code` takes an integer";
