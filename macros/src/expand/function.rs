//! `#[xmlrpc_method]`: the function as written, and a type of the same name that carries the method.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::registration;
use super::returned::Returned;
use crate::ast::Function;
use crate::attr::{MethodOptions, Package};
use crate::errors::Errors;
use crate::method::{Method, cfg};
use crate::valid::{self, Place};
use crate::{fallback, names};

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = MethodOptions::parse(options, &mut errors);
    let krate = Package::or_default(options.package.as_ref());
    let function: Option<Function> = errors.take(syn::parse2(item.clone()));
    valid::options(&options, function.as_ref().map(|function| &function.sig), Place::Free, &mut errors);
    let Some(Function { attrs, sig, .. }) = &function else {
        return fallback::function(item, &krate, None, &errors);
    };
    let (receiver, arguments) = valid::signature(sig, Place::Free, &mut errors);
    names::check_function(&sig.ident, &mut errors);
    let name = names::method(None, options.name.as_ref(), &sig.ident);
    let method = Method { attrs, sig, options, name, receiver, arguments };
    if !errors.is_empty() {
        return fallback::function(item, &krate, function.as_ref(), &errors);
    }

    let imports = registration::imports(&krate);
    let method = registration::method(&krate, &method, &Returned::of(&method), &sig.ident.to_token_stream());
    let annotated = function.as_ref().map(|function| annotated(&krate, function, &quote!(#imports #method)));
    let owned = arguments_are_owned();
    quote!(#owned #item #annotated)
}

/// For a lint that would have what cannot be: a method that borrows its arguments.
pub(super) fn arguments_are_owned() -> TokenStream {
    quote!(#[allow(clippy::needless_pass_by_value)])
}

/// The type that `methods!` finds under the function's name. It has braces, so that it takes no name from the
/// function: only a unit or tuple struct is also a value.
pub(crate) fn annotated(krate: &Package, function: &Function, body: &TokenStream) -> TokenStream {
    let Function { attrs, vis, sig, .. } = function;
    let ident = &sig.ident;
    let cfg: Vec<_> = cfg(attrs).collect();
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
        #[allow(deprecated, unused_qualifications)]
        impl #krate::__private::Annotated for #ident {
            fn method() -> ::std::sync::Arc<dyn #krate::Method> {
                #body
            }
        }
    }
}
