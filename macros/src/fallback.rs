//! What is emitted in place of a method that has mistakes, so that they are the only errors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg};

use crate::ast::Function;
use crate::expand::function::annotated;

/// The item as written, for the code that uses it, and where that is a function a type for `methods!` to find.
pub(crate) fn function(item: &TokenStream, function: Option<&Function>, error: Option<Error>) -> TokenStream {
    let errors = error.map(Error::into_compile_error);
    let stub = function
        .filter(|function| may_be_free(function))
        .map(|function| annotated(function, &quote!(::core::unreachable!())));
    quote!(#item #errors #stub)
}

/// A function with `self` stands in an `impl` or a trait, where a type would be one more error.
fn may_be_free(function: &Function) -> bool {
    !matches!(function.sig.inputs.first(), Some(FnArg::Receiver(_)))
}
