//! What is emitted in place of what has mistakes, so that they are the only errors: the item for the code that uses
//! it, the mistakes, and what the macro would have added, without its work.

use proc_macro2::TokenStream;
use quote::quote;
use syn::FnArg;

use crate::ast::{Api, Block, Function};
use crate::attr::Package;
use crate::errors::Errors;
use crate::expand::client::Client;
use crate::expand::{api, function, methods};
use crate::method::Method;
use crate::names::{self, Tables};

/// An item of another kind than the attribute is for.
pub(crate) fn item(item: &TokenStream, errors: &Errors) -> TokenStream {
    quote!(#item #errors)
}

/// A function, and a type for `methods!` to find.
pub(crate) fn function(
    item: &TokenStream,
    krate: &Package,
    function: Option<&Function>,
    errors: &Errors,
) -> TokenStream {
    let stub = function
        .filter(|function| may_be_free(function))
        .map(|function| function::annotated(krate, function, &unreachable()));
    quote!(#item #errors #stub)
}

/// An `impl`, and functions that make tables.
pub(crate) fn block(krate: &Package, block: &Block, names: &Tables, errors: &Errors) -> TokenStream {
    let written = methods::as_written(block);
    let stubs = methods::tables(krate, block, names, "none yet", &unreachable());
    quote!(#written #errors #stubs)
}

/// A trait, and a client with the functions that could be read.
pub(crate) fn api(
    krate: &Package,
    api: &Api,
    methods: &[Method<'_>],
    client: Option<&Client<'_>>,
    errors: &Errors,
) -> TokenStream {
    let written = api::as_written(krate, api, "none yet", &unreachable(), &unreachable());
    let readable = if api.generics.params.is_empty() { methods } else { &[] };
    let client = client.map(|client| client.stub(readable));
    quote!(#written #errors #client)
}

/// A function with `self` stands in an `impl` or a trait, where a type would be one more error, and so would one that
/// takes the place of a primitive.
fn may_be_free(function: &Function) -> bool {
    !matches!(function.sig.inputs.first(), Some(FnArg::Receiver(_))) && !names::is_primitive(&function.sig.ident)
}

fn unreachable() -> TokenStream {
    quote!(::core::unreachable!())
}
