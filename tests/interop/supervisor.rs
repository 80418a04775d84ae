//! supervisor as our client sees it. Its XML-RPC is its own on both ends of HTTP: medusa, and a reader that knows the
//! types of the specification only.

use std::fs;

use serde::{Deserialize, Serialize};
use tagwire::client::Error;
use tagwire::{Binary, Client, DateTime, Dialect, Struct, Value};

use crate::daemon::{Daemon, Folder, Place, Port, until};
use crate::peers::SUPERVISOR;

/// `ada` and `se:s@me/%`.
const CREDENTIALS: &str = "ada:se%3As%40me%2F%25";

/// Started anew for each test; a test ends early where supervisor is not wanted.
macro_rules! supervisor_or_return {
    () => {
        match Supervisor::start().await {
            Some(supervisor) => supervisor,
            None => return,
        }
    };
}

#[tokio::test]
async fn numbers() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();

    for number in [0, 7, -1, i32::MAX, i32::MIN] {
        assert_eq!(described(&client, number).await, number.to_string());
    }
    for number in [1.5, -2.25, 0.1, -0.0] {
        assert_eq!(described(&client, number).await, format!("{number:?}"));
    }
    assert_eq!(described(&client, 1e300).await, "1e+300");
    assert_eq!(described(&client, 5e-324).await, "5e-324");
    assert_eq!(described(&client, true).await, "True");
    assert_eq!(described(&client, false).await, "False");

    // It sends integers and booleans.
    let state: State = client.call("supervisor.getState", ()).await.unwrap();
    assert_eq!(state, State { statecode: 1, statename: "RUNNING".to_owned() });
    assert!(client.call::<_, i32>("supervisor.getPID", ()).await.unwrap() > 0);
    assert!(client.call::<_, bool>("supervisor.clearLog", ()).await.unwrap());
}

/// A type that it does not know is text to it, and says nothing of that.
#[tokio::test]
async fn i8() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();

    assert_eq!(printed(&client, 1_i64 << 40, 13).await, "1099511627776");
    let fault = fault_of(&client, "supervisor.startProcess", (i64::MIN,)).await;
    assert_eq!(fault, (10, "BAD_NAME: -9223372036854775808".to_owned()));
}

/// Python's `None` where a parameter is nil, and never sent.
#[tokio::test]
async fn nil() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.builder().dialect(Dialect::default().allow_none(true)).build().unwrap();

    let fault = fault_of(&client, "supervisor.sendProcessStdin", ("cat", Value::Nil)).await;
    assert_eq!(fault, (2, "INCORRECT_PARAMETERS".to_owned()));
    assert_eq!(described(&client, vec![None, Some(1)]).await, "[None, 1]");
}

#[tokio::test]
async fn text() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();

    let texts = [
        "plain\n",
        "  padded\t \n",
        "one\r\ntwo\rthree\n",
        "<a href=\"x\">&amp; ]]> <![CDATA[ 'quoted' </string></value>\n",
        "Grüße, señor Ærø\n",
        "漢字かな交じり文 한국어\n",
        "שלום عليكم e\u{301}\n",
        "😀 𝄞 𠜎 \u{10fffd}\n",
        "\u{85} \u{a0} \u{2028} \u{2029} \u{200b} \u{feff}\n",
    ];
    for text in texts {
        // CR is written as it is, and XML reads a newline there.
        let read = text.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(printed(&client, text, text.len()).await, read);
    }
    for name in ["", "naïve <&> 漢 😀", " x "] {
        let fault = fault_of(&client, "supervisor.startProcess", (name,)).await;
        assert_eq!(fault, (10, format!("BAD_NAME: {name}")));
    }
    assert_eq!(client.call::<_, String>("supervisor.getIdentification", ()).await.unwrap(), "interop");
}

#[tokio::test]
async fn big_text() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();

    let line = format!("{}\n", "0123456789<&>漢😀".repeat(20_000));
    assert!(printed(&client, &line, line.len()).await == line);
}

/// What a program prints is passed on as it is, the colours of a terminal too, which are no characters of XML.
#[tokio::test]
async fn text_with_forbidden_characters() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();
    let red = "\x1b[31mred\x1b[0m\x07\n";
    print(&client, Binary::from(red.as_bytes().to_vec()), red.len()).await;

    let log = "supervisor.readProcessStdoutLog";
    let refused = client.call::<_, String>(log, ("cat", 0, 0)).await.unwrap_err();
    assert!(refused.is_not_xmlrpc() && format!("{refused:#}").contains("U+001B"), "{refused:#}");

    let lenient = supervisor.builder().dialect(Dialect::default().keep_control_characters(true)).build().unwrap();
    assert_eq!(lenient.call::<_, String>(log, ("cat", 0, 0)).await.unwrap(), red);
}

/// Bytes are text to it when they are UTF-8, and a mistake when not; it sends none, and no date either.
#[tokio::test]
async fn bytes_and_dates() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();

    let text = "Grüße 漢 😀\n";
    assert_eq!(printed(&client, Binary::from(text.as_bytes().to_vec()), text.len()).await, text);
    assert_eq!(described(&client, vec![Binary::from(Vec::new()), Binary::from(*b"abc")]).await, "['', 'abc']");
    let error = send(&client, Binary::from(*b"\xff\xfe")).await.unwrap_err();
    assert_eq!(error.protocol_error().unwrap().status(), 400);

    assert_eq!(described(&client, DateTime::new("20240229T12:34:56")).await, "2024-02-29 12:34:56");
}

#[tokio::test]
async fn containers() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();

    assert_eq!(described(&client, Vec::<i32>::new()).await, "[]");
    assert_eq!(described(&client, (1, "two", [3.5], [(); 0])).await, "[1, 'two', [3.5], []]");
    assert_eq!(described(&client, Struct::new()).await, "{}");
    let members = Struct::from([("b", 1.into()), ("a <&>", Struct::from([("", "".into())]).into())]);
    assert_eq!(described(&client, members).await, "{'b': 1, 'a <&>': {'': ''}}");

    let all: Vec<ProcessInfo> = client.call("supervisor.getAllProcessInfo", ()).await.unwrap();
    let names: Vec<_> = all.iter().map(|info| info.name.as_str()).collect();
    assert_eq!(names, ["cat", "other"]);
    for info in &all {
        assert_eq!((info.statename.as_str(), info.pid, info.description.as_str()), ("STOPPED", 0, "Not started"));
    }

    // Structs with arrays in them.
    let configs: Vec<ProcessConfig> = client.call("supervisor.getAllConfigInfo", ()).await.unwrap();
    let other = configs.into_iter().find(|config| config.name == "other").unwrap();
    let expected = ProcessConfig { name: "other".to_owned(), autostart: false, exitcodes: vec![0, 3], process_prio: 7 };
    assert_eq!(other, expected);

    // An array of an array of three arrays: what was added, changed and removed.
    let [[added, changed, removed]]: [[Vec<String>; 3]; 1] = client.call("supervisor.reloadConfig", ()).await.unwrap();
    assert!(added.is_empty() && changed.is_empty() && removed.is_empty());

    // A tuple of different types.
    print(&client, "hello\n", 6).await;
    let tail: (String, i64, bool) = client.call("supervisor.tailProcessStdoutLog", ("cat", 0, 3)).await.unwrap();
    assert_eq!(tail, ("lo\n".to_owned(), 6, true));
}

#[tokio::test]
async fn a_program_is_started_and_stopped() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();

    assert!(client.call::<_, bool>("supervisor.startProcess", ("cat",)).await.unwrap());
    let running: ProcessInfo = client.call("supervisor.getProcessInfo", ("cat",)).await.unwrap();
    assert_eq!((running.state, running.statename.as_str()), (20, "RUNNING"));
    assert!(running.pid > 0 && running.start > 0);
    let twice = fault_of(&client, "supervisor.startProcess", ("cat",)).await;
    assert_eq!(twice, (60, "ALREADY_STARTED: cat".to_owned()));

    // It answers when the program has ended.
    assert!(client.call::<_, bool>("supervisor.stopProcess", ("cat",)).await.unwrap());
    let stopped: ProcessInfo = client.call("supervisor.getProcessInfo", ("cat",)).await.unwrap();
    assert_eq!((stopped.state, stopped.statename.as_str(), stopped.pid), (0, "STOPPED", 0));
}

#[tokio::test]
async fn fault() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();

    let expect = [
        ("supervisor.startProcess", vec!["nothing"], 10, "BAD_NAME: nothing"),
        ("supervisor.stopProcess", vec!["cat"], 70, "NOT_RUNNING: cat"),
        ("supervisor.startProcess", vec![], 2, "INCORRECT_PARAMETERS"),
        ("supervisor.nothing", vec![], 1, "UNKNOWN_METHOD"),
        ("nothing", vec![], 1, "UNKNOWN_METHOD"),
        ("supervisor.rpcinterface.getPID", vec![], 1, "UNKNOWN_METHOD"),
    ];
    for (method, params, code, string) in expect {
        assert_eq!(fault_of(&client, method, params).await, (code, string.to_owned()), "{method}");
    }

    // A parameter of another type than its code expects is an error of HTTP.
    let error = client.call::<_, Value>("supervisor.startProcess", (5,)).await.unwrap_err();
    assert_eq!(error.protocol_error().unwrap().status(), 500);
    assert_eq!(described(&client, 5).await, "5");
}

#[tokio::test]
async fn credentials() {
    let supervisor = supervisor_or_return!();

    for url in [supervisor.url("ada:wrong@"), supervisor.url(""), supervisor.tcp_url("ada:wrong@")] {
        let error = Client::new(&url).unwrap().call::<_, Value>("supervisor.getState", ()).await.unwrap_err();
        let reply = error.protocol_error().unwrap();
        assert_eq!(reply.status(), 401);
        assert_eq!(reply.headers()["www-authenticate"], "Basic realm=\"default\"");
        assert_eq!(reply.content_type(), Some("text/html"));
        assert!(reply.body().starts_with(b"<head>\r\n<title>Error response</title>"), "{error:?}");
        assert!(!format!("{error} {error:#} {error:?}").contains("wrong"), "{error:?}");
    }
    let apart = Client::builder(&supervisor.url("")).credentials("ada", "se:s@me/%").build().unwrap();
    assert_eq!(described(&apart, 5).await, "5");
}

#[tokio::test]
async fn over_tcp() {
    let supervisor = supervisor_or_return!();
    let client = Client::new(&supervisor.tcp_url(&format!("{CREDENTIALS}@"))).unwrap();

    let state: State = client.call("supervisor.getState", ()).await.unwrap();
    assert_eq!(state.statename, "RUNNING");
    let text = "Grüße 漢 😀\n";
    assert_eq!(printed(&client, text, text.len()).await, text);
    assert_eq!(fault_of(&client, "supervisor.stopProcess", ("nothing",)).await, (10, "BAD_NAME: nothing".to_owned()));
}

#[tokio::test]
async fn paths() {
    let supervisor = supervisor_or_return!();

    // It looks at how the path begins; elsewhere are files, which are not posted to.
    for path in ["", ":/RPC2", ":/RPC2/", ":/RPC2x?y"] {
        let client = Client::new(&format!("{}{path}", supervisor.url(&format!("{CREDENTIALS}@")))).unwrap();
        assert_eq!(described(&client, 5).await, "5", "{path}");
    }
    let elsewhere = Client::new(&format!("{}:/nowhere", supervisor.url(&format!("{CREDENTIALS}@")))).unwrap();
    let error = elsewhere.call::<_, Value>("supervisor.getState", ()).await.unwrap_err();
    assert_eq!(error.protocol_error().unwrap().status(), 400);
}

#[tokio::test]
async fn introspection() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();
    let system = client.system();

    let names = system.list_methods().await.unwrap();
    assert!(names.is_sorted() && names.len() > 30, "{names:?}");
    assert!(names.contains(&"supervisor.startProcess".to_owned()) && names.contains(&"system.multicall".to_owned()));

    // The one signature, without an array around it.
    let flat: Vec<String> = client.call("system.methodSignature", ("supervisor.getAllProcessInfo",)).await.unwrap();
    assert_eq!(flat, ["array"]);
    let signatures = [
        ("supervisor.getAllProcessInfo", vec!["array"]),
        ("supervisor.getState", vec!["struct"]),
        ("supervisor.startProcess", vec!["boolean", "string", "boolean"]),
        ("supervisor.readLog", vec!["string", "int", "int"]),
        ("system.multicall", vec!["array", "array"]),
    ];
    for (method, signature) in signatures {
        assert_eq!(system.method_signature(method).await.unwrap(), [signature], "{method}");
    }
    for method in &names {
        assert!(!system.method_signature(method).await.unwrap().is_empty(), "{method}");
        assert!(!system.method_help(method).await.unwrap().is_empty(), "{method}");
    }
    let help = system.method_help("supervisor.getState").await.unwrap();
    assert!(help.trim().starts_with("Return current state of supervisord as a struct"), "{help}");

    for error in [system.method_signature("nothing").await.unwrap_err(), system.method_help("x").await.unwrap_err()] {
        let fault = error.into_fault().unwrap();
        assert_eq!((fault.code(), fault.string()), (4, "SIGNATURE_UNSUPPORTED"));
    }
    for error in [system.method_exist("nothing").await.unwrap_err(), system.capabilities().await.unwrap_err()] {
        assert_eq!(error.into_fault().unwrap().string(), "UNKNOWN_METHOD");
    }
}

/// Its results have no array around each.
#[tokio::test]
async fn multicall() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();
    let pid: i32 = client.call("supervisor.getPID", ()).await.unwrap();

    let mut batch = client.multicall();
    let same = batch.call::<_, i32>("supervisor.getPID", ());
    let nothing = batch.call::<_, bool>("supervisor.startProcess", ("nothing",));
    // These two are answered later, when they are done.
    let started = batch.call::<_, bool>("supervisor.startProcess", ("cat",));
    let running = batch.call::<_, ProcessInfo>("supervisor.getProcessInfo", ("cat",));
    let stopped = batch.call::<_, bool>("supervisor.stopProcess", ("cat",));
    let all = batch.call::<_, Vec<ProcessInfo>>("supervisor.getAllProcessInfo", ());
    let none = batch.call::<_, Vec<Value>>("supervisor.stopAllProcesses", ());
    let exit = batch.call::<_, Vec<String>>("system.methodSignature", ("supervisor.getPID",));
    let nested = batch.call::<_, Value>("system.multicall", (Vec::<Value>::new(),));

    let results = batch.send().await.unwrap();
    assert_eq!(results.get(same).unwrap(), pid);
    let fault = results.get(nothing).unwrap_err().into_fault().unwrap();
    assert_eq!((fault.code(), fault.string()), (10, "BAD_NAME: nothing"));
    assert!(results.get(started).unwrap());
    assert_eq!(results.get(running).unwrap().statename, "RUNNING");
    assert!(results.get(stopped).unwrap());
    assert_eq!(results.get(all).unwrap().len(), 2);
    assert!(results.get(none).unwrap().is_empty());
    assert_eq!(results.get(exit).unwrap(), ["int"]);
    let fault = results.get(nested).unwrap_err().into_fault().unwrap();
    assert_eq!((fault.code(), fault.string()), (2, "INCORRECT_PARAMETERS: Recursive system.multicall forbidden"));
}

/// Where each result is an array of one, nothing tells that there is none around it.
#[tokio::test]
async fn multicall_results_that_look_as_if_in_an_array() {
    let supervisor = supervisor_or_return!();
    let client = supervisor.client();

    let mut batch = client.multicall();
    let signature = batch.call::<_, Vec<String>>("system.methodSignature", ("supervisor.getPID",));
    let nothing = batch.call::<_, bool>("supervisor.startProcess", ("nothing",));
    let results = batch.send().await.unwrap();
    assert!(results.get(signature).unwrap_err().is_type_mismatch());
    assert!(results.get(nothing).unwrap_err().is_fault());
    assert_eq!(results.iter().next().unwrap().unwrap(), &Value::from("int"));

    // A call whose result is neither shows it.
    let mut batch = client.multicall();
    let signature = batch.call::<_, Vec<String>>("system.methodSignature", ("supervisor.getPID",));
    let _ = batch.call::<_, i32>("supervisor.getPID", ());
    assert_eq!(batch.send().await.unwrap().get(signature).unwrap(), ["int"]);

    // So does the caller.
    let mut batch = client.multicall().bare_results(true);
    let signature = batch.call::<_, Vec<String>>("system.methodSignature", ("supervisor.getPID",));
    assert_eq!(batch.send().await.unwrap().get(signature).unwrap(), ["int"]);
}

#[derive(Debug, Deserialize, PartialEq)]
struct State {
    statecode: i32,
    statename: String,
}

#[derive(Debug, Deserialize)]
struct ProcessInfo {
    name: String,
    state: i32,
    statename: String,
    pid: i32,
    start: i64,
    description: String,
}

#[derive(Debug, Deserialize, PartialEq)]
struct ProcessConfig {
    name: String,
    autostart: bool,
    exitcodes: Vec<i32>,
    process_prio: i32,
}

struct Supervisor {
    daemon: Daemon,
    port: u16,
}

impl Supervisor {
    /// Nothing where supervisor is not wanted.
    async fn start() -> Option<Self> {
        if !SUPERVISOR.is_here() {
            return None;
        }
        let (folder, reserved) = (Folder::new("supervisor"), Port::reserve());
        let port = reserved.number();
        // It looks for all that it needs where this file is.
        let configuration = folder.path("supervisord.conf");
        fs::write(&configuration, include_str!("supervisor/supervisord.conf")).unwrap();
        let mut command = SUPERVISOR.command(configuration.to_str().unwrap(), &[]);
        command.env("PORT", port.to_string());
        let places = [Place::Socket(folder.path("rpc.sock")), Place::Port(reserved)];
        let daemon = Daemon::start(command, folder, &places).await;
        Some(Self { daemon, port })
    }

    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    fn builder(&self) -> tagwire::client::ClientBuilder {
        Client::builder(&self.url(&format!("{CREDENTIALS}@")))
    }

    fn url(&self, userinfo: &str) -> String {
        format!("unix://{userinfo}{}", self.daemon.path("rpc.sock").display())
    }

    fn tcp_url(&self, userinfo: &str) -> String {
        format!("http://{userinfo}127.0.0.1:{}/RPC2", self.port)
    }
}

/// What `cat` prints when it is sent a value that is as many bytes of text.
async fn printed(client: &Client, value: impl Serialize, bytes: usize) -> String {
    print(client, value, bytes).await;
    client.call("supervisor.readProcessStdoutLog", ("cat", 0, 0)).await.unwrap()
}

async fn print(client: &Client, value: impl Serialize, bytes: usize) {
    let cat: ProcessInfo = client.call("supervisor.getProcessInfo", ("cat",)).await.unwrap();
    if cat.statename != "RUNNING" {
        assert!(client.call::<_, bool>("supervisor.startProcess", ("cat",)).await.unwrap());
    }
    assert!(client.call::<_, bool>("supervisor.clearProcessLogs", ("cat",)).await.unwrap());
    assert!(send(client, value).await.unwrap());
    until("all of it is printed", async || {
        let (_, printed, _): (String, usize, bool) =
            client.call("supervisor.tailProcessStdoutLog", ("cat", 0, 0)).await.unwrap();
        (printed == bytes).then_some(())
    })
    .await;
}

/// What it sees in a parameter that is no text.
async fn described(client: &Client, value: impl Serialize) -> String {
    let fault = send(client, value).await.unwrap_err().into_fault().unwrap();
    assert_eq!(fault.code(), 2);
    fault.string().strip_prefix("INCORRECT_PARAMETERS: ").unwrap().to_owned()
}

async fn send(client: &Client, value: impl Serialize) -> Result<bool, Error> {
    client.call("supervisor.sendProcessStdin", ("cat", value)).await
}

async fn fault_of(client: &Client, method: &str, params: impl Serialize) -> (i64, String) {
    let fault = client.call::<_, Value>(method, params).await.unwrap_err().into_fault().unwrap();
    (fault.code(), fault.string().to_owned())
}
