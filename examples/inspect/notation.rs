//! The notation of `tests/corpus/README.md`.

use base64::Engine as _;
use serde_json::{Value as Json, json};
use tagwire::{Error, MethodCall, MethodResponse, Value};

/// Which document is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Call,
    Response,
}

/// What a document holds, and whether it is sound.
pub(crate) fn show(document: &[u8], kind: Kind) -> (Json, bool) {
    let shown = match kind {
        Kind::Call => MethodCall::<Vec<Value>>::from_xml(document).map(|call| {
            let (method, params) = call.into_parts();
            json!({"call": {"method": method, "params": params.iter().map(value).collect::<Vec<_>>()}})
        }),
        Kind::Response => MethodResponse::<Value>::from_xml(document).map(|response| match response {
            MethodResponse::Value(result) => json!({"response": value(&result)}),
            MethodResponse::Fault(fault) => json!({"fault": {"code": fault.code(), "string": fault.string()}}),
        }),
    };
    match shown {
        Ok(shown) => (shown, true),
        Err(error) => (refused(&error), false),
    }
}

fn refused(error: &Error) -> Json {
    json!({"error": error.code(), "why": error.to_string()})
}

fn value(value: &Value) -> Json {
    match value {
        Value::Int(number) => json!({"int": number}),
        Value::I8(number) => json!({"i8": number.to_string()}),
        Value::Boolean(truth) => json!({"boolean": truth}),
        Value::String(text) => json!({"string": text}),
        Value::Double(number) => json!({"double": double(*number)}),
        Value::DateTime(date) => {
            let parsed = date.parts().map(|parts| {
                json!([
                    parts.year,
                    parts.month,
                    parts.day,
                    parts.hour,
                    parts.minute,
                    parts.second,
                    parts.nanosecond,
                    parts.offset
                ])
            });
            json!({"dateTime": date.as_str(), "parsed": parsed})
        }
        Value::Base64(bytes) => json!({"base64": base64::engine::general_purpose::STANDARD.encode(bytes)}),
        Value::BigInteger(text) => json!({"biginteger": text}),
        Value::BigDecimal(text) => json!({"bigdecimal": text}),
        Value::Struct(members) => {
            let members: Vec<Json> = members.iter().map(|(name, member)| json!([name, self::value(member)])).collect();
            json!({"struct": members})
        }
        Value::Array(elements) => json!({"array": elements.iter().map(self::value).collect::<Vec<_>>()}),
        Value::Nil => json!({"nil": true}),
        _ => json!({"unknown": value.value_type().as_str()}),
    }
}

/// The shortest text that reads back the same.
fn double(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    format!("{number:?}")
}
