#[allow(clippy::needless_pass_by_value)]
/// Adds two integers.
pub async fn add(a: i32, b: i32) -> i32 {
    a + b
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
pub struct add {}
#[automatically_derived]
#[allow(deprecated, unused_qualifications)]
impl ::tagwire::__private::Annotated for add {
    fn method() -> ::std::sync::Arc<dyn ::tagwire::Method> {
        #[allow(unused_imports)]
        use ::tagwire::__private::{
            ArgumentFits as _, ErrorFits as _, FallibleFits as _, FutureFits as _,
            ResultFits as _, ResultType as _, Unfit as _, UnknownResultType as _,
        };
        let handler = add;
        let handler = (&&&&::tagwire::__private::check::<i32>())
            .__tagwire_argument::<i32, _>(handler);
        let handler = (&&&&::tagwire::__private::check::<i32>())
            .__tagwire_argument::<i32, _>(handler);
        let result = ::tagwire::__private::check_result::<
            i32,
            ::tagwire::__private::Plain,
            _,
        >();
        let handler = (&&&&result).__tagwire_result::<i32, _>(handler);
        let info = ::tagwire::MethodInfo::new;
        let info = info("add").with_help("Adds two integers.");
        ::tagwire::__private::annotated_as(
            result.__tagwire_awaited(),
            ::core::marker::PhantomData::<fn((i32, i32))>,
            info,
            &["a", "b"],
            handler,
            (&::tagwire::__private::ProbeResult::<i32>::new()).__tagwire_type_info(),
        )
    }
}
#[allow(clippy::needless_pass_by_value)]
#[cfg(unix)]
fn div(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_div(b).ok_or_else(|| Fault::application("division by zero"))
}
#[cfg(unix)]
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
struct div {}
#[cfg(unix)]
#[automatically_derived]
#[allow(deprecated, unused_qualifications)]
impl ::wire::__private::Annotated for div {
    fn method() -> ::std::sync::Arc<dyn ::wire::Method> {
        #[allow(unused_imports)]
        use ::wire::__private::{
            ArgumentFits as _, ErrorFits as _, FallibleFits as _, FutureFits as _,
            ResultFits as _, ResultType as _, Unfit as _, UnknownResultType as _,
        };
        let handler = div;
        let handler = (&&&&::wire::__private::check::<i32>())
            .__tagwire_argument::<i32, _>(handler);
        let handler = (&&&&::wire::__private::check::<i32>())
            .__tagwire_argument::<i32, _>(handler);
        let result = ::wire::__private::check_result::<
            i32,
            ::wire::__private::Plain,
            ::wire::__private::Whole,
        >();
        let handler = (&&&&result).__tagwire_result::<i32, _>(handler);
        let handler = (&&&&::wire::__private::check::<Fault>())
            .__tagwire_error::<Fault, _>(handler);
        let info = ::wire::MethodInfo::new;
        let info = info("math.div")
            .with_help("Divides.")
            .with_hidden(true)
            .with_idempotent(true)
            .with_timeout(
                ::core::option::Option::Some(::core::time::Duration::from_millis(500)),
            )
            .with_on_disconnect(::wire::OnDisconnect::Cancel);
        ::wire::__private::annotated_as(
            ::core::marker::PhantomData::<
                (::wire::__private::Plain, ::wire::__private::Fallible),
            >,
            ::core::marker::PhantomData::<fn((i32, i32))>,
            info,
            &["a", "b"],
            handler,
            (&::wire::__private::ProbeResult::<i32>::new()).__tagwire_type_info(),
        )
    }
}
#[allow(clippy::needless_pass_by_value)]
async fn sum(
    cx: RequestContext,
    Rest(numbers): Rest<i32>,
    user: User,
) -> io::Result<i32> {
    add_all(cx, numbers, user).await
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
struct sum {}
#[automatically_derived]
#[allow(deprecated, unused_qualifications)]
impl ::tagwire::__private::Annotated for sum {
    fn method() -> ::std::sync::Arc<dyn ::tagwire::Method> {
        #[allow(unused_imports)]
        use ::tagwire::__private::{
            ArgumentFits as _, ErrorFits as _, FallibleFits as _, FutureFits as _,
            ResultFits as _, ResultType as _, Unfit as _, UnknownResultType as _,
        };
        let handler = sum;
        let handler = (&&&&::tagwire::__private::check::<RequestContext>())
            .__tagwire_argument::<RequestContext, _>(handler);
        let handler = (&&&&::tagwire::__private::check::<Rest<i32>>())
            .__tagwire_argument::<Rest<i32>, _>(handler);
        let handler = (&&&&::tagwire::__private::check::<User>())
            .__tagwire_argument::<User, _>(handler);
        let in_front = ::tagwire::__private::check_result::<
            Rest<i32>,
            ::core::marker::PhantomData<User>,
            (),
        >();
        let handler = (&&&&in_front).__tagwire_in_front::<Rest<i32>, _>(handler);
        let result = ::tagwire::__private::check_result::<
            io::Result<i32>,
            ::tagwire::__private::Plain,
            _,
        >();
        let handler = (&&&&result).__tagwire_fallible::<io::Result<i32>, _>(handler);
        let info = ::tagwire::MethodInfo::new;
        let info = info("sum").with_help("");
        ::tagwire::__private::annotated_as(
            result.__tagwire_awaited(),
            ::core::marker::PhantomData::<fn((RequestContext, Rest<i32>, User))>,
            info,
            &["cx", "numbers", "user"],
            handler,
            (&::tagwire::__private::ProbeResult::<io::Result<i32>>::new())
                .__tagwire_type_info(),
        )
    }
}
