//! A function.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Signature, Token, Visibility};

pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// None for a `;` in its place.
    pub(crate) body: Option<Group>,
}

impl Function {
    /// The function after its attributes.
    pub(super) fn after(attrs: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Self> {
        let vis = input.parse()?;
        expect_fn(input)?;
        let sig = input.parse()?;
        let body = match input.parse::<Option<Token![;]>>()? {
            Some(_) => None,
            None => Some(input.parse()?),
        };
        Ok(Self { attrs, vis, sig, body })
    }
}

/// A free function, which has a body.
impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let function = Self::after(attrs, input)?;
        if function.body.is_none() {
            return Err(Error::new(function.sig.ident.span(), format_args!("a method has a body: {FORM}")));
        }
        Ok(function)
    }
}

/// Looks over the qualifiers for the `fn`, so that another item is called what it is.
fn expect_fn(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead: TokenStream = input.fork().parse()?;
    for token in ahead {
        match &token {
            TokenTree::Ident(word) if word == "fn" => return Ok(()),
            TokenTree::Ident(word) if QUALIFIERS.iter().any(|qualifier| word == qualifier) => {}
            // The "C" of an extern "C" fn.
            TokenTree::Literal(_) => {}
            _ => return Err(Error::new(token.span(), not_a_function(&token))),
        }
    }
    Err(input.error(format_args!("`#[xmlrpc_method]` goes on a function: {FORM}")))
}

fn not_a_function(token: &TokenTree) -> String {
    let word = token.to_string();
    match word.as_str() {
        "impl" => "`#[xmlrpc_method]` goes on a function: on the `impl` write `#[xmlrpc_methods]`, and \
                   `#[xmlrpc_method]` on those of its functions that callers may call"
            .to_owned(),
        "trait" => "`#[xmlrpc_method]` goes on a function: on a trait write `#[xmlrpc_api]`".to_owned(),
        _ => format!("`#[xmlrpc_method]` goes on a function: {FORM}"),
    }
}

const QUALIFIERS: [&str; 7] = ["async", "const", "default", "extern", "gen", "safe", "unsafe"];

/// What a method looks like, for messages.
pub(crate) const FORM: &str = "`fn add(a: i32, b: i32) -> i32 { … }`, or the same with `async`";
