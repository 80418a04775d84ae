/// Arithmetic.
pub trait Calc: Debug + ::core::marker::Send + ::core::marker::Sync + 'static {
    /// Adds two integers.
    fn add(
        &self,
        a: i32,
        b: i32,
    ) -> impl ::core::future::Future<Output = Result<i32, Fault>> + ::core::marker::Send;
    fn divide(&self, a: i32, b: i32) -> Result<i32, Fault> {
        a.checked_div(b).ok_or_else(|| Fault::application("division by zero"))
    }
    /// A table of the methods, for a server to serve: `calc.add`, `calc.div`.
    ///
    /// The value is moved behind an `Arc`; to keep hold of it, use `methods_of`.
    #[must_use]
    #[allow(deprecated, unused_qualifications)]
    fn into_methods(self) -> ::tagwire::Methods
    where
        Self: ::core::marker::Sized,
    {
        <Self as Calc>::methods_of(&::std::sync::Arc::new(self))
    }
    /// The same table as `into_methods` makes, for a value that is kept and shared: `calc.add`, `calc.div`.
    #[must_use]
    #[allow(deprecated, unused_qualifications, unused_variables)]
    fn methods_of(this: &::std::sync::Arc<Self>) -> ::tagwire::Methods
    where
        Self: ::core::marker::Sized,
    {
        #[allow(unused_imports)]
        use ::tagwire::__private::{
            ArgumentFits as _, ErrorFits as _, FallibleFits as _, FutureFits as _,
            ResultFits as _, ResultType as _, Unfit as _, UnknownResultType as _,
        };
        let methods = ::tagwire::Methods::new();
        let methods = methods
            .register({
                let handler = {
                    let this = ::core::clone::Clone::clone(this);
                    move |argument_1: i32, argument_2: i32| {
                        let this = ::core::clone::Clone::clone(&this);
                        async move {
                            <Self as Calc>::add(&this, argument_1, argument_2).await
                        }
                    }
                };
                let handler = (&&&&::tagwire::__private::check::<i32>())
                    .__tagwire_argument::<i32, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<i32>())
                    .__tagwire_argument::<i32, _>(handler);
                let result = ::tagwire::__private::check_result::<
                    i32,
                    ::tagwire::__private::Plain,
                    ::tagwire::__private::Whole,
                >();
                let handler = (&&&&result).__tagwire_result::<i32, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Fault>())
                    .__tagwire_error::<Fault, _>(handler);
                let info = ::tagwire::MethodInfo::new;
                let info = info("calc.add").with_help("Adds two integers.");
                ::tagwire::__private::annotated_as(
                    ::core::marker::PhantomData::<
                        (::tagwire::__private::Async, ::tagwire::__private::Fallible),
                    >,
                    ::core::marker::PhantomData::<fn((i32, i32))>,
                    info,
                    &["a", "b"],
                    handler,
                    (&::tagwire::__private::ProbeResult::<i32>::new())
                        .__tagwire_type_info(),
                )
            });
        let methods = methods
            .register({
                let handler = {
                    let this = ::core::clone::Clone::clone(this);
                    move |argument_1: i32, argument_2: i32| <Self as Calc>::divide(
                        &this,
                        argument_1,
                        argument_2,
                    )
                };
                let handler = (&&&&::tagwire::__private::check::<i32>())
                    .__tagwire_argument::<i32, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<i32>())
                    .__tagwire_argument::<i32, _>(handler);
                let result = ::tagwire::__private::check_result::<
                    i32,
                    ::tagwire::__private::Plain,
                    ::tagwire::__private::Whole,
                >();
                let handler = (&&&&result).__tagwire_result::<i32, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Fault>())
                    .__tagwire_error::<Fault, _>(handler);
                let info = ::tagwire::MethodInfo::new;
                let info = info("calc.div").with_help("");
                ::tagwire::__private::annotated_as(
                    ::core::marker::PhantomData::<
                        (::tagwire::__private::Plain, ::tagwire::__private::Fallible),
                    >,
                    ::core::marker::PhantomData::<fn((i32, i32))>,
                    info,
                    &["a", "b"],
                    handler,
                    (&::tagwire::__private::ProbeResult::<i32>::new())
                        .__tagwire_type_info(),
                )
            });
        methods
    }
}
/// Calls the methods of [`Calc`] at a server.
///
/// A call gives what the method gives. Where there is no such result, the error tells why: a fault of
/// the method is one of its kinds.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code, unreachable_pub, clippy::module_name_repetitions)]
pub struct CalcClient {
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
impl CalcClient {
    /// A client for the server of `client`, which serves a `Calc`.
    #[must_use]
    pub const fn new(client: ::tagwire::Client) -> Self {
        Self { client }
    }
    /// Adds two integers.
    pub async fn add(
        &self,
        a: i32,
        b: i32,
    ) -> ::core::result::Result<i32, ::tagwire::client::Error> {
        #[allow(unused_imports)]
        use ::tagwire::__private::{NotTyped as _, Received as _, Sent as _};
        let result = ::tagwire::Client::call(
                &self.client,
                "calc.add",
                (
                    (&&::tagwire::__private::typed::<i32>()).__tagwire_sent::<i32, _>(a),
                    (&&::tagwire::__private::typed::<i32>()).__tagwire_sent::<i32, _>(b),
                ),
            )
            .await;
        (&&::tagwire::__private::typed::<i32>()).__tagwire_received::<i32, _>(result)
    }
    /// Calls `calc.div`.
    pub async fn divide(
        &self,
        a: i32,
        b: i32,
    ) -> ::core::result::Result<i32, ::tagwire::client::Error> {
        #[allow(unused_imports)]
        use ::tagwire::__private::{NotTyped as _, Received as _, Sent as _};
        let result = ::tagwire::Client::call(
                &self.client,
                "calc.div",
                (
                    (&&::tagwire::__private::typed::<i32>()).__tagwire_sent::<i32, _>(a),
                    (&&::tagwire::__private::typed::<i32>()).__tagwire_sent::<i32, _>(b),
                ),
            )
            .await;
        (&&::tagwire::__private::typed::<i32>()).__tagwire_received::<i32, _>(result)
    }
}
