//! `#[xmlrpc_methods]`: the `impl` as written, and a second one that makes tables of its methods.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::returned::Returned;
use super::{function, handler, registration, types};
use crate::ast::Block;
use crate::attr::{GroupOptions, Package};
use crate::errors::Errors;
use crate::method::{Method, cfg};
use crate::names::{self, Tables};
use crate::{doc, fallback, valid};

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = GroupOptions::of_impl(options, &mut errors);
    let krate = Package::or_default(options.package.as_ref());
    let Some(block) = Block::parse(item.clone(), &mut errors) else {
        return fallback::item(item, &errors);
    };
    let names = names::tables(&options, &mut errors);
    let methods = valid::block(&options, &block, &names, &mut errors);
    if !errors.is_empty() {
        return fallback::block(&krate, &block, &names, &errors);
    }

    let written = as_written(&block);
    let tables = tables(&krate, &block, &names, &doc::list(&methods), &table(&krate, &methods, &quote!(Self)));
    quote!(#written #tables)
}

/// The `impl` without the marks, which would be taken for those of free functions.
pub(crate) fn as_written(block: &Block) -> TokenStream {
    let Block { attrs, header, inner_attrs, members, .. } = block;
    let members = members.iter().map(|member| {
        let (attrs, tokens) = (&member.attrs, &member.tokens);
        let owned = member.function.as_ref().map(|_| function::arguments_are_owned());
        quote!(#(#attrs)* #owned #tokens)
    });
    quote! {
        #(#attrs)*
        #header {
            #(#inner_attrs)*
            #(#members)*
        }
    }
}

/// The functions that are added; `table` is the body of `methods_of`.
pub(crate) fn tables(krate: &Package, block: &Block, names: &Tables, list: &str, table: &TokenStream) -> TokenStream {
    let (generics, self_ty) = (&block.generics, &block.self_ty);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let cfg = cfg(&block.attrs);
    let this = handler::this();
    let bounds = bounds(block);
    let Tables { into, of } = names;
    let into_is = format!(" A table of the methods that callers may call: {list}.");
    let keep = format!(" The value is moved behind an `Arc`; to keep hold of it, use `{of}`.");
    let of_is = format!(" The same table as `{into}` makes, for a value that is kept and shared: {list}.");
    let into_function = quote! {
        #[doc = #into_is]
        ///
        #[doc = #keep]
        #[must_use]
        pub fn #into(self) -> #krate::Methods
        where
            #bounds,
        {
            Self::#of(&::std::sync::Arc::new(self))
        }
    };
    let of_function = quote! {
        #[doc = #of_is]
        #[must_use]
        pub fn #of(#this: &::std::sync::Arc<Self>) -> #krate::Methods
        where
            #bounds,
        {
            #table
        }
    };
    // By a function of the user's, which is reported.
    let is_free = |name: &Ident| {
        let mut functions = block.members.iter().filter_map(|member| member.function.as_ref());
        functions.all(|function| function.sig.ident != *name)
    };
    let (into_function, of_function) = (is_free(into).then_some(into_function), is_free(of).then_some(of_function));
    quote! {
        #(#cfg)*
        #[automatically_derived]
        #[allow(dead_code, deprecated, trivial_bounds, unreachable_pub, unused_qualifications, unused_variables)]
        impl #impl_generics #self_ty #where_clause {
            #into_function

            #of_function
        }
    }
}

/// What the type must be to serve calls that run at the same time.
fn bounds(block: &Block) -> TokenStream {
    // A type that cannot be shared is shown where it is written.
    let span = Span::mixed_site().located_at(block.self_ty.span());
    // The compiler asks of a future whether it is `Send` for every lifetime, and would find it so for the one of the
    // bound only: where there is a lifetime, `'static` too, it has to see for itself.
    let shared = (!types::has_lifetime(block.self_ty.to_token_stream()))
        .then(|| quote_spanned!(span=> + ::core::marker::Send + ::core::marker::Sync));
    quote_spanned!(span=> Self: ::core::marker::Sized + 'static #shared)
}

/// The body of a function that makes a table of `methods`, which are functions of `owner`, from a
/// [`handler::this`].
pub(super) fn table(krate: &Package, methods: &[Method<'_>], owner: &TokenStream) -> TokenStream {
    let imports = registration::imports(krate);
    let registered = methods.iter().map(|method| {
        let ident = &method.sig.ident;
        let returned = Returned::of(method);
        let handler = handler::of(method, &returned, &quote!(#owner::#ident));
        let made = registration::method(krate, method, &returned, &handler);
        let cfg = method.cfg();
        quote! {
            #(#cfg)*
            let methods = methods.register({ #made });
        }
    });
    quote! {
        #imports
        let methods = #krate::Methods::new();
        #(#registered)*
        methods
    }
}
