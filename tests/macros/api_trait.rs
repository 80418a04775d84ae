//! `#[xmlrpc_api]`: one trait, served over a socket and called through the client that it gives.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tagwire::{
    Client, Dialect, Dispatcher, Extension, Fault, FromCall, Headers, MethodName, Methods, ParamType, Params,
    RemoteAddr, RequestContext, Rest, Server, Signature, Value, ValueType, xmlrpc_api,
};

/// A client of a server with these methods, which may leave things out as nil.
async fn serve(methods: Methods) -> Client {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/RPC2", server.local_addr().unwrap());
    let nil = Dialect::default().allow_none(true);
    tokio::spawn(async move { server.serve(Dispatcher::new(methods).dialect(nil)).await });
    Client::builder(&url).dialect(nil).build().unwrap()
}

#[derive(Debug, PartialEq, Clone, Serialize, Deserialize)]
struct Point {
    x: i32,
    y: i32,
}

/// Arithmetic for anyone.
#[xmlrpc_api(namespace = "calc")]
trait Calc {
    /// Adds two integers.
    ///
    ///   a + b
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;

    /// Divides.
    #[xmlrpc_method(name = "div", idempotent)]
    fn divide(&self, dividend: i32, divisor: i32) -> Result<i32, Fault> {
        dividend.checked_div(divisor).ok_or_else(|| Fault::new(7, "division by zero"))
    }

    #[doc = include_str!("../../LICENSE-MIT")]
    async fn swap(&self, point: Point) -> Result<Point, Fault> {
        tokio::task::yield_now().await;
        Ok(Point { x: point.y, y: point.x })
    }

    #[xmlrpc_method(help = "How many calls there were.")]
    async fn calls(&self) -> Result<u32, Fault>;
}

#[derive(Default)]
struct Counting {
    calls: AtomicU32,
}

impl Calc for Counting {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        a.checked_add(b).ok_or_else(|| Fault::application("out of range"))
    }

    async fn calls(&self) -> Result<u32, Fault> {
        Ok(self.calls.load(Ordering::Relaxed))
    }
}

#[tokio::test]
async fn both_ends_have_the_same_methods() {
    let client = CalcClient::new(serve(Counting::default().into_methods()).await);
    assert_eq!(client.add(2, 3).await.unwrap(), 5);
    assert_eq!(client.divide(7, 2).await.unwrap(), 3);
    assert_eq!(client.clone().swap(Point { x: 1, y: 2 }).await.unwrap(), Point { x: 2, y: 1 });

    let error = client.divide(7, 0).await.unwrap_err();
    let fault = error.fault().expect("a fault comes through as one");
    assert_eq!((fault.code(), fault.string()), (7, "division by zero"));
}

#[tokio::test]
async fn introspection_tells_what_the_trait_says() {
    let client = serve(Counting::default().into_methods()).await;
    let listed: Vec<String> = client.call("system.listMethods", ()).await.unwrap();
    let own: Vec<_> = listed.iter().filter(|name| !name.starts_with("system.")).collect();
    assert_eq!(own, ["calc.add", "calc.calls", "calc.div", "calc.swap"]);

    let help = async |name: &str| client.call::<_, String>("system.methodHelp", (name,)).await.unwrap();
    assert_eq!(help("calc.add").await, "Adds two integers.\n\n  a + b");
    assert_eq!(help("calc.div").await, "Divides.");
    assert_eq!(help("calc.swap").await, include_str!("../../LICENSE-MIT").trim());
    assert_eq!(help("calc.calls").await, "How many calls there were.");

    let signature: Vec<Vec<String>> = client.call("system.methodSignature", ("calc.swap",)).await.unwrap();
    assert_eq!(signature, [["struct", "struct"]]);
}

#[tokio::test]
async fn state_is_kept_beside_its_server() {
    let counting = Arc::new(Counting::default());
    let client = CalcClient::new(serve(Calc::methods_of(&counting)).await);
    client.add(1, 1).await.unwrap();
    assert_eq!(client.calls().await.unwrap(), 1);
    assert_eq!(counting.calls.load(Ordering::Relaxed), 1);
    assert_eq!(counting.add(1, 1).await.unwrap(), 2);
    assert_eq!(client.calls().await.unwrap(), 2);
}

#[test]
fn options_reach_the_method() {
    let methods = Counting::default().into_methods();
    let info = |name: &str| methods.get(name).unwrap().info().clone();
    assert!(info("calc.div").is_idempotent());
    assert!(!info("calc.add").is_idempotent());
}

/// Who calls, in a test that says so itself.
#[derive(Clone)]
struct User(String);

impl FromCall for User {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        Ok(Self(cx.method().to_owned()))
    }
}

/// What a handler saw, as one line.
#[xmlrpc_api(client = "Echoing")]
trait Echo {
    #[allow(clippy::too_many_arguments, reason = "two of eight are sent")]
    async fn extractors(
        &self,
        cx: RequestContext,
        a: i32,
        headers: Headers,
        remote: RemoteAddr,
        #[extract] user: User,
        name: MethodName,
        b: String,
    ) -> Result<String, Fault> {
        let _ = (cx, remote);
        let typed = headers.get("content-type").is_some();
        Ok(format!("{a} {b} {typed} {} {}", user.0, name.0))
    }

    async fn extension(&self, greeting: Extension<&'static str>, name: String) -> Result<String, Fault> {
        Ok(format!("{} {name}", greeting.0))
    }

    async fn options(&self, a: Option<i32>, b: i32, c: Option<i32>, d: Option<String>) -> Result<String, Fault> {
        Ok(format!("{a:?} {b} {c:?} {d:?}"))
    }

    async fn none(&self, a: Option<i32>) -> Result<bool, Fault> {
        Ok(a.is_none())
    }

    fn rest(&self, first: String, rest: Rest<i32>) -> Result<String, Fault> {
        Ok(format!("{first} {:?}", rest.0))
    }

    fn anything(&self, rest: Rest<Value>) -> Result<usize, Fault> {
        Ok(rest.0.len())
    }

    async fn option_and_rest(&self, a: Option<i32>, _: RemoteAddr, rest: Rest<i32>) -> Result<String, Fault> {
        Ok(format!("{a:?} {:?}", rest.0))
    }

    /// The number of parameters that were sent.
    #[xmlrpc_method(name = "count", blocking)]
    fn blocking(&self, _: i32, r#type: Vec<bool>) -> Result<usize, OwnError> {
        if r#type.is_empty() { Err(OwnError) } else { Ok(r#type.len()) }
    }
}

struct OwnError;

impl From<OwnError> for Fault {
    fn from(_: OwnError) -> Self {
        Self::application("own error")
    }
}

struct Defaults;

impl Echo for Defaults {}

#[tokio::test]
async fn extractors_are_not_sent() {
    let client = Echoing::new(serve(Defaults.into_methods()).await);
    assert_eq!(client.extractors(1, "two".to_owned()).await.unwrap(), "1 two true extractors extractors");
    let error = client.extension("you".to_owned()).await.unwrap_err();
    assert!(error.fault().is_some_and(|fault| fault.code() == -32603), "{error}");
}

#[tokio::test]
async fn options_at_the_end_are_left_out() {
    let client = Echoing::new(serve(Defaults.into_methods()).await);
    let d = || Some("d".to_owned());
    assert_eq!(client.options(Some(1), 2, Some(3), d()).await.unwrap(), r#"Some(1) 2 Some(3) Some("d")"#);
    assert_eq!(client.options(None, 2, None, d()).await.unwrap(), r#"None 2 None Some("d")"#);
    assert_eq!(client.options(Some(1), 2, Some(3), None).await.unwrap(), "Some(1) 2 Some(3) None");
    assert_eq!(client.options(Some(1), 2, None, None).await.unwrap(), "Some(1) 2 None None");
    assert!(client.none(None).await.unwrap());
    assert!(!client.none(Some(1)).await.unwrap());
}

#[tokio::test]
async fn what_is_left_out_needs_no_nil() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    tokio::spawn(async move { server.serve(Defaults.into_methods()).await });
    let client = Echoing::new(Client::new(&url).unwrap());
    assert_eq!(client.options(Some(1), 2, None, None).await.unwrap(), "Some(1) 2 None None");
    assert!(client.options(None, 2, None, None).await.unwrap_err().is_request());
}

#[tokio::test]
async fn a_rest_is_parameters_of_their_own() {
    let client = Echoing::new(serve(Defaults.into_methods()).await);
    assert_eq!(client.rest("a".to_owned(), Rest(vec![1, 2])).await.unwrap(), "a [1, 2]");
    assert_eq!(client.rest("a".to_owned(), Rest(vec![])).await.unwrap(), "a []");
    assert_eq!(client.anything(Rest(vec![Value::from(1), Value::from("two")])).await.unwrap(), 2);
    assert_eq!(client.option_and_rest(Some(1), Rest(vec![2])).await.unwrap(), "Some(1) [2]");
    assert_eq!(client.option_and_rest(None, Rest(vec![2])).await.unwrap(), "None [2]");
    assert_eq!(client.option_and_rest(Some(1), Rest(vec![])).await.unwrap(), "Some(1) []");
    assert_eq!(client.option_and_rest(None, Rest(vec![])).await.unwrap(), "None []");
}

#[tokio::test]
async fn a_plain_function_may_block() {
    let client = Echoing::new(serve(Defaults.into_methods()).await);
    assert_eq!(client.blocking(1, vec![true, false]).await.unwrap(), 2);
    assert_eq!(client.blocking(1, vec![]).await.unwrap_err().fault().map(Fault::string), Some("own error"));
}

#[test]
fn signatures_leave_extractors_out() {
    let methods = Defaults.into_methods();
    let forms = |name: &str| {
        let info = methods.get(name).unwrap().info().clone();
        info.signatures().iter().flat_map(Signature::forms).collect::<Vec<_>>()
    };
    let (string, int) = (ValueType::String, ValueType::Int);
    assert_eq!(forms("extractors"), [vec![string, int, string]]);
    assert_eq!(forms("options").len(), 3);
    assert_eq!(forms("rest"), [vec![string, string, int], vec![string, string]]);
}

#[tokio::test]
async fn a_trait_may_have_supertraits_and_conditions() {
    #[xmlrpc_api]
    trait Named: Debug {
        #[cfg(any())]
        async fn absent(&self, a: NoSuchType) -> Result<(), Fault>;

        async fn name(&self) -> Result<String, Fault> {
            Ok(format!("{self:?}"))
        }
    }

    #[derive(Debug)]
    struct Thing;

    impl Named for Thing {}

    let methods = Thing.into_methods();
    assert_eq!(methods.len(), 1);
    let name: String = Dispatcher::new(methods).call("name", ()).await.unwrap();
    assert_eq!(name, "Thing");
}

#[tokio::test]
async fn a_supertrait_is_asked_of_the_implementer_only() {
    trait Storage {
        fn stored(&self) -> i32;
    }

    #[xmlrpc_api]
    trait Reader: Storage {
        async fn read(&self) -> Result<i32, Fault> {
            Ok(self.stored())
        }
    }

    struct Memory;

    impl Storage for Memory {
        fn stored(&self) -> i32 {
            3
        }
    }

    impl Reader for Memory {}

    let kept = Arc::new(Memory);
    assert_eq!(Dispatcher::new(Reader::methods_of(&kept)).call::<_, i32>("read", ()).await.unwrap(), kept.stored());
}

#[tokio::test]
async fn a_mark_says_what_is_sent_where_a_name_does_not() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Headers {
        subject: String,
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct Params {
        quick: bool,
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct Rest {
        hours: u32,
    }

    #[xmlrpc_api]
    trait Mail {
        async fn send(&self, #[param] headers: Headers, text: String) -> Result<String, Fault> {
            Ok(format!("{}: {text}", headers.subject))
        }

        async fn run(&self, params: Params, a: i32) -> Result<bool, Fault> {
            Ok(params.quick && a > 0)
        }

        async fn sleep(&self, #[param] rest: Rest, #[param] longer: Option<u32>) -> Result<u32, Fault> {
            Ok(rest.hours + longer.unwrap_or_default())
        }
    }

    struct Server;

    impl Mail for Server {}

    let client = MailClient::new(serve(Server.into_methods()).await);
    let headers = Headers { subject: "a".to_owned() };
    assert_eq!(client.send(headers, "b".to_owned()).await.unwrap(), "a: b");
    assert!(client.run(Params { quick: true }, 1).await.unwrap());
    assert_eq!(client.sleep(Rest { hours: 8 }, None).await.unwrap(), 8);
    assert_eq!(client.sleep(Rest { hours: 8 }, Some(1)).await.unwrap(), 9);
}

#[tokio::test]
async fn a_trait_of_plain_functions_may_be_an_object() {
    #[xmlrpc_api]
    trait Shape {
        fn area(&self) -> Result<f64, Fault>;
    }

    struct Square(f64);

    impl Shape for Square {
        fn area(&self) -> Result<f64, Fault> {
            Ok(self.0 * self.0)
        }
    }

    let square = Arc::new(Square(1.5));
    let area: f64 = Dispatcher::new(Shape::methods_of(&square)).call("area", ()).await.unwrap();
    let shape: Arc<dyn Shape> = square;
    assert!((area - shape.area().unwrap()).abs() < f64::EPSILON);
}

#[tokio::test]
async fn an_implementer_may_be_generic() {
    #[xmlrpc_api(namespace = "kv")]
    trait Store {
        async fn set(&self, key: String, value: i32) -> Result<Option<i32>, Fault>;
        async fn all(&self) -> Result<BTreeMap<String, i32>, Fault>;
    }

    struct Memory<F>(Mutex<BTreeMap<String, i32>>, F);

    impl<F: Fn(i32) -> i32 + Send + Sync + 'static> Store for Memory<F> {
        async fn set(&self, key: String, value: i32) -> Result<Option<i32>, Fault> {
            Ok(self.0.lock().unwrap().insert(key, (self.1)(value)))
        }

        async fn all(&self) -> Result<BTreeMap<String, i32>, Fault> {
            Ok(self.0.lock().unwrap().clone())
        }
    }

    let client = StoreClient::new(serve(Memory(Mutex::default(), |n| n * 2).into_methods()).await);
    assert_eq!(client.set("a".to_owned(), 1).await.unwrap(), None);
    assert_eq!(client.set("a".to_owned(), 2).await.unwrap(), Some(2));
    assert_eq!(client.all().await.unwrap(), BTreeMap::from([("a".to_owned(), 4)]));
}

macro_rules! api {
    ($name:ident { $($(#[$meta:meta])* $function:ident($($argument:ident: $ty:ty),*) -> $result:ty;)* }) => {
        #[xmlrpc_api(namespace = "made")]
        trait $name {
            $($(#[$meta])* async fn $function(&self, $($argument: $ty),*) -> $result;)*
        }
    };
}

api!(Made {
    /// Joins words.
    join(words: Vec<String>, separator: Option<String>) -> Result<String, Fault>;
});

struct Maker;

impl Made for Maker {
    async fn join(&self, words: Vec<String>, separator: Option<String>) -> Result<String, Fault> {
        Ok(words.join(separator.as_deref().unwrap_or(" ")))
    }
}

#[tokio::test]
async fn a_macro_may_generate_an_api() {
    let client = MadeClient::new(serve(Maker.into_methods()).await);
    let words = || vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(client.join(words(), None).await.unwrap(), "a b");
    assert_eq!(client.join(words(), Some("-".to_owned())).await.unwrap(), "a-b");
    assert_eq!(Maker.into_methods().get("made.join").unwrap().info().help(), "Joins words.");
}
