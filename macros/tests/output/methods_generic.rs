impl<'a, T: Clone, const N: usize> Store<'a, T, N>
where
    T: Serialize + DeserializeOwned + Send + Sync,
{
    /// The value at an index.
    #[allow(clippy::needless_pass_by_value)]
    fn get(&self, index: usize) -> Option<T> {
        self.values.get(index).cloned()
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
impl<'a, T: Clone, const N: usize> Store<'a, T, N>
where
    T: Serialize + DeserializeOwned + Send + Sync,
{
    /// A table of the methods that callers may call: `get`.
    ///
    /// The value is moved behind an `Arc`; to keep hold of it, use `methods_of`.
    #[must_use]
    pub fn into_methods(self) -> crate::reexports::tagwire::Methods
    where
        Self: ::core::marker::Sized + 'static,
    {
        Self::methods_of(&::std::sync::Arc::new(self))
    }
    /// The same table as `into_methods` makes, for a value that is kept and shared: `get`.
    #[must_use]
    pub fn methods_of(
        this: &::std::sync::Arc<Self>,
    ) -> crate::reexports::tagwire::Methods
    where
        Self: ::core::marker::Sized + 'static,
    {
        #[allow(unused_imports)]
        use crate::reexports::tagwire::__private::{
            ArgumentFits as _, ErrorFits as _, FallibleFits as _, FutureFits as _,
            ResultFits as _, ResultType as _, Unfit as _, UnknownResultType as _,
        };
        let methods = crate::reexports::tagwire::Methods::new();
        let methods = methods
            .register({
                let handler = {
                    let this = ::core::clone::Clone::clone(this);
                    move |argument_1: usize| Self::get(&this, argument_1)
                };
                let handler = (&&&&crate::reexports::tagwire::__private::check::<
                    usize,
                >())
                    .__tagwire_argument::<usize, _>(handler);
                let result = crate::reexports::tagwire::__private::check_result::<
                    Option<T>,
                    _,
                    _,
                >();
                let handler = (&&&&result).__tagwire_result::<Option<T>, _>(handler);
                let info = crate::reexports::tagwire::MethodInfo::new;
                let info = info("get").with_help("The value at an index.");
                crate::reexports::tagwire::__private::annotated_as(
                    result.__tagwire_kind(),
                    ::core::marker::PhantomData::<fn((usize,))>,
                    info,
                    &["index"],
                    handler,
                    (&crate::reexports::tagwire::__private::ProbeResult::<
                        Option<T>,
                    >::new())
                        .__tagwire_type_info(),
                )
            });
        methods
    }
}
