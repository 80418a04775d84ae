//! A function as a method: all that is registered of it.

use syn::{Attribute, Ident, LitStr, Signature, Type};

use crate::attr::MethodOptions;

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
    /// Whether it is marked `#[extract]`.
    pub(crate) extract: bool,
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
