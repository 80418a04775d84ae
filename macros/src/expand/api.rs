//! `#[xmlrpc_api]`: the trait for a server to implement, and a client of the same methods.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, ReturnType, Signature, Token, Type};

use super::client::Client;
use super::{handler, methods};
use crate::ast::{Api, Function, Member};
use crate::attr::{GroupOptions, Package};
use crate::errors::Errors;
use crate::valid::argument::{is_mark, is_plain};
use crate::{doc, fallback, names, valid};

/// `with_client` tells whether the crate has one to build on.
pub(crate) fn expand(options: TokenStream, item: &TokenStream, with_client: bool) -> TokenStream {
    let mut errors = Errors::default();
    let options = GroupOptions::of_trait(options, &mut errors);
    let krate = Package::or_default(options.package.as_ref());
    let Some(api) = Api::parse(item.clone(), &mut errors) else {
        return fallback::item(item, &errors);
    };
    let methods = valid::api(&options, &api, &mut errors);
    let client_name = names::client(&options, &api.ident, &mut errors);
    let client = with_client.then_some(Client { krate: &krate, api: &api, ident: client_name });
    if !errors.is_empty() {
        return fallback::api(&krate, &api, &methods, client.as_ref(), &errors);
    }

    let ident = &api.ident;
    let into = quote!(<Self as #ident>::methods_of(&::std::sync::Arc::new(self)));
    let table = methods::table(&krate, &methods, &quote!(<Self as #ident>));
    let written = as_written(&krate, &api, &doc::list(&methods), &into, &table);
    let client = client.map(|client| client.expand(&methods));
    quote!(#written #client)
}

/// The trait, so that a plain `async fn` implements each of its functions. `into` and `table` are the bodies of
/// `into_methods` and `methods_of`.
pub(crate) fn as_written(
    krate: &Package,
    api: &Api,
    list: &str,
    into: &TokenStream,
    table: &TokenStream,
) -> TokenStream {
    let Api { attrs, vis, unsafety, trait_token, ident, generics, supertraits, inner_attrs, members, .. } = api;
    let where_clause = &generics.where_clause;
    let supertraits = supertraits.iter();
    // By a function of the user's, which is reported.
    let is_free = |name: &str| {
        let mut functions = members.iter().filter_map(|member| member.function.as_ref());
        functions.all(|function| function.sig.ident != name)
    };
    let members = members.iter().map(member);
    let this = handler::this();
    let into_is = format!(" A table of the methods, for a server to serve: {list}.");
    let of_is = format!(" The same table as `into_methods` makes, for a value that is kept and shared: {list}.");
    let into_methods = is_free("into_methods").then(|| {
        quote! {
            #[doc = #into_is]
            ///
            /// The value is moved behind an `Arc`; to keep hold of it, use `methods_of`.
            #[must_use]
            #[allow(deprecated, unused_qualifications)]
            fn into_methods(self) -> #krate::Methods
            where
                Self: ::core::marker::Sized,
            {
                #into
            }
        }
    });
    let methods_of = is_free("methods_of").then(|| {
        quote! {
            #[doc = #of_is]
            #[must_use]
            #[allow(deprecated, unused_qualifications, unused_variables)]
            fn methods_of(#this: &::std::sync::Arc<Self>) -> #krate::Methods
            where
                Self: ::core::marker::Sized,
            {
                #table
            }
        }
    });
    quote! {
        #(#attrs)*
        #vis #unsafety #trait_token #ident #generics:
            #(#supertraits +)* ::core::marker::Send + ::core::marker::Sync + 'static
        #where_clause
        {
            #(#inner_attrs)*
            #(#members)*
            #into_methods
            #methods_of
        }
    }
}

fn member(member: &Member) -> TokenStream {
    let (attrs, tokens) = (&member.attrs, &member.tokens);
    let Some(Function { vis, sig, body, .. }) = &member.function else {
        return quote!(#(#attrs)* #tokens);
    };
    let mut sent = sig.clone();
    for input in &mut sent.inputs {
        if let FnArg::Typed(typed) = input {
            typed.attrs.retain(|attr| !is_mark(attr));
            if body.is_none() && !is_plain(&typed.pat) {
                // It is reported, and the compiler need not report it again.
                *typed.pat = syn::parse_quote!(_);
            }
        }
    }
    let waits = sent.asyncness.take().is_some();
    if waits {
        sent.output = future_of(sig);
    }
    match body {
        Some(body) if waits => quote! {
            #(#attrs)*
            #[allow(clippy::manual_async_fn)]
            #vis #sent {
                async move #body
            }
        },
        Some(body) => quote!(#(#attrs)* #vis #sent #body),
        None => quote!(#(#attrs)* #vis #sent;),
    }
}

/// `impl Future + Send`: a server moves a call's future between threads, which `async fn` in a trait does not promise.
fn future_of(sig: &Signature) -> ReturnType {
    // Stretches over the user's code only, so that the compiler shows the function where it is written.
    let (output, span) = match &sig.output {
        ReturnType::Default => (quote!(()), sig.ident.span()),
        ReturnType::Type(_, ty) => (quote!(#ty), ty.span()),
    };
    let future = quote_spanned! {span=>
        impl ::core::future::Future<Output = #output> + ::core::marker::Send
    };
    ReturnType::Type(Token![->](span), Box::new(Type::Verbatim(future)))
}
