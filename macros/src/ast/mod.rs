//! What the attributes stand on, as far as the macros look at it. The body of a function goes to the compiler
//! untouched, so its mistakes are the compiler's to report.

mod api;
mod block;
mod function;
mod member;

use proc_macro2::{TokenStream, TokenTree};
use syn::buffer::Cursor;
use syn::parse::ParseStream;

pub(crate) use self::api::Api;
pub(crate) use self::block::Block;
pub(crate) use self::function::{FORM, Function};
pub(crate) use self::member::Member;

/// The tokens from `start` up to where `input` is now.
fn between(start: Cursor<'_>, input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    let mut rest = start;
    while rest != input.cursor() {
        let Some((token, after)) = rest.token_tree() else {
            break;
        };
        tokens.extend([token]);
        rest = after;
    }
    tokens
}

/// Which of `kinds` the item is that comes next; its other words, such as `pub` and `async`, are looked over.
fn kind_of(input: ParseStream<'_>, kinds: &[&'static str]) -> Option<&'static str> {
    let ahead = input.fork();
    let words = std::iter::from_fn(|| ahead.parse::<TokenTree>().ok());
    words.take(8).find_map(|token| match token {
        TokenTree::Ident(word) => kinds.iter().copied().find(|kind| word == kind),
        _ => None,
    })
}
