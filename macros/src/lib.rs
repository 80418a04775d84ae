//! The attribute macros of `tagwire`.
//!
//! Depend on `tagwire` and use them from there: what they generate names items of that crate.

mod ast;
mod attr;
mod doc;
mod errors;
mod expand;
mod fallback;
mod valid;

use proc_macro::TokenStream;

/// Makes a function a method that XML-RPC clients can call.
///
/// The function stays as written and can still be called. Beside it stands a type of the same name, which
/// `methods![add, math::div]` collects: an import of the function brings both. The type carries
///
/// - the method's name: the function's own, or `name = "math.div"`;
/// - its help, which `system.methodHelp` answers: the doc comment, or `help = "…"`;
/// - its signature, which `system.methodSignature` answers: one XML-RPC type for each argument and one for the
///   result, found from the Rust types. A result that serde cannot also read, or that is written `impl Trait`, is `undef`.
///
/// # What a function may look like
///
/// A free `fn` or `async fn` with up to 12 arguments. An argument has a plain name and an owned type: one that
/// implements serde's `Deserialize`, or an extractor such as `RequestContext`. The result is a type that
/// implements `Serialize`, or a `Result<T, E>` with `T: Serialize` and `E: Into<Fault>`, under whatever name. A
/// plain `fn` may also return a future of either.
///
/// `self`, generic parameters, borrowed arguments, patterns in place of names, `unsafe`, `extern` and `...` are
/// errors that show what to write instead.
///
/// # Doc comments
///
/// Each line loses one leading space, and blank lines at either end are dropped. `#[doc = include_str!("…")]`
/// and `#[doc = concat!(…)]` work too.
#[proc_macro_attribute]
pub fn xmlrpc_method(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::function::expand(options.into(), &item.into()).into()
}
