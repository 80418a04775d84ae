//! What can be told from how a type is written.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::{AssocType, GenericArgument, PathArguments, PathSegment, Type, TypeParamBound, TypePath};

/// The type inside parentheses and the invisible groups that `macro_rules!` macros leave.
pub(crate) fn bare(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

/// A type that is a single word, such as `i32`.
pub(crate) fn word(ty: &Type) -> Option<String> {
    match bare(ty) {
        Type::Path(TypePath { qself: None, path, .. }) => path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

/// The last word of a path with its arguments: how the rest of it was imported is not known here.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match bare(ty) {
        Type::Path(TypePath { qself: None, path, .. }) => path.segments.last(),
        _ => None,
    }
}

/// Whether it has the name of something that takes no parameter.
pub(crate) fn is_called_extractor(ty: &Type) -> bool {
    const EXTRACTORS: [&str; 5] = ["RequestContext", "Headers", "RemoteAddr", "Extension", "MethodName"];
    last_segment(ty).is_some_and(|last| EXTRACTORS.iter().any(|name| last.ident == name))
}

/// Whether it has the name of something that takes all parameters that are left.
pub(crate) fn is_called_greedy(ty: &Type) -> bool {
    is_rest(ty) || last_segment(ty).is_some_and(|last| last.ident == "Params")
}

pub(crate) fn is_rest(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == "Rest")
}

pub(crate) fn is_option(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == "Option" && !last.arguments.is_empty())
}

/// The `T` of `impl Future<Output = T>`, with whatever other bounds.
pub(crate) fn future_output(ty: &Type) -> Option<Type> {
    let Type::ImplTrait(future) = bare(ty) else { return None };
    future.bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last().filter(|last| last.ident == "Future")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(AssocType { ident, ty, .. }) if ident == "Output" => Some(ty.clone()),
            _ => None,
        })
    })
}

/// What to write for a borrowed type.
pub(crate) fn owned_form(ty: &Type) -> String {
    if let Type::Reference(reference) = bare(ty) {
        match bare(&reference.elem) {
            Type::Slice(slice) => {
                if let Some(item) = word(&slice.elem) {
                    return format!("`Vec<{item}>`");
                }
            }
            elem => match word(elem).as_deref() {
                Some("str") => return "`String`".to_owned(),
                Some("Path") => return "`PathBuf`".to_owned(),
                Some(word) => return format!("`{word}`"),
                None => {}
            },
        }
    }
    "a type without references and lifetimes, such as `String` or `Vec<T>`".to_owned()
}

/// The type arguments of what is written as a `Result`, by whatever path: none for an alias without any, one for
/// an alias such as that of `std::io`.
pub(crate) fn result_arguments(ty: &Type) -> Option<Vec<&Type>> {
    let last = last_segment(ty).filter(|last| last.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Some(Vec::new());
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some(types.collect())
}

/// Whether the type means the same in the body of another function: it does not with `impl Trait` or a borrow.
pub(crate) fn can_be_repeated(ty: &Type) -> bool {
    let tokens = ty.to_token_stream();
    !has_impl(tokens.clone()) && !borrows(tokens)
}

/// The type with `String` for every `&'static str`, so that it can be asked what it deserializes from; none where
/// something else is borrowed. The compiler chooses between implementations without looking at lifetimes, and
/// would choose `Deserialize` for a type that implements it for a shorter lifetime only.
pub(crate) fn owned(ty: &Type) -> Option<TokenStream> {
    owned_tokens(ty.to_token_stream())
}

fn owned_tokens(tokens: TokenStream) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rest = tokens.as_slice();
    let mut owned = TokenStream::new();
    loop {
        rest = match rest {
            [] => return Some(owned),
            [and, tick, lifetime, word, rest @ ..]
                if is(and, "&") && is(tick, "'") && is(lifetime, "static") && is(word, "str") =>
            {
                owned.extend(quote!(::std::string::String));
                rest
            }
            // Cow<'static, str> is owned where it is deserialized.
            [cow, open, tick, lifetime, comma, rest @ ..]
                if is(cow, "Cow") && is(open, "<") && is(tick, "'") && is(lifetime, "static") =>
            {
                owned.extend([cow, open, tick, lifetime, comma].map(Clone::clone));
                rest
            }
            [token, ..] if is(token, "&") || is(token, "'") => return None,
            [TokenTree::Group(group), rest @ ..] => {
                owned.append(Group::new(group.delimiter(), owned_tokens(group.stream())?));
                rest
            }
            [token, rest @ ..] => {
                owned.append(token.clone());
                rest
            }
        };
    }
}

fn is(token: &TokenTree, text: &str) -> bool {
    match token {
        TokenTree::Ident(word) => word == text,
        TokenTree::Punct(punct) => text.chars().eq([punct.as_char()]),
        _ => false,
    }
}

pub(crate) fn has_impl(tokens: TokenStream) -> bool {
    has_word(tokens, "impl")
}

/// Whether the type depends on the one that it is used in.
pub(crate) fn names_self(tokens: TokenStream) -> bool {
    has_word(tokens, "Self")
}

pub(crate) fn has_word(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_word(group.stream(), word),
        token => is(&token, word),
    })
}

/// Whether there is a lifetime anywhere in the type, be it `'static`.
pub(crate) fn has_lifetime(tokens: TokenStream) -> bool {
    has_word(tokens.clone(), "&") || has_word(tokens, "'")
}

/// Whether something is borrowed for less than `'static` anywhere in the type.
pub(crate) fn borrows(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match token {
            TokenTree::Group(group) => borrows(group.stream()),
            token if is(&token, "&") => !tokens.peek().is_some_and(|next| is(next, "'")),
            token if is(&token, "'") => !tokens.next().is_some_and(|lifetime| is(&lifetime, "static")),
            _ => false,
        };
        if found {
            return true;
        }
    }
    false
}
