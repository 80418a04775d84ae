//! Any value that can be written reads back the same: as XML, in a call, in a response, and through serde alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwire::{Dialect, MethodCall, MethodResponse, Value, de, ser};
use tagwire_fuzz::arbitrary;
use tagwire_fuzz::documents::show;
use tagwire_fuzz::same::{Dates, same};

fuzz_target!(|bytes: &[u8]| {
    let value = arbitrary::value(bytes);
    let dialect = Dialect::default().allow_none(true);

    let written = ser::to_vec(&value, &dialect).expect("it holds only what can be written");
    let read: Value = de::from_slice(&written).unwrap_or_else(|error| panic!("{error}: {}", show(&written)));
    assert!(same(&value, &read, Dates::ByText), "{value:?}\nwas written {}\nand read {read:?}", show(&written));

    let call = MethodCall::new("m", vec![value]);
    let written = call.to_xml(&dialect).expect("its parameter can be written");
    let read = MethodCall::<Vec<Value>>::from_xml(&written).expect("what was written can be read");
    assert_eq!(call, read);
    let [value] = <[Value; 1]>::try_from(read.into_parts().1).expect("one parameter");

    let response = MethodResponse::Value(value);
    let written = response.to_xml(&dialect).expect("its value can be written");
    let read = MethodResponse::<Value>::from_xml(&written).expect("what was written can be read");
    assert_eq!(response, read);
    let value = read.into_result().expect("a value");

    let through_serde: Value = de::from_value(ser::to_value(&value).expect("a value")).expect("a value");
    assert!(same(&value, &through_serde, Dates::ByText), "{value:?}\nbecame {through_serde:?}");
});
