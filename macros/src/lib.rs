//! The attribute macros of `tagwire`.
//!
//! Depend on `tagwire` and use them from there: what they generate names items of that crate.

mod ast;
mod attr;
mod doc;
mod errors;
mod expand;
mod fallback;
mod fault;
#[cfg(test)]
mod golden;
mod method;
mod names;
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
/// # Options
///
/// | option | what it does |
/// |---|---|
/// | `name = "math.div"` | the name that callers use, in place of the function's own |
/// | `help = "…"` | the help, in place of the doc comment |
/// | `blocking` | runs a plain `fn` on threads where it may wait; without it a plain `fn` runs where the call is dispatched, and must be over soon |
/// | `hidden` | can be called and is not listed |
/// | `idempotent` | says that a call does the same however often it is carried out, so that a typed client may repeat it |
/// | `timeout = "30s"` | how long a call may take, in `ms`, `s` or `min`, in place of the dispatcher's limit; `"none"` for no limit |
/// | `on_disconnect = "cancel"` | what becomes of a call whose client goes away: `"cancel"` drops it, `"finish"` carries it out; in place of the dispatcher's choice |
/// | `package = "my_tagwire"` | the name of this crate where it is renamed, or a path to it such as `"crate::reexports::tagwire"`; everything generated names items from there |
///
/// On a function of an `impl` or a trait that has an attribute of its own, [`macro@xmlrpc_methods`] or
/// [`macro@xmlrpc_api`], the options are the same, but for `package`, which the outer attribute has.
///
/// # What a function may look like
///
/// A free `fn` or `async fn` with up to 12 arguments. An argument has a plain name, or takes a wrapper off as in
/// `Rest(numbers): Rest<i32>`, and an owned type: one that implements serde's `Deserialize`, or an extractor such as
/// `RequestContext`. The result is a type that
/// implements `Serialize`, or a `Result<T, E>` with `T: Serialize` and `E: Into<Fault>`, under whatever name. A
/// plain `fn` may also return a future of either.
///
/// `Rest` and `Params` come after all other parameters, since they leave none.
///
/// `self`, generic parameters, borrowed arguments, patterns in place of names, `unsafe`, `extern` and `...` are
/// errors that show what to write instead. So is the name of a primitive type, for a function `bool` would put a type of
/// that name beside itself: call it otherwise, with `name = "bool"`.
///
/// # Where it stands
///
/// The type is found wherever the function is, so that `mod math { … }` with a marked `pub fn div` in it gives
/// `methods![math::div]`. A function with the name of its own module, `echo::echo`, is listed by that path and not imported:
/// `use echo::echo` would bring a type of the same name as the module, which the compiler refuses (E0255).
///
/// # Doc comments
///
/// Each line loses one leading space, and blank lines at either end are dropped. `#[doc = include_str!("…")]`
/// and `#[doc = concat!(…)]` work too.
#[proc_macro_attribute]
pub fn xmlrpc_method(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::function::expand(options.into(), &item.into()).into()
}

/// Makes functions of a type methods that XML-RPC clients can call: those that are marked `#[xmlrpc_method]`.
///
/// It stands on an `impl` of the type itself, which stays as written. What is not marked cannot be reached: the
/// table is flat and holds exact names, so that a dot in a name leads nowhere. The mark belongs to this attribute: it
/// needs no import. Two functions are added to the type:
///
/// - `fn into_methods(self) -> Methods` makes a table of a value that nothing else needs;
/// - `fn methods_of(this: &Arc<Self>) -> Methods` makes one of a value that is kept and shared.
///
/// Both need the type to be `Send + Sync + 'static`. They are added once: a second such `impl` of the same type says what
/// its own are called after, `#[xmlrpc_methods(methods = "admin_methods")]`, or the compiler finds each of them twice.
///
/// # Options
///
/// | option | what it does |
/// |---|---|
/// | `namespace = "calc"` | goes before each name, with a dot: `calc.add` |
/// | `methods = "admin_methods"` | calls the functions that are added `into_admin_methods` and `admin_methods_of` |
/// | `package = "my_tagwire"` | as for [`macro@xmlrpc_method`] |
///
/// Each function has those of [`macro@xmlrpc_method`]. Its name is the namespace, a dot, and its own name or the one
/// that it is given.
///
/// # What a function may look like
///
/// As for [`macro@xmlrpc_method`], and it may take `&self`, `self: &Arc<Self>` or `self: Arc<Self>`; one without `self`
/// will do too. Calls run at the same time, so there is no `&mut self`: what changes stands behind a `Mutex`. A result
/// borrows nothing from `self`.
///
/// The `impl` may be generic; each bound that the methods need stands in its `where` clause. `#[cfg(…)]` on a
/// function holds for the method as well.
#[proc_macro_attribute]
pub fn xmlrpc_methods(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::methods::expand(options.into(), &item.into()).into()
}

/// Makes a trait an API that a server implements and a client calls.
///
/// Each function of the trait is a method. A server implements the trait with plain `async fn`s, and the trait provides
/// two functions that make a table of the value:
///
/// - `fn into_methods(self) -> Methods`, of a value that nothing else needs;
/// - `fn methods_of(this: &Arc<Self>) -> Methods`, of a value that is kept and shared: `Calc::methods_of(&calc)`.
///
/// Beside the trait `Calc` stands `CalcClient`: a type with a function of the same name and arguments for each method,
/// that calls it at a server.
///
/// # Options
///
/// | option | what it does |
/// |---|---|
/// | `namespace = "calc"` | goes before each name, with a dot: `calc.add` |
/// | `client = "Calculator"` | the name of the client, in place of `CalcClient` |
/// | `package = "my_tagwire"` | as for [`macro@xmlrpc_method`] |
///
/// A function may have those of [`macro@xmlrpc_method`], `#[xmlrpc_method(name = "div")]`, which needs no import here;
/// without any there is no mark.
///
/// # What a function may look like
///
/// `async fn` or `fn`, with `&self`, up to 12 arguments of owned types, and a result that is written `Result<T, E>`:
/// `E` is `Into<Fault>`, and both ends need to read and write the types, so that each is `Serialize` and `Deserialize`.
/// It may have a default body. The trait has no generic parameters, no associated types and no constants, nor have
/// its functions.
///
/// # What is sent
///
/// - An extractor is not: `RequestContext`, `Headers`, `RemoteAddr`, `Extension` and `MethodName`, which are known by the
///   last word of their path, and any other that is marked, `#[extract] user: User`.
/// - An `Option` that is `None` is left out if no parameter follows. In front of one it is sent as nil, which the default
///   dialect refuses to write: such a call fails at the client, unless both ends have a dialect with nil.
/// - The items of a `Rest` at the end are parameters of their own.
/// - An argument that is marked `#[param]` is sent as it is, whatever its type is called: `#[param] headers: Headers` where
///   `Headers` is a type of your own. Without the mark, such a type is an error.
///
/// # What becomes of the trait
///
/// It gets the supertraits `Send + Sync + 'static`, and `async fn f(&self) -> R` becomes
/// `fn f(&self) -> impl Future<Output = R> + Send`, which an `async fn` implements.
///
/// The client is there where the crate `tagwire` has its feature `client`.
#[proc_macro_attribute]
pub fn xmlrpc_api(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::api::expand(options.into(), &item.into(), cfg!(feature = "client")).into()
}

/// Makes an error type one that a handler may return: it becomes the fault that the caller sees.
///
/// Generates `impl From<BankError> for Fault`, for an enum or a struct of any kind. The `faultString` is the error's
/// `Display` text, which for example `thiserror` derives. What else becomes of an error is said on its variant, or on
/// the struct:
///
/// | attribute | fault |
/// |---|---|
/// | `#[fault(code = 404)]` | this code: an integer, or a constant that is `Into<i64>`, such as `codes::NOT_FOUND` or `Self::CLOSED` |
/// | `#[fault(hidden)]` | -32603 "internal error N"; the text is logged under N, with those of its sources, and not sent |
/// | `#[fault(transparent)]` | what the one field becomes: it is `Into<Fault>` itself |
/// | none | -32500, the code of application errors |
///
/// `#[fault(code = …)]` or `#[fault(hidden)]` on an enum holds for all its variants that do not say otherwise.
///
/// `#[fault(package = "my_tagwire")]` on the type says where `tagwire` is found, if not by its own name: by that of a
/// renamed dependency, or by a path such as `crate::reexports::tagwire`.
///
/// Generic parameters and `where` clauses are kept. A type parameter is asked for what the faults need of it: a
/// text, where one is sent or logged, and that a transparent field is `Into<Fault>`.
#[proc_macro_derive(XmlRpcFault, attributes(fault))]
pub fn xmlrpc_fault(item: TokenStream) -> TokenStream {
    fault::derive(item.into()).into()
}
