//! Perl's `RPC::XML::Server` as our client sees it.

use tagwire::{Binary, DateTime, Struct, Value};

use crate::echo::{self, Exception, Outcome, assert_fault, client, echo_tests};
use crate::peers::{PERL, Running};

pub(crate) const EXCEPTIONS: &[Exception] = &[Exception {
    values: &["least normal double", "5e-324"],
    reason: "it writes twenty decimals",
    seen: Outcome::Same,
    comes: Outcome::Other(|_| 0.0.into()),
}];

echo_tests!();

#[tokio::test]
async fn every_type() {
    let Some(perl) = start().await else { return };

    let expected = [
        ("int", Value::Int(i32::MIN)),
        ("i4", 7.into()),
        ("i8", Value::I8(i64::MIN)),
        ("boolean", true.into()),
        ("double", 0.1.into()),
        ("string", " a\tb\n<&> é😀 ".into()),
        ("base64", Binary::from((0..=255).collect::<Vec<u8>>()).into()),
        ("dateTime", DateTime::new("20240229T12:34:56").into()),
        ("array", Value::Array(vec![1.into(), Value::Array(Vec::new()), Value::Array(vec!["two".into()])])),
        ("struct", Struct::from([("b", 1.into()), ("", Struct::new().into())]).into()),
        ("nil", Value::Nil),
    ];
    echo::check_every_type(&perl, expected).await;
}

/// What a method does that does not say what it returns: it is given no types, and they are guessed from the text.
#[tokio::test]
async fn types_are_guessed() {
    let Some(perl) = start().await else { return };

    let dated = || Value::DateTime(DateTime::new("20240229T12:34:56"));
    let guesses: [(Value, Value); 12] = [
        (7.into(), 7.into()),
        (Value::I8(1 << 40), Value::I8(1 << 40)),
        (0.5.into(), 0.5.into()),
        ("text".into(), "text".into()),
        (dated(), dated()),
        (Binary::from(*b"bytes").into(), "bytes".into()),
        (true.into(), 1.into()),
        ("12".into(), 12.into()),
        ("007".into(), 7.into()),
        ("1.50".into(), 1.5.into()),
        ("20240229T12:34:56".into(), dated()),
        (Value::Array(vec![1.0.into(), "1".into(), Value::Nil]), Value::Array(vec![1.0.into(), 1.into(), Value::Nil])),
    ];
    for (sent, guessed) in guesses {
        assert_eq!(client(&perl).call::<_, Value>("guess", (&sent,)).await.unwrap(), guessed, "{sent:?}");
    }
}

#[tokio::test]
async fn faults() {
    let Some(perl) = start().await else { return };

    echo::check_faults(&perl).await;
    assert_fault(&perl, "die", (), 300, "Code execution error: Method die returned error: for no reason\n").await;
    let signature = "Method signature error: method add has no matching signature for the argument list: [string]";
    assert_fault(&perl, "add", ("one",), 201, signature).await;
}

#[tokio::test]
async fn unknown_method() {
    let Some(perl) = start().await else { return };

    let unknown = "Method lookup error: No method 'Unknown method: no.such' on server";
    assert_fault(&perl, "no.such", (), 200, unknown).await;
}

#[tokio::test]
async fn introspection() {
    let Some(perl) = start().await else { return };
    let system = client(&perl).system();

    let methods = system.list_methods().await.unwrap();
    assert!(methods.is_sorted() && methods.contains(&"add".to_owned()), "{methods:?}");
    assert!(methods.contains(&"system.multicall".to_owned()), "{methods:?}");
    assert_eq!(system.method_help("add").await.unwrap(), "Adds two numbers.");
    assert_eq!(system.method_help("echo").await.unwrap(), "");
    let signatures = system.method_signature("add").await.unwrap();
    assert_eq!(signatures, [["int", "int", "int"], ["double", "double", "double"]]);

    assert_fault(&perl, "system.methodHelp", ("no.such",), 302, "system.methodHelp: Method no.such unknown").await;
    assert!(system.method_exist("add").await.unwrap_err().is_fault());
    assert!(system.capabilities().await.unwrap_err().is_fault());
}

/// It does not wrap results.
#[tokio::test]
async fn multicall() {
    let Some(perl) = start().await else { return };

    let mut batch = client(&perl).multicall();
    let sum = batch.call::<_, i32>("add", (2, 3));
    let text = batch.call::<_, String>("echo", ("<text>",));
    let list = batch.call::<_, Vec<String>>("echo", (["one"],));
    let results = batch.send().await.unwrap();
    assert_eq!(results.get(sum).unwrap(), 5);
    assert_eq!(results.get(text).unwrap(), "<text>");
    assert_eq!(results.get(list).unwrap(), ["one"]);
}

/// Nothing tells these from results that are wrapped as they should be, but who knows the server.
#[tokio::test]
async fn multicall_of_nothing_but_arrays_of_one() {
    let Some(perl) = start().await else { return };

    for (bare, expected) in [
        (true, [Value::Array(vec!["one".into()]), Value::Array(vec!["two".into()])]),
        (false, ["one".into(), "two".into()]),
    ] {
        let mut batch = client(&perl).multicall().bare_results(bare);
        let lists = [batch.call::<_, Value>("echo", (["one"],)), batch.call("echo", (["two"],))];
        let results = batch.send().await.unwrap();
        assert_eq!(lists.map(|list| results.get(list).unwrap()), expected);
    }
}

/// One fault is the end of all calls, and what it answers then is a struct with a `<fault>` in it.
#[tokio::test]
async fn multicall_with_a_fault() {
    let Some(perl) = start().await else { return };

    let mut batch = client(&perl).multicall();
    let sum = batch.call::<_, i32>("add", (2, 3));
    batch.call::<_, Value>("fail", (7, "no"));
    let error = batch.send().await.unwrap_err();
    assert!(error.error().is_type_mismatch(), "{error:?}");
    assert_eq!(error.calls(), 0..2);
    assert!(error.results().get(sum).is_err());
}

#[tokio::test]
async fn multicall_falls_back_where_there_is_none() {
    let Some(perl) = start_with(&["--no-system"]).await else { return };

    let mut batch = client(&perl).multicall().fall_back(true);
    let sum = batch.call::<_, i32>("add", (2, 3));
    let lost = batch.call::<_, Value>("fail", (7, "no"));
    let results = batch.send().await.unwrap();
    assert_eq!(results.get(sum).unwrap(), 5);
    assert_eq!(results.get(lost).unwrap_err().fault().unwrap().code(), 7);
}

async fn start() -> Option<Running> {
    start_with(&[]).await
}

async fn start_with(options: &[&str]) -> Option<Running> {
    PERL.start_if_here("server.pl", options).await
}
