//! `#[derive(XmlRpcFault)]`: an error type to the faults that callers see.

mod ast;
mod attr;
mod expand;
mod generics;
mod receiver;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use ast::ErrorType;

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let input = match receiver::named(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let error_type = ErrorType::read(&input, &mut errors);
    match errors.finish() {
        Ok(()) => expand::conversion(&error_type),
        Err(error) => {
            let errors = error.into_compile_error();
            let stub = expand::stub(&error_type);
            quote!(#errors #stub)
        }
    }
}
