//! A call goes from XML into the function's arguments, and its result into XML, with nothing between.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it missed by panicking")]

use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use serde::{Deserialize, Serialize};
use tagwire::{Binary, DateTime, Dialect, Dispatcher, MethodCall, Value, de, methods, ser, xmlrpc_method};

#[xmlrpc_method]
async fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn document() -> Vec<u8> {
    MethodCall::new("add", (2, 3)).to_xml(&Dialect::default()).unwrap()
}

#[test]
fn reading_two_integers_allocates_nothing_but_the_method_name() {
    let document = document();
    let mut sum = 0;
    let typed = measure(|| {
        let call = MethodCall::<(i32, i32)>::from_xml(&document).unwrap();
        sum = call.params().0 + call.params().1;
    });
    assert_eq!(sum, 5);
    // `MethodCall` owns its name, which is the one allocation. A tree of values takes the array as well.
    assert_eq!(typed.count_total, 1, "{typed:?}");
    let tree = measure(|| drop(MethodCall::<Vec<Value>>::from_xml(&document).unwrap()));
    assert!(tree.count_total > typed.count_total, "{tree:?}");
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Record {
    id: i64,
    name: String,
    price: f64,
    active: bool,
    when: DateTime,
    blob: Binary,
    triple: (i32, i32, i32),
    note: Option<String>,
}

fn records() -> Vec<Record> {
    let record = |id| Record {
        id,
        name: "a <name> & more".to_owned(),
        price: 0.1,
        active: true,
        when: DateTime::new("20240102T03:04:05"),
        blob: Binary::from([7; 32]),
        triple: (1, -2, 3),
        note: None,
    };
    (0..100).map(record).collect()
}

#[test]
fn a_struct_is_read_with_the_allocations_of_its_fields() {
    let xml = ser::to_vec(&records(), &Dialect::default()).unwrap();
    let mut read = Vec::new();
    let reading = measure(|| read = de::from_slice::<Vec<Record>>(&xml).unwrap());
    assert_eq!(read, records());
    // A name, a date and a blob each. The name is joined of its pieces first, in the buffer that it keeps.
    let fields = 3 * 100;
    // The vector grows as it fills: 4, 8, 16, 32, 64, 128.
    assert!(reading.count_total <= fields + 6, "{reading:?}");
}

#[test]
fn writing_into_a_buffer_with_room_allocates_nothing() {
    let records = records();
    let length = ser::to_vec(&records, &Dialect::default()).unwrap().len();
    let mut out = Vec::with_capacity(length);
    let writing = measure(|| ser::append(&records, &mut out, &Dialect::default()).unwrap());
    assert_eq!((out.len(), writing.count_total), (length, 0), "{writing:?}");
}

#[test]
fn dispatching_a_call_allocates_what_dispatch_needs_and_no_value() {
    let dispatcher = Dispatcher::new(methods![add]);
    // Taking a share of the bytes for the first time allocates.
    let document = bytes::Bytes::from(document());
    let _shared = document.clone();
    let answer = || {
        let mut answer = std::pin::pin!(dispatcher.dispatch(document.clone()));
        let mut context = Context::from_waker(Waker::noop());
        match answer.as_mut().poll(&mut context) {
            Poll::Ready(response) => response,
            Poll::Pending => panic!("add waits for nothing"),
        }
    };
    // Whatever is set up once is set up now.
    answer();
    let mut response = Vec::new();
    let dispatch = measure(|| response = answer());
    assert!(response.ends_with(b"<value><int>5</int></value></param></params></methodResponse>"));
    // The boxed future, and the document of the answer. A context without headers and extensions takes none.
    assert_eq!(dispatch.count_total, 2, "{dispatch:?}");
}
