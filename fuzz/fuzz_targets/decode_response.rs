//! Whatever the bytes are, reading them as a response ends in a result, a fault or a sound error.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use tagwire::{Binary, DateTime, Dialect, Fault, MethodResponse, Value};
use tagwire_fuzz::documents::{judge, response_as, rewrite};
use tagwire_fuzz::typed::{Either, Open, Record, Shape};

fuzz_target!(|document: &[u8]| {
    let tree = match MethodResponse::<Value>::from_xml(document) {
        Ok(MethodResponse::Fault(fault)) => return refault(&fault),
        Ok(MethodResponse::Value(value)) => {
            rewrite(&value);
            Ok(value)
        }
        Err(error) => {
            judge(&error, document);
            Err(error)
        }
    };
    response_as::<i32>(document, &tree);
    response_as::<u64>(document, &tree);
    response_as::<bool>(document, &tree);
    response_as::<String>(document, &tree);
    response_as::<char>(document, &tree);
    response_as::<DateTime>(document, &tree);
    response_as::<Binary>(document, &tree);
    response_as::<Option<Vec<i32>>>(document, &tree);
    response_as::<(i32, String)>(document, &tree);
    response_as::<BTreeMap<String, Value>>(document, &tree);
    response_as::<Record>(document, &tree);
    response_as::<Open>(document, &tree);
    response_as::<Shape>(document, &tree);
    response_as::<Either>(document, &tree);
});

/// A fault that was read is written and reads back as the same.
fn refault(fault: &Fault) {
    let written =
        MethodResponse::<Value>::Fault(fault.clone()).to_xml(&Dialect::default()).expect("a fault can be written");
    match MethodResponse::<Value>::from_xml(&written).expect("what was written can be read") {
        MethodResponse::Fault(read) => assert_eq!(*fault, read),
        MethodResponse::Value(value) => panic!("a fault came back as {value:?}"),
    }
}
