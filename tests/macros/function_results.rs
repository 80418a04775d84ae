//! What a function under `#[xmlrpc_method]` may give back, and how its type may be written.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use serde::Serialize;
use tagwire::{Fault, ValueType, methods, xmlrpc_method};

use crate::function::{call, signature};

#[test]
fn a_result_whose_type_cannot_be_read_is_undef() {
    #[derive(Serialize)]
    struct WriteOnly {
        x: i32,
    }
    #[xmlrpc_method]
    fn write_only(x: i32) -> WriteOnly {
        WriteOnly { x }
    }
    #[xmlrpc_method]
    fn hidden(x: i32) -> impl Serialize {
        write_only(x)
    }
    #[xmlrpc_method]
    async fn hidden_or_fault(x: i32) -> Result<impl Serialize, Fault> {
        Ok(write_only(x).x)
    }

    let methods = methods![write_only, hidden, hidden_or_fault];
    for name in ["write_only", "hidden", "hidden_or_fault"] {
        assert_eq!(signature(&methods, name), [ValueType::Undef, ValueType::Int], "{name}");
    }
}

#[tokio::test]
async fn a_result_may_be_written_in_many_ways() {
    type Answer<T> = Result<T, Fault>;

    mod long {
        pub(super) type Result<T, E> = std::result::Result<T, E>;
    }

    mod short {
        pub(super) type Result<T> = std::result::Result<T, tagwire::Fault>;
    }

    #[derive(Serialize)]
    struct OwnError;

    type OwnAnswer<T> = Result<T, OwnError>;

    impl From<OwnError> for Fault {
        fn from(_: OwnError) -> Self {
            Self::application("own error")
        }
    }

    #[xmlrpc_method]
    fn by_path() -> long::Result<i32, Fault> {
        Ok(1)
    }
    #[xmlrpc_method]
    fn alias_of_one() -> short::Result<i32> {
        Ok(1)
    }
    #[xmlrpc_method]
    async fn alias_by_another_name() -> Answer<i32> {
        Ok(1)
    }
    // Such a result implements `Serialize` as a whole; its error is a fault all the same.
    #[xmlrpc_method]
    fn serializable_error() -> Result<i32, OwnError> {
        Err(OwnError)
    }
    #[xmlrpc_method]
    async fn serializable_error_in_alias() -> OwnAnswer<i32> {
        Err(OwnError)
    }
    #[xmlrpc_method]
    fn future() -> impl Future<Output = i32> + Send {
        std::future::ready(1)
    }
    #[xmlrpc_method]
    fn boxed_future() -> Pin<Box<dyn Future<Output = Result<i32, Fault>> + Send>> {
        Box::pin(async { Ok(1) })
    }

    let methods = methods![
        by_path,
        alias_of_one,
        alias_by_another_name,
        serializable_error,
        serializable_error_in_alias,
        future,
        boxed_future
    ];
    assert_eq!(signature(&methods, "by_path"), [ValueType::Int]);
    assert_eq!(signature(&methods, "alias_of_one"), [ValueType::Int]);
    assert_eq!(signature(&methods, "serializable_error"), [ValueType::Int]);
    for name in ["by_path", "alias_of_one", "alias_by_another_name", "future", "boxed_future"] {
        assert_eq!(call::<i32>(methods.clone(), name, ()).await.unwrap(), 1, "{name}");
    }
    for name in ["serializable_error", "serializable_error_in_alias"] {
        let fault = call::<i32>(methods.clone(), name, ()).await.unwrap_err();
        assert_eq!(fault.string(), "own error", "{name}");
    }
}

#[test]
fn a_result_may_be_static() {
    #[xmlrpc_method]
    fn text() -> &'static str {
        "text"
    }
    #[xmlrpc_method]
    async fn texts() -> Result<Vec<(&'static str, Cow<'static, str>)>, Fault> {
        Ok(vec![("text", Cow::Borrowed("text"))])
    }
    #[xmlrpc_method]
    fn bytes(_: i32) -> &'static [u8] {
        b"text"
    }

    let methods = methods![text, texts, bytes];
    assert_eq!(signature(&methods, "text"), [ValueType::String]);
    assert_eq!(signature(&methods, "texts"), [ValueType::Array]);
    assert_eq!(signature(&methods, "bytes"), [ValueType::Undef, ValueType::Int]);
}
