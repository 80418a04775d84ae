//! What the macros generate stands in the user's modules: no name that is in scope there changes what it means.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a failing test panics")]

use std::fmt::Display;

use serde::{Deserialize, Serialize};
use tagwire::{
    Client, Dispatcher, Fault, Methods, Rest, Server, ValueType, XmlRpcFault, methods, xmlrpc_api, xmlrpc_method,
    xmlrpc_methods,
};

async fn serve(methods: Methods) -> Client {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/RPC2", server.local_addr().unwrap());
    tokio::spawn(async move { server.serve(methods).await });
    Client::new(&url).unwrap()
}

/// A trait of the user's for all types, with the names of methods that are called, or might be, by generated code.
macro_rules! everything_has {
    ($($method:ident)*; by value) => {
        #[allow(dead_code, clippy::wrong_self_convention, reason = "it stands in the way")]
        trait Everything: Sized {
            $(
                fn $method(self) -> u8 {
                    0
                }
            )*
        }

        impl<T> Everything for T {}
    };
    ($($method:ident)*; by reference) => {
        #[allow(dead_code, reason = "it stands in the way")]
        trait Everything {
            $(
                fn $method(&self) -> u8 {
                    0
                }
            )*
        }

        impl<T: ?Sized> Everything for T {}
    };
}

mod by_value {
    use super::*;

    everything_has!(
        argument as_ref awaited call clone error fallible into is_empty is_some kind received register result sent source
        trim type_info with_help with_hidden with_idempotent with_on_disconnect with_timeout; by value
    );

    /// Adds.
    #[xmlrpc_method(hidden, idempotent, timeout = "3s", on_disconnect = "cancel")]
    pub(super) fn plain(a: i32) -> Result<i32, Fault> {
        Ok(a + i32::from(a.result()))
    }

    #[doc = concat!("Adds ", "one.")]
    #[xmlrpc_method(blocking)]
    pub(super) fn waiting(a: i32) -> i32 {
        a + 1
    }

    #[xmlrpc_method]
    pub(super) async fn asynchronous(a: i32) -> Result<i32, Broken> {
        if a > 0 { Ok(a) } else { Err(Broken) }
    }

    #[derive(Debug, XmlRpcFault)]
    #[fault(hidden)]
    pub(super) struct Broken;

    impl Display for Broken {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("broken")
        }
    }

    #[xmlrpc_api]
    pub(super) trait Calc {
        async fn add(&self, a: i32, b: Option<i32>, more: Rest<i32>) -> Result<i32, Fault> {
            Ok(a + b.unwrap_or_default() + more.0.iter().sum::<i32>())
        }
    }

    pub(super) struct Calculator;

    impl Calc for Calculator {}
}

mod by_reference {
    use super::*;

    everything_has!(
        argument as_ref awaited call clone error fallible into is_empty is_some kind received register result sent source
        trim type_info with_help; by reference
    );

    #[xmlrpc_method]
    pub(super) fn plain(a: i32) -> Result<i32, Fault> {
        Ok(a + i32::from(a.error()))
    }

    #[xmlrpc_api]
    pub(super) trait Calc {
        async fn add(&self, a: i32, b: Option<i32>, more: Rest<i32>) -> Result<i32, Fault> {
            Ok(a + b.unwrap_or_default() + more.0.iter().sum::<i32>())
        }
    }

    pub(super) struct Calculator;

    impl Calc for Calculator {}
}

#[tokio::test]
async fn traits_for_all_types_are_not_asked() {
    let dispatcher = Dispatcher::new(
        methods![by_value::plain, by_value::waiting, by_value::asynchronous]
            .merge(methods![by_reference::plain].prefix("reference")),
    );
    for name in ["plain", "asynchronous", "reference.plain"] {
        assert_eq!(dispatcher.call::<_, i32>(name, (1,)).await.unwrap(), 1, "{name}");
    }
    assert_eq!(dispatcher.call::<_, i32>("waiting", (1,)).await.unwrap(), 2);
    assert_eq!(dispatcher.call::<_, i32>("asynchronous", (0,)).await.unwrap_err().code(), -32603);
    assert_eq!(methods![by_value::waiting].get("waiting").unwrap().info().help(), "Adds one.");

    let value = by_value::CalcClient::new(serve(by_value::Calc::into_methods(by_value::Calculator)).await);
    assert_eq!(value.add(1, Some(2), Rest(vec![3])).await.unwrap(), 6);
    assert_eq!(value.add(1, None, Rest(vec![])).await.unwrap(), 1);
    let methods = by_reference::Calc::into_methods(by_reference::Calculator);
    let reference = by_reference::CalcClient::new(serve(methods).await);
    assert_eq!(reference.add(1, Some(2), Rest(vec![3])).await.unwrap(), 6);
}

#[xmlrpc_api]
trait Repository {
    async fn clone(&self, url: String) -> Result<usize, Fault> {
        Ok(url.len())
    }

    async fn call(&self, client: i32, result: i32) -> Result<i32, Fault> {
        Ok(client + result)
    }

    async fn client(&self) -> Result<i32, Fault> {
        Ok(1)
    }

    async fn names(&self, argument_2: i32, _: i32, argument_2_: i32) -> Result<i32, Fault> {
        Ok(argument_2 * 10 + argument_2_)
    }
}

struct Memory;

impl Repository for Memory {}

#[tokio::test]
async fn functions_and_arguments_have_any_name() {
    let client = RepositoryClient::new(serve(Memory.into_methods()).await);
    assert_eq!(client.clone("four".to_owned()).await.unwrap(), 4);
    assert_eq!(client.call(1, 2).await.unwrap(), 3);
    assert_eq!(client.client().await.unwrap(), 1);
    assert_eq!(client.names(1, 2, 3).await.unwrap(), 13);
}

struct Forks(i32);

#[xmlrpc_methods]
impl Forks {
    #[xmlrpc_method]
    async fn clone(&self, _: i32, argument_1: i32) -> i32 {
        self.0 + argument_1
    }
}

#[tokio::test]
async fn a_method_of_an_impl_may_be_called_clone() {
    let dispatcher = Dispatcher::new(Forks(1).into_methods());
    assert_eq!(dispatcher.call::<_, i32>("clone", (2, 3)).await.unwrap(), 4);
}

mod one_letter {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct T {
        pub(super) x: i32,
    }

    #[xmlrpc_api(client = "C")]
    pub(super) trait A {
        async fn same(&self, t: T) -> Result<T, Fault> {
            Ok(t)
        }
    }

    pub(super) struct S;

    impl A for S {}

    pub(super) mod of_the_trait {
        use tagwire::{Fault, xmlrpc_api};

        #[xmlrpc_api]
        pub(in super::super) trait T {
            async fn one(&self) -> Result<i32, Fault> {
                Ok(1)
            }
        }

        impl T for super::S {}
    }
}

#[tokio::test]
async fn a_type_or_a_trait_may_be_called_t() {
    use one_letter::of_the_trait::{T, TClient};
    use one_letter::{A, C, S};

    let client = C::new(serve(A::into_methods(S)).await);
    assert_eq!(client.same(one_letter::T { x: 1 }).await.unwrap(), one_letter::T { x: 1 });
    let client = TClient::new(serve(T::into_methods(S)).await);
    assert_eq!(client.one().await.unwrap(), 1);
}

mod results {
    use super::*;

    #[derive(Serialize)]
    pub(super) struct Result {
        win: bool,
    }

    #[xmlrpc_method]
    pub(super) fn play() -> Result {
        Result { win: true }
    }

    #[xmlrpc_method]
    pub(super) async fn wait() -> Result {
        Result { win: false }
    }

    pub(super) mod generic {
        use super::*;

        #[derive(Serialize, Deserialize)]
        pub(in super::super) struct Result<T> {
            value: T,
        }

        #[xmlrpc_method]
        pub(in super::super) fn one() -> Result<i32> {
            Result { value: 1 }
        }

        #[xmlrpc_method(blocking)]
        pub(in super::super) fn two() -> Result<i32> {
            Result { value: 2 }
        }
    }

    type Answer<T> = std::result::Result<T, Fault>;

    #[xmlrpc_method]
    pub(super) async fn hidden(a: i32) -> Answer<i32> {
        if a > 0 { Ok(a) } else { Err(Fault::new(7, "not positive")) }
    }
}

#[tokio::test]
async fn a_type_of_ones_own_may_be_called_result() {
    use std::collections::BTreeMap;

    use results::{generic, hidden, play, wait};

    let methods = methods![play, wait, generic::one, generic::two, hidden];
    let result_of = |name: &str| methods.get(name).unwrap().info().signatures()[0].result().value_type();
    assert_eq!(result_of("one"), ValueType::Struct);
    assert_eq!(result_of("hidden"), ValueType::Int);

    let dispatcher = Dispatcher::new(methods);
    let won = async |name: &str| dispatcher.call::<_, BTreeMap<String, bool>>(name, ()).await.unwrap()["win"];
    assert!(won("play").await && !won("wait").await);
    let value = async |name: &str| dispatcher.call::<_, BTreeMap<String, i32>>(name, ()).await.unwrap()["value"];
    assert_eq!((value("one").await, value("two").await), (1, 2));
    assert_eq!(dispatcher.call::<_, i32>("hidden", (0,)).await.unwrap_err().code(), 7);
}

/// Borrows for the whole program, and holds something that is asked for in the `impl`.
struct Bank<'a, S> {
    name: &'a str,
    store: S,
}

#[xmlrpc_methods]
impl<S: Display + Send + Sync + 'static> Bank<'static, S> {
    #[xmlrpc_method]
    async fn title(&self) -> String {
        tokio::task::yield_now().await;
        format!("{} {}", self.name, self.store)
    }
}

#[tokio::test]
async fn a_type_may_borrow_what_is_static() {
    let dispatcher = Dispatcher::new(Bank { name: "a", store: 1 }.into_methods());
    assert_eq!(dispatcher.call::<_, String>("title", ()).await.unwrap(), "a 1");
}
