#[allow(clippy::needless_pass_by_value)]
/// A digest of bytes, which takes its time.
fn hash(cx: RequestContext, data: Binary) -> String {
    slowly(data)
}
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
struct hash {}
#[automatically_derived]
#[allow(deprecated, unused_qualifications)]
impl ::tagwire::__private::Annotated for hash {
    fn method() -> ::std::sync::Arc<dyn ::tagwire::Method> {
        #[allow(unused_imports)]
        use ::tagwire::__private::{
            ArgumentFits as _, ErrorFits as _, FallibleFits as _, FutureFits as _,
            ResultFits as _, ResultType as _, Unfit as _, UnknownResultType as _,
        };
        let handler = hash;
        let handler = (&&&&::tagwire::__private::check::<RequestContext>())
            .__tagwire_argument::<RequestContext, _>(handler);
        let handler = (&&&&::tagwire::__private::check::<Binary>())
            .__tagwire_argument::<Binary, _>(handler);
        let result = ::tagwire::__private::check_result::<
            String,
            ::tagwire::__private::Plain,
            _,
        >();
        let handler = (&&&&result).__tagwire_result::<String, _>(handler);
        let info = ::tagwire::MethodInfo::new;
        let info = info("hash")
            .with_help("A digest of bytes, which takes its time.")
            .with_timeout(::core::option::Option::None::<::core::time::Duration>);
        ::tagwire::__private::annotated_blocking(
            result.__tagwire_kind(),
            ::core::marker::PhantomData::<fn((RequestContext, Binary))>,
            info,
            &["cx", "data"],
            handler,
            (&::tagwire::__private::ProbeResult::<String>::new()).__tagwire_type_info(),
        )
    }
}
