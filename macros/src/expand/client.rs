//! The typed client of a trait.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, ReturnType, Token, Type};

use super::types;
use crate::ast::Api;
use crate::attr::Package;
use crate::method::{Argument, Method, cfg};
use crate::{doc, names};

pub(crate) struct Client<'a> {
    pub(crate) krate: &'a Package,
    pub(crate) api: &'a Api,
    pub(crate) ident: Ident,
}

impl Client<'_> {
    pub(crate) fn expand(&self, methods: &[Method<'_>]) -> TokenStream {
        let krate = self.krate;
        let functions = methods.iter().map(|method| {
            let sent = Sent::of(method);
            let returned = returned(method);
            let result = Ident::new("result", Span::mixed_site());
            let calls = sent.calls(krate, |params| call(krate, method, params));
            let received = checked(krate, "__tagwire_received", &returned, &result.to_token_stream());
            let body = quote! {
                #[allow(unused_imports)]
                use #krate::__private::{NotTyped as _, Received as _, Sent as _};
                let #result = #calls;
                #received
            };
            self.function(method, &sent, &returned, &body)
        });
        self.type_with(&quote!(#(#functions)*))
    }

    /// The same without its work, for a trait that has mistakes.
    pub(crate) fn stub(&self, methods: &[Method<'_>]) -> TokenStream {
        let possible =
            |method: &&Method<'_>| method.sig.ident != "new" && !types::names_self(method.sig.to_token_stream());
        let methods = methods.iter().filter(possible);
        let functions = methods.map(|method| {
            let unreachable = quote!(::core::unreachable!());
            let returned = Some(returned(method)).filter(|ty| !types::has_impl(ty.to_token_stream()));
            let returned = returned.unwrap_or_else(|| syn::parse_quote!(()));
            self.function(method, &Sent::of(method), &returned, &unreachable)
        });
        self.type_with(&quote!(#(#functions)*))
    }

    fn type_with(&self, functions: &TokenStream) -> TokenStream {
        let Self { krate, api, ident } = self;
        let (vis, name) = (&api.vis, api.ident.unraw());
        let cfg: Vec<_> = cfg(&api.attrs).collect();
        let about = format!(" Calls the methods of [`{name}`] at a server.");
        let new = format!(" A client for the server of `client`, which serves a `{name}`.");
        quote! {
            #(#cfg)*
            #[doc = #about]
            ///
            /// A call gives what the method gives. Where there is no such result, the error tells why: a fault of
            /// the method is one of its kinds.
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #[allow(dead_code, unreachable_pub, clippy::module_name_repetitions)]
            #vis struct #ident {
                client: #krate::Client,
            }

            #(#cfg)*
            #[automatically_derived]
            #[allow(
                dead_code,
                deprecated,
                non_snake_case,
                unreachable_pub,
                unused_qualifications,
                unused_variables,
                clippy::missing_errors_doc,
                clippy::too_many_arguments,
                clippy::used_underscore_binding
            )]
            impl #ident {
                #[doc = #new]
                #[must_use]
                pub const fn new(client: #krate::Client) -> Self {
                    Self { client }
                }

                #functions
            }
        }
    }

    fn function(&self, method: &Method<'_>, sent: &Sent<'_>, returned: &Type, body: &TokenStream) -> TokenStream {
        let krate = self.krate;
        let this = this();
        let ident = &method.sig.ident;
        // Those of a method with mistakes.
        let generics = &method.sig.generics;
        let where_clause = &generics.where_clause;
        let attrs = method.attrs.iter().filter(|attr| is_for_clients(attr));
        let undocumented = (!doc::is_documented(method.attrs)).then(|| format!(" Calls `{}`.", method.name.value()));
        let undocumented = undocumented.map(|text| quote!(#[doc = #text]));
        let arguments = sent.arguments.iter().map(|(ident, argument)| {
            let ty = &argument.ty;
            quote!(#ident: #ty)
        });
        quote! {
            #undocumented
            #(#attrs)*
            pub async fn #ident #generics(
                &#this,
                #(#arguments),*
            ) -> ::core::result::Result<#returned, #krate::client::Error> #where_clause {
                #body
            }
        }
    }
}

/// What a call sends.
struct Sent<'a> {
    /// All parameters, by the names they have in the client.
    arguments: Vec<(Ident, &'a Argument)>,
    /// Whether the last of them takes all that are left.
    rest: bool,
}

impl<'a> Sent<'a> {
    fn of(method: &'a Method<'_>) -> Self {
        let parameters = method.arguments.iter().filter(|argument| argument.is_sent());
        let named = parameters.enumerate().map(|(index, argument)| {
            let mut ident = argument.ident.clone().unwrap_or_else(|| names::client_argument(index, &method.arguments));
            ident.set_span(Span::mixed_site().located_at(ident.span()));
            (ident, argument)
        });
        let arguments: Vec<_> = named.collect();
        let rest = arguments.last().is_some_and(|(_, argument)| argument.is_rest());
        Self { arguments, rest }
    }

    /// The call with all parameters, or with those up to the last option that is there.
    fn calls(&self, krate: &Package, call: impl Fn(&TokenStream) -> TokenStream) -> TokenStream {
        let parameters: Vec<_> = self.arguments.iter().map(|argument| parameter(krate, argument)).collect();
        let (single, rest) = match parameters.split_last() {
            Some((rest, single)) if self.rest => (single, Some(rest)),
            _ => (parameters.as_slice(), None),
        };
        let options = self.arguments.iter().take(single.len()).rev();
        let options = options.take_while(|(_, argument)| argument.is_option()).count();
        let required = single.len() - options;

        let shortest = tuple(single.get(..required).unwrap_or_default());
        let full = tuple(single);
        let full = rest.map_or_else(|| full.clone(), |rest| quote!(#krate::__private::WithRest(#full, #rest)));
        if options == 0 {
            return call(&full);
        }
        let mut branches = TokenStream::new();
        for length in (required + 1..=single.len()).rev() {
            let Some(((last, _), sent)) = self.arguments.get(length - 1).zip(single.get(..length)) else { continue };
            // No methods, which a trait of the user's might have for all types.
            let is_some = quote!(::core::option::Option::is_some(&#last));
            let (condition, params) = match rest {
                _ if length < single.len() => (is_some, tuple(sent)),
                Some(rest) => (quote!(#is_some || !::std::vec::Vec::is_empty(&#rest.0)), full.clone()),
                None => (is_some, full.clone()),
            };
            let call = call(&params);
            branches.extend(quote!(if #condition { #call } else));
        }
        let call = call(&shortest);
        quote!(#branches { #call })
    }
}

/// What cannot be sent is shown at its type.
fn parameter(krate: &Package, (ident, argument): &(Ident, &Argument)) -> TokenStream {
    let ty = &argument.ty;
    match argument.is_rest() {
        true => quote!(#ident),
        false => checked(krate, "__tagwire_sent", ty, &quote!(#ident)),
    }
}

/// Passes `value` on if `ty` fits, and stands for one error if not: `question` names the method of `Typed`.
fn checked(krate: &Package, question: &str, ty: &Type, value: &TokenStream) -> TokenStream {
    let question = Ident::new(question, Span::mixed_site().located_at(ty.span()));
    quote!((&&#krate::__private::typed::<#ty>()).#question::<#ty, _>(#value))
}

fn tuple(parameters: &[TokenStream]) -> TokenStream {
    quote!((#(#parameters,)*))
}

/// The same everywhere, so that it is the same `self`.
fn this() -> Token![self] {
    Token![self](Span::mixed_site())
}

fn call(krate: &Package, method: &Method<'_>, params: &TokenStream) -> TokenStream {
    let (this, name) = (this(), &method.name);
    let client = match method.options.idempotent {
        Some(_) => quote!(#krate::Client::idempotent(&#this.client)),
        None => quote!(#this.client),
    };
    quote!(#krate::Client::call(&#client, #name, #params).await)
}

/// The value of the method's `Result`, or what is most like it where there is none.
fn returned(method: &Method<'_>) -> Type {
    match &method.sig.output {
        ReturnType::Type(_, ty) => match types::result_arguments(ty).as_deref() {
            Some([value, ..]) => (*value).clone(),
            _ => (**ty).clone(),
        },
        ReturnType::Default => syn::parse_quote!(()),
    }
}

fn is_for_clients(attr: &Attribute) -> bool {
    ["allow", "cfg", "deprecated", "doc"].iter().any(|name| attr.path().is_ident(name))
}
