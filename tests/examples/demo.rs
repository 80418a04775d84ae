//! The example `demo`, run as a program: its functions, what it prints, its signals and exit codes.

use std::net::TcpListener;

use tagwire::{Binary, Client, DateTime, Dialect, Fault, Struct, Value};

use crate::support::program::example;
use crate::support::server::{Program, fault};

// ── functions ──

#[tokio::test]
async fn the_functions_of_pythons_demo() {
    let demo = Program::start("demo");
    let client = demo.client();
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    assert_eq!(client.call::<_, i64>("pow", (2, 10)).await.unwrap(), 1024);
    assert_eq!(client.call::<_, i64>("pow", (-3, 3)).await.unwrap(), -27);
    assert_eq!(client.call::<_, i64>("pow", (2, 62)).await.unwrap(), 1 << 62);
    assert_eq!(client.call::<_, Value>("getData", ()).await.unwrap(), Value::String("42".to_owned()));

    let time: Value = client.call("currentTime.getCurrentTime", ()).await.unwrap();
    let Value::DateTime(time) = time else { panic!("{time:?}") };
    let digits = time.as_str().replace(|c: char| c.is_ascii_digit(), "9");
    assert_eq!(digits, "99999999T99:99:99", "{time}");
}

#[tokio::test]
async fn division_rounds_down() {
    let demo = Program::start("demo");
    let client = &demo.client();
    for (a, b, quotient) in [
        (7, 2, 3),
        (-7, 2, -4),
        (7, -2, -4),
        (-7, -2, 3),
        (6, 3, 2),
        (-6, 3, -2),
        (6, -3, -2),
        (-6, -3, 2),
        (0, -5, 0),
        (1, -2, -1),
        (-1, 2, -1),
        (i32::MAX, -1, -i32::MAX),
        (i32::MIN, 1, i32::MIN),
    ] {
        assert_eq!(client.call::<_, i32>("div", (a, b)).await.unwrap(), quotient, "{a} // {b}");
    }
    assert_eq!(fault(client, "div", (1, 0)).await, Fault::application("division by zero"));
}

#[tokio::test]
async fn a_result_that_is_too_large_is_an_application_fault() {
    let demo = Program::start("demo");
    let client = &demo.client();
    assert_eq!(fault(client, "div", (i32::MIN, -1)).await.code(), -32500);
    assert_eq!(fault(client, "add", (i32::MAX, 1)).await.code(), -32500);
    assert_eq!(fault(client, "pow", (2, 63)).await.code(), -32500);
}

#[tokio::test]
async fn wrong_calls_are_faults() {
    let demo = Program::start("demo");
    let client = &demo.client();
    assert_eq!(fault(client, "add", (1, "x")).await.code(), -32602);
    assert_eq!(fault(client, "add", (1,)).await.code(), -32602);
    assert_eq!(fault(client, "pow", (2, -1)).await.code(), -32602);
    assert_eq!(fault(client, "sleep", (-1,)).await.code(), -32602);
    assert_eq!(fault(client, "sleep", (61,)).await.code(), -32602);
    assert_eq!(fault(client, "missing", ()).await.code(), -32601);
}

#[tokio::test]
async fn echo_gives_any_value_back() {
    let demo = Program::start("demo");
    let client = Client::builder(&demo.url).dialect(Dialect::default().allow_none(true)).build().unwrap();
    let scalars = vec![
        Value::Int(-5),
        Value::I8(i64::MAX),
        Value::Boolean(true),
        Value::Boolean(false),
        Value::String(" <a> & \r\n\"é\u{1f980}\" ".to_owned()),
        Value::String(String::new()),
        Value::Double(-0.1),
        Value::DateTime(DateTime::new("20260131T12:00:00")),
        Value::Base64(Binary::from(vec![0, 255, 10])),
        Value::BigInteger("123456789012345678901234567890".to_owned()),
        Value::BigDecimal("0.10".to_owned()),
        Value::Nil,
        Value::Array(Vec::new()),
        Value::Struct(Struct::new()),
    ];
    let names = (1..=scalars.len()).map(|at| format!("{} {at} <ü>", scalars.len() - at));
    let structure = Value::Struct(names.zip(scalars.iter().cloned()).collect());
    let array = Value::Array(scalars.iter().cloned().chain([structure.clone()]).collect());
    for value in scalars.into_iter().chain([structure, array]) {
        let echoed: Value = client.call("echo", (&value,)).await.unwrap();
        assert_eq!(echoed, value);
    }
}

#[tokio::test]
async fn sleep_lets_other_calls_go_on() {
    let demo = Program::start("demo");
    let client = demo.client();
    assert_eq!(client.call::<_, f64>("sleep", (0.01,)).await.unwrap(), 0.01);
    // Not half a minute later: the client would have given up.
    let asleep = tokio::spawn({
        let client = client.clone();
        async move { client.call::<_, f64>("sleep", (60.0,)).await }
    });
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    assert!(!asleep.is_finished());
    asleep.abort();
}

#[tokio::test]
async fn it_tells_of_its_methods() {
    let demo = Program::start("demo");
    let client = demo.client();
    let names: Vec<String> = client.call("system.listMethods", ()).await.unwrap();
    for name in ["add", "currentTime.getCurrentTime", "div", "echo", "getData", "pow", "sleep", "system.listMethods"] {
        assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
    }
    assert!(names.is_sorted(), "{names:?}");
    for name in &names {
        let help: String = client.call("system.methodHelp", (name,)).await.unwrap();
        assert!(!help.is_empty(), "{name}");
    }
    let help: String = client.call("system.methodHelp", ("add",)).await.unwrap();
    assert_eq!(help, "Adds two integers.");

    for (name, signature) in [
        ("add", "int int int"),
        ("getData", "string"),
        ("currentTime.getCurrentTime", "dateTime.iso8601"),
        ("sleep", "double double"),
    ] {
        let signatures: Vec<Vec<String>> = client.call("system.methodSignature", (name,)).await.unwrap();
        assert_eq!(signatures.iter().map(|words| words.join(" ")).collect::<Vec<_>>(), [signature], "{name}");
    }
    assert_eq!(fault(&client, "system.methodHelp", ("missing",)).await.code(), -32601);
}

#[tokio::test]
async fn several_calls_in_one() {
    let demo = Program::start("demo");
    let client = demo.client();
    let call = |name: &str, params: Vec<Value>| {
        let members = [("methodName", Value::String(name.to_owned())), ("params", Value::Array(params))];
        Value::Struct(members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
    };
    let calls = vec![
        call("add", vec![Value::Int(2), Value::Int(3)]),
        call("div", vec![Value::Int(1), Value::Int(0)]),
        call("getData", Vec::new()),
    ];
    let results: Vec<Value> = client.call("system.multicall", (calls,)).await.unwrap();
    assert_eq!(results.len(), 3);
    assert_eq!(results[0], Value::Array(vec![Value::Int(5)]));
    let Value::Struct(fault) = &results[1] else { panic!("{results:?}") };
    assert_eq!(fault.get("faultCode"), Some(&Value::Int(-32500)));
    assert_eq!(fault.get("faultString"), Some(&Value::String("division by zero".to_owned())));
    assert_eq!(results[2], Value::Array(vec![Value::String("42".to_owned())]));
}

// ── the program ──

#[test]
fn it_says_how_to_call_it() {
    let mut demo = Program::start("demo");
    let lines = demo.read_invitation();
    for word in ["python3 -c", "ServerProxy", "curl --"] {
        let line = lines.lines().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{word}: {lines}"));
        assert!(line.contains(&demo.url), "{line}");
    }
    assert!(lines.contains("add(2, 3) -> 5\n"), "{lines}");
}

#[cfg(unix)]
#[test]
fn signals_stop_it() {
    for signal in ["TERM", "INT"] {
        let mut demo = Program::start("demo");
        demo.read_invitation();
        demo.signal(signal);
        assert_eq!(demo.end(), (0, "stopped\n".to_owned(), String::new()), "{signal}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_connection_that_is_open_does_not_keep_it_from_stopping() {
    let mut demo = Program::start("demo");
    let client = demo.client();
    client.call::<_, i32>("add", (2, 3)).await.unwrap();
    demo.read_invitation();
    demo.signal("TERM");
    assert_eq!(demo.end(), (0, "stopped\n".to_owned(), String::new()));
    assert!(client.call::<_, i32>("add", (2, 3)).await.unwrap_err().is_transport());
}

/// Whoever waits for the first line may stop it right after.
#[cfg(unix)]
#[test]
fn it_can_be_stopped_as_soon_as_it_listens() {
    for time in 1..=10 {
        let mut demo = Program::start("demo");
        demo.signal("TERM");
        let (code, stdout, stderr) = demo.end();
        assert_eq!((code, stderr.as_str()), (0, ""), "{time}: {stdout}");
        assert!(stdout.ends_with("stopped\n"), "{time}: {stdout}");
    }
}

#[test]
fn help_is_exit_code_0() {
    for word in ["--help", "-h"] {
        let (code, stdout, stderr) = run(&[word]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{word}");
        assert!(stdout.contains("usage: demo [--listen ADDR]"), "{stdout}");
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for (arguments, part) in [
        (&["--unknown"][..], "--unknown"),
        (&["127.0.0.1:0"], "127.0.0.1:0"),
        (&["--listen"], "--listen"),
        (&["--listen", "127.0.0.1:0", "more"], "more"),
    ] {
        let (code, stdout, stderr) = run(arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(stderr.contains(part) && stderr.contains("usage"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_port_in_use_is_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, stdout, stderr) = run(&["--listen", &address]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains(&address) && stderr.contains("in use"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = example("demo").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
