//! What the conversion asks of type parameters.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Generics, WherePredicate, parse_quote};

use super::ast::{ErrorType, Outcome};

/// The generics with bounds for what depends on a type parameter: that the error has a text, and that what is
/// passed on becomes a fault. What depends on none the compiler looks at itself, and reports at the type or the field.
pub(super) fn bounded(error_type: &ErrorType) -> Generics {
    let ErrorType { ident, generics, package, .. } = error_type;
    let mut bounded = generics.clone();
    let parameters: HashSet<&Ident> = generics.type_params().map(|parameter| &parameter.ident).collect();
    if parameters.is_empty() {
        return bounded;
    }
    let (_, arguments, _) = generics.split_for_impl();
    let predicates = &mut bounded.make_where_clause().predicates;
    let cases = error_type.cases();
    if cases.iter().any(|case| !matches!(case.outcome, Outcome::Transparent { .. })) {
        predicates.push(parse_quote!(#ident #arguments: ::core::fmt::Display));
    }
    predicates.extend(cases.iter().filter_map(|case| -> Option<WherePredicate> {
        match &case.outcome {
            Outcome::Transparent { ty, .. } if mentions(ty.to_token_stream(), &parameters) => {
                Some(parse_quote!(#ty: ::core::convert::Into<#package::Fault>))
            }
            _ => None,
        }
    }));
    bounded
}

fn mentions(tokens: TokenStream, parameters: &HashSet<&Ident>) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), parameters),
        TokenTree::Ident(word) => parameters.contains(&word),
        _ => false,
    })
}
