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
use crate::method::{Method, cfg};
use crate::valid::argument::is_extract;
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
    let this = handler::this();
    let this = quote!(let #this = &::std::sync::Arc::new(self););
    let body = methods::table(&krate, &methods, &quote!(<Self as #ident>), Some(&this));
    let written = as_written(&krate, &api, &doc::list(&methods), &body);
    let shared = shared(&api, &methods);
    let client = client.map(|client| client.expand(&methods));
    quote!(#written #shared #client)
}

/// The trait, so that a plain `async fn` implements each of its functions; `body` is that of `into_methods`.
pub(crate) fn as_written(krate: &Package, api: &Api, list: &str, body: &TokenStream) -> TokenStream {
    let Api { attrs, vis, unsafety, trait_token, ident, generics, supertraits, inner_attrs, members, .. } = api;
    let where_clause = &generics.where_clause;
    let supertraits = supertraits.iter();
    let is_taken = members.iter().filter_map(|member| member.function.as_ref()).any(|function| {
        // By a function of the user's, which is reported.
        function.sig.ident == "into_methods"
    });
    let members = members.iter().map(member);
    let into = format!(" A table of the methods, for a server to serve: {list}.");
    let keep = format!(" To keep hold of the value, put it into an `Arc` first: an `Arc` of a `{ident}` is one too.");
    let into_methods = (!is_taken).then(|| {
        quote! {
            #[doc = #into]
            ///
            #[doc = #keep]
            #[must_use]
            #[allow(deprecated, unused_qualifications)]
            fn into_methods(self) -> #krate::Methods
            where
                Self: ::core::marker::Sized,
            {
                #body
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
            typed.attrs.retain(|attr| !is_extract(attr));
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

/// The trait for what is shared, so that state can be kept beside its server.
fn shared(api: &Api, methods: &[Method<'_>]) -> TokenStream {
    let Api { ident, supertraits, .. } = api;
    let cfg = cfg(&api.attrs);
    let arc = quote!(::std::sync::Arc<T>);
    let bound = (!supertraits.is_empty()).then(|| quote!(where #arc: #supertraits));
    let functions = methods.iter().map(|method| {
        let cfg = method.cfg();
        let name = &method.sig.ident;
        let names: Vec<_> = (0..method.arguments.len()).map(names::argument).collect();
        let arguments = method.arguments.iter().map(|argument| &argument.ty);
        let output = match (&method.sig.asyncness, &method.sig.output) {
            (Some(_), _) => future_of(method.sig),
            (None, output) => output.clone(),
        };
        quote! {
            #(#cfg)*
            fn #name(&self, #(#names: #arguments),*) #output {
                <T as #ident>::#name(self, #(#names),*)
            }
        }
    });
    quote! {
        #(#cfg)*
        #[automatically_derived]
        #[allow(deprecated, unused_qualifications, clippy::too_many_arguments)]
        impl<T: ?::core::marker::Sized + #ident> #ident for #arc #bound {
            #(#functions)*
        }
    }
}
