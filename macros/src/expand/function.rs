//! `#[xmlrpc_method]`: the function as written, and a type of the same name that carries the method.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{ReturnType, Signature, Type};

use super::types;
use crate::ast::{Argument, Function};
use crate::attr::Options;
use crate::errors::Errors;
use crate::{doc, fallback, valid};

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(options, &mut errors);
    valid::options(&options, &mut errors);
    let function: Option<Function> = errors.take(syn::parse2(item.clone()));
    let arguments = function.as_ref().map(|function| valid::signature(&function.sig, &mut errors));

    match (errors.finish(), function, arguments) {
        (Ok(()), Some(function), Some(arguments)) => {
            let method = annotated(&function, &method(&options, &function, &arguments));
            quote!(#item #method)
        }
        (result, function, _) => fallback::function(item, function.as_ref(), result.err()),
    }
}

/// The type that `methods!` finds under the function's name. It has braces, so that it takes no name from the
/// function: only a unit or tuple struct is also a value.
pub(crate) fn annotated(function: &Function, body: &TokenStream) -> TokenStream {
    let Function { attrs, vis, sig } = function;
    let ident = &sig.ident;
    let cfg: Vec<_> = attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
    quote! {
        #(#cfg)*
        #[doc(hidden)]
        #[allow(
            dead_code,
            missing_copy_implementations,
            missing_debug_implementations,
            non_camel_case_types,
            unreachable_pub,
            clippy::empty_structs_with_brackets,
            clippy::exhaustive_structs,
            clippy::module_name_repetitions
        )]
        #vis struct #ident {}

        #(#cfg)*
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::tagwire::__private::Annotated for #ident {
            fn method() -> ::std::sync::Arc<dyn ::tagwire::Method> {
                #body
            }
        }
    }
}

fn method(options: &Options, function: &Function, arguments: &[Argument]) -> TokenStream {
    let sig = &function.sig;
    let ident = &sig.ident;
    let name =
        options.name.as_ref().map_or_else(|| ident.unraw().to_string().to_token_stream(), ToTokens::to_token_stream);
    let help = options.help.as_ref().map_or_else(|| doc::help(&function.attrs), ToTokens::to_token_stream);
    let names = arguments.iter().map(|argument| &argument.name);
    let types: Vec<&Type> = arguments.iter().map(|argument| &argument.ty).collect();

    // An error about the function as a whole shows its name.
    let handler = Ident::new("handler", Span::mixed_site().located_at(ident.span()));
    let argument_checks = types.iter().map(|ty| check(&handler, "argument", ty));
    let returned = Returned::of(sig);
    let (result_checks, kind) = returned.checks(sig, &handler);
    let value_type = returned.value_type();
    quote! {
        #[allow(unused_imports)]
        use ::tagwire::__private::{
            ArgumentFits as _, ErrorFits as _, FallibleFits as _, FutureFits as _, ResultFits as _, ResultType as _,
            Unfit as _, UnknownResultType as _,
        };
        let #handler = #ident;
        #(#argument_checks)*
        #result_checks
        ::tagwire::__private::annotated_as(
            #kind,
            ::core::marker::PhantomData::<fn((#(#types,)*))>,
            ::tagwire::MethodInfo::new(#name).with_help(#help),
            &[#(#names),*],
            #handler,
            #value_type,
        )
    }
}

/// Asks whether `ty` fits as an argument or an error: `question` names the method of `Check`.
fn check(handler: &Ident, question: &str, ty: &Type) -> TokenStream {
    let question = Ident::new(question, Span::mixed_site().located_at(ty.span()));
    quote!(let #handler = (&&&&::tagwire::__private::check::<#ty>()).#question::<#ty, _>(#handler);)
}

/// What a function returns, by how it is written.
enum Returned {
    /// `Result<T, E>`.
    Result { value: Type, error: Type },
    /// `Result<T>` or `Result`, with the rest in an alias.
    Alias { whole: Type, value: Option<Type> },
    /// Anything else, which may be a `Result` or a future under another name.
    Other(Type),
    /// Something that cannot be written again elsewhere, such as `impl Future<Output = i32>`.
    Unnameable { is_result: bool },
}

impl Returned {
    fn of(sig: &Signature) -> Self {
        let ty = match &sig.output {
            ReturnType::Default => syn::parse_quote_spanned!(sig.ident.span()=> ()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
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

    /// Statements that ask about the type, and the expression for what kind of handler that makes the function.
    fn checks(&self, sig: &Signature, handler: &Ident) -> (TokenStream, TokenStream) {
        let asynchronous = sig.asyncness.is_some();
        let result = Ident::new("result", Span::mixed_site());
        let private = quote!(::tagwire::__private);
        let plain_or_async = if asynchronous { quote!(#private::Async) } else { quote!(#private::Plain) };
        let fallible = quote!(::core::marker::PhantomData::<(#plain_or_async, #private::Fallible)>);
        match self {
            Self::Result { value, error } => {
                let value = check_result(handler, &result, value, &quote!(#private::Plain, #private::Whole));
                let error = check(handler, "error", error);
                (quote!(#value #error), fallible)
            }
            Self::Alias { whole, .. } => {
                (check_result(handler, &result, whole, &quote!(#private::Plain, #private::Fallible)), fallible)
            }
            Self::Other(ty) if asynchronous => {
                (check_result(handler, &result, ty, &quote!(#private::Plain, _)), quote!(#result.awaited()))
            }
            Self::Other(ty) => (check_result(handler, &result, ty, &quote!(_, _)), quote!(#result.kind())),
            Self::Unnameable { is_result: true } => (TokenStream::new(), fallible),
            Self::Unnameable { .. } if asynchronous => {
                (TokenStream::new(), quote!(::core::marker::PhantomData::<(#private::Async, _)>))
            }
            Self::Unnameable { .. } => (TokenStream::new(), quote!(::core::marker::PhantomData)),
        }
    }

    /// The expression for the `ValueType` of the result.
    fn value_type(&self) -> TokenStream {
        let ty = match self {
            Self::Result { value: ty, .. } | Self::Alias { value: Some(ty), .. } | Self::Other(ty) => types::owned(ty),
            Self::Alias { value: None, .. } | Self::Unnameable { .. } => None,
        };
        match ty {
            Some(ty) => quote!((&::tagwire::__private::ProbeResult::<#ty>::new()).type_info()),
            None => quote!(::tagwire::TypeInfo::from(::tagwire::ValueType::Undef)),
        }
    }
}

/// Asks whether `ty` fits as a result of the given kind, and leaves the answer in `result`.
fn check_result(handler: &Ident, result: &Ident, ty: &Type, kind: &TokenStream) -> TokenStream {
    let question = Ident::new("result", Span::mixed_site().located_at(ty.span()));
    quote! {
        let #result = ::tagwire::__private::check_result::<#ty, #kind>();
        let #handler = (&&&&#result).#question::<#ty, _>(#handler);
    }
}
