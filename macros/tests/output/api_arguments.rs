trait Notes: ::core::marker::Send + ::core::marker::Sync + 'static {
    /// Writes a note.
    fn write(
        &self,
        cx: RequestContext,
        text: String,
        user: User,
        title: Option<String>,
        tags: Option<Vec<String>>,
    ) -> impl ::core::future::Future<Output = Result<u32, Fault>> + ::core::marker::Send;
    /// Removes notes, and tells how many there were.
    #[allow(clippy::manual_async_fn)]
    fn remove(
        &self,
        first: u32,
        others: Rest<u32>,
    ) -> impl ::core::future::Future<
        Output = Result<usize, Fault>,
    > + ::core::marker::Send {
        async move { Ok(1 + others.0.len()) }
    }
    #[cfg(feature = "search")]
    fn search(
        &self,
        _: Headers,
        headers: mail::Headers,
        limit: Option<u32>,
        more: Rest<String>,
    ) -> impl ::core::future::Future<
        Output = Result<Vec<u32>, Fault>,
    > + ::core::marker::Send;
    /// A table of the methods, for a server to serve: `write`, `remove`, `search`.
    ///
    /// The value is moved behind an `Arc`; to keep hold of it, use `methods_of`.
    #[must_use]
    #[allow(deprecated, unused_qualifications)]
    fn into_methods(self) -> ::tagwire::Methods
    where
        Self: ::core::marker::Sized,
    {
        <Self as Notes>::methods_of(&::std::sync::Arc::new(self))
    }
    /// The same table as `into_methods` makes, for a value that is kept and shared: `write`, `remove`, `search`.
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
                    move |
                        argument_1: RequestContext,
                        argument_2: String,
                        argument_3: User,
                        argument_4: Option<String>,
                        argument_5: Option<Vec<String>>|
                    {
                        let this = ::core::clone::Clone::clone(&this);
                        async move {
                            <Self as Notes>::write(
                                    &this,
                                    argument_1,
                                    argument_2,
                                    argument_3,
                                    argument_4,
                                    argument_5,
                                )
                                .await
                        }
                    }
                };
                let handler = (&&&&::tagwire::__private::check::<RequestContext>())
                    .__tagwire_extractor::<RequestContext, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<String>())
                    .__tagwire_argument::<String, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<User>())
                    .__tagwire_extracted::<User, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Option<String>>())
                    .__tagwire_argument::<Option<String>, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Option<Vec<String>>>())
                    .__tagwire_argument::<Option<Vec<String>>, _>(handler);
                let result = ::tagwire::__private::check_result::<
                    u32,
                    ::tagwire::__private::Plain,
                    ::tagwire::__private::Whole,
                >();
                let handler = (&&&&result).__tagwire_result::<u32, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Fault>())
                    .__tagwire_error::<Fault, _>(handler);
                let info = ::tagwire::MethodInfo::new;
                let info = info("write").with_help("Writes a note.");
                ::tagwire::__private::annotated_as(
                    ::core::marker::PhantomData::<
                        (::tagwire::__private::Async, ::tagwire::__private::Fallible),
                    >,
                    ::core::marker::PhantomData::<
                        fn(
                            (
                                RequestContext,
                                String,
                                User,
                                Option<String>,
                                Option<Vec<String>>,
                            ),
                        ),
                    >,
                    info,
                    &["cx", "text", "user", "title", "tags"],
                    handler,
                    (&::tagwire::__private::ProbeResult::<u32>::new())
                        .__tagwire_type_info(),
                )
            });
        let methods = methods
            .register({
                let handler = {
                    let this = ::core::clone::Clone::clone(this);
                    move |argument_1: u32, argument_2: Rest<u32>| {
                        let this = ::core::clone::Clone::clone(&this);
                        async move {
                            <Self as Notes>::remove(&this, argument_1, argument_2).await
                        }
                    }
                };
                let handler = (&&&&::tagwire::__private::check::<u32>())
                    .__tagwire_argument::<u32, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Rest<u32>>())
                    .__tagwire_argument::<Rest<u32>, _>(handler);
                let result = ::tagwire::__private::check_result::<
                    usize,
                    ::tagwire::__private::Plain,
                    ::tagwire::__private::Whole,
                >();
                let handler = (&&&&result).__tagwire_result::<usize, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Fault>())
                    .__tagwire_error::<Fault, _>(handler);
                let info = ::tagwire::MethodInfo::new;
                let info = info("remove")
                    .with_help("Removes notes, and tells how many there were.");
                ::tagwire::__private::annotated_as(
                    ::core::marker::PhantomData::<
                        (::tagwire::__private::Async, ::tagwire::__private::Fallible),
                    >,
                    ::core::marker::PhantomData::<fn((u32, Rest<u32>))>,
                    info,
                    &["first", "others"],
                    handler,
                    (&::tagwire::__private::ProbeResult::<usize>::new())
                        .__tagwire_type_info(),
                )
            });
        #[cfg(feature = "search")]
        let methods = methods
            .register({
                let handler = {
                    let this = ::core::clone::Clone::clone(this);
                    move |
                        argument_1: Headers,
                        argument_2: mail::Headers,
                        argument_3: Option<u32>,
                        argument_4: Rest<String>|
                    {
                        let this = ::core::clone::Clone::clone(&this);
                        async move {
                            <Self as Notes>::search(
                                    &this,
                                    argument_1,
                                    argument_2,
                                    argument_3,
                                    argument_4,
                                )
                                .await
                        }
                    }
                };
                let handler = (&&&&::tagwire::__private::check::<Headers>())
                    .__tagwire_extractor::<Headers, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<mail::Headers>())
                    .__tagwire_argument::<mail::Headers, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Option<u32>>())
                    .__tagwire_argument::<Option<u32>, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Rest<String>>())
                    .__tagwire_argument::<Rest<String>, _>(handler);
                let result = ::tagwire::__private::check_result::<
                    Vec<u32>,
                    ::tagwire::__private::Plain,
                    ::tagwire::__private::Whole,
                >();
                let handler = (&&&&result).__tagwire_result::<Vec<u32>, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Fault>())
                    .__tagwire_error::<Fault, _>(handler);
                let info = ::tagwire::MethodInfo::new;
                let info = info("search").with_help("");
                ::tagwire::__private::annotated_as(
                    ::core::marker::PhantomData::<
                        (::tagwire::__private::Async, ::tagwire::__private::Fallible),
                    >,
                    ::core::marker::PhantomData::<
                        fn((Headers, mail::Headers, Option<u32>, Rest<String>)),
                    >,
                    info,
                    &["_", "headers", "limit", "more"],
                    handler,
                    (&::tagwire::__private::ProbeResult::<Vec<u32>>::new())
                        .__tagwire_type_info(),
                )
            });
        methods
    }
}
/// Calls the methods of [`Notes`] at a server.
///
/// A call gives what the method gives. Where there is no such result, the error tells why: a fault of
/// the method is one of its kinds.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code, unreachable_pub, clippy::module_name_repetitions)]
struct Diary {
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
impl Diary {
    /// A client for the server of `client`, which serves a `Notes`.
    #[must_use]
    pub const fn new(client: ::tagwire::Client) -> Self {
        Self { client }
    }
    /// Writes a note.
    pub async fn write(
        &self,
        text: String,
        title: Option<String>,
        tags: Option<Vec<String>>,
    ) -> ::core::result::Result<u32, ::tagwire::client::Error> {
        #[allow(unused_imports)]
        use ::tagwire::__private::{NotTyped as _, Received as _, Sent as _};
        let result = if ::core::option::Option::is_some(&tags) {
            ::tagwire::Client::call(
                    &self.client,
                    "write",
                    (
                        (&&::tagwire::__private::typed::<String>())
                            .__tagwire_sent::<String, _>(text),
                        (&&::tagwire::__private::typed::<Option<String>>())
                            .__tagwire_sent::<Option<String>, _>(title),
                        (&&::tagwire::__private::typed::<Option<Vec<String>>>())
                            .__tagwire_sent::<Option<Vec<String>>, _>(tags),
                    ),
                )
                .await
        } else if ::core::option::Option::is_some(&title) {
            ::tagwire::Client::call(
                    &self.client,
                    "write",
                    (
                        (&&::tagwire::__private::typed::<String>())
                            .__tagwire_sent::<String, _>(text),
                        (&&::tagwire::__private::typed::<Option<String>>())
                            .__tagwire_sent::<Option<String>, _>(title),
                    ),
                )
                .await
        } else {
            ::tagwire::Client::call(
                    &self.client,
                    "write",
                    (
                        (&&::tagwire::__private::typed::<String>())
                            .__tagwire_sent::<String, _>(text),
                    ),
                )
                .await
        };
        (&&::tagwire::__private::typed::<u32>()).__tagwire_received::<u32, _>(result)
    }
    /// Removes notes, and tells how many there were.
    pub async fn remove(
        &self,
        first: u32,
        others: Rest<u32>,
    ) -> ::core::result::Result<usize, ::tagwire::client::Error> {
        #[allow(unused_imports)]
        use ::tagwire::__private::{NotTyped as _, Received as _, Sent as _};
        let result = ::tagwire::Client::call(
                &self.client,
                "remove",
                ::tagwire::__private::WithRest(
                    (
                        (&&::tagwire::__private::typed::<u32>())
                            .__tagwire_sent::<u32, _>(first),
                    ),
                    others,
                ),
            )
            .await;
        (&&::tagwire::__private::typed::<usize>()).__tagwire_received::<usize, _>(result)
    }
    /// Calls `search`.
    #[cfg(feature = "search")]
    pub async fn search(
        &self,
        headers: mail::Headers,
        limit: Option<u32>,
        more: Rest<String>,
    ) -> ::core::result::Result<Vec<u32>, ::tagwire::client::Error> {
        #[allow(unused_imports)]
        use ::tagwire::__private::{NotTyped as _, Received as _, Sent as _};
        let result = if ::core::option::Option::is_some(&limit)
            || !::std::vec::Vec::is_empty(&more.0)
        {
            ::tagwire::Client::call(
                    &self.client,
                    "search",
                    ::tagwire::__private::WithRest(
                        (
                            (&&::tagwire::__private::typed::<mail::Headers>())
                                .__tagwire_sent::<mail::Headers, _>(headers),
                            (&&::tagwire::__private::typed::<Option<u32>>())
                                .__tagwire_sent::<Option<u32>, _>(limit),
                        ),
                        more,
                    ),
                )
                .await
        } else {
            ::tagwire::Client::call(
                    &self.client,
                    "search",
                    (
                        (&&::tagwire::__private::typed::<mail::Headers>())
                            .__tagwire_sent::<mail::Headers, _>(headers),
                    ),
                )
                .await
        };
        (&&::tagwire::__private::typed::<Vec<u32>>())
            .__tagwire_received::<Vec<u32>, _>(result)
    }
}
