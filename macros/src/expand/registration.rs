//! From a method and the handler that runs it to what a table holds.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::returned::Returned;
use crate::attr::{OnDisconnect, Package};
use crate::doc;
use crate::method::{Method, Role};

/// The statements that make the method, the last one its `Arc<dyn Method>`. They need the [`imports`].
pub(super) fn method(krate: &Package, method: &Method<'_>, returned: &Returned, function: &TokenStream) -> TokenStream {
    let types: Vec<&Type> = method.arguments.iter().map(|argument| &argument.ty).collect();
    let names = method.arguments.iter().map(|argument| &argument.name);

    // An error about the function as a whole shows its name.
    let handler = Ident::new("handler", Span::mixed_site().located_at(method.sig.ident.span()));
    let argument_checks = method.arguments.iter().map(|argument| {
        let question = match argument.role {
            Role::Unmarked | Role::Parameter => "__tagwire_argument",
            Role::Extractor => "__tagwire_extracted",
            Role::CalledExtractor => "__tagwire_extractor",
        };
        check(krate, &handler, question, &argument.ty)
    });
    let order_checks = order_checks(krate, method, &handler);
    let (result_checks, kind) = returned.checks(krate, &handler);
    let result = returned.type_info(krate);
    let (described, info) = info(krate, method);
    let maker = match &method.options.blocking {
        Some(_) => quote!(annotated_blocking),
        None => quote!(annotated_as),
    };
    quote! {
        let #handler = #function;
        #(#argument_checks)*
        #(#order_checks)*
        #result_checks
        #described
        #krate::__private::#maker(
            #kind,
            ::core::marker::PhantomData::<fn((#(#types,)*))>,
            #info,
            &[#(#names),*],
            #handler,
            #result,
        )
    }
}

/// What the statements of [`method`] call methods of.
pub(super) fn imports(krate: &Package) -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use #krate::__private::{
            ArgumentFits as _, ErrorFits as _, FallibleFits as _, FutureFits as _, ResultFits as _, ResultType as _,
            Unfit as _, UnknownResultType as _,
        };
    }
}

/// Asks whether `ty` fits as an argument or an error: `question` names the method of `Check`.
pub(super) fn check(krate: &Package, handler: &Ident, question: &str, ty: &Type) -> TokenStream {
    let question = Ident::new(question, Span::mixed_site().located_at(ty.span()));
    quote!(let #handler = (&&&&#krate::__private::check::<#ty>()).#question::<#ty, _>(#handler);)
}

/// Asks whether what is called `Rest` or `Params` leaves something for the parameters after it.
fn order_checks(krate: &Package, method: &Method<'_>, handler: &Ident) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    let in_front = Ident::new("in_front", Span::mixed_site());
    for (index, argument) in method.arguments.iter().enumerate().filter(|(_, argument)| argument.is_greedy()) {
        let ty = &argument.ty;
        let question = Ident::new("__tagwire_in_front", Span::mixed_site().located_at(ty.span()));
        for after in method.arguments.iter().skip(index + 1).filter(|after| after.is_sent()) {
            let after = &after.ty;
            checks.push(quote! {
                let #in_front = #krate::__private::check_result::<#ty, ::core::marker::PhantomData<#after>, ()>();
                let #handler = (&&&&#in_front).#question::<#ty, _>(#handler);
            });
        }
    }
    checks
}

/// Statements that make the `MethodInfo`, and the variable that holds it.
fn info(krate: &Package, method: &Method<'_>) -> (TokenStream, Ident) {
    let name = &method.name;
    let options = &method.options;
    let help = options.help.as_ref().map_or_else(|| doc::help(method.attrs), ToTokens::to_token_stream);
    // Where a name is registered twice, the places that are told are those of these calls, as if the user had written
    // them. The path is no part of that: an error about it stands where the user gives it.
    let place = method.sig.ident.span();
    let info = Ident::new("info", place);
    let named = quote_spanned!(place=> #info(#name));
    let mut described = quote!(#named.with_help(#help));
    if options.hidden.is_some() {
        described.extend(quote!(.with_hidden(true)));
    }
    if options.idempotent.is_some() {
        described.extend(quote!(.with_idempotent(true)));
    }
    if let Some(timeout) = options.timeout {
        let limit = match timeout {
            Some(limit) if limit.subsec_millis() == 0 => {
                let seconds = Literal::u64_unsuffixed(limit.as_secs());
                quote!(Some(::core::time::Duration::from_secs(#seconds)))
            }
            Some(limit) => {
                let millis = Literal::u128_unsuffixed(limit.as_millis());
                quote!(Some(::core::time::Duration::from_millis(#millis)))
            }
            None => quote!(None::<::core::time::Duration>),
        };
        described.extend(quote!(.with_timeout(::core::option::Option::#limit)));
    }
    if let Some(on_disconnect) = options.on_disconnect {
        let choice = match on_disconnect {
            OnDisconnect::Finish => quote!(Finish),
            OnDisconnect::Cancel => quote!(Cancel),
        };
        described.extend(quote!(.with_on_disconnect(#krate::OnDisconnect::#choice)));
    }
    let made = quote! {
        let #info = #krate::MethodInfo::new;
        let #info = #described;
    };
    (made, info)
}
