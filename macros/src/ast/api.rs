//! A trait.

use proc_macro2::{Group, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Generics, Ident, Token, TypeParamBound, Visibility, token};

use super::kind_of;
use super::member::{Look, Member};
use crate::errors::Errors;

pub(crate) struct Api {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) unsafety: Option<Token![unsafe]>,
    pub(crate) trait_token: Token![trait],
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) supertraits: Punctuated<TypeParamBound, Token![+]>,
    pub(crate) braces: Group,
    pub(crate) inner_attrs: Vec<Attribute>,
    pub(crate) members: Vec<Member>,
}

impl Api {
    pub(crate) fn parse(item: TokenStream, errors: &mut Errors) -> Option<Self> {
        let mut api: Self = errors.take(syn::parse2(item))?;
        (api.inner_attrs, api.members) = Member::parse_all(api.braces.stream(), Look::All, errors);
        Some(api)
    }
}

/// Without what stands in the braces.
impl Parse for Api {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let start = input.fork();
        let vis = input.parse()?;
        let unsafety = input.parse()?;
        if !input.peek(Token![trait]) {
            return Err(not_a_trait(&start));
        }
        let trait_token = input.parse()?;
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let mut supertraits = Punctuated::new();
        if input.parse::<Option<Token![:]>>()?.is_some() {
            while !input.peek(token::Brace) && !input.peek(Token![where]) {
                supertraits.push_value(input.parse()?);
                if !input.peek(Token![+]) {
                    break;
                }
                supertraits.push_punct(input.parse()?);
            }
        }
        generics.where_clause = input.parse()?;
        let braces = input.parse()?;
        let (inner_attrs, members) = (Vec::new(), Vec::new());
        Ok(Self { attrs, vis, unsafety, trait_token, ident, generics, supertraits, braces, inner_attrs, members })
    }
}

fn not_a_trait(input: ParseStream<'_>) -> syn::Error {
    let instead = match kind_of(input, &["impl", "fn"]) {
        Some("impl") => "on an `impl` write `#[xmlrpc_methods]`",
        Some("fn") => "on a free function write `#[xmlrpc_method]`",
        _ => "`trait Calc { async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>; }`",
    };
    input.error(format_args!("`#[xmlrpc_api]` goes on a trait: {instead}"))
}
