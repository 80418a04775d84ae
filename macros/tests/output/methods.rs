impl Counter {
    pub fn new() -> Self {
        Self { count: AtomicI64::new(0) }
    }
    /// Counts on.
    #[allow(clippy::needless_pass_by_value)]
    async fn increase(&self, by: i64) -> i64 {
        self.count.fetch_add(by, Ordering::Relaxed) + by
    }
    #[allow(clippy::needless_pass_by_value)]
    fn count(&self) -> Result<i64, Fault> {
        Ok(self.count.load(Ordering::Relaxed))
    }
    #[allow(clippy::needless_pass_by_value)]
    fn save(self: Arc<Self>, path: String) -> Result<(), SaveError> {
        save(&self, path)
    }
    #[cfg(feature = "random")]
    #[allow(clippy::needless_pass_by_value)]
    fn random() -> i64 {
        4
    }
}
#[automatically_derived]
#[allow(
    dead_code,
    deprecated,
    trivial_bounds,
    unreachable_pub,
    unused_qualifications,
    unused_variables
)]
impl Counter {
    /// A table of the methods that callers may call: `counter.inc`, `counter.count`, `counter.save`, `counter.random`.
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
    /// The same table as `into_methods` makes, for a value that is kept and shared: `counter.inc`, `counter.count`, `counter.save`, `counter.random`.
    #[must_use]
    pub fn methods_of(this: &::std::sync::Arc<Self>) -> ::tagwire::Methods
    where
        Self: ::core::marker::Sized + 'static + ::core::marker::Send
            + ::core::marker::Sync,
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
                    move |argument_1: i64| {
                        let this = ::core::clone::Clone::clone(&this);
                        async move { Self::increase(&this, argument_1).await }
                    }
                };
                let handler = (&&&&::tagwire::__private::check::<i64>())
                    .__tagwire_argument::<i64, _>(handler);
                let result = ::tagwire::__private::check_result::<
                    i64,
                    ::tagwire::__private::Plain,
                    _,
                >();
                let handler = (&&&&result).__tagwire_result::<i64, _>(handler);
                let info = ::tagwire::MethodInfo::new;
                let info = info("counter.inc").with_help("Counts on.");
                ::tagwire::__private::annotated_as(
                    result.__tagwire_awaited(),
                    ::core::marker::PhantomData::<fn((i64,))>,
                    info,
                    &["by"],
                    handler,
                    (&::tagwire::__private::ProbeResult::<i64>::new())
                        .__tagwire_type_info(),
                )
            });
        let methods = methods
            .register({
                let handler = {
                    let this = ::core::clone::Clone::clone(this);
                    move || Self::count(&this)
                };
                let result = ::tagwire::__private::check_result::<
                    i64,
                    ::tagwire::__private::Plain,
                    ::tagwire::__private::Whole,
                >();
                let handler = (&&&&result).__tagwire_result::<i64, _>(handler);
                let handler = (&&&&::tagwire::__private::check::<Fault>())
                    .__tagwire_error::<Fault, _>(handler);
                let info = ::tagwire::MethodInfo::new;
                let info = info("counter.count").with_help("");
                ::tagwire::__private::annotated_as(
                    ::core::marker::PhantomData::<
                        (::tagwire::__private::Plain, ::tagwire::__private::Fallible),
                    >,
                    ::core::marker::PhantomData::<fn(())>,
                    info,
                    &[],
                    handler,
                    (&::tagwire::__private::ProbeResult::<i64>::new())
                        .__tagwire_type_info(),
                )
            });
        let methods = methods
            .register({
                let handler = {
                    let this = ::core::clone::Clone::clone(this);
                    move |argument_1: String| Self::save(
                        ::core::clone::Clone::clone(&this),
                        argument_1,
                    )
                };
                let handler = (&&&&::tagwire::__private::check::<String>())
                    .__tagwire_argument::<String, _>(handler);
                let result = ::tagwire::__private::check_result::<
                    (),
                    ::tagwire::__private::Plain,
                    ::tagwire::__private::Whole,
                >();
                let handler = (&&&&result).__tagwire_result::<(), _>(handler);
                let handler = (&&&&::tagwire::__private::check::<SaveError>())
                    .__tagwire_error::<SaveError, _>(handler);
                let info = ::tagwire::MethodInfo::new;
                let info = info("counter.save").with_help("");
                ::tagwire::__private::annotated_blocking(
                    ::core::marker::PhantomData::<
                        (::tagwire::__private::Plain, ::tagwire::__private::Fallible),
                    >,
                    ::core::marker::PhantomData::<fn((String,))>,
                    info,
                    &["path"],
                    handler,
                    (&::tagwire::__private::ProbeResult::<()>::new())
                        .__tagwire_type_info(),
                )
            });
        #[cfg(feature = "random")]
        let methods = methods
            .register({
                let handler = Self::random;
                let result = ::tagwire::__private::check_result::<i64, _, _>();
                let handler = (&&&&result).__tagwire_result::<i64, _>(handler);
                let info = ::tagwire::MethodInfo::new;
                let info = info("counter.random").with_help("");
                ::tagwire::__private::annotated_as(
                    result.__tagwire_kind(),
                    ::core::marker::PhantomData::<fn(())>,
                    info,
                    &[],
                    handler,
                    (&::tagwire::__private::ProbeResult::<i64>::new())
                        .__tagwire_type_info(),
                )
            });
        methods
    }
}
