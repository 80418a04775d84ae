//! The presets of [`Dialect`] and the programs that they are named for; rtorrent has a file of its own.

use std::process::Command;

use tagwire::{Binary, Client, DateTime, Dialect, MethodCall, MethodResponse, Struct, Value};

use crate::peers::{PYTHON, Running, XMLRPCPP};

#[tokio::test]
async fn cpython_understands_what_its_dialect_writes() {
    if !PYTHON.is_here() {
        return;
    }
    let python = PYTHON.start_server("server.py", &[]).await;
    let client = Client::builder(&python.url("/RPC2")).dialect(Dialect::cpython()).build().unwrap();

    let values: [(Value, &str); 22] = [
        (7.into(), "int 7"),
        (i32::MIN.into(), "int -2147483648"),
        (Value::I8(i64::MIN), "int -9223372036854775808"),
        (true.into(), "bool True"),
        (0.1.into(), "float 0.1"),
        (1e300.into(), "float 1e+300"),
        (f64::NAN.into(), "float nan"),
        (f64::INFINITY.into(), "float inf"),
        (f64::NEG_INFINITY.into(), "float -inf"),
        ("".into(), "str ''"),
        (" <&> \r\n 漢 😀 ".into(), r"str ' <&> \r\n 漢 😀 '"),
        (DateTime::new("20260102T03:04:05").into(), "DateTime 20260102T03:04:05"),
        (DateTime::new("00000000T00:00:00").into(), "DateTime 00000000T00:00:00"),
        (DateTime::new("2026-01-02T03:04:05.678+01:00").into(), "DateTime 2026-01-02T03:04:05.678+01:00"),
        (DateTime::new("tomorrow").into(), "DateTime tomorrow"),
        (Binary::from(*b"\0\xff").into(), "Binary 00ff"),
        (Value::Array(Vec::new()), "list []"),
        (Value::Array(vec![1.into(), "a".into(), Value::Array(Vec::new())]), "list [1, 'a', []]"),
        (Struct::new().into(), "dict {}"),
        (
            Struct::from([("b", 1.into()), ("a <&>", Struct::new().into()), ("", "".into())]).into(),
            "dict {'b': 1, 'a <&>': {}, '': ''}",
        ),
        (Value::BigInteger("123456789012345678901234567890".to_owned()), "int 123456789012345678901234567890"),
        (Value::BigDecimal("1.50".to_owned()), "Decimal Decimal('1.50')"),
    ];
    for (value, seen) in values {
        assert_eq!(client.call::<_, String>("describe", (&value,)).await.unwrap(), seen, "{value:?}");
    }

    // Python reads nil in any case, and writes it only when told to.
    assert!(client.call::<_, Value>("describe", (Value::Nil,)).await.unwrap_err().is_request());
    let nil = Client::builder(&python.url("/RPC2")).dialect(Dialect::cpython().allow_none(true)).build().unwrap();
    assert_eq!(nil.call::<_, String>("describe", (Value::Nil,)).await.unwrap(), "NoneType None");
}

/// Apache's library tells its extensions from other elements by their namespace, so a parser that knows namespaces,
/// Python's, must find them in it, and nothing else.
#[test]
fn apache_finds_extensions_in_its_namespace() {
    if !PYTHON.is_here() {
        return;
    }
    let extended = vec![
        Value::Nil,
        Value::I8(1 << 40),
        Value::BigInteger("1".to_owned()),
        Value::BigDecimal("1.5".to_owned()),
        Struct::from([("a", Value::Array(vec![Value::Nil]))]).into(),
    ];
    let plain: Vec<Value> = vec![1.into(), true.into(), 1.5.into(), "".into(), Binary::from(*b"a").into()];
    let values = [extended, plain, vec![DateTime::new("20260102T03:04:05").into()]].concat();
    let documents = [
        MethodCall::new("echo", &values).to_xml(&Dialect::apache()).unwrap(),
        MethodResponse::Value(&values).to_xml(&Dialect::apache()).unwrap(),
    ];
    for document in documents {
        let script = "import sys, xml.etree.ElementTree as E; [print(e.tag) for e in E.fromstring(sys.argv[1]).iter()]";
        let output = Command::new("python3").args(["-c", script]).arg(String::from_utf8(document).unwrap()).output();
        let printed = String::from_utf8(output.unwrap().stdout).unwrap();

        let envelope =
            ["methodCall", "methodResponse", "methodName", "params", "param", "value", "data", "member", "name"];
        let types: Vec<_> = printed.lines().filter(|tag| !envelope.contains(tag)).collect();
        let types = types.join(" ").replace("{http://ws.apache.org/xmlrpc/namespaces/extensions}", "ex:");
        let sent = "ex:nil ex:i8 ex:biginteger ex:bigdecimal struct array ex:nil int boolean double string base64 dateTime.iso8601";
        assert_eq!(types.trim_start_matches("array "), sent);
    }
}

#[tokio::test]
async fn xmlrpcpp_gives_back_what_its_dialect_writes() {
    let Some(server) = start_xmlrpcpp().await else { return };
    let client = Client::builder(&server.url("/RPC2")).dialect(Dialect::xmlrpcpp()).build().unwrap();

    let every_byte: Vec<u8> = (0..=255).collect();
    let values: Vec<Value> = vec![
        0.into(),
        (-1).into(),
        i32::MAX.into(),
        i32::MIN.into(),
        true.into(),
        false.into(),
        0.0.into(),
        (-0.0).into(),
        0.1.into(),
        (1.0 / 3.0).into(),
        1e300.into(),
        5e-324.into(),
        f64::MAX.into(),
        "".into(),
        " \t\n ".into(),
        "  padded ".into(),
        r#"<a href="x">&amp; ]]> 'quoted' </string></value>"#.into(),
        "Grüße 漢字 😀".into(),
        "x".repeat(100_000).into(),
        DateTime::new("20260102T03:04:05").into(),
        Binary::from(Vec::new()).into(),
        Binary::from(*b"\0").into(),
        Binary::from(every_byte.repeat(20)).into(),
        Value::Array(Vec::new()),
        Value::Array(vec![1.into(), "a".into(), Value::Array(vec![Value::Array(Vec::new()), false.into()])]),
        Struct::new().into(),
        // It sorts the members.
        Struct::from([("", "".into()), ("a b", Struct::from([("c", 1.5.into())]).into()), ("ü", 3.into())]).into(),
    ];
    for value in values {
        assert_eq!(client.call::<_, Value>("echo", (&value,)).await.unwrap(), value);
    }
}

#[tokio::test]
async fn xmlrpcpp_dialect_refuses_what_xmlrpcpp_does_not_know() {
    let Some(server) = start_xmlrpcpp().await else { return };
    let anything = Client::builder(&server.url("/RPC2")).dialect(Dialect::default().allow_none(true)).build().unwrap();

    let unknown = [
        ("32 bits", Value::I8(i64::from(i32::MAX) + 1)),
        ("nil", Value::Nil),
        ("biginteger", Value::BigInteger("1".to_owned())),
        ("bigdecimal", Value::BigDecimal("1.5".to_owned())),
    ];
    for (name, value) in unknown {
        let fault = anything.call::<_, Value>("echo", (&value,)).await.unwrap_err().into_fault().unwrap();
        assert_eq!((fault.code(), fault.string()), (7, "nothing that XmlRpc++ understands"), "{name}");

        let error = MethodCall::new("echo", (&value,)).to_xml(&Dialect::xmlrpcpp()).unwrap_err();
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
}

/// Why there is a dialect for it: nothing of this is an error there.
#[tokio::test]
async fn xmlrpcpp_misreads_in_silence() {
    let Some(server) = start_xmlrpcpp().await else { return };
    let anything = Client::builder(&server.url("/RPC2")).dialect(Dialect::default().allow_none(true)).build().unwrap();

    let one = Value::Array(vec![1.into()]);
    let misread: [(Value, Value); 4] = [
        // An array ends before what is unknown.
        (Value::Array(vec![1.into(), Value::Nil, 3.into()]), one.clone()),
        (Value::Array(vec![1.into(), Value::I8(1 << 40), 3.into()]), one),
        // There are no character references, and in the names of members no references at all.
        ("a\rb".into(), "a&#13;b".into()),
        (Struct::from([("a<&>", 1.into())]).into(), Struct::from([("a&lt;&amp;&gt;", 1.into())]).into()),
    ];
    for (sent, understood) in misread {
        assert_eq!(anything.call::<_, Value>("echo", (&sent,)).await.unwrap(), understood);
    }
}

/// Nothing where that peer is not wanted.
async fn start_xmlrpcpp() -> Option<Running> {
    if !XMLRPCPP.is_here() {
        return None;
    }
    let program = XMLRPCPP.compile("echo.cc", &["-lxmlrpcpp", "-pthread"]);
    Some(Running::start(Command::new(program)).await)
}
