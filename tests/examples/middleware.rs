//! The example `middleware`, run as a program: what its layers do with calls, and with those inside a multicall.

use tagwire::{Client, Fault, Value};

use crate::support::server::{Program, fault};

#[tokio::test]
async fn a_method_that_needs_a_token() {
    let program = Program::start("middleware");
    let anybody = program.client();
    assert_eq!(anybody.call::<_, String>("echo", ("hello",)).await.unwrap(), "hello");
    let refused = Fault::new(401, "admin.reload is not for everybody");
    assert_eq!(fault(&anybody, "admin.reload", ()).await, refused);
    assert_eq!(fault(&with_credentials(&program, "admin:guess"), "admin.reload", ()).await, refused);
    let admin = with_credentials(&program, "admin:secret");
    assert_eq!(admin.call::<_, String>("admin.reload", ()).await.unwrap(), "reloaded");
}

#[tokio::test]
async fn a_multicall_is_no_way_around_it() {
    let program = Program::start("middleware");
    let calls = (vec![call("echo", vec!["hello".into()]), call("admin.reload", Vec::new())],);
    let results: Vec<Value> = program.client().call("system.multicall", &calls).await.unwrap();
    assert_eq!(results[0], Value::Array(vec!["hello".into()]));
    assert_eq!(code(&results[1]), Some(401));
    let admin = with_credentials(&program, "admin:secret");
    let results: Vec<Value> = admin.call("system.multicall", &calls).await.unwrap();
    assert_eq!(results[1], Value::Array(vec!["reloaded".into()]));
}

#[tokio::test]
async fn calls_beyond_the_rate_are_turned_away() {
    let program = Program::start("middleware");
    let client = program.client();
    let calls = vec![call("echo", vec!["hello".into()]); 500];
    let results: Vec<Value> = client.call("system.multicall", (calls,)).await.unwrap();
    let (served, refused): (Vec<_>, Vec<_>) = results.iter().partition(|result| code(result).is_none());
    assert!(served.len() >= 99 && !refused.is_empty(), "{} of {}", refused.len(), results.len());
    assert!(served.iter().all(|result| **result == Value::Array(vec!["hello".into()])));
    for result in refused {
        assert_eq!(code(result), Some(Fault::APPLICATION));
        assert_eq!(result.get("faultString"), Some(&"server overloaded".into()));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn every_call_is_timed() {
    let mut program = Program::start("middleware");
    program.read_invitation();
    let client = program.client();
    let calls = (vec![call("echo", vec!["hello".into()]), call("admin.reload", Vec::new())],);
    client.call::<_, Value>("system.multicall", &calls).await.unwrap();
    program.signal("TERM");
    let (code, stdout, stderr) = program.end();
    assert_eq!((code, stderr.as_str()), (0, ""));
    let lines: Vec<_> = stdout.lines().map(|line| line.split(" after ").next().unwrap()).collect();
    assert_eq!(lines, ["echo: done", "admin.reload: refused", "system.multicall: done", "stopped"]);
}

fn with_credentials(program: &Program, credentials: &str) -> Client {
    Client::new(&program.url.replace("http://", &format!("http://{credentials}@"))).unwrap()
}

/// One call of a multicall.
fn call(method: &str, params: Vec<Value>) -> Value {
    let members = [("methodName", method.into()), ("params", Value::Array(params))];
    Value::Struct(members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
}

/// That of a fault.
fn code(result: &Value) -> Option<i64> {
    result.get("faultCode").and_then(Value::as_i64)
}
