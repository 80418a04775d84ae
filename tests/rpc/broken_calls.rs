//! Documents that break where nobody wants to know what they hold: the call is refused all the same, and as what it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tagwire::{Dialect, Dispatcher, Fault, MethodResponse, Methods, RequestContext, Value, blocking};

fn document(method: &str, params: &str) -> String {
    format!("<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>")
}

async fn answer(dispatcher: &Dispatcher, document: String) -> Result<Value, Fault> {
    match MethodResponse::from_xml(&dispatcher.dispatch(document).await).unwrap() {
        MethodResponse::Value(value) => Ok(value),
        MethodResponse::Fault(fault) => Err(fault),
    }
}

async fn code(dispatcher: &Dispatcher, document: String) -> i64 {
    answer(dispatcher, document).await.unwrap_err().code()
}

/// Who sends a broken document hears of that first, whatever else is wrong with the call.
#[tokio::test]
async fn a_broken_document_is_told_before_an_unknown_name() {
    let dispatcher = Dispatcher::new(Methods::new());
    for (params, expected) in [
        ("<param><value>1</value></param>", Fault::METHOD_NOT_FOUND),
        ("<param><value><array><data></value></param>", Fault::NOT_WELL_FORMED),
        ("<param><value>1</value></param><param><value><int>1</value></param>", Fault::NOT_WELL_FORMED),
        ("<param><value>&#1;</value></param>", Fault::INVALID_CHARACTER),
        ("<param/>", Fault::INVALID_REQUEST),
    ] {
        assert_eq!(code(&dispatcher, document("unknown", params)).await, expected, "{params}");
    }
}

#[tokio::test]
async fn parameters_that_are_ignored_must_be_sound() {
    let dispatcher = Dispatcher::new(Methods::new());
    assert!(answer(&dispatcher, document("system.listMethods", "<param><value>1</value></param>")).await.is_ok());
    for broken in ["<param><value><array></value></param>", "<param><value><int></value></param>"] {
        assert_eq!(code(&dispatcher, document("system.listMethods", broken)).await, Fault::NOT_WELL_FORMED, "{broken}");
    }
    let one = "<param><value>1</value></param>";
    assert_eq!(code(&dispatcher, document("system.getCapabilities", one)).await, Fault::INVALID_PARAMS);
}

#[tokio::test]
async fn a_multicall_that_breaks_inside_an_item_runs_nothing() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    let methods = Methods::new().register_fn("count", move || counter.fetch_add(1, Ordering::SeqCst));
    let dispatcher = Dispatcher::new(methods);
    let good = "<value><struct><member><name>methodName</name><value>count</value></member>\
                <member><name>params</name><value><array><data></data></array></value></member></struct></value>";
    let multicall = |items: &str| {
        let array = format!("<param><value><array><data>{items}</data></array></value></param>");
        document("system.multicall", &array)
    };
    for (broken, expected) in [
        ("<value><int>1</i4></value>", Fault::NOT_WELL_FORMED),
        ("<value><array><data></array></value>", Fault::NOT_WELL_FORMED),
        (
            "<value><struct><member><name>x</name><value><array></value></member></struct></value>",
            Fault::NOT_WELL_FORMED,
        ),
        ("<value><struct><member><name>x</name></member></struct></value>", Fault::INVALID_REQUEST),
        ("<x/>", Fault::INVALID_REQUEST),
    ] {
        assert_eq!(code(&dispatcher, multicall(&format!("{good}{broken}"))).await, expected, "{broken}");
        assert_eq!(calls.load(Ordering::SeqCst), 0, "{broken}");
    }
    // An item that is sound and no struct is the fault of that item.
    let Ok(Value::Array(results)) = answer(&dispatcher, multicall(&format!("{good}<value><int>1</int></value>"))).await
    else {
        panic!("the whole is refused");
    };
    assert_eq!((results.len(), calls.load(Ordering::SeqCst)), (2, 1));
}

/// By the letter a struct has each name once, and of a call in a multicall it matters which one counts.
#[tokio::test]
async fn a_strict_multicall_has_no_member_twice() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    let methods = Methods::new().register_fn("count", move || counter.fetch_add(1, Ordering::SeqCst));
    let item = |names: &[&str]| {
        let names = names.iter().map(|name| format!("<member><name>methodName</name><value>{name}</value></member>"));
        let params = "<member><name>params</name><value><array><data></data></array></value></member>";
        let members = names.collect::<String>() + params;
        let array = format!("<array><data><value><struct>{members}</struct></value></data></array>");
        document("system.multicall", &format!("<param><value>{array}</value></param>"))
    };
    let strict = Dispatcher::new(methods.clone()).dialect(Dialect::strict());
    assert_eq!(code(&strict, item(&["other", "count"])).await, Fault::INVALID_REQUEST);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    assert_eq!(code(&strict, item(&["count</name>"])).await, Fault::NOT_WELL_FORMED);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    assert!(answer(&strict, item(&["count"])).await.is_ok());
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    // Otherwise the last one counts.
    assert!(answer(&Dispatcher::new(methods), item(&["other", "count"])).await.is_ok());
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_is_no_call_is_no_request() {
    let dispatcher = Dispatcher::new(Methods::new());
    let read = |document: &'static str, charset: Option<&str>| {
        let request = dispatcher.read_call(document.into(), charset, RequestContext::default());
        request.map(|request| request.method().to_owned()).map_err(|error| error.code())
    };
    let sound = "<methodCall><methodName>m</methodName></methodCall>";
    assert_eq!(read(sound, None), Ok("m".to_owned()));
    assert_eq!(read(sound, Some("x-none")), Err(Fault::UNSUPPORTED_ENCODING));
    assert_eq!(read("", None), Err(Fault::NOT_WELL_FORMED));
    assert_eq!(read("<methodCall>", None), Err(Fault::NOT_WELL_FORMED));
    assert_eq!(read("<methodResponse/>", None), Err(Fault::INVALID_REQUEST));
    assert_eq!(read("<methodCall><methodName> </methodName></methodCall>", None), Err(Fault::METHOD_NOT_FOUND));
    // The same for a call from the program itself.
    assert_eq!(dispatcher.call::<_, i32>(" ", ()).await.unwrap_err().code(), Fault::METHOD_NOT_FOUND);
}

#[tokio::test]
async fn a_blocking_function_is_not_begun_with_an_argument_that_does_not_fit() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    let work = blocking(move |n: i32| {
        counter.fetch_add(1, Ordering::SeqCst);
        n
    });
    let dispatcher = Dispatcher::new(Methods::new().register_fn("work", work));
    for fault in [
        dispatcher.call::<_, i32>("work", ("one",)).await.unwrap_err(),
        dispatcher.call::<_, i32>("work", ()).await.unwrap_err(),
        dispatcher.call::<_, i32>("work", (1, 2)).await.unwrap_err(),
    ] {
        assert_eq!(fault.code(), Fault::INVALID_PARAMS, "{fault}");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    assert_eq!(dispatcher.call("work", (3,)).await, Ok(3));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_list_of_methods_is_held_to_the_size_of_a_response() {
    let mut methods = Methods::new();
    for n in 0..100 {
        methods = methods.register_fn(format!("method{n}"), || 1);
    }
    let dispatcher = Dispatcher::new(methods);
    let names: Vec<String> = dispatcher.call("system.listMethods", ()).await.unwrap();
    assert_eq!(names.len(), 106);
    let narrow = dispatcher.max_response_size(1000);
    let fault = narrow.call::<_, Vec<String>>("system.listMethods", ()).await.unwrap_err();
    assert_eq!(fault.code(), Fault::INTERNAL_ERROR, "{fault}");
}
