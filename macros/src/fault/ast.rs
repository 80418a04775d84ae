//! An error type, as far as its faults are concerned.

use syn::{Data, DeriveInput, Expr, Field, Fields, Generics, Ident, Member, Type, Variant};

use super::attr::{self, Action, Chosen, Options, Place};
use crate::attr::Package;
use crate::errors::Errors;

pub(super) struct ErrorType {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) package: Package,
    pub(super) shape: Shape,
}

pub(super) enum Shape {
    Enum(Vec<(Ident, Case)>),
    Struct(Box<Case>),
}

/// A variant, or a struct as the only one.
pub(super) struct Case {
    pub(super) kind: Kind,
    pub(super) outcome: Outcome,
}

/// How a case is matched.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Named,
    Tuple,
    Unit,
}

/// The fault of a case.
pub(super) enum Outcome {
    /// Its text, under this code or that of applications.
    Text(Option<Expr>),
    Hidden,
    /// What this field becomes.
    Transparent {
        member: Member,
        ty: Type,
    },
}

impl ErrorType {
    /// What could be read of the type: nothing of it is to be used if there are errors.
    pub(super) fn read(input: &DeriveInput, errors: &mut Errors) -> Self {
        let place = match &input.data {
            Data::Enum(_) => Place::Enum,
            Data::Struct(_) | Data::Union(_) => Place::Struct,
        };
        let options = Options::read(&input.attrs, place, errors);
        let shape = match &input.data {
            Data::Enum(data) => {
                let default = options.chosen.map(|chosen| chosen.action);
                let cases = data
                    .variants
                    .iter()
                    .map(|variant| (variant.ident.clone(), of_variant(variant, default.as_ref(), errors)));
                Shape::Enum(cases.collect())
            }
            Data::Struct(data) => {
                Shape::Struct(Box::new(Case::new(&data.fields, options.chosen, None, Place::Struct, errors)))
            }
            Data::Union(data) => {
                let message = "a union does not know which of its fields it holds: \
                               derive it for `enum BankError { … }` or `struct BankError { … }`";
                errors.at(data.union_token, message);
                Shape::Enum(Vec::new())
            }
        };
        Self {
            ident: input.ident.clone(),
            generics: input.generics.clone(),
            package: Package::or_default(options.package.as_ref()),
            shape,
        }
    }

    pub(super) fn cases(&self) -> Vec<&Case> {
        match &self.shape {
            Shape::Enum(cases) => cases.iter().map(|(_, case)| case).collect(),
            Shape::Struct(case) => vec![case],
        }
    }
}

fn of_variant(variant: &Variant, default: Option<&Action>, errors: &mut Errors) -> Case {
    let options = Options::read(&variant.attrs, Place::Variant, errors);
    Case::new(&variant.fields, options.chosen, default, Place::Variant, errors)
}

impl Case {
    fn new(
        fields: &Fields,
        chosen: Option<Chosen>,
        default: Option<&Action>,
        place: Place,
        errors: &mut Errors,
    ) -> Self {
        for field in fields {
            attr::refuse_on_field(&field.attrs, place, errors);
        }
        let kind = match fields {
            Fields::Named(_) => Kind::Named,
            Fields::Unnamed(_) => Kind::Tuple,
            Fields::Unit => Kind::Unit,
        };
        let outcome = match (chosen, default) {
            (Some(Chosen { option, action: Action::Transparent }), _) => transparent(&option, fields, place, errors),
            (Some(Chosen { action: Action::Code(code), .. }), _) => Outcome::Text(Some(code)),
            (Some(Chosen { action: Action::Hidden, .. }), _) | (None, Some(Action::Hidden)) => Outcome::Hidden,
            (None, Some(Action::Code(code))) => Outcome::Text(Some(code.clone())),
            (None, Some(Action::Transparent) | None) => Outcome::Text(None),
        };
        Self { kind, outcome }
    }
}

fn transparent(option: &Ident, fields: &Fields, place: Place, errors: &mut Errors) -> Outcome {
    let mut all = fields.iter();
    if let (Some(Field { ident, ty, .. }), None) = (all.next(), all.next()) {
        let member = ident.clone().map_or_else(|| Member::from(0), Member::Named);
        return Outcome::Transparent { member, ty: ty.clone() };
    }
    let count = match fields.len() {
        0 => "there is none".to_owned(),
        count => format!("there are {count}"),
    };
    let form = place.transparent_form();
    errors.at(option, format_args!("`transparent` passes on the one field, and {count}: {form}"));
    Outcome::Hidden
}
