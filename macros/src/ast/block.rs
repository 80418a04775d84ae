//! An `impl`.

use proc_macro2::{Group, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Lifetime, Token, Type, token};

use super::member::{Look, Member};
use super::{between, kind_of};
use crate::errors::Errors;

pub(crate) struct Block {
    pub(crate) attrs: Vec<Attribute>,
    /// From `impl` to the braces, as written.
    pub(crate) header: TokenStream,
    pub(crate) generics: Generics,
    /// The `for`, where a trait is implemented.
    pub(crate) of_trait: Option<Token![for]>,
    pub(crate) self_ty: Type,
    pub(crate) braces: Group,
    pub(crate) inner_attrs: Vec<Attribute>,
    pub(crate) members: Vec<Member>,
}

impl Block {
    pub(crate) fn parse(item: TokenStream, errors: &mut Errors) -> Option<Self> {
        let mut block: Self = errors.take(syn::parse2(item))?;
        (block.inner_attrs, block.members) = Member::parse_all(block.braces.stream(), Look::Marked, errors);
        Some(block)
    }
}

/// Without what stands in the braces.
impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let start = input.cursor();
        input.parse::<Option<Token![unsafe]>>()?;
        if !input.peek(Token![impl]) {
            return Err(not_an_impl(input));
        }
        input.parse::<Token![impl]>()?;
        let mut generics = match has_generics(input) {
            true => input.parse()?,
            false => Generics::default(),
        };
        input.parse::<Option<Token![!]>>()?;
        let mut self_ty: Type = input.parse()?;
        let of_trait: Option<Token![for]> = input.parse()?;
        if of_trait.is_some() {
            self_ty = input.parse()?;
        }
        generics.where_clause = input.parse()?;
        let header = between(start, input);
        let braces = input.parse()?;
        Ok(Self { attrs, header, generics, of_trait, self_ty, braces, inner_attrs: Vec::new(), members: Vec::new() })
    }
}

/// A `<` may also start the type itself, as in `impl <T as Trait>::Type`.
fn has_generics(input: ParseStream<'_>) -> bool {
    let parameter = input.peek2(syn::Ident) || input.peek2(Lifetime);
    let goes_on = input.peek3(Token![:]) || input.peek3(Token![,]) || input.peek3(Token![>]) || input.peek3(Token![=]);
    let other = input.peek2(Token![>]) || input.peek2(Token![#]) || input.peek2(Token![const]);
    input.peek(Token![<]) && (other || parameter && goes_on) && !input.peek(token::Paren)
}

fn not_an_impl(input: ParseStream<'_>) -> syn::Error {
    let instead = match kind_of(input, &["trait", "fn"]) {
        Some("trait") => "on a trait write `#[xmlrpc_api]`",
        Some("fn") => "on a free function write `#[xmlrpc_method]`",
        _ => "`impl Calc { … }`, with `#[xmlrpc_method]` on those of its functions that callers may call",
    };
    input.error(format_args!("`#[xmlrpc_methods]` goes on an `impl`: {instead}"))
}
