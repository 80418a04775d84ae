//! The presets of [`Dialect`] and the programs that they are named for.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use serde::Serialize;
use tagwire::{Binary, Client, DateTime, Dialect, Fault, MethodCall, MethodResponse, Struct, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStdin};

use crate::peers::{self, PYTHON, RTORRENT, Running, XMLRPCPP};

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

#[tokio::test]
async fn rtorrent_system_methods() {
    let Some(rtorrent) = Rtorrent::start().await else { return };

    let version = rtorrent.value("system.client_version", ()).await;
    assert!(version.as_str().unwrap().starts_with("0."), "{version:?}");

    let methods = rtorrent.value("system.listMethods", ()).await;
    let methods = methods.as_array().unwrap();
    assert!(methods.len() > 500, "{}", methods.len());
    assert!(methods.contains(&"d.multicall2".into()));

    assert_eq!(rtorrent.value("d.multicall2", ("", "main", "d.hash=", "d.name=")).await, Value::Array(Vec::new()));

    let unknown = rtorrent.fault("no.such.method", ()).await;
    assert_eq!((unknown.code(), unknown.string()), (-506, "Method 'no.such.method' not defined"));
}

#[tokio::test]
async fn rtorrent_keeps_integers_of_64_bits() {
    let Some(rtorrent) = Rtorrent::start().await else { return };

    // What no target has is an empty string.
    rtorrent.value("method.insert.value", ("", "tagwire.number", 0)).await;
    let large = i64::from(i32::MAX) + 1;
    for number in [0, 1, -1, large - 1, large, -large, -large - 1, 1 << 53, i64::MAX, i64::MIN] {
        assert_eq!(rtorrent.value("tagwire.number.set", ("", number)).await, Value::I8(number));
        assert_eq!(rtorrent.value("tagwire.number", ()).await, Value::I8(number));
    }

    rtorrent.value("pieces.memory.max.set", ("", 5_000_000_000_i64)).await;
    assert_eq!(rtorrent.value("pieces.memory.max", ()).await, Value::I8(5_000_000_000));
}

#[tokio::test]
async fn rtorrent_multicall() {
    let Some(rtorrent) = Rtorrent::start().await else { return };

    let call = |name: &str, params: Vec<Value>| {
        Value::from(Struct::from([("methodName", name.into()), ("params", Value::Array(params))]))
    };
    let calls = vec![
        call("method.insert.value", vec!["".into(), "tagwire.number".into(), Value::I8(5_000_000_000)]),
        call("tagwire.number", Vec::new()),
        call("no.such.method", Vec::new()),
        call("network.port_range", Vec::new()),
    ];
    let results = rtorrent.value("system.multicall", (calls,)).await;
    let [inserted, number, unknown, range] = results.as_array().unwrap() else { panic!("{results:?}") };
    assert_eq!(inserted, &Value::Array(vec![0.into()]));
    assert_eq!(number, &Value::Array(vec![Value::I8(5_000_000_000)]));
    assert_eq!(unknown.get("faultCode"), Some(&Value::Int(-506)));
    assert_eq!(range, &Value::Array(vec!["6881-6999".into()]));
}

#[tokio::test]
async fn rtorrent_text() {
    let Some(rtorrent) = Rtorrent::start().await else { return };

    rtorrent.value("method.insert.string", ("", "tagwire.text", "")).await;
    for text in ["plain", "  padded ", "a\tb\nc", "<&> ]]> \"quoted\"", "Grüße 漢字"] {
        rtorrent.value("tagwire.text.set", ("", text)).await;
        assert_eq!(rtorrent.value("tagwire.text", ()).await, text.into());
    }
}

/// What the preset cannot help: these are no types of its commands.
#[tokio::test]
async fn rtorrent_has_no_other_types() {
    let Some(rtorrent) = Rtorrent::start().await else { return };

    rtorrent.value("method.insert.value", ("", "tagwire.number", 3)).await;
    let dated: Value = DateTime::new("20260102T03:04:05").into();
    for value in [true.into(), 1.5.into(), dated, Struct::from([("a", 1.into())]).into()] {
        let fault = rtorrent.fault("tagwire.number.set", ("", &value)).await;
        assert_eq!((fault.code(), fault.string()), (-501, "Unsupported type found."), "{value:?}");
    }
    assert_eq!(rtorrent.value("tagwire.number", ()).await, Value::I8(3));
}

/// The compiled server, or nothing where that peer is not wanted.
async fn start_xmlrpcpp() -> Option<Running> {
    static COMPILED: OnceLock<PathBuf> = OnceLock::new();
    if !XMLRPCPP.is_here() {
        return None;
    }
    let program = COMPILED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let program = folder.join("xmlrpcpp-echo");
        // Whole or not at all, for another run that starts it meanwhile.
        let compiled = folder.join(format!("xmlrpcpp-echo.{}", process::id()));
        let output = XMLRPCPP.command("echo.cc", &["-lxmlrpcpp", "-pthread", "-o"]).arg(&compiled).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::rename(compiled, &program).unwrap();
        program
    });
    Some(Running::start(Command::new(program)).await)
}

/// rtorrent in a folder of its own, stopped on drop.
struct Rtorrent {
    folder: PathBuf,
    child: Child,
    _stdin: ChildStdin,
}

impl Rtorrent {
    /// Nothing where rtorrent is not wanted.
    async fn start() -> Option<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        if !RTORRENT.is_here() {
            return None;
        }
        // Not in the target folder: the address of a local socket is short.
        let started = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("tagwire-rtorrent-{}-{started}", process::id()));
        fs::create_dir(&folder).unwrap();
        let mut command = RTORRENT.command("rtorrent.rc", &[]);
        command.current_dir(&folder);
        let (child, stdin, first) = peers::start(command).await;
        assert_eq!(first, "listening");
        Some(Self { folder, child, _stdin: stdin })
    }

    async fn value(&self, method: &str, params: impl Serialize) -> Value {
        match self.call(method, params).await {
            MethodResponse::Value(value) => value,
            MethodResponse::Fault(fault) => panic!("{method}: {fault}"),
        }
    }

    async fn fault(&self, method: &str, params: impl Serialize) -> Fault {
        match self.call(method, params).await {
            MethodResponse::Value(value) => panic!("{method}: {value:?}"),
            MethodResponse::Fault(fault) => fault,
        }
    }

    /// One call as SCGI: the headers as a netstring, the length of the document first.
    async fn call(&self, method: &str, params: impl Serialize) -> MethodResponse {
        let document = MethodCall::new(method, params).to_xml(&Dialect::rtorrent()).unwrap();
        let headers = format!("CONTENT_LENGTH\0{}\0SCGI\x001\0", document.len());
        let request = [format!("{}:{headers},", headers.len()).as_bytes(), &document].concat();
        let mut stream = UnixStream::connect(self.folder.join("rpc")).await.unwrap();
        stream.write_all(&request).await.unwrap();

        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).await.unwrap();
        let blank = reply.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a blank line after the headers");
        assert!(reply.starts_with(b"Status: 200 OK\r\n"), "{}", String::from_utf8_lossy(&reply));
        MethodResponse::from_xml(&reply[blank + 4..]).unwrap()
    }
}

impl Drop for Rtorrent {
    fn drop(&mut self) {
        // Before it loses its folder.
        let _ = self.child.start_kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
