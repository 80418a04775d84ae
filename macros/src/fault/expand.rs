//! The generated `impl From<BankError> for Fault`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Generics, Member};

use super::ast::{Case, ErrorType, Kind, Outcome, Shape};
use super::generics;

pub(super) fn conversion(error_type: &ErrorType) -> TokenStream {
    let error = Ident::new("error", Span::mixed_site());
    let body = match &error_type.shape {
        Shape::Enum(cases) => {
            let ident = &error_type.ident;
            let arms = cases.iter().map(|(variant, case)| error_type.arm(&quote!(#ident::#variant), case, &error));
            quote!(match #error { #(#arms)* })
        }
        Shape::Struct(case) => match &case.outcome {
            Outcome::Transparent { member, .. } => error_type.fault(&case.outcome, &quote!(#error.#member)),
            outcome => error_type.fault(outcome, &quote!(&#error)),
        },
    };
    // An error has a source or has none to tell: one of the two is not used.
    let hides = error_type.cases().iter().any(|case| matches!(case.outcome, Outcome::Hidden));
    let package = &error_type.package;
    let imports =
        hides.then(|| quote!(#[allow(unused_imports)] use #package::__private::{HasSource as _, NoSource as _};));
    error_type.implementation(&generics::bounded(error_type), &error, &quote!(#imports #body))
}

/// What stands in for the conversion of a type that has mistakes, so that they are the only errors.
pub(super) fn stub(error_type: &ErrorType) -> TokenStream {
    let error = Ident::new("_error", Span::mixed_site());
    error_type.implementation(&error_type.generics, &error, &quote!(::core::unreachable!()))
}

impl ErrorType {
    fn implementation(&self, generics: &Generics, error: &Ident, body: &TokenStream) -> TokenStream {
        let Self { ident, package, .. } = self;
        let (parameters, arguments, where_clause) = generics.split_for_impl();
        // A variant may be deprecated, or hold a type that has no values.
        quote! {
            #[automatically_derived]
            #[allow(deprecated, unreachable_code, unreachable_patterns)]
            impl #parameters ::core::convert::From<#ident #arguments> for #package::Fault #where_clause {
                fn from(#error: #ident #arguments) -> Self {
                    #body
                }
            }
        }
    }

    fn arm(&self, path: &TokenStream, case: &Case, error: &Ident) -> TokenStream {
        let field = Ident::new("field", Span::mixed_site());
        let pattern = match (&case.outcome, case.kind) {
            (Outcome::Transparent { member: Member::Named(name), .. }, _) => quote!(#path { #name: #field }),
            (Outcome::Transparent { .. }, _) => quote!(#path(#field)),
            (_, Kind::Named) => quote!(#path { .. }),
            (_, Kind::Tuple) => quote!(#path(..)),
            (_, Kind::Unit) => quote!(#path),
        };
        let value = match &case.outcome {
            Outcome::Transparent { .. } => field.into_token_stream(),
            Outcome::Text(_) | Outcome::Hidden => quote!(&#error),
        };
        let fault = self.fault(&case.outcome, &value);
        quote!(#pattern => #fault,)
    }

    /// The fault that comes of `value`: the error, or its field if that is passed on. The type that this is asked of is
    /// written out, for there the compiler reports what it lacks.
    fn fault(&self, outcome: &Outcome, value: &TokenStream) -> TokenStream {
        let Self { ident, generics, package, .. } = self;
        let (_, arguments, _) = generics.split_for_impl();
        match outcome {
            Outcome::Text(code) => {
                let code = match code {
                    Some(code) => constant(code),
                    None => quote!(#package::Fault::APPLICATION),
                };
                quote!(#package::__private::fault::<#ident #arguments>(#value, #code))
            }
            Outcome::Hidden => {
                let source = quote!((&#package::__private::Cause(#value)).__tagwire_source());
                quote!(#package::__private::hidden::<#ident #arguments>(#value, #source))
            }
            Outcome::Transparent { ty, .. } => quote!(#package::__private::transparent::<#ty>(#value)),
        }
    }
}

fn constant(code: &Expr) -> TokenStream {
    let literal = match code {
        Expr::Unary(negated) => &negated.expr,
        other => other,
    };
    if let Expr::Lit(_) = literal {
        return code.to_token_stream();
    }
    // Ours, so that no lint of the user's finds fault with the braces.
    let span = Span::mixed_site().located_at(code.span());
    quote_spanned!(span=> const { #code })
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use super::super::derive;

    fn expansion(item: TokenStream) -> String {
        packed(&derive(item).to_string())
    }

    fn assert_contains(expansion: &str, part: &str) {
        assert!(expansion.contains(&packed(part)), "no {part} in {expansion}");
    }

    /// Without white space: how tokens are spaced as text is not promised.
    fn packed(code: &str) -> String {
        code.split_whitespace().collect()
    }

    #[test]
    fn each_variant_has_an_arm() {
        let expansion = expansion(quote! {
            enum BankError {
                #[fault(code = 404)]
                NoAccount(u32),
                #[fault(hidden)]
                Database { source: Error },
                #[fault(transparent)]
                Limits(LimitError),
                #[fault(transparent)]
                Named { r#type: LimitError },
                Closed,
            }
        });
        assert_contains(&expansion, "impl ::core::convert::From<BankError> for ::tagwire::Fault { fn from");
        assert_contains(
            &expansion,
            "BankError::NoAccount(..) => ::tagwire::__private::fault::<BankError>(&error, 404),",
        );
        assert_contains(&expansion, "BankError::Database { .. } => ::tagwire::__private::hidden::<BankError>(&error,");
        assert_contains(
            &expansion,
            "BankError::Limits(field) => ::tagwire::__private::transparent::<LimitError>(field),",
        );
        assert_contains(
            &expansion,
            "BankError::Named { r#type: field } => ::tagwire::__private::transparent::<LimitError>(field),",
        );
        assert_contains(&expansion, "(&error, (&::tagwire::__private::Cause(&error)).__tagwire_source()),");
        let application = "::tagwire::__private::fault::<BankError>(&error, ::tagwire::Fault::APPLICATION)";
        assert_contains(&expansion, &format!("BankError::Closed => {application},"));
    }

    #[test]
    fn the_type_s_option_is_the_default_of_its_variants() {
        let coded = expansion(quote!(
            #[fault(code = 7)]
            enum E {
                A,
                #[fault(hidden)]
                B,
                #[fault(code = 8)]
                C,
            }
        ));
        assert_contains(&coded, "E::A => ::tagwire::__private::fault::<E>(&error, 7),");
        assert_contains(&coded, "E::B => ::tagwire::__private::hidden::<E>(&error,");
        assert_contains(&coded, "E::C => ::tagwire::__private::fault::<E>(&error, 8),");
        let hidden = expansion(quote!(
            #[fault(hidden)]
            enum E {
                A,
                #[fault(code = 8)]
                B,
            }
        ));
        assert_contains(&hidden, "E::A => ::tagwire::__private::hidden::<E>(&error,");
        assert_contains(&hidden, "E::B => ::tagwire::__private::fault::<E>(&error, 8),");
    }

    #[test]
    fn a_code_is_a_constant_of_the_error() {
        let expansion = expansion(quote!(
            #[fault(code = max(Self::CODE, -1))]
            struct E<T>(T);
        ));
        assert_contains(&expansion, "(&error, const { max(E::<T>::CODE, -1) })");
    }

    #[test]
    fn a_package_is_a_crate_or_a_path() {
        let path_of = |package: &str| {
            expansion(quote!(
                #[fault(package = #package)]
                struct E;
            ))
        };
        assert_contains(&path_of("my_tagwire"), "for ::my_tagwire::Fault");
        assert_contains(
            &path_of("mine::tagwire"),
            "mine::tagwire::__private::fault::<E>(&error, mine::tagwire::Fault::APPLICATION)",
        );
        assert_contains(&path_of("::tagwire"), "for ::tagwire::Fault");
        assert_contains(&path_of("crate::reexports::tagwire"), "for crate::reexports::tagwire::Fault");
        assert_contains(&path_of("super::tagwire"), "for super::tagwire::Fault");
    }

    #[test]
    fn generics_are_kept_and_asked_for_what_is_needed() {
        let expansion = expansion(quote! {
            enum E<'a, T: Clone = u8, const N: usize = 1> where T: Copy {
                Borrowed(&'a [T; N]),
                #[fault(transparent)]
                Inner(Box<T>),
                #[fault(transparent)]
                Other(LimitError),
            }
        });
        assert_contains(&expansion, "impl<'a, T: Clone, const N: usize> ::core::convert::From<E<'a, T, N> >");
        assert_contains(&expansion, "where T: Copy, E<'a, T, N>: ::core::fmt::Display");
        assert_contains(&expansion, "Box<T>: ::core::convert::Into<::tagwire::Fault>");
        assert!(!expansion.contains("LimitError:"), "{expansion}");
    }

    #[test]
    fn nothing_is_imported_that_is_not_needed() {
        let item = |option: TokenStream| {
            expansion(quote!(
                #[fault(#option)]
                struct E;
            ))
        };
        let import = "use ::tagwire::__private::{HasSource as _, NoSource as _};";
        assert_contains(&item(quote!(hidden)), import);
        assert!(!item(quote!(code = 1)).contains("HasSource"));
    }

    #[test]
    fn a_type_without_parameters_has_no_bounds() {
        let expansion = expansion(quote!(
            struct E(#[source] std::io::Error);
        ));
        assert!(!expansion.contains("where"), "{expansion}");
    }

    #[test]
    fn self_is_the_error() {
        let expansion = expansion(quote!(
            #[fault(transparent)]
            struct E<T>(Inner<Self, T>)
            where
                Self: Clone;
        ));
        assert_contains(&expansion, "where E::<T>: Clone, Inner<E::<T>, T>: ::core::convert::Into<::tagwire::Fault>");
        assert_contains(&expansion, "::tagwire::__private::transparent::<Inner<E::<T>, T> >(error.0)");
    }

    #[test]
    fn no_variant_is_no_arm() {
        assert_contains(
            &expansion(quote!(
                enum Never {}
            )),
            "match error {}",
        );
    }

    #[test]
    fn a_mistake_leaves_a_conversion_that_compiles() {
        let expansion = expansion(quote!(
            #[fault(code = "404", hide)]
            struct E<T>(T);
        ));
        assert_eq!(expansion.matches("compile_error!").count(), 2, "{expansion}");
        assert_contains(&expansion, "impl<T> ::core::convert::From<E<T> > for ::tagwire::Fault { fn from");
        assert!(!expansion.contains("__private"), "{expansion}");
    }

    #[test]
    fn a_package_is_kept_where_something_else_is_wrong() {
        let expansion = expansion(quote!(
            #[fault(package = "crate::tagwire", codes = 1)]
            enum E {
                A,
            }
        ));
        assert_contains(&expansion, "for crate::tagwire::Fault");
    }
}
