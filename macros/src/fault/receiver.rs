//! `Self` in an error type: what it stands for in the type's own code, it does not in an `impl … for Fault`.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote};
use syn::DeriveInput;

/// The item, read, with the name of its type for every `Self`.
pub(super) fn named(item: TokenStream) -> syn::Result<DeriveInput> {
    let input: DeriveInput = syn::parse2(item.clone())?;
    let ident = &input.ident;
    let (_, arguments, _) = input.generics.split_for_impl();
    let arguments = arguments.as_turbofish();
    // Written so, it is both a type and the start of a path in an expression.
    syn::parse2(replaced(item, &quote!(#ident #arguments)))
}

fn replaced(tokens: TokenStream, name: &TokenStream) -> TokenStream {
    let mut result = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) if word == "Self" => result.extend(placed(name, &word)),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replaced(group.stream(), name));
                inner.set_span(group.span());
                result.append(inner);
            }
            token => result.append(token),
        }
    }
    result
}

/// The name where `Self` stood, so that the compiler points there.
fn placed(name: &TokenStream, word: &Ident) -> impl Iterator<Item = TokenTree> {
    let span = word.span();
    name.clone().into_iter().map(move |mut token| {
        token.set_span(token.span().located_at(span));
        token
    })
}
