//! `package = "…"`: where the generated code finds the items of `tagwire`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Error, LitStr, Path, Token};

use super::given::Given;
use crate::errors::Errors;

/// The path that everything generated starts with.
#[derive(Clone)]
pub(crate) struct Package {
    path: TokenStream,
    /// Where the user says so.
    pub(crate) place: Span,
}

impl Package {
    pub(crate) fn or_default(package: Option<&Self>) -> Self {
        package.cloned().unwrap_or_else(|| Self { path: quote!(::tagwire), place: Span::call_site() })
    }
}

impl ToTokens for Package {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.path.clone());
    }
}

pub(crate) fn read(given: Given, place: &mut Option<Package>, errors: &mut Errors) {
    // A path is not shown in messages: only a macro needs it, to write `$crate`.
    given.read_or_path(place, FORM, errors, parse, |path| {
        Ok(Package { place: path.span(), path: path.to_token_stream() })
    });
}

fn parse(text: &LitStr) -> syn::Result<Package> {
    let Ok(mut path) = text.parse_with(Path::parse_mod_style) else {
        return Err(Error::new(text.span(), format_args!("{:?} names no crate: {FORM}", text.value())));
    };
    let from_here = ["crate", "self", "super"].iter().any(|word| path.is_ident(word));
    if path.get_ident().is_some() && !from_here {
        // A module of the same name may be nearer.
        path.leading_colon = Some(Token![::](text.span()));
    }
    Ok(Package { path: generated(path.into_token_stream(), text.span()), place: text.span() })
}

/// The tokens as code of the macro, which lints leave alone; what the compiler says of them shows `place`.
fn generated(tokens: TokenStream, place: Span) -> TokenStream {
    let span = Span::call_site().located_at(place);
    let spanned = tokens.into_iter().map(|mut token: TokenTree| {
        token.set_span(span);
        token
    });
    spanned.collect()
}

const FORM: &str = "`package = \"my_tagwire\"` where the crate is renamed, or a path such as \
                    `package = \"crate::reexports::tagwire\"`";
