//! What a function returns, by how it is written.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{ReturnType, Type};

use super::registration::check;
use super::types;
use crate::attr::Package;
use crate::method::Method;

pub(super) struct Returned {
    /// Whether the function's result is to be awaited; where that is not known, the compiler finds out.
    asynchronous: bool,
    blocking: bool,
    form: Form,
}

enum Form {
    /// `Result<T, E>`.
    Result { value: Type, error: Type },
    /// `Result<T>` or `Result`, with the rest in an alias.
    Alias { whole: Type, value: Option<Type> },
    /// Anything else, which may be a `Result` or a future under another name.
    Other(Type),
    /// Something that cannot be written again elsewhere, such as `impl Serialize`.
    Unnameable { is_result: bool },
}

impl Returned {
    pub(super) fn of(method: &Method<'_>) -> Self {
        let written = match &method.sig.output {
            ReturnType::Default => syn::parse_quote_spanned!(method.sig.ident.span()=> ()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let blocking = method.options.blocking.is_some();
        let asynchronous = method.sig.asyncness.is_some();
        match types::future_output(&written).filter(|_| !asynchronous && !blocking) {
            Some(output) => Self { asynchronous: true, blocking, form: Form::of(output) },
            None => Self { asynchronous, blocking, form: Form::of(written) },
        }
    }

    pub(super) fn is_asynchronous(&self) -> bool {
        self.asynchronous
    }

    /// Statements that ask about the type, and the expression for what kind of handler that makes the function.
    pub(super) fn checks(&self, krate: &Package, handler: &Ident) -> (TokenStream, TokenStream) {
        let result = Ident::new("result", Span::mixed_site());
        let private = quote!(#krate::__private);
        let waits = if self.asynchronous { quote!(#private::Async) } else { quote!(#private::Plain) };
        let fallible = quote!(::core::marker::PhantomData::<(#waits, #private::Fallible)>);
        let check_result = |ty: &Type, kind: TokenStream| check_result(krate, handler, &result, ty, &kind);
        match &self.form {
            Form::Result { value, error } => {
                let value = check_result(value, quote!(#private::Plain, #private::Whole));
                let error = check(krate, handler, "error", error);
                (quote!(#value #error), fallible)
            }
            Form::Alias { whole, .. } => (check_result(whole, quote!(#private::Plain, #private::Fallible)), fallible),
            Form::Other(ty) if self.asynchronous => {
                (check_result(ty, quote!(#private::Plain, _)), quote!(#result.awaited()))
            }
            Form::Other(ty) if self.blocking => (check_result(ty, quote!(#private::Plain, _)), quote!(#result.kind())),
            Form::Other(ty) => (check_result(ty, quote!(_, _)), quote!(#result.kind())),
            Form::Unnameable { is_result: true } => (TokenStream::new(), fallible),
            Form::Unnameable { .. } if self.asynchronous || self.blocking => {
                (TokenStream::new(), quote!(::core::marker::PhantomData::<(#waits, _)>))
            }
            Form::Unnameable { .. } => (TokenStream::new(), quote!(::core::marker::PhantomData)),
        }
    }

    /// The expression for the `TypeInfo` of the result.
    pub(super) fn type_info(&self, krate: &Package) -> TokenStream {
        let ty = match &self.form {
            Form::Result { value: ty, .. } | Form::Alias { value: Some(ty), .. } | Form::Other(ty) => types::owned(ty),
            Form::Alias { value: None, .. } | Form::Unnameable { .. } => None,
        };
        match ty {
            Some(ty) => quote!((&#krate::__private::ProbeResult::<#ty>::new()).type_info()),
            None => quote!(#krate::TypeInfo::from(#krate::ValueType::Undef)),
        }
    }
}

impl Form {
    fn of(ty: Type) -> Self {
        let result = types::result_arguments(&ty);
        if !types::can_be_repeated(&ty) {
            return Self::Unnameable { is_result: result.is_some() };
        }
        match result.as_deref() {
            Some([value, error]) => Self::Result { value: (*value).clone(), error: (*error).clone() },
            Some([value]) => Self::Alias { value: Some((*value).clone()), whole: ty },
            Some(_) => Self::Alias { value: None, whole: ty },
            None => Self::Other(ty),
        }
    }
}

/// Asks whether `ty` fits as a result of the given kind, and leaves the answer in `result`.
fn check_result(krate: &Package, handler: &Ident, result: &Ident, ty: &Type, kind: &TokenStream) -> TokenStream {
    let question = Ident::new("result", Span::mixed_site().located_at(ty.span()));
    quote! {
        let #result = #krate::__private::check_result::<#ty, #kind>();
        let #handler = (&&&&#result).#question::<#ty, _>(#handler);
    }
}
