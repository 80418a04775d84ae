//! What stands in the braces of an `impl` or a trait.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Meta, Token};

use super::between;
use super::function::Function;
use crate::errors::Errors;

pub(crate) struct Member {
    /// All but the marks.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) mark: Option<Mark>,
    /// What follows the attributes, as written.
    pub(crate) tokens: TokenStream,
    /// The same as a function, where it was read as one.
    pub(crate) function: Option<Function>,
}

/// `#[xmlrpc_method(…)]` on a function of a group.
pub(crate) struct Mark {
    pub(crate) options: TokenStream,
}

impl Member {
    /// Everything in the braces. `look` says what to read as a function.
    pub(super) fn parse_all(tokens: TokenStream, look: Look, errors: &mut Errors) -> (Vec<Attribute>, Vec<Self>) {
        let parser = |input: ParseStream<'_>| {
            let inner = input.call(Attribute::parse_inner)?;
            let mut members = Vec::new();
            while !input.is_empty() {
                members.push(Self::parse(input, look, errors)?);
            }
            Ok((inner, members))
        };
        let read = parser.parse2(tokens);
        errors.take(read).unwrap_or_default()
    }

    fn parse(input: ParseStream<'_>, look: Look, errors: &mut Errors) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let marks: Vec<_> = attrs.extract_if(.., |attr| is_mark(attr)).collect();
        let mark = Mark::only(marks, errors);
        attrs.retain(|attr| !is_conditional_mark(attr, errors));

        let start = input.cursor();
        let wanted = match look {
            Look::Marked => mark.is_some(),
            Look::All => mark.is_some() || is_function(input),
        };
        let mut function = None;
        if wanted {
            let ahead = input.fork();
            function = errors.take(Function::after(attrs.clone(), &ahead));
            if function.is_some() {
                input.advance_to(&ahead);
            }
        }
        if function.is_none() {
            skip(input)?;
        }
        Ok(Self { attrs, mark, tokens: between(start, input), function })
    }
}

/// Which members are read as functions; the others go to the compiler as they are.
#[derive(Clone, Copy)]
pub(super) enum Look {
    Marked,
    All,
}

impl Mark {
    fn only(marks: Vec<Attribute>, errors: &mut Errors) -> Option<Self> {
        let mut marks = marks.into_iter();
        let attr = marks.next()?;
        for second in marks {
            errors.at(second, "`#[xmlrpc_method]` is given twice: write all options in one");
        }
        let options = match &attr.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens.clone(),
            Meta::NameValue(_) => {
                errors.at(&attr, "options stand in parentheses: `#[xmlrpc_method(name = \"div\")]`");
                TokenStream::new()
            }
        };
        Some(Self { options })
    }
}

/// By the last word of its path: how it was imported is not known here.
fn is_mark(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "xmlrpc_method")
}

/// Such a mark would be seen only after the table is made, which is a mistake.
fn is_conditional_mark(attr: &Attribute, errors: &mut Errors) -> bool {
    let Meta::List(list) = &attr.meta else { return false };
    let marks = |token: TokenTree| matches!(token, TokenTree::Ident(word) if word == "xmlrpc_method");
    let found = list.path.is_ident("cfg_attr") && list.tokens.clone().into_iter().any(marks);
    if found {
        let message = "whether a function is a method cannot depend on `cfg_attr`: write `#[xmlrpc_method]`, and \
                       `#[cfg(…)]` on the function if need be";
        errors.at(attr, message);
    }
    found
}

fn is_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let words = std::iter::from_fn(|| ahead.parse::<TokenTree>().ok());
    words
        .take_while(|token| match token {
            TokenTree::Ident(_) | TokenTree::Literal(_) => true,
            // That of `pub(crate)`.
            TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
            TokenTree::Punct(_) => false,
        })
        .any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))
}

/// Goes behind the next `;` or braces, which for most items is their end; where it is not, the rest is taken for
/// one more item, of which nothing is asked.
fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        let ends = input.peek(Token![;]) || input.peek(syn::token::Brace);
        input.parse::<TokenTree>()?;
        if ends {
            break;
        }
    }
    Ok(())
}
