//! Doc comments to help text.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use crate::method::Method;

/// An expression of type `&'static str`: a literal, unless a doc attribute holds something else, such as
/// `include_str!`, whose text only the compiler knows.
pub(crate) fn help(attrs: &[Attribute]) -> TokenStream {
    let pieces: Vec<Piece> = attrs.iter().filter_map(Piece::of).collect();
    let literal: Option<Vec<&str>> = pieces.iter().map(Piece::text).collect();
    match literal {
        Some(texts) => trimmed(&texts.join("\n")).into_token_stream(),
        None => {
            let pieces = pieces.iter().map(Piece::to_expression);
            quote!(::core::primitive::str::trim(::core::concat!(#(#pieces, "\n"),*)))
        }
    }
}

/// The names of `methods`, for the documentation of what holds them.
pub(crate) fn list(methods: &[Method<'_>]) -> String {
    let mut names: Vec<String> = methods.iter().map(|method| format!("`{}`", method.name.value())).collect();
    // Two of one name are there under different conditions.
    names.dedup();
    names.join(", ")
}

/// Whether there is any documentation.
pub(crate) fn is_documented(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| Piece::of(attr).is_some())
}

/// One doc attribute, which is one line of a `///` comment.
enum Piece {
    Text(String),
    Expression(Box<Expr>),
}

impl Piece {
    fn of(attr: &Attribute) -> Option<Self> {
        let Meta::NameValue(meta) = &attr.meta else {
            return None;
        };
        if !meta.path.is_ident("doc") {
            return None;
        }
        let mut value = &meta.value;
        // A macro_rules! macro passes `$doc` on in an invisible group.
        while let Expr::Group(group) = value {
            value = &group.expr;
        }
        Some(match value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Self::Text(unindented(&text.value())),
            other => Self::Expression(Box::new(other.clone())),
        })
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Expression(_) => None,
        }
    }

    fn to_expression(&self) -> TokenStream {
        match self {
            Self::Text(text) => text.to_token_stream(),
            Self::Expression(expression) => expression.to_token_stream(),
        }
    }
}

/// The text of one attribute without what only sets it off in the source: a space after `///`, and in a block
/// comment its column of stars, or else the indentation.
fn unindented(text: &str) -> String {
    let Some((first, rest)) = text.split_once('\n') else {
        return line(text).to_owned();
    };
    let written = || rest.lines().filter(|line| !line.trim().is_empty());
    let starred = written().all(|line| line.trim_start().starts_with('*'));
    let indentation = written().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);

    let mut lines = vec![line(first)];
    lines.extend(rest.lines().map(|raw| match raw.trim_start().strip_prefix('*') {
        Some(after) if starred => line(after),
        _ => raw.get(indentation..).unwrap_or_default().trim_end(),
    }));
    lines.join("\n")
}

fn line(text: &str) -> &str {
    text.strip_prefix(' ').unwrap_or(text).trim_end()
}

/// The text without blank lines at either end; the indentation of its first line stays.
fn trimmed(text: &str) -> &str {
    let text = text.trim_end();
    let blank = text.len() - text.trim_start().len();
    let start = text.get(..blank).and_then(|blank| blank.rfind('\n')).map_or(0, |newline| newline + 1);
    text.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_loses_one_space() {
        assert_eq!(unindented(" Adds."), "Adds.");
        assert_eq!(unindented("Adds."), "Adds.");
        assert_eq!(unindented("   code"), "  code");
    }

    #[test]
    fn a_block_loses_its_stars() {
        assert_eq!(unindented("\n * Adds.\n *\n *   1 + 2\n "), "\nAdds.\n\n  1 + 2\n");
    }

    #[test]
    fn a_block_without_stars_loses_its_indentation() {
        assert_eq!(unindented(" Adds.\n    One:\n      two\n    "), "Adds.\nOne:\n  two\n");
    }

    #[test]
    fn stars_of_a_list_stay() {
        assert_eq!(unindented(" Adds:\n\n    * one\n    two"), "Adds:\n\n* one\ntwo");
    }

    #[test]
    fn blank_lines_are_trimmed_and_indentation_is_not() {
        assert_eq!(trimmed("\n \n  code\n\nmore\n\n"), "  code\n\nmore");
        assert_eq!(trimmed("\n\n"), "");
        assert_eq!(trimmed("  code"), "  code");
    }
}
