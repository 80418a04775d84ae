//! `#[xmlrpc_methods]` on an `impl` that has no mistakes.

use std::fmt::Display;
use std::future::{Future, ready};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tagwire::{
    Dispatcher, Fault, MethodName, Methods, OnDisconnect, RequestContext, Rest, Signature, ValueType, xmlrpc_methods,
};

fn names(methods: &Methods) -> Vec<String> {
    methods.describe().iter().map(|info| info.name().to_owned()).collect()
}

fn help(methods: &Methods, name: &str) -> String {
    methods.get(name).unwrap_or_else(|| panic!("no method {name:?}")).info().help().to_owned()
}

fn signature(methods: &Methods, name: &str) -> Vec<ValueType> {
    let method = methods.get(name).unwrap_or_else(|| panic!("no method {name:?}"));
    let forms: Vec<_> = method.info().signatures().iter().flat_map(Signature::forms).collect();
    assert_eq!(forms.len(), 1, "{name}: {forms:?}");
    forms.into_iter().flatten().collect()
}

async fn call<R: DeserializeOwned>(methods: &Methods, name: &str, params: impl Serialize) -> Result<R, Fault> {
    Dispatcher::new(methods.clone()).call(name, params).await
}

#[derive(Default)]
struct Counter {
    count: AtomicI64,
    log: Mutex<Vec<String>>,
}

/// A counter has help of its own.
#[xmlrpc_methods(namespace = "counter")]
impl Counter {
    /// How many a counter counts.
    const START: i64 = { 10 };

    fn new() -> Self {
        Self { count: AtomicI64::new(Self::START), log: Mutex::default() }
    }

    /// Counts on.
    #[xmlrpc_method(name = "inc")]
    async fn increase(&self, by: i64) -> i64 {
        tokio::task::yield_now().await;
        self.note("inc").await;
        self.count.fetch_add(by, Ordering::Relaxed) + by
    }

    /// Not for callers.
    async fn note(&self, what: &str) {
        self.log.lock().unwrap().push(what.to_owned());
    }

    #[xmlrpc_method]
    fn count(&self) -> i64 {
        self.count.load(Ordering::Relaxed)
    }

    #[tagwire::xmlrpc_method(help = "The log.")]
    fn log(self: &Arc<Self>, _: RequestContext, name: MethodName, words: Rest<String>) -> Result<Vec<String>, Fault> {
        let mut log = self.log.lock().map_err(|_| Fault::application("poisoned"))?;
        log.extend(words);
        log.push(name.0);
        Ok(log.clone())
    }

    #[xmlrpc_method]
    async fn holders(self: Arc<Self>) -> usize {
        ready(()).await;
        Arc::strong_count(&self)
    }

    #[xmlrpc_method(blocking)]
    fn wait(self: Arc<Self>, by: Option<i64>) -> i64 {
        tokio::runtime::Handle::current().block_on(self.increase(by.unwrap_or(1)))
    }

    #[xmlrpc_method]
    fn version() -> &'static str {
        "1"
    }

    #[xmlrpc_method]
    async fn later(text: String) -> String {
        text
    }
}

#[tokio::test]
async fn only_marked_functions_are_methods() {
    let methods = Counter::new().into_methods();
    assert_eq!(
        names(&methods),
        [
            "counter.count",
            "counter.holders",
            "counter.inc",
            "counter.later",
            "counter.log",
            "counter.version",
            "counter.wait"
        ]
    );
    for absent in ["counter.new", "counter.note", "counter.increase", "count", "counter.count.load", "counter"] {
        assert_eq!(call::<i32>(&methods, absent, ()).await.unwrap_err().code(), -32601, "{absent}");
    }
}

#[tokio::test]
async fn each_receiver_reaches_the_state() {
    let methods = Counter::new().into_methods();
    assert_eq!(call::<i64>(&methods, "counter.inc", (5,)).await.unwrap(), 15);
    assert_eq!(call::<i64>(&methods, "counter.wait", ()).await.unwrap(), 16);
    assert_eq!(call::<i64>(&methods, "counter.count", ()).await.unwrap(), 16);
    assert_eq!(
        call::<Vec<String>>(&methods, "counter.log", ("a", "b")).await.unwrap(),
        ["inc", "inc", "a", "b", "counter.log"]
    );
    assert!(call::<usize>(&methods, "counter.holders", ()).await.unwrap() > 1);
    assert_eq!(call::<String>(&methods, "counter.version", ()).await.unwrap(), "1");
    assert_eq!(call::<String>(&methods, "counter.later", ("x",)).await.unwrap(), "x");
}

#[tokio::test]
async fn state_can_be_kept_and_shared() {
    let counter = Arc::new(Counter::new());
    let methods = Counter::methods_of(&counter);
    assert_eq!(call::<i64>(&methods, "counter.inc", (1,)).await.unwrap(), 11);
    assert_eq!(counter.count(), 11);
    assert_eq!(call::<i64>(&Counter::methods_of(&counter), "counter.count", ()).await.unwrap(), 11);
}

#[test]
fn a_method_tells_of_itself() {
    let methods = Counter::new().into_methods();
    assert_eq!(help(&methods, "counter.inc"), "Counts on.");
    assert_eq!(help(&methods, "counter.log"), "The log.");
    assert_eq!(help(&methods, "counter.count"), "");
    assert_eq!(signature(&methods, "counter.inc"), [ValueType::I8, ValueType::I8]);
    assert_eq!(signature(&methods, "counter.version"), [ValueType::String]);
}

#[tokio::test]
async fn a_fault_names_the_argument() {
    let fault = call::<i64>(&Counter::new().into_methods(), "counter.inc", ("one",)).await.unwrap_err();
    assert_eq!(fault.code(), -32602);
    assert!(fault.string().contains("1 (by)"), "{fault}");
}

#[test]
fn options_are_those_of_functions() {
    struct Unusual;

    #[xmlrpc_methods]
    impl Unusual {
        #[xmlrpc_method(hidden, idempotent, timeout = "5s", on_disconnect = "finish")]
        async fn odd(&self) {}
    }

    let methods = Unusual.into_methods();
    let info = methods.get("odd").unwrap().info().clone();
    assert!(info.is_hidden() && info.is_idempotent());
    assert_eq!(info.timeout(), Some(Some(Duration::from_secs(5))));
    assert_eq!(info.on_disconnect(), Some(OnDisconnect::Finish));
}

struct Store<'a, T, const N: usize> {
    name: &'a str,
    values: [T; N],
}

#[xmlrpc_methods(namespace = "store")]
impl<'a, T: Clone, const N: usize> Store<'a, T, N>
where
    T: Serialize + DeserializeOwned + PartialEq + Send + Sync,
{
    #[xmlrpc_method]
    fn get(&self, index: usize) -> Result<T, Fault> {
        self.values.get(index).cloned().ok_or_else(|| Fault::application("no such value"))
    }

    #[xmlrpc_method]
    async fn find(&self, value: T) -> Option<usize> {
        ready(()).await;
        self.values.iter().position(|known| *known == value)
    }

    #[xmlrpc_method]
    fn name(&self) -> String {
        self.name.to_owned()
    }

    #[xmlrpc_method]
    fn size() -> usize {
        N
    }
}

#[tokio::test]
async fn an_impl_may_be_generic() {
    let methods = Store { name: "words", values: ["a".to_owned(), "b".to_owned()] }.into_methods();
    assert_eq!(call::<String>(&methods, "store.get", (1,)).await.unwrap(), "b");
    assert_eq!(call::<usize>(&methods, "store.find", ("b",)).await.unwrap(), 1);
    assert_eq!(call::<String>(&methods, "store.name", ()).await.unwrap(), "words");
    assert_eq!(call::<i32>(&methods, "store.size", ()).await.unwrap(), 2);
    assert_eq!(signature(&methods, "store.get")[0], ValueType::String);
    assert_eq!(signature(&Store { name: "", values: [1_i32] }.into_methods(), "store.get")[0], ValueType::Int);
}

#[tokio::test]
async fn a_bound_may_be_anything() {
    struct Parser<T>(std::marker::PhantomData<fn() -> T>);

    #[xmlrpc_methods]
    impl<T: FromStr<Err: Display> + Display> Parser<T> {
        #[xmlrpc_method]
        fn normal(&self, text: String) -> Result<String, Fault> {
            text.parse::<T>().map(|value| value.to_string()).map_err(|error| Fault::application(error.to_string()))
        }
    }

    let methods = Parser::<u8>(std::marker::PhantomData).into_methods();
    assert_eq!(call::<String>(&methods, "normal", ("+7",)).await.unwrap(), "7");
    assert!(call::<String>(&methods, "normal", ("256",)).await.is_err());
}

#[tokio::test]
async fn a_result_may_be_written_in_many_ways() {
    type Answer<T> = Result<T, Fault>;

    struct Forms(i32);

    #[xmlrpc_methods]
    impl Forms {
        #[xmlrpc_method]
        #[allow(clippy::manual_async_fn, reason = "this is the form in question")]
        fn future(&self) -> impl Future<Output = Result<i32, Fault>> + Send {
            async { Ok(self.0) }
        }
        #[xmlrpc_method]
        fn boxed(&self) -> Pin<Box<dyn Future<Output = i32> + Send>> {
            Box::pin(ready(self.0))
        }
        #[xmlrpc_method]
        fn opaque(&self) -> impl Serialize + use<> {
            self.0
        }
        #[xmlrpc_method]
        async fn opaque_or_fault() -> Result<impl Serialize, Fault> {
            Ok(1)
        }
        #[xmlrpc_method]
        fn nothing(&self) {}
        #[xmlrpc_method]
        fn alias(&self) -> Answer<i32> {
            Ok(self.0)
        }
    }

    let methods = Forms(1).into_methods();
    for name in ["future", "boxed", "opaque", "opaque_or_fault", "alias"] {
        assert_eq!(call::<i32>(&methods, name, ()).await.unwrap(), 1, "{name}");
    }
    assert!(call::<bool>(&methods, "nothing", ()).await.unwrap());
    assert_eq!(signature(&methods, "future"), [ValueType::Int]);
}

#[test]
fn a_condition_holds_for_the_method_too() {
    struct Conditional;

    #[xmlrpc_methods]
    impl Conditional {
        #[cfg(any())]
        #[xmlrpc_method]
        fn absent(&self, _: NoSuchType) {}

        #[xmlrpc_method]
        #[cfg(any())]
        fn either(&self) -> bool {
            true
        }

        #[xmlrpc_method]
        #[cfg(not(any()))]
        fn either(&self) -> i32 {
            1
        }

        #[xmlrpc_method(name = "named")]
        #[cfg(any())]
        fn one(&self) {}

        #[xmlrpc_method(name = "named")]
        #[cfg(not(any()))]
        fn other(&self) {}
    }

    let methods = Conditional.into_methods();
    assert_eq!(names(&methods), ["either", "named"]);
    assert_eq!(signature(&methods, "either"), [ValueType::Int]);
}

macro_rules! getters {
    ($ty:ident in $namespace:literal { $($(#[$meta:meta])* $name:ident: $result:ty),* $(,)? }) => {
        #[xmlrpc_methods(namespace = $namespace)]
        impl $ty {
            $(
                $(#[$meta])*
                #[xmlrpc_method]
                fn $name(&self) -> $result {
                    self.$name.clone()
                }
            )*
        }
    };
}

struct Settings {
    title: String,
    size: i32,
}

getters!(Settings in "settings" {
    /// What it is called.
    title: String,
    size: i32,
});

#[tokio::test]
async fn a_macro_may_generate_methods() {
    let methods = Settings { title: "t".to_owned(), size: 3 }.into_methods();
    assert_eq!(help(&methods, "settings.title"), "What it is called.");
    assert_eq!(call::<i32>(&methods, "settings.size", ()).await.unwrap(), 3);
}

/// One type with a table for everybody, and another one for a few.
struct Journal(Mutex<Vec<String>>);

#[xmlrpc_methods(namespace = "journal")]
impl Journal {
    #[xmlrpc_method]
    fn write(&self, line: String) -> usize {
        let mut lines = self.0.lock().unwrap();
        lines.push(line);
        lines.len()
    }
}

#[xmlrpc_methods(namespace = "journal", methods = "admin_methods")]
impl Journal {
    #[xmlrpc_method]
    fn clear(&self) -> usize {
        self.0.lock().unwrap().drain(..).count()
    }
}

#[tokio::test]
async fn a_type_has_a_table_for_each_name_that_it_gives_one() {
    let journal = Arc::new(Journal(Mutex::default()));
    let (open, admin) = (Journal::methods_of(&journal), Journal::admin_methods_of(&journal));
    assert!(open.contains("journal.write") && !open.contains("journal.clear"));
    assert!(admin.contains("journal.clear") && !admin.contains("journal.write"));
    assert_eq!(call::<usize>(&open, "journal.write", ("a",)).await.unwrap(), 1);
    assert_eq!(call::<usize>(&admin, "journal.clear", ()).await.unwrap(), 1);
    assert_eq!(Journal(Mutex::default()).into_admin_methods().len(), 1);
}
