//! A function as a method: all that is registered of it.

use syn::{Attribute, Ident, LitStr, Signature, Type};

use crate::attr::MethodOptions;
use crate::expand::types;

pub(crate) struct Method<'a> {
    pub(crate) attrs: &'a [Attribute],
    pub(crate) sig: &'a Signature,
    pub(crate) options: MethodOptions,
    /// The whole name, with the namespace.
    pub(crate) name: LitStr,
    pub(crate) receiver: Receiver,
    pub(crate) arguments: Vec<Argument>,
}

/// How a function takes its state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    None,
    /// `&self` or `self: &Arc<Self>`
    Borrowed,
    /// `self: Arc<Self>`
    Shared,
}

/// An argument as a method knows it.
pub(crate) struct Argument {
    /// As introspection and faults name it.
    pub(crate) name: String,
    /// None for a `_`.
    pub(crate) ident: Option<Ident>,
    pub(crate) ty: Type,
    pub(crate) role: Role,
}

/// What is known of an argument besides its type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing.
    Unmarked,
    /// `#[param]`: it is sent as it is, whatever its type is called.
    Parameter,
    /// `#[extract]`: it takes no parameter.
    Extractor,
    /// It has the name of an extractor of ours, which in an API decides that it is not sent.
    CalledExtractor,
}

impl Argument {
    /// Whether a client sends it.
    pub(crate) fn is_sent(&self) -> bool {
        matches!(self.role, Role::Unmarked | Role::Parameter)
    }

    /// Whether it takes all parameters that are left, by its type's name.
    pub(crate) fn is_rest(&self) -> bool {
        self.role != Role::Parameter && types::is_rest(&self.ty)
    }

    /// Whether nothing is left for parameters after it, by its type's name.
    pub(crate) fn is_greedy(&self) -> bool {
        self.role != Role::Parameter && types::is_called_greedy(&self.ty)
    }

    /// Whether it may be left out, by its type's name.
    pub(crate) fn is_option(&self) -> bool {
        self.role != Role::Parameter && types::is_option(&self.ty)
    }
}

impl Method<'_> {
    /// The attributes that decide whether there is such a function.
    pub(crate) fn cfg(&self) -> impl Iterator<Item = &Attribute> {
        cfg(self.attrs)
    }
}

pub(crate) fn cfg(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
}
