//! What the macros make of small inputs: `tests/input/*.rs` as a user writes them, `tests/output/*.rs` as the compiler
//! sees them.
//!
//! After a change that is meant, `TAGWIRE_GOLDEN=overwrite cargo test -p tagwire-macros` writes the outputs anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::fs;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Item, Meta};

use crate::expand::{api, function, methods};

#[test]
fn inputs_become_their_outputs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let overwrite = std::env::var("TAGWIRE_GOLDEN").as_deref() == Ok("overwrite");
    let mut compared = 0;
    let mut different = Vec::new();
    for entry in fs::read_dir(folder.join("input")).unwrap() {
        let input = entry.unwrap().path();
        let output = folder.join("output").join(input.file_name().unwrap());
        let expanded = expand_file(&fs::read_to_string(&input).unwrap());
        if overwrite {
            fs::create_dir_all(output.parent().unwrap()).unwrap();
            fs::write(&output, &expanded).unwrap();
        }
        if fs::read_to_string(&output).unwrap_or_default() != expanded {
            different.push(format!("{}:\n{expanded}", output.display()));
        }
        compared += 1;
    }
    assert!(compared >= 6, "{compared} inputs: does this test still find them?");
    assert!(different.is_empty(), "not as in {}", different.join("\n"));
}

#[test]
fn without_the_feature_there_is_no_client() {
    let item = quote!(
        trait Calc {
            async fn add(&self, a: i32) -> Result<i32, Fault>;
        }
    );
    let client = |with_client| api::expand(TokenStream::new(), &item, with_client).to_string().contains("CalcClient");
    assert!(client(true));
    assert!(!client(false));
}

fn expand_file(source: &str) -> String {
    let file = syn::parse_file(source).unwrap();
    let items = file.items.into_iter().map(expand_item);
    let expanded: syn::File = syn::parse2(quote!(#(#items)*)).unwrap();
    prettyplease::unparse(&expanded)
}

/// As the compiler would: the first attribute of ours is taken off, and gets the item.
fn expand_item(mut item: Item) -> TokenStream {
    let attrs = match &mut item {
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        other => return other.to_token_stream(),
    };
    let ours = |attr: &Attribute| attr.path().get_ident().is_some_and(|ident| ident.to_string().starts_with("xmlrpc_"));
    let Some(index) = attrs.iter().position(ours) else {
        return item.to_token_stream();
    };
    let attr = attrs.remove(index);
    let options = match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let tokens = item.to_token_stream();
    match attr.path().require_ident().unwrap().to_string().as_str() {
        "xmlrpc_method" => function::expand(options, &tokens),
        "xmlrpc_methods" => methods::expand(options, &tokens),
        "xmlrpc_api" => api::expand(options, &tokens, true),
        other => panic!("no macro of ours: {other}"),
    }
}
