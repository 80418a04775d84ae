//! Whatever the bytes are, reading them as a call ends in a call or a sound error, and what was read can be written.
#![no_main]

use std::collections::BTreeMap;
use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;
use tagwire::{Dialect, Error, MethodCall, Value};
use tagwire_fuzz::documents::{agree, judge, rewrite};
use tagwire_fuzz::typed::{Either, Open, Record, Shape};

fuzz_target!(|document: &[u8]| {
    let call = MethodCall::<Vec<Value>>::from_xml(document);
    match &call {
        Ok(call) => {
            call.params().iter().for_each(rewrite);
            rewrite_call(call);
        }
        Err(error) => judge(error, document),
    }
    let tree = call.map(|call| Value::Array(call.into_parts().1));
    // Not compared: as parameters `()` means that there are none, as a value it is whatever there is.
    if let Err(error) = MethodCall::<()>::from_xml(document) {
        judge(&error, document);
    }
    read_as::<(i32, String, Vec<Value>)>(document, &tree);
    read_as::<(Record,)>(document, &tree);
    read_as::<(Shape,)>(document, &tree);
    read_as::<(Open,)>(document, &tree);
    read_as::<(BTreeMap<String, i32>,)>(document, &tree);
    read_as::<Vec<Either>>(document, &tree);
    read_as::<Vec<i64>>(document, &tree);
    read_as::<Vec<String>>(document, &tree);
    read_as::<Vec<Option<bool>>>(document, &tree);
    read_as::<Vec<()>>(document, &tree);
});

fn read_as<P: DeserializeOwned + Debug + PartialEq>(document: &[u8], tree: &Result<Value, Error>) {
    let typed = MethodCall::<P>::from_xml(document);
    if let Err(error) = &typed {
        judge(error, document);
    }
    agree(tree, &typed.map(|typed| typed.into_parts().1), tagwire::de::from_value);
}

fn rewrite_call(call: &MethodCall) {
    let dialect = Dialect::default().allow_none(true);
    let Ok(written) = call.to_xml(&dialect) else { return };
    let read = MethodCall::<Vec<Value>>::from_xml(&written).expect("what was written can be read");
    assert_eq!(call.name(), read.name());
    assert_eq!(call.params().len(), read.params().len());
    assert_eq!(written, read.to_xml(&dialect).expect("it was written before"));
}
