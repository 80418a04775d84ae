//! aria2 as our client sees it. It sends structs, arrays and strings; its numbers are strings. Of what it does not know it
//! says nothing.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tagwire::{Binary, Client, DateTime, Dialect, Struct, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::daemon::{Daemon, Folder, Place, Port, until};
use crate::peers::ARIA2;

/// The first parameter of each method.
const TOKEN: &str = "token:sesame";

/// Started anew for each test; a test ends early where aria2 is not wanted.
macro_rules! aria2_or_return {
    () => {
        match Aria2::start().await {
            Some(aria2) => aria2,
            None => return,
        }
    };
}

#[tokio::test]
async fn numbers() {
    let aria2 = aria2_or_return!();

    // They come as strings.
    let stat: BTreeMap<String, String> = aria2.client.call("aria2.getGlobalStat", (TOKEN,)).await.unwrap();
    assert_eq!(stat["numActive"], "0");
    assert!(stat.values().all(|number| number.parse::<u64>().is_ok()), "{stat:?}");
    let as_numbers = aria2.client.call::<_, BTreeMap<String, i32>>("aria2.getGlobalStat", (TOKEN,)).await;
    assert!(as_numbers.unwrap_err().is_type_mismatch());

    // Integers go to it where they say how many; a negative place counts from the end.
    let [first, second] = [aria2.add("http://127.0.0.1:9/1", []).await, aria2.add("http://127.0.0.1:9/2", []).await];
    for (place, count, expected) in [
        (0, 2, vec![&first, &second]),
        (1, i32::MAX, vec![&second]),
        (i32::MAX, 1, vec![]),
        (-1, 2, vec![&second, &first]),
        (-2, 1, vec![&first]),
        (i32::MIN, 1, vec![]),
    ] {
        let waiting: Vec<BTreeMap<String, String>> =
            aria2.client.call("aria2.tellWaiting", (TOKEN, place, count, ["gid"])).await.unwrap();
        let gids: Vec<_> = waiting.iter().map(|status| &status["gid"]).collect();
        assert_eq!(gids, expected, "{count} from {place}");
    }
    // It answers with one in a single place: where a download has been moved to.
    let moved: Value = aria2.client.call("aria2.changePosition", (TOKEN, &second, 0, "POS_SET")).await.unwrap();
    assert_eq!(moved, Value::Int(0));
    let moved: i32 = aria2.client.call("aria2.changePosition", (TOKEN, &second, 1, "POS_CUR")).await.unwrap();
    assert_eq!(moved, 1);
}

/// They are no parameters to it: those after them move up.
#[tokio::test]
async fn no_other_types() {
    let aria2 = aria2_or_return!();
    let client = Client::builder(&aria2.url("/rpc")).dialect(Dialect::default().allow_none(true)).build().unwrap();

    for unknown in [Value::I8(i64::MAX), true.into(), DateTime::new("20260102T03:04:05").into(), Value::Nil] {
        let moved_up = client.call::<_, Value>("aria2.tellWaiting", (TOKEN, &unknown, 0, 10)).await.unwrap();
        assert_eq!(moved_up, Value::Array(Vec::new()), "{unknown:?}");
        let error = client.call::<_, Value>("aria2.tellWaiting", (TOKEN, &unknown, 10)).await.unwrap_err();
        assert_eq!(error.fault().unwrap().string(), "The parameter at 1 is required but missing.", "{unknown:?}");
    }
    for string in [Value::from(1.5), "0".into()] {
        let error = client.call::<_, Value>("aria2.tellWaiting", (TOKEN, &string, 10)).await.unwrap_err();
        assert_eq!(error.fault().unwrap().string(), "The parameter at 0 has wrong type.", "{string:?}");
    }
}

#[tokio::test]
async fn text() {
    let aria2 = aria2_or_return!();

    let texts = [
        "plain",
        "<a href=\"x\">&amp; ]]> <![CDATA[ 'quoted' </string></value>",
        "Grüße, señor Ærø",
        "漢字かな交じり文 한국어 שלום e\u{301}",
        "😀 𝄞 𠜎 \u{10fffd}",
        "one\ttwo \u{85} \u{2028} \u{feff}",
        "one\r\ntwo\rthree\n",
    ];
    for text in texts {
        let gid = aria2.add("http://127.0.0.1:9/", [("user-agent", text)]).await;
        let options: BTreeMap<String, String> = aria2.client.call("aria2.getOption", (TOKEN, gid)).await.unwrap();
        // CR is written as it is, and XML reads a newline there.
        assert_eq!(options["user-agent"], text.replace("\r\n", "\n").replace('\r', "\n"));
    }
}

#[tokio::test]
async fn containers() {
    let aria2 = aria2_or_return!();

    let version: Version = aria2.client.call("aria2.getVersion", (TOKEN,)).await.unwrap();
    assert!(
        version.version.starts_with("1.") && version.enabled_features.contains(&"XML-RPC".to_owned()),
        "{version:?}"
    );

    // Structs in arrays in structs in an array.
    let uris = ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b?c=d&e=f"];
    let options = BTreeMap::from([("pause", "true"), ("out", "a <&> 漢")]);
    let gid: String = aria2.client.call("aria2.addUri", (TOKEN, uris, options)).await.unwrap();
    let [waiting]: [Status; 1] = aria2.client.call("aria2.tellWaiting", (TOKEN, 0, 10)).await.unwrap();
    assert_eq!((&waiting.gid, waiting.status.as_str()), (&gid, "paused"));
    let [file] = &waiting.files[..] else { panic!("{waiting:?}") };
    assert!(file.path.ends_with("/a <&> 漢"), "{file:?}");
    assert_eq!(file.uris.iter().map(|uri| uri.uri.as_str()).collect::<Vec<_>>(), uris);

    // An array of two numbers.
    let changed: Vec<i32> = aria2.client.call("aria2.changeUri", (TOKEN, &gid, 1, [uris[0]], [""; 0])).await.unwrap();
    assert_eq!(changed, [1, 0]);

    assert_eq!(aria2.value("aria2.tellActive", (TOKEN,)).await, Value::Array(Vec::new()));
    assert_eq!(aria2.value("aria2.changeGlobalOption", (TOKEN, Struct::new())).await, "OK".into());
}

/// It takes files as base64, and sends none.
#[tokio::test]
async fn bytes() {
    let aria2 = aria2_or_return!();

    // The checksums of three pieces are among them.
    let sums: Vec<u8> = (0..60).map(|byte| byte * 4).collect();
    let info = [b"d6:lengthi40000e4:name5:a.txt12:piece lengthi16384e6:pieces60:", &*sums, b"e"].concat();
    let torrent = Binary::from([b"d4:info", &*info, b"e"].concat());
    let options = BTreeMap::from([("pause", "true")]);
    let gid: String = aria2.client.call("aria2.addTorrent", (TOKEN, torrent, [""; 0], options)).await.unwrap();
    let keys = ["bittorrent", "infoHash", "numPieces"];
    let told: Value = aria2.client.call("aria2.tellStatus", (TOKEN, gid, keys)).await.unwrap();
    assert_eq!(told.get("bittorrent").unwrap().get("info"), Some(&Struct::from([("name", "a.txt".into())]).into()));
    assert_eq!(told.get("numPieces"), Some(&"3".into()));
    // The SHA-1 of `info`: every byte has arrived.
    assert_eq!(told.get("infoHash"), Some(&"f77f20012af895a691b3ee233906a752fc47c5a0".into()));

    for junk in [b"".to_vec(), (0..=255).collect()] {
        let error = aria2.client.call::<_, String>("aria2.addTorrent", (TOKEN, Binary::from(junk))).await.unwrap_err();
        let fault = error.into_fault().unwrap();
        assert_eq!((fault.code(), fault.string()), (1, "Bencode decoding failed"));
    }
}

#[tokio::test]
async fn fault() {
    let aria2 = aria2_or_return!();

    let none: [&str; 0] = [];
    for (method, params, string) in [
        ("aria2.getVersion", vec!["token:wrong"], "Unauthorized"),
        ("aria2.getVersion", none.to_vec(), "Unauthorized"),
        ("aria2.nothing", none.to_vec(), "Unauthorized"),
        ("aria2.nothing", vec![TOKEN], "No such method: aria2.nothing"),
        ("aria2.tellStatus", vec![TOKEN], "The parameter at 0 is required but missing."),
        ("aria2.tellStatus", vec![TOKEN, "0123456789abcdef"], "GID 0123456789abcdef is not found"),
        ("aria2.tellStatus", vec![TOKEN, "<&>"], "Invalid GID <&>"),
    ] {
        let fault = aria2.client.call::<_, Value>(method, &params).await.unwrap_err().into_fault().unwrap();
        assert_eq!((fault.code(), fault.string()), (1, string), "{method} {params:?}");
    }
}

#[tokio::test]
async fn paths() {
    let aria2 = aria2_or_return!();

    for path in ["", "/", "/RPC2", "/rpc/"] {
        let client = Client::new(&aria2.url(path)).unwrap();
        let error = client.call::<_, Value>("aria2.getVersion", (TOKEN,)).await.unwrap_err();
        assert_eq!(error.protocol_error().unwrap().status(), 404, "{path}");
    }
}

#[tokio::test]
async fn introspection() {
    let aria2 = aria2_or_return!();
    let system = aria2.client.system();

    let names = system.list_methods().await.unwrap();
    assert!(names.len() > 30 && names.contains(&"aria2.addUri".to_owned()), "{names:?}");
    let notifications: Vec<String> = aria2.client.call("system.listNotifications", ()).await.unwrap();
    assert!(notifications.contains(&"aria2.onDownloadComplete".to_owned()), "{notifications:?}");

    // The rest it does not have, and says so in its own way, for there is no token.
    for error in [
        system.method_help("aria2.addUri").await.unwrap_err(),
        system.method_signature("aria2.addUri").await.unwrap_err(),
        system.method_exist("aria2.addUri").await.unwrap_err(),
        system.capabilities().await.unwrap_err(),
    ] {
        let fault = error.into_fault().unwrap();
        assert_eq!((fault.code(), fault.string()), (1, "Unauthorized"));
    }
}

#[tokio::test]
async fn multicall() {
    let aria2 = aria2_or_return!();

    let mut batch = aria2.client.multicall();
    let version = batch.call::<_, Version>("aria2.getVersion", (TOKEN,));
    let unknown = batch.call::<_, Value>("aria2.tellStatus", (TOKEN, "0123456789abcdef"));
    let options = BTreeMap::from([("pause", "true")]);
    let added = batch.call::<_, String>("aria2.addUri", (TOKEN, ["http://127.0.0.1:9/"], options));
    let refused = batch.call::<_, Value>("aria2.getVersion", ("token:wrong",));
    let waiting = batch.call::<_, Vec<Status>>("aria2.tellWaiting", (TOKEN, 0, 10));
    let stopped = batch.call::<_, Vec<Status>>("aria2.tellStopped", (TOKEN, 0, 10));
    let nested = batch.call::<_, Value>("system.multicall", (Vec::<Value>::new(),));

    let results = batch.send().await.unwrap();
    assert!(results.get(version).unwrap().version.starts_with("1."));
    let [status] = &results.get(waiting).unwrap()[..] else { panic!("{results:?}") };
    assert_eq!(status.gid, results.get(added).unwrap());
    assert!(results.get(stopped).unwrap().is_empty());
    for (call, string) in [
        (unknown, "GID 0123456789abcdef is not found"),
        (refused, "Unauthorized"),
        (nested, "Recursive system.multicall forbidden."),
    ] {
        let fault = results.get(call).unwrap_err().into_fault().unwrap();
        assert_eq!((fault.code(), fault.string()), (1, string));
    }
}

#[tokio::test]
async fn a_reply_is_compressed_when_it_may_be() {
    let aria2 = aria2_or_return!();
    let codings = Arc::new(Mutex::new(Vec::new()));

    let seen = Arc::clone(&codings);
    let client = Client::builder(&aria2.url("/rpc")).verbose(move |message| {
        let coding = message.headers().get("content-encoding").map(|coding| coding.to_str().unwrap().to_owned());
        seen.lock().unwrap().push(coding);
    });
    let client = client.build().unwrap();
    let options: BTreeMap<String, String> = client.call("aria2.getGlobalOption", (TOKEN,)).await.unwrap();
    assert!(options.len() > 100 && options["disable-ipv6"] == "true", "{options:?}");
    assert_eq!(*codings.lock().unwrap(), [None, Some("gzip".to_owned())]);

    let plain: BTreeMap<String, String> =
        client.with_header("accept-encoding", "identity").call("aria2.getGlobalOption", (TOKEN,)).await.unwrap();
    assert_eq!(plain, options);
    assert_eq!(codings.lock().unwrap().last(), Some(&None));
}

#[tokio::test]
async fn a_file_is_downloaded() {
    let aria2 = aria2_or_return!();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/file", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n").await.unwrap();
        String::from_utf8(request).unwrap()
    });

    let options = BTreeMap::from([("out", "there.txt"), ("user-agent", "interop/1")]);
    let gid: String = aria2.client.call("aria2.addUri", (TOKEN, [&url], options)).await.unwrap();
    let status = until("the file is there", async || {
        let status: Status = aria2.client.call("aria2.tellStatus", (TOKEN, &gid)).await.unwrap();
        assert_ne!(status.status, "error", "{status:?}");
        (status.status == "complete").then_some(status)
    })
    .await;
    assert_eq!((status.total_length.as_str(), status.files.len()), ("6", 1));
    assert_eq!(fs::read_to_string(aria2.daemon.path("there.txt")).unwrap(), "hello\n");
    let request = server.await.unwrap();
    assert!(
        request.starts_with("GET /file HTTP/1.1\r\n") && request.contains("User-Agent: interop/1\r\n"),
        "{request}"
    );

    assert_eq!(aria2.value("aria2.purgeDownloadResult", (TOKEN,)).await, "OK".into());
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    version: String,
    enabled_features: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    gid: String,
    status: String,
    total_length: String,
    files: Vec<DownloadedFile>,
}

#[derive(Debug, Deserialize)]
struct DownloadedFile {
    path: String,
    uris: Vec<Uri>,
}

#[derive(Debug, Deserialize)]
struct Uri {
    uri: String,
}

struct Aria2 {
    client: Client,
    port: u16,
    daemon: Daemon,
}

impl Aria2 {
    /// Nothing where aria2 is not wanted.
    async fn start() -> Option<Self> {
        if !ARIA2.is_here() {
            return None;
        }
        let (folder, reserved) = (Folder::new("aria2"), Port::reserve());
        let port = reserved.number();
        let command = ARIA2.command("aria2.conf", &[&format!("--rpc-listen-port={port}")]);
        let daemon = Daemon::start(command, folder, &[Place::Port(reserved)]).await;
        let client = Client::new(&format!("http://127.0.0.1:{port}/rpc")).unwrap();
        Some(Self { client, port, daemon })
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    async fn value(&self, method: &str, params: impl Serialize) -> Value {
        self.client.call(method, params).await.unwrap()
    }

    /// A download that waits to be told to begin.
    async fn add<const N: usize>(&self, uri: &str, options: [(&str, &str); N]) -> String {
        let mut options = BTreeMap::from_iter(options);
        options.insert("pause", "true");
        self.client.call("aria2.addUri", (TOKEN, [uri], options)).await.unwrap()
    }
}
