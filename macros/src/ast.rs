//! The function that an attribute stands on, as far as the macros look at it.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Signature, Token, Type, Visibility};

/// A function without its body: that goes to the compiler untouched, so its mistakes are the compiler's to report.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
}

/// An argument as a method knows it.
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) ty: Type,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        expect_fn(input)?;
        let sig: Signature = input.parse()?;
        if input.peek(Token![;]) {
            return Err(input.error(format_args!("a method has a body: {FORM}")));
        }
        input.parse::<Group>()?;
        Ok(Self { attrs, vis, sig })
    }
}

/// Looks over the qualifiers for the `fn`, so that another item is called what it is.
fn expect_fn(input: ParseStream<'_>) -> syn::Result<()> {
    const QUALIFIERS: [&str; 7] = ["async", "const", "default", "extern", "gen", "safe", "unsafe"];

    let ahead: TokenStream = input.fork().parse()?;
    for token in ahead {
        match &token {
            TokenTree::Ident(word) if word == "fn" => return Ok(()),
            TokenTree::Ident(word) if QUALIFIERS.iter().any(|qualifier| word == qualifier) => {}
            // The "C" of an extern "C" fn.
            TokenTree::Literal(_) => {}
            _ => return Err(Error::new(token.span(), format_args!("`#[xmlrpc_method]` goes on a function: {FORM}"))),
        }
    }
    Err(input.error(format_args!("`#[xmlrpc_method]` goes on a function: {FORM}")))
}

/// What a method looks like, for messages.
pub(crate) const FORM: &str = "`fn add(a: i32, b: i32) -> i32 { … }`, or the same with `async`";
