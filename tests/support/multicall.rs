//! Calls of `system.multicall`, taken apart.

use tagwire::{Dispatcher, Fault, Struct, Value};

/// One call in a multicall.
pub(crate) fn item(method: &str, params: impl Into<Vec<Value>>) -> Value {
    Value::from(Struct::from([("methodName", Value::from(method)), ("params", Value::Array(params.into()))]))
}

/// What each call gave, or the fault of the whole.
pub(crate) async fn multicall(
    dispatcher: &Dispatcher,
    calls: impl Into<Vec<Value>>,
) -> Result<Vec<Result<Value, Fault>>, Fault> {
    let results: Vec<Value> = dispatcher.call("system.multicall", (calls.into(),)).await?;
    Ok(results.into_iter().map(outcome).collect())
}

fn outcome(result: Value) -> Result<Value, Fault> {
    match result {
        Value::Array(one) => {
            let [value]: [Value; 1] = one.try_into().unwrap();
            Ok(value)
        }
        Value::Struct(fault) => {
            assert_eq!(fault.len(), 2, "{fault:?}");
            let code = fault.get("faultCode").and_then(Value::as_i64).unwrap();
            Err(Fault::new(code, fault.get("faultString").and_then(Value::as_str).unwrap().to_owned()))
        }
        other => panic!("neither a result nor a fault: {other:?}"),
    }
}
