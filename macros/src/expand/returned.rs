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
    Result { value: Type, error: Box<Type> },
    /// `Result<T>` or `Result`, with the rest in an alias, or a type of the user's that has that name. `is_told` says
    /// whether the value is written here.
    Alias { whole: Type, is_told: bool },
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
        let check_result =
            |ty: &Type, kind: TokenStream| check_result(krate, handler, &result, "__tagwire_result", ty, &kind);
        let (awaited, kind_of_fn) = (quote!(#result.__tagwire_awaited()), quote!(#result.__tagwire_kind()));
        match &self.form {
            Form::Result { value, error } => {
                let value = check_result(value, quote!(#private::Plain, #private::Whole));
                let error = check(krate, handler, "__tagwire_error", error);
                (quote!(#value #error), fallible)
            }
            Form::Alias { whole, .. } => {
                let kind = quote!(#private::Plain, _);
                let whole = self::check_result(krate, handler, &result, "__tagwire_fallible", whole, &kind);
                (whole, if self.asynchronous { awaited } else { kind_of_fn })
            }
            Form::Other(ty) if self.asynchronous => (check_result(ty, quote!(#private::Plain, _)), awaited),
            Form::Other(ty) if self.blocking => (check_result(ty, quote!(#private::Plain, _)), kind_of_fn),
            Form::Other(ty) => (check_result(ty, quote!(_, _)), kind_of_fn),
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
            Form::Result { value: ty, .. } | Form::Alias { whole: ty, is_told: true } | Form::Other(ty) => {
                types::owned(ty)
            }
            Form::Alias { is_told: false, .. } | Form::Unnameable { .. } => None,
        };
        match ty {
            Some(ty) => quote!((&#krate::__private::ProbeResult::<#ty>::new()).__tagwire_type_info()),
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
            Some([value, error]) => Self::Result { value: (*value).clone(), error: Box::new((*error).clone()) },
            Some(written) => Self::Alias { is_told: !written.is_empty(), whole: ty },
            None => Self::Other(ty),
        }
    }
}

/// Asks whether `ty` fits as a result of the given kind, and leaves the answer in `result`.
fn check_result(
    krate: &Package,
    handler: &Ident,
    result: &Ident,
    question: &str,
    ty: &Type,
    kind: &TokenStream,
) -> TokenStream {
    let question = Ident::new(question, Span::mixed_site().located_at(ty.span()));
    quote! {
        let #result = #krate::__private::check_result::<#ty, #kind>();
        let #handler = (&&&&#result).#question::<#ty, _>(#handler);
    }
}
