//! Putting methods into a table, and changing the table of a server at work.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use tagwire::{
    Dispatcher, Fault, Method, MethodFuture, MethodInfo, MethodName, Methods, Params, RegisterError, RequestContext,
    RpcResponse, Value, methods, xmlrpc_method,
};
use tokio::sync::{Barrier, oneshot};

use crate::support::multicall::{item, multicall};

/// The code of the fault that a call ends with.
async fn code(dispatcher: &Dispatcher, name: &str) -> i64 {
    match dispatcher.call::<_, Value>(name, ()).await {
        Ok(value) => panic!("{name} gave {value:?}"),
        Err(fault) => fault.code(),
    }
}

/// What a call without parameters gives.
async fn give(dispatcher: &Dispatcher, name: &str) -> Value {
    dispatcher.call(name, ()).await.unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

#[tokio::test]
async fn functions_have_0_to_12_arguments_in_the_order_of_the_call() {
    macro_rules! of_arity {
        ($($arity:literal: $($argument:ident)*;)*) => {
            Methods::new()$(
                .register_fn(concat!("plain", $arity), |$($argument: i32),*| Vec::<i32>::from([$($argument),*]))
                .register_fn(concat!("async", $arity), async |$($argument: i32),*| Vec::<i32>::from([$($argument),*]))
                .register_fn(concat!("blocking", $arity), tagwire::blocking(|$($argument: i32),*| Vec::<i32>::from([$($argument),*])))
            )*
        };
    }
    let dispatcher = Dispatcher::new(of_arity! {
        0: ;
        1: a;
        2: a b;
        3: a b c;
        4: a b c d;
        5: a b c d e;
        6: a b c d e f;
        7: a b c d e f g;
        8: a b c d e f g h;
        9: a b c d e f g h i;
        10: a b c d e f g h i j;
        11: a b c d e f g h i j k;
        12: a b c d e f g h i j k l;
    });
    for arity in 0..=12 {
        let arguments: Vec<i32> = (1..=arity).map(|n| n * 7).collect();
        for kind in ["plain", "async", "blocking"] {
            let name = format!("{kind}{arity}");
            assert_eq!(dispatcher.call(&name, &arguments).await, Ok(arguments.clone()), "{name}");
        }
    }
}

#[tokio::test]
async fn functions_of_every_kind_are_methods() {
    async fn async_fn(n: i32) -> i32 {
        tokio::task::yield_now().await;
        n + 1
    }
    fn plain_fn(n: i32) -> i32 {
        n + 2
    }
    struct Counter(i32);
    impl Counter {
        async fn add(&self, n: i32) -> i32 {
            self.0 + n
        }
    }

    let counter = Arc::new(Counter(3));
    let captured = 4;
    let methods = Methods::new()
        .register_fn("async fn", async_fn)
        .register_fn("fn", plain_fn)
        .register_fn("object", move |n: i32| {
            let counter = counter.clone();
            async move { counter.add(n).await }
        })
        .register_fn("closure", move |n: i32| n + captured)
        .register_fn("async closure", async |n: i32| {
            tokio::task::yield_now().await;
            n + 5
        })
        .register_fn(String::from("pointer"), plain_fn as fn(i32) -> i32)
        .register_fn(MethodInfo::new("info").with_help("Help."), |n: i32| n + 6);
    let dispatcher = Dispatcher::new(methods);
    let expected = [
        ("async fn", 11),
        ("fn", 12),
        ("object", 13),
        ("closure", 14),
        ("async closure", 15),
        ("pointer", 12),
        ("info", 16),
    ];
    for (name, sum) in expected {
        assert_eq!(dispatcher.call(name, (10,)).await, Ok(sum), "{name}");
    }
    assert_eq!(dispatcher.call("system.methodHelp", ("info",)).await, Ok("Help.".to_owned()));
}

#[tokio::test]
async fn tables_are_merged_prefixed_and_changed() {
    let inner = Methods::new().register_fn("neg", |n: i32| -n);
    let methods =
        Methods::new().register_fn("zero", || 0).merge(inner.clone().prefix("math").prefix("lib")).merge(inner);
    let mut names: Vec<&str> = methods.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(names, ["lib.math.neg", "neg", "zero"]);
    assert_eq!((methods.len(), methods.is_empty()), (3, false));
    assert!(methods.contains("lib.math.neg") && methods.get("lib.math.neg").is_some());
    for absent in ["math.neg", "lib", "lib.", "lib.math", "LIB.math.neg", ""] {
        assert!(!methods.contains(absent) && methods.get(absent).is_none(), "{absent:?}");
    }
    let dispatcher = Dispatcher::new(methods.clone());
    assert_eq!(dispatcher.call("lib.math.neg", (5,)).await, Ok(-5));
    assert_eq!(code(&dispatcher, "math.neg").await, Fault::METHOD_NOT_FOUND);

    let fewer = methods.clone().remove("neg").remove("neg").remove("no such");
    assert_eq!((fewer.len(), methods.len()), (2, 3));
    assert!(!fewer.contains("neg") && fewer.contains("lib.math.neg"));
    let again = fewer.register_fn("neg", |n: i32| -2 * n);
    assert_eq!(Dispatcher::new(again).call("neg", (5,)).await, Ok(-10));
    assert_eq!(dispatcher.call("neg", (5,)).await, Ok(-5));
    assert!(Methods::new().merge(Methods::default()).is_empty());
}

#[tokio::test]
async fn a_method_is_told_the_name_that_it_was_called_by() {
    let methods = Methods::new()
        .register_fn("name", |cx: RequestContext, MethodName(name): MethodName| format!("{} {name}", cx.method()));
    let dispatcher = Dispatcher::new(methods.clone().prefix("a").prefix("b").merge(methods));
    for name in ["name", "b.a.name"] {
        assert_eq!(give(&dispatcher, name).await, format!("{name} {name}").as_str().into());
    }
}

#[tokio::test]
async fn hiding_a_method_does_not_hide_those_of_other_names() {
    let methods = Methods::new().register_fn("a", || 1).register_fn("b", || 2).hide("a").hide("no such");
    let dispatcher = Dispatcher::new(methods.clone().prefix("p").merge(methods.remove("b")));
    let names: Vec<String> = dispatcher.call("system.listMethods", ()).await.unwrap();
    let own: Vec<&String> = names.iter().filter(|name| !name.starts_with("system.")).collect();
    assert_eq!(own, ["p.b"]);
    for (name, result) in [("a", 1), ("p.a", 1), ("p.b", 2)] {
        assert_eq!(give(&dispatcher, name).await, result.into());
    }
}

#[tokio::test]
async fn a_type_of_ones_own_is_a_method() {
    struct Echo(MethodInfo);
    impl Method for Echo {
        fn info(&self) -> &MethodInfo {
            &self.0
        }

        fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture {
            let value = params.take::<Value>().and_then(|value| params.finish().map(|()| value));
            Box::pin(async move { RpcResponse::encode(&value?, &cx.dialect()).map_err(Fault::from) })
        }
    }
    let methods = Methods::new().register(Arc::new(Echo(MethodInfo::new("echo").with_help("Says it again."))));
    let dispatcher = Dispatcher::new(methods.prefix("own"));
    assert_eq!(dispatcher.call("own.echo", ("x",)).await, Ok("x".to_owned()));
    assert_eq!(dispatcher.call("system.methodHelp", ("own.echo",)).await, Ok("Says it again.".to_owned()));
    assert_eq!(code(&dispatcher, "own.echo").await, Fault::INVALID_PARAMS);
}

/// Says who it is, what it was called by, and what with.
fn fallback(who: &'static str) -> impl Fn(MethodName, Params) -> Result<String, Fault> {
    move |MethodName(name), mut params: Params| {
        let mut text = format!("{who}: {name}");
        while let Some(value) = params.take_if_any::<i32>()? {
            text = format!("{text} {value}");
        }
        Ok(text)
    }
}

#[tokio::test]
async fn a_fallback_answers_for_the_names_that_no_method_has() {
    let methods = Methods::new().register_fn("known", |_: i32| "known").fallback(fallback("any"));
    assert!(!methods.contains("unknown") && methods.get("unknown").is_none());
    assert_eq!(methods.len(), 1);
    let dispatcher = Dispatcher::new(methods);
    for name in ["unknown", "a.b", "Known", "system", "system.", "system.nope", "<&>", "têšt"] {
        let answer: String = dispatcher.call(name, (1, 2)).await.unwrap();
        assert_eq!(answer, format!("any: {name} 1 2"));
    }
    assert_eq!(dispatcher.call("known", (1,)).await, Ok("known".to_owned()));
    assert_eq!(code(&dispatcher, "known").await, Fault::INVALID_PARAMS);
    assert_eq!(dispatcher.call::<_, String>("unknown", ("x",)).await.unwrap_err().code(), Fault::INVALID_PARAMS);

    let names: Vec<String> = dispatcher.call("system.listMethods", ()).await.unwrap();
    assert!(names.contains(&"system.multicall".to_owned()) && !names.contains(&"unknown".to_owned()));
    let results =
        multicall(&dispatcher, [item("x", [1.into()]), item("known", [1.into()]), item("y", [])]).await.unwrap();
    assert_eq!(results, [Ok("any: x 1".into()), Ok("known".into()), Ok("any: y".into())]);
}

#[tokio::test]
async fn a_fallback_under_a_prefix_answers_for_what_starts_so() {
    let nested = Methods::new().fallback(fallback("inner")).prefix("b");
    let a = Methods::new().register_fn("known", || "known").fallback(fallback("outer")).merge(nested).prefix("a");
    let dispatcher = Dispatcher::new(Methods::new().register_fn("plain", || 1).merge(a));
    for (name, who) in
        [("a.x", "outer"), ("a.x.y", "outer"), ("a.bx", "outer"), ("a.b.x", "inner"), ("a.b.known", "inner")]
    {
        assert_eq!(give(&dispatcher, name).await, format!("{who}: {name}").as_str().into());
    }
    assert_eq!(give(&dispatcher, "a.known").await, "known".into());
    for name in ["x", "a", "ab", "ax.y", "b.x", "A.x", "known"] {
        assert_eq!(code(&dispatcher, name).await, Fault::METHOD_NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn clones_of_a_dispatcher_have_one_table() {
    let dispatcher = Dispatcher::new(Methods::new().register_fn("old", || 1));
    let clone = dispatcher.clone().max_multicall(5).without([tagwire::SystemMethod::ListMethods]);
    clone.update_methods(|methods| methods.remove("old").register_fn("new", || 2).fallback(fallback("any")));
    for one in [&dispatcher, &clone, &clone.clone()] {
        assert_eq!(give(one, "new").await, 2.into());
        assert_eq!(give(one, "old").await, "any: old".into());
        assert!(one.methods().contains("new"));
    }
    dispatcher.update_methods(|_| Methods::new());
    assert_eq!(code(&clone, "new").await, Fault::METHOD_NOT_FOUND);

    // A table that was taken out is the taker's own.
    let taken = clone.methods().register_fn("mine", || 3);
    assert_eq!(taken.len(), 1);
    assert_eq!(code(&clone, "mine").await, Fault::METHOD_NOT_FOUND);
}
#[tokio::test]
async fn a_server_at_work_sees_the_new_table() {
    let dispatcher = Dispatcher::new(Methods::new().register_fn("old", || 1));
    let server = tagwire::Server::bind("127.0.0.1:0").await.unwrap();
    let client = tagwire::Client::new(&format!("http://{}", server.local_addr().unwrap())).unwrap();
    let served = dispatcher.clone();
    tokio::spawn(async move { server.serve(served).await });

    assert_eq!(client.call::<_, i32>("old", ()).await.unwrap(), 1);
    dispatcher.update_methods(|methods| methods.remove("old").register_fn("new", || 2));
    assert_eq!(client.call::<_, i32>("new", ()).await.unwrap(), 2);
    assert!(client.call::<_, i32>("old", ()).await.is_err());
    let names: Vec<String> = client.call("system.listMethods", ()).await.unwrap();
    assert!(names.contains(&"new".to_owned()) && !names.contains(&"old".to_owned()));
}

#[tokio::test]
async fn a_call_under_way_goes_on_with_the_method_that_it_found() {
    let (started, start) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let once = Mutex::new(Some((started, released)));
    let dispatcher = Dispatcher::new(Methods::new().register_fn("wait", move || {
        let (started, released) = once.lock().unwrap().take().unwrap();
        async move {
            started.send(()).unwrap();
            released.await.unwrap();
            "old"
        }
    }));
    let call = tokio::spawn(dispatcher.call::<_, String>("wait", ()));
    start.await.unwrap();
    dispatcher.update_methods(|methods| methods.remove("wait").register_fn("wait", || "new"));
    assert_eq!(give(&dispatcher, "wait").await, "new".into());
    release.send(()).unwrap();
    assert_eq!(call.await.unwrap(), Ok("old".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_call_sees_the_old_table_or_the_new_one_and_never_none() {
    const REPLACEMENTS: i32 = 10_000;
    let dispatcher = Dispatcher::new(Methods::new().register_fn("n", || -1).register_fn("constant", async || 7));
    let done = Arc::new(AtomicBool::new(false));
    let barrier = Arc::new(Barrier::new(9));
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let (dispatcher, done, barrier) = (dispatcher.clone(), done.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                let mut seen = -1;
                loop {
                    let last = done.load(Ordering::SeqCst);
                    let n: i32 = dispatcher.call("n", ()).await.unwrap();
                    assert!(n >= seen, "{n} after {seen}");
                    seen = n;
                    assert_eq!(dispatcher.call("constant", ()).await, Ok(7));
                    if last {
                        return seen;
                    }
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    barrier.wait().await;
    let updater = dispatcher.clone();
    let update = move || {
        for n in 0..REPLACEMENTS {
            updater.update_methods(|methods| methods.remove("n").register_fn("n", move || n));
        }
    };
    tokio::task::spawn_blocking(update).await.unwrap();
    done.store(true, Ordering::SeqCst);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), REPLACEMENTS - 1);
    }
}

#[test]
fn changes_at_the_same_time_lose_nothing() {
    let dispatcher = Dispatcher::new(Methods::new());
    thread::scope(|scope| {
        for thread in 0..4 {
            let dispatcher = &dispatcher;
            scope.spawn(move || {
                for n in 0..100 {
                    dispatcher.update_methods(|methods| methods.register_fn(format!("{thread}.{n}"), || 0));
                }
            });
        }
    });
    assert_eq!(dispatcher.methods().len(), 400);
}

/// What is slow to make is made beside the calls, which go on with the old table.
#[test]
fn a_change_that_takes_its_time_holds_up_no_call() {
    let dispatcher = Dispatcher::new(Methods::new().register_fn("a", || 1));
    let (begun, begin) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let updater = dispatcher.clone();
    let change = thread::spawn(move || {
        updater.update_methods(|methods| {
            begun.send(()).unwrap();
            released.recv().unwrap();
            methods.register_fn("b", || 2)
        });
    });
    begin.recv().unwrap();
    let (answered, answer) = mpsc::channel();
    let caller = dispatcher.clone();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let one = runtime.block_on(caller.call::<_, i32>("a", ()));
        answered.send((one, caller.methods().len())).ok();
    });
    // Only so that a failing test ends.
    let outcome = answer.recv_timeout(Duration::from_secs(30));
    release.send(()).unwrap();
    change.join().unwrap();
    assert_eq!(outcome.expect("the call waits for the change"), (Ok(1), 1));
    assert_eq!(dispatcher.methods().len(), 2);
}

#[tokio::test]
async fn a_change_that_panics_changes_nothing() {
    let dispatcher = Dispatcher::new(Methods::new().register_fn("a", || 1));
    let change = || dispatcher.update_methods(|methods| methods.register_fn("b", || 2).register_fn("a", || 3));
    assert!(catch_unwind(AssertUnwindSafe(change)).is_err());
    assert_eq!(give(&dispatcher, "a").await, 1.into());
    assert_eq!(code(&dispatcher, "b").await, Fault::METHOD_NOT_FOUND);
    dispatcher.update_methods(|methods| methods.register_fn("b", || 2));
    assert_eq!(give(&dispatcher, "b").await, 2.into());
}

/// The text that a panic ends with.
fn panic_of(register: impl FnOnce() -> Methods) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(register)) else { panic!("registered twice") };
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned())).unwrap()
}

/// That a text names the method and these lines of this file.
fn expect_places(text: &str, name: &str, lines: [u32; 2]) {
    assert!(text.contains(name), "{text}");
    for line in lines {
        let place = format!("{}:{line}", file!());
        assert!(text.replace('\\', "/").contains(&place), "{place} in {text}");
    }
}

#[test]
fn a_name_that_is_claimed_twice_ends_the_program_with_both_places() {
    let one = || (Methods::new().register_fn("math.add", || 1), line!());
    let two = || (Methods::new().register_fn("math.add", || 2), line!());

    let ((first, first_line), line) = (one(), line!() + 1);
    let text = panic_of(|| first.register_fn("math.add", || 3));
    expect_places(&text, "math.add", [first_line, line]);

    let ((first, first_line), (second, second_line)) = (one(), two());
    let text = panic_of(|| first.merge(second));
    expect_places(&text, "math.add", [first_line, second_line]);

    let ((first, first_line), (second, second_line)) = (one(), two());
    let method = second.get("math.add").unwrap().clone();
    let text = panic_of(|| first.register(method));
    expect_places(&text, "math.add", [first_line, second_line]);

    // The name under which they meet is the one to tell.
    let ((first, first_line), line) = (one(), line!() + 1);
    let other = Methods::new().register_fn("add", || 4).prefix("math");
    let text = panic_of(|| first.merge(other));
    expect_places(&text, "math.add", [first_line, line]);

    let (info, line) = (MethodInfo::new("math.add"), line!());
    let (first, first_line) = one();
    let text = panic_of(|| first.register_fn(info, || 5));
    expect_places(&text, "math.add", [first_line, line]);
}

#[xmlrpc_method]
fn marked() -> i32 {
    1
}

#[test]
fn a_marked_function_that_is_registered_twice_names_its_file() {
    let text = panic_of(|| methods![marked, marked]);
    assert!(text.contains("`marked`") && text.matches(file!()).count() == 2, "{text}");
}

#[test]
fn a_name_that_is_claimed_twice_can_be_an_error() {
    let first = Methods::new().register_fn("add", || 1).register_fn("sub", || 1);
    let second = Methods::new().register_fn("add", || 2).register_fn("mul", || 2);
    let method = second.get("add").unwrap().clone();

    let error: RegisterError = first.clone().try_register(method.clone()).unwrap_err();
    assert!(error.to_string().contains("`add`") && error.to_string().matches(file!()).count() == 2, "{error}");
    let error: Box<dyn std::error::Error> = first.clone().try_merge(second.clone()).unwrap_err().into();
    assert!(error.to_string().contains("`add`") && error.to_string().matches(file!()).count() == 2, "{error}");

    assert_eq!(first.clone().remove("add").try_register(method).unwrap().len(), 2);
    assert_eq!(first.clone().try_merge(second.prefix("other")).unwrap().len(), 4);
    assert_eq!(first.len(), 2);
}

#[test]
fn two_fallbacks_for_the_same_names_are_refused() {
    let one = || Methods::new().fallback(fallback("one"));
    let two = || Methods::new().fallback(fallback("two"));
    assert!(panic_of(|| one().fallback(fallback("two"))).matches(file!()).count() == 2);
    assert!(panic_of(|| one().merge(two())).contains("fallback"));
    assert!(one().try_merge(two()).is_err());
    assert!(one().prefix("a").try_merge(two().prefix("a")).is_err());
    assert!(one().prefix("a").try_merge(two().prefix("b")).is_ok());
    assert!(one().try_merge(two().prefix("a")).is_ok());
}

#[tokio::test]
async fn any_name_is_legal_and_is_reached_by_itself_alone() {
    let long = "n".repeat(1000);
    let names = [
        "a.b.c",
        "a..b",
        ".",
        "..",
        "...",
        "/",
        "../x",
        "../../etc/passwd",
        "a/b",
        "/a",
        "a b  c",
        "têšt",
        "te\u{301}st",
        "🦀",
        "a<b>&c",
        "\"'",
        "]]>",
        "<!--",
        "&amp;",
        "%2e%2e",
        "__class__.__init__",
        "a\\b",
        "a:b",
        "0",
        "-1",
        "system",
        "system.own",
        "x.system.multicall",
        &long,
    ];
    let mut methods = Methods::new();
    for name in names {
        methods = methods.register_fn(name.to_owned(), move |cx: RequestContext| cx.method().to_owned());
    }
    let dispatcher = Dispatcher::new(methods);
    for name in names {
        assert_eq!(give(&dispatcher, name).await, name.into());
        assert_eq!(dispatcher.call("system.methodHelp", (name,)).await, Ok(String::new()), "{name}");
    }
    let results = multicall(&dispatcher, names.map(|name| item(name, []))).await.unwrap();
    assert_eq!(results, names.map(|name| Ok(name.into())));

    let listed: BTreeSet<String> =
        dispatcher.call::<_, Vec<String>>("system.listMethods", ()).await.unwrap().into_iter().collect();
    assert!(names.iter().all(|&name| listed.contains(name)));

    let near: BTreeSet<String> = names
        .iter()
        .flat_map(|name| {
            let shorter: String = name.chars().skip(1).collect();
            let cut: String = name.chars().take(name.chars().count() - 1).collect();
            [format!("{name}x"), format!("x{name}"), format!("{name}.x"), name.to_uppercase(), shorter, cut]
        })
        .chain(["__class__", "__init__", "./.", "x", "a.b.c.__class__", "test", "a\u{a0}b"].map(str::to_owned))
        .filter(|near| !names.contains(&near.trim()) && !near.trim().is_empty())
        .collect();
    for name in near {
        assert_eq!(code(&dispatcher, &name).await, Fault::METHOD_NOT_FOUND, "{name}");
    }
}

#[test]
fn what_a_method_holds_may_change_the_table_when_it_is_dropped() {
    struct Plugin(Dispatcher);
    impl Drop for Plugin {
        fn drop(&mut self) {
            self.0.update_methods(|methods| methods.remove("of.plugin"));
        }
    }

    let dispatcher = Dispatcher::new(Methods::new().register_fn("of.plugin", || 1));
    let plugin = Plugin(dispatcher.clone());
    dispatcher.update_methods(|methods| {
        methods.register_fn("plugin", move || {
            let _ = &plugin;
        })
    });
    dispatcher.update_methods(|methods| methods.remove("plugin"));
    assert!(dispatcher.methods().is_empty());
}

#[test]
fn a_prefix_is_held_to_what_a_call_can_name() {
    let methods = || Methods::new().register_fn("a", || 1);
    assert!(methods().prefix("").contains("a"));
    let refused = catch_unwind(AssertUnwindSafe(|| methods().prefix(" x"))).unwrap_err();
    let text = refused.downcast_ref::<String>().unwrap();
    assert!(text.starts_with("no call can name method \" x.a\""), "{text}");
}
