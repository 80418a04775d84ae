//! rtorrent as our client sees it: SCGI over both kinds of sockets, and xmlrpc-c with commands behind it that know strings,
//! integers of 64 bits and arrays of these.

use serde::Serialize;
use tagwire::{Binary, Client, DateTime, Dialect, Fault, Struct, Value};

use crate::daemon::{Daemon, Folder, Place, Port, until};
use crate::peers::RTORRENT;

/// Started anew for each test, listening on a local socket; a test ends early where rtorrent is not wanted.
macro_rules! rtorrent_or_return {
    () => {{
        if !RTORRENT.is_here() {
            return;
        }
        Rtorrent::on_a_socket().await
    }};
}

#[tokio::test]
async fn numbers() {
    let rtorrent = rtorrent_or_return!();

    // What no target has is an empty string.
    rtorrent.value("method.insert.value", ("", "tagwire.number", 0)).await;
    let large = i64::from(i32::MAX) + 1;
    for number in [0, 1, -1, large - 1, large, -large, -large - 1, 1 << 53, i64::MAX, i64::MIN] {
        assert_eq!(rtorrent.value("tagwire.number.set", ("", number)).await, Value::I8(number));
        assert_eq!(rtorrent.value("tagwire.number", ()).await, Value::I8(number));
        assert_eq!(rtorrent.client.call::<_, String>("cat", ("", number)).await.unwrap(), number.to_string());
    }
    assert_eq!(rtorrent.value("math.add", ("", 1_i64 << 40, 2)).await, Value::I8((1 << 40) + 2));

    rtorrent.value("pieces.memory.max.set", ("", 5_000_000_000_i64)).await;
    assert_eq!(rtorrent.value("pieces.memory.max", ()).await, Value::I8(5_000_000_000));
    assert!(rtorrent.client.call::<_, i32>("pieces.memory.max", ()).await.unwrap_err().is_type_mismatch());
    assert_eq!(rtorrent.client.call::<_, u16>("view.size", ("", "main")).await.unwrap(), 0);
}

#[tokio::test]
async fn text() {
    let rtorrent = rtorrent_or_return!();

    rtorrent.value("method.insert.string", ("", "tagwire.text", "")).await;
    let texts = [
        "",
        "plain",
        "  padded ",
        "a\tb\nc",
        "<&> ]]> \"quoted\" </string>",
        "Grüße 漢字 שלום e\u{301}",
        "\u{7f}\u{a0}\u{2028}",
    ];
    for text in texts {
        rtorrent.value("tagwire.text.set", ("", text)).await;
        assert_eq!(rtorrent.value("tagwire.text", ()).await, text.into());
    }

    let long = "0123456789<&>漢".repeat(10_000);
    assert!(rtorrent.client.call::<_, String>("cat", ("", &long)).await.unwrap() == long);

    // CR is written as it is, and XML reads a newline there.
    assert_eq!(rtorrent.value("cat", ("", "a\rb")).await, "a\nb".into());

    // The xmlrpc-c within it has no characters beyond 16 bits.
    let fault = rtorrent.fault("cat", ("", "😀")).await;
    assert_eq!(fault.code(), -503);
    assert!(fault.string().contains("not in the Basic Multilingual Plane"), "{fault}");
}

/// Bytes are strings to it; it sends none.
#[tokio::test]
async fn bytes() {
    let rtorrent = rtorrent_or_return!();

    assert_eq!(rtorrent.value("cat", ("", Binary::from(*b"abc"))).await, "abc".into());
    assert_eq!(rtorrent.value("cat", ("", Binary::from(Vec::new()))).await, "".into());
    assert_eq!(rtorrent.value("cat", ("", Binary::from("Grüße".as_bytes().to_vec()))).await, "Grüße".into());
}

#[tokio::test]
async fn containers() {
    let rtorrent = rtorrent_or_return!();

    assert_eq!(rtorrent.value("cat", ("", ("a", 5, ["b", "c"], ("", ["d"])))).await, "a5bcd".into());
    let kinds: Vec<String> = rtorrent.client.call("strings.connection_type", ()).await.unwrap();
    assert_eq!(kinds, ["leech", "seed", "initial_seed", "metadata"]);
    assert_eq!(rtorrent.value("download_list", ("",)).await, Value::Array(Vec::new()));
    let version: Library = rtorrent.client.call("system.capabilities", ()).await.unwrap();
    assert_eq!(version.facility, "xmlrpc-c");
    assert!(version.version_major >= 1 && version.protocol_version == 2);
}

/// Its commands have no other types, whatever the dialect.
#[tokio::test]
async fn no_other_types() {
    let rtorrent = rtorrent_or_return!();
    let client = rtorrent.builder().dialect(Dialect::rtorrent().allow_none(true)).build().unwrap();

    rtorrent.value("method.insert.value", ("", "tagwire.number", 3)).await;
    let dated: Value = DateTime::new("20260102T03:04:05").into();
    for value in [true.into(), 1.5.into(), dated, Struct::from([("a", 1.into())]).into(), Value::Nil] {
        let error = client.call::<_, Value>("tagwire.number.set", ("", &value)).await.unwrap_err();
        let fault = error.into_fault().unwrap();
        assert_eq!((fault.code(), fault.string()), (-501, "Unsupported type found."), "{value:?}");
    }
    assert_eq!(rtorrent.value("tagwire.number", ()).await, Value::I8(3));
}

#[tokio::test]
async fn fault() {
    let rtorrent = rtorrent_or_return!();

    let expect = [
        ("no.such.method", vec![], -506, "Method 'no.such.method' not defined"),
        ("d.name", vec![], -503, "Target of wrong type to command."),
        ("d.name", vec!["0000"], -501, "Unsupported target type found."),
        ("network.http.dns_cache_timeout.set", vec!["", "abc"], -503, "Not a value."),
    ];
    for (method, params, code, string) in expect {
        let fault = rtorrent.fault(method, params).await;
        assert_eq!((fault.code(), fault.string()), (code, string), "{method}");
    }
}

#[tokio::test]
async fn introspection() {
    let rtorrent = rtorrent_or_return!();
    let system = rtorrent.client.system();

    let names = system.list_methods().await.unwrap();
    assert!(names.len() > 500 && names.contains(&"d.multicall2".to_owned()), "{}", names.len());
    assert!(system.method_exist("d.multicall2").await.unwrap());
    assert!(!system.method_exist("no.such.method").await.unwrap());

    // It knows nothing of its own commands.
    assert_eq!(rtorrent.value("system.methodSignature", ("d.multicall2",)).await, "undef".into());
    assert_eq!(system.method_signature("d.multicall2").await.unwrap(), [[""; 0]; 0]);
    assert_eq!(system.method_help("d.multicall2").await.unwrap(), "No help is available for this method.");
    // xmlrpc-c does of those that it has itself.
    assert_eq!(system.method_signature("system.methodHelp").await.unwrap(), [["string", "string"]]);

    let capabilities = system.capabilities().await.unwrap();
    assert_eq!(capabilities["introspect"].version(), "1");
    assert!(capabilities["introspect"].url().ends_with("/introspection.html"));
}

#[tokio::test]
async fn multicall() {
    let rtorrent = rtorrent_or_return!();

    let mut batch = rtorrent.client.multicall();
    let inserted = batch.call::<_, i32>("method.insert.value", ("", "tagwire.number", 5_000_000_000_i64));
    let number = batch.call::<_, i64>("tagwire.number", ());
    let unknown = batch.call::<_, Value>("no.such.method", ());
    let range = batch.call::<_, String>("network.port_range", ());
    let kinds = batch.call::<_, Vec<String>>("strings.encryption", ());
    let none = batch.call::<_, Vec<String>>("download_list", ("",));
    let results = batch.send().await.unwrap();
    assert_eq!(results.get(inserted).unwrap(), 0);
    assert_eq!(results.get(number).unwrap(), 5_000_000_000);
    let fault = results.get(unknown).unwrap_err().into_fault().unwrap();
    assert_eq!((fault.code(), fault.string()), (-506, "Method 'no.such.method' not defined"));
    assert_eq!(results.get(range).unwrap(), "6881-6999");
    assert!(results.get(kinds).unwrap().contains(&"require".to_owned()));
    assert!(results.get(none).unwrap().is_empty());

    // Newer ones with a reader of their own want the name first; xmlrpc-c reads any order.
    let call = Struct::from([("params", Value::Array(Vec::new())), ("methodName", "tagwire.number".into())]);
    let results = rtorrent.value("system.multicall", (vec![call],)).await;
    assert_eq!(results, Value::Array(vec![Value::Array(vec![Value::I8(5_000_000_000)])]));

    // One within another is a fault of the whole.
    let mut batch = rtorrent.client.multicall();
    let _ = batch.call::<_, i64>("tagwire.number", ());
    let _ = batch.call::<_, Value>("system.multicall", (Vec::<Value>::new(),));
    let error = batch.send().await.unwrap_err();
    assert_eq!(error.error().fault().unwrap().string(), "Recursive system.multicall forbidden");
}

#[tokio::test]
async fn a_torrent_is_loaded() {
    let rtorrent = rtorrent_or_return!();

    assert_eq!(rtorrent.value("load.raw", ("", torrent())).await, Value::Int(0));
    let columns = ("", "main", "d.hash=", "d.name=", "d.size_bytes=", "d.is_open=", "d.custom1=");
    let (hash, name, size, is_open, custom) = until("it is there", async || {
        let mut rows: Vec<(String, String, i64, i64, String)> =
            rtorrent.client.call("d.multicall2", &columns).await.unwrap();
        rows.pop()
    })
    .await;
    assert_eq!((name.as_str(), size, is_open, custom.as_str()), ("Größe 漢.txt", 5, 0, ""));

    // The SHA-1 of what was sent, and the target of commands for one torrent.
    assert_eq!(hash, "AAC6B1E90578B498B970A1A8390156B13D4DB31C");
    assert_eq!(rtorrent.value("d.name", (&hash,)).await, name.as_str().into());
    rtorrent.value("d.custom1.set", (&hash, "<&> Grüße")).await;
    assert_eq!(rtorrent.value("d.custom1", (&hash,)).await, "<&> Grüße".into());
    let files: Vec<(String, i64)> =
        rtorrent.client.call("f.multicall", (&hash, "", "f.path=", "f.size_bytes=")).await.unwrap();
    assert_eq!(files, [(name, 5)]);

    assert_eq!(rtorrent.value("d.erase", (&hash,)).await, Value::Int(0));
    assert_eq!(rtorrent.value("download_list", ("",)).await, Value::Array(Vec::new()));
}

#[tokio::test]
async fn over_tcp() {
    if !RTORRENT.is_here() {
        return;
    }
    let rtorrent = Rtorrent::on_a_port().await;

    assert!(rtorrent.client.call::<_, String>("system.client_version", ()).await.unwrap().starts_with("0."));
    assert!(rtorrent.client.system().list_methods().await.unwrap().len() > 500);
    assert_eq!(rtorrent.value("cat", ("", "Grüße", i64::MIN)).await, "Grüße-9223372036854775808".into());
    assert_eq!(rtorrent.fault("no.such.method", ()).await.code(), -506);
    let mut batch = rtorrent.client.multicall();
    let names = ["system.pid", "no.such.method", "system.time"].map(|name| batch.call::<_, i64>(name, ()));
    let results = batch.send().await.unwrap();
    let [pid, fault, time] = names.map(|name| results.get(name));
    assert!(pid.unwrap() > 0 && fault.unwrap_err().is_fault() && time.unwrap() > 1_500_000_000);
}

#[derive(serde::Deserialize)]
struct Library {
    facility: String,
    version_major: i32,
    protocol_version: i32,
}

/// One of a file of five bytes.
fn torrent() -> Binary {
    let name = "Größe 漢.txt";
    let info = format!("d6:lengthi5e4:name{}:{name}12:piece lengthi16384e6:pieces20:", name.len());
    // It says nothing to this tracker before it is told to start.
    let announce = "d8:announce18:http://127.0.0.1:94:info";
    Binary::from([announce.as_bytes(), info.as_bytes(), &[0xfe; 20], b"ee"].concat())
}

struct Rtorrent {
    client: Client,
    url: String,
    _daemon: Daemon,
}

impl Rtorrent {
    async fn on_a_socket() -> Self {
        let folder = Folder::new("rtorrent");
        let socket = folder.path("rpc");
        let url = format!("scgi+unix:{}", socket.display());
        Self::start(folder, "network.scgi.open_local=rpc", Place::Socket(socket), url).await
    }

    async fn on_a_port() -> Self {
        let port = Port::reserve();
        let address = format!("127.0.0.1:{}", port.number());
        let url = format!("scgi://{address}");
        let option = format!("network.scgi.open_port={address}");
        Self::start(Folder::new("rtorrent"), &option, Place::Port(port), url).await
    }

    async fn start(folder: Folder, option: &str, place: Place, url: String) -> Self {
        let daemon = Daemon::start(RTORRENT.command("rtorrent.rc", &[option]), folder, &[place]).await;
        let client = Client::builder(&url).dialect(Dialect::rtorrent()).build().unwrap();
        Self { client, url, _daemon: daemon }
    }

    fn builder(&self) -> tagwire::client::ClientBuilder {
        Client::builder(&self.url)
    }

    async fn value(&self, method: &str, params: impl Serialize) -> Value {
        self.client.call(method, params).await.unwrap()
    }

    async fn fault(&self, method: &str, params: impl Serialize) -> Fault {
        self.client.call::<_, Value>(method, params).await.unwrap_err().into_fault().unwrap()
    }
}
