fn add(a: i32, b: &i32) -> i32 {
    a + b
}
::core::compile_error!(
    "a method has a name: `name = \"math.div\"`, or no `name` for that of the function",
)
::core::compile_error!("arguments are owned: take `i32`")
#[doc(hidden)]
#[allow(
    dead_code,
    missing_copy_implementations,
    missing_debug_implementations,
    non_camel_case_types,
    unreachable_pub,
    clippy::empty_structs_with_brackets,
    clippy::exhaustive_structs,
    clippy::module_name_repetitions
)]
struct add {}
#[automatically_derived]
#[allow(deprecated, unused_qualifications)]
impl ::tagwire::__private::Annotated for add {
    fn method() -> ::std::sync::Arc<dyn ::tagwire::Method> {
        ::core::unreachable!()
    }
}
impl Calc {
    #[allow(clippy::needless_pass_by_value)]
    fn add(&mut self, a: i32) {
        self.sum += a;
    }
}
::core::compile_error!(
    "calls run at the same time, so a method takes `&self`: keep what changes behind a `Mutex`, as in `total: Mutex<i32>`, and write `fn add(&self, …)`",
)
#[automatically_derived]
#[allow(
    dead_code,
    deprecated,
    trivial_bounds,
    unreachable_pub,
    unused_qualifications,
    unused_variables
)]
impl Calc {
    /// A table of the methods that callers may call: none yet.
    ///
    /// The value is moved behind an `Arc`; to keep hold of it, use `methods_of`.
    #[must_use]
    pub fn into_methods(self) -> ::tagwire::Methods
    where
        Self: ::core::marker::Sized + 'static + ::core::marker::Send
            + ::core::marker::Sync,
    {
        Self::methods_of(&::std::sync::Arc::new(self))
    }
    /// The same table as `into_methods` makes, for a value that is kept and shared: none yet.
    #[must_use]
    pub fn methods_of(this: &::std::sync::Arc<Self>) -> ::tagwire::Methods
    where
        Self: ::core::marker::Sized + 'static + ::core::marker::Send
            + ::core::marker::Sync,
    {
        ::core::unreachable!()
    }
}
trait Sum: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn sum(
        &self,
        values: Vec<i32>,
    ) -> impl ::core::future::Future<Output = i32> + ::core::marker::Send;
    /// A table of the methods, for a server to serve: none yet.
    ///
    /// The value is moved behind an `Arc`; to keep hold of it, use `methods_of`.
    #[must_use]
    #[allow(deprecated, unused_qualifications)]
    fn into_methods(self) -> ::tagwire::Methods
    where
        Self: ::core::marker::Sized,
    {
        ::core::unreachable!()
    }
    /// The same table as `into_methods` makes, for a value that is kept and shared: none yet.
    #[must_use]
    #[allow(deprecated, unused_qualifications, unused_variables)]
    fn methods_of(this: &::std::sync::Arc<Self>) -> ::tagwire::Methods
    where
        Self: ::core::marker::Sized,
    {
        ::core::unreachable!()
    }
}
::core::compile_error!(
    "a call to another machine can fail, so a method of a trait returns a `Result` that is written out, as in `-> Result<i32, Fault>`",
)
/// Calls the methods of [`Sum`] at a server.
///
/// A call gives what the method gives. Where there is no such result, the error tells why: a fault of
/// the method is one of its kinds.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code, unreachable_pub, clippy::module_name_repetitions)]
struct SumClient {
    client: ::tagwire::Client,
}
#[automatically_derived]
#[allow(
    dead_code,
    deprecated,
    non_snake_case,
    unreachable_pub,
    unused_qualifications,
    unused_variables,
    clippy::missing_errors_doc,
    clippy::too_many_arguments,
    clippy::used_underscore_binding
)]
impl SumClient {
    /// A client for the server of `client`, which serves a `Sum`.
    #[must_use]
    pub const fn new(client: ::tagwire::Client) -> Self {
        Self { client }
    }
    /// Calls `sum`.
    pub async fn sum(
        &self,
        values: Vec<i32>,
    ) -> ::core::result::Result<i32, ::tagwire::client::Error> {
        ::core::unreachable!()
    }
}
