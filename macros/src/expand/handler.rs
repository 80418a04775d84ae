//! The handler of a function that has state: a closure that keeps the `Arc`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::returned::Returned;
use crate::method::{Method, Receiver};
use crate::names;

/// The state, an `&Arc<Self>` where the handlers are made and an `Arc<Self>` in each of them.
pub(super) fn this() -> Ident {
    Ident::new("this", Span::mixed_site())
}

/// An expression that can be called with the arguments of `method` and calls `function` with them.
pub(super) fn of(method: &Method<'_>, returned: &Returned, function: &TokenStream) -> TokenStream {
    let this = this();
    let names: Vec<Ident> = (0..method.arguments.len()).map(names::argument).collect();
    let types = method.arguments.iter().map(|argument| &argument.ty);
    let keep = quote!(let #this = ::core::clone::Clone::clone(#this););
    match method.receiver {
        Receiver::None => function.clone(),
        Receiver::Shared => quote! {{
            #keep
            move |#(#names: #types),*| #function(::core::clone::Clone::clone(&#this), #(#names),*)
        }},
        Receiver::Borrowed if returned.is_asynchronous() => {
            // A future that is not `Send` is shown as this one.
            let waiting = waiting(method, &quote!(#function(&#this, #(#names),*).await));
            quote! {{
                #keep
                move |#(#names: #types),*| {
                    let #this = ::core::clone::Clone::clone(&#this);
                    #waiting
                }
            }}
        }
        Receiver::Borrowed => quote! {{
            #keep
            move |#(#names: #types),*| #function(&#this, #(#names),*)
        }},
    }
}

fn waiting(method: &Method<'_>, call: &TokenStream) -> TokenStream {
    let span = Span::mixed_site().located_at(method.sig.ident.span());
    quote::quote_spanned!(span=> async move { #call })
}
