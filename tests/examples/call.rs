//! The example `call`, run as a program: what it sends, what it prints, and its exit codes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;

use crate::support::program::example;

#[test]
fn the_result_is_json() {
    let results = [
        ("<int>5</int>", "5"),
        ("<i8>9223372036854775807</i8>", "9223372036854775807"),
        ("<boolean>1</boolean>", "true"),
        ("<string>a\"\\ü\n</string>", r#""a\"\\ü\n""#),
        ("<double>-0.5</double>", "-0.5"),
        ("<double>nan</double>", r#""NaN""#),
        ("<double>-inf</double>", r#""-inf""#),
        ("<nil/>", "null"),
        ("<base64>aGVs\nbG8=</base64>", r#"{"base64":"aGVsbG8="}"#),
        ("<dateTime.iso8601>20260131T12:00:00</dateTime.iso8601>", r#"{"dateTime":"20260131T12:00:00"}"#),
        ("<biginteger>123456789012345678901234567890</biginteger>", r#""123456789012345678901234567890""#),
        ("<array><data><value>a</value><value><array><data/></array></value></data></array>", r#"["a",[]]"#),
        (
            "<struct><member><name>z</name><value><int>1</int></value></member>\
             <member><name>a</name><value><int>2</int></value></member></struct>",
            r#"{"z":1,"a":2}"#,
        ),
    ];
    for (xml, json) in results {
        let outcome = call(&xmlrpc(xml), &[]);
        assert_eq!(outcome, Outcome::new(0, &format!("{json}\n"), ""), "{xml}");
    }
}

#[test]
fn arguments_are_json_or_strings() {
    let arguments = [
        ("5", "<int>5</int>"),
        ("-3000000000", "<i8>-3000000000</i8>"),
        ("9223372036854775807", "<i8>9223372036854775807</i8>"),
        ("0.5", "<double>0.5</double>"),
        ("true", "<boolean>1</boolean>"),
        ("null", "<nil/>"),
        ("\"5\"", "<string>5</string>"),
        ("", "<string></string>"),
        (" two words ", "<string> two words </string>"),
        ("NaN", "<string>NaN</string>"),
        ("{\"half", "<string>{\"half</string>"),
        ("--help", "<string>--help</string>"),
        (
            r#"["\"18446744073709551616,\\", 1]"#,
            "<array><data>\
            <value><string>\"18446744073709551616,\\</string></value><value><int>1</int></value></data></array>",
        ),
        (r#"{"base64": "aGVsbG8="}"#, "<base64>aGVsbG8=</base64>"),
        (
            r#"[{"dateTime": "20260131T12:00:00"}]"#,
            "<array><data>\
            <value><dateTime.iso8601>20260131T12:00:00</dateTime.iso8601></value></data></array>",
        ),
        (r#"{"dateTime": 5}"#, "<struct><member><name>dateTime</name><value><int>5</int></value></member></struct>"),
        (
            r#"{"z": [], "a": {}}"#,
            "<struct>\
            <member><name>z</name><value><array><data></data></array></value></member>\
            <member><name>a</name><value><struct></struct></value></member></struct>",
        ),
    ];
    let server = Server::start(&xmlrpc("<int>5</int>"));
    let words: Vec<_> = arguments.iter().map(|(json, _)| *json).collect();
    assert_eq!(run(&[&[server.url.as_str(), "math.add"], words.as_slice()].concat()).code, 0);

    let params: String = arguments.iter().map(|(_, xml)| format!("<param><value>{xml}</value></param>")).collect();
    let call = server.request();
    assert_eq!(
        call.replace("</param>", "</param>\n"),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <methodCall><methodName>math.add</methodName><params>{params}</params></methodCall>"
        )
        .replace("</param>", "</param>\n")
    );
}

#[test]
fn a_fault_is_exit_code_1() {
    let fault = "<methodResponse><fault><value><struct>\
        <member><name>faultCode</name><value><int>4</int></value></member>\
        <member><name>faultString</name><value><string>Too many parameters.</string></value></member>\
        </struct></value></fault></methodResponse>";
    assert_eq!(call(&reply("200 OK", fault), &["1"]), Outcome::new(1, "", "fault 4: Too many parameters.\n"));
}

#[test]
fn a_mistake_in_the_arguments_is_exit_code_2() {
    let url = "http://127.0.0.1:1/";
    let mistakes: [(&[&str], &str); 9] = [
        (&[], "usage"),
        (&[url], "usage"),
        (&["localhost:8000", "add"], "http://"),
        (&["unix:somewhere", "add"], "slash"),
        (&[url, "add", "9223372036854775808"], "9223372036854775808 needs more than 64 bits"),
        (&[url, "add", "[1, {\"a\": -18446744073709551617}]"], "-18446744073709551617 needs more than 64 bits"),
        (&[url, "add", "1e400"], "1e400"),
        (&[url, "add", r#"{"base64": "!"}"#], "base64"),
        (&[url, "add", r#""\u0000""#], "cannot be written"),
    ];
    for (arguments, part) in mistakes {
        let outcome = run(arguments);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(outcome.stderr.contains(part), "{arguments:?}: {}", outcome.stderr);
    }
}

#[test]
fn a_broken_exchange_is_exit_code_3() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = run(&[&format!("http://user:secret@{free}/"), "add"]);
    let status = call(&reply("404 Not Found", "No such page"), &[]);
    let half = call("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<?xml", &[]);
    for (outcome, part) in [(&refused, "refused"), (&status, "404 Not Found"), (&half, "broke off")] {
        assert_eq!((outcome.code, outcome.stdout.as_str()), (3, ""));
        assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
    }
    assert!(!refused.stderr.contains("secret"), "{}", refused.stderr);
}

#[test]
fn a_reply_that_is_not_xmlrpc_is_exit_code_4() {
    let outcome = call(&reply("200 OK", "<html>Log in</html>"), &[]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (4, ""));
    assert!(outcome.stderr.contains("<html>Log in</html>"), "{}", outcome.stderr);
}

#[test]
fn help_goes_to_standard_output() {
    for word in ["--help", "-h"] {
        let outcome = run(&[word]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
        assert!(outcome.stdout.contains("Usage: call URL METHOD [JSON...]"), "{}", outcome.stdout);
    }
}

/// What a run of the example came to.
#[derive(Debug, PartialEq)]
struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Outcome {
    fn new(code: i32, stdout: &str, stderr: &str) -> Self {
        Self { code, stdout: stdout.to_owned(), stderr: stderr.to_owned() }
    }
}

/// Calls `add` at a server that answers with `reply`, whatever it is called with.
fn call(reply: &str, arguments: &[&str]) -> Outcome {
    run(&[&[Server::start(reply).url.as_str(), "add"], arguments].concat())
}

fn run(arguments: &[&str]) -> Outcome {
    let output = example("call").args(arguments).output().unwrap();
    Outcome {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Answers one request and keeps its body.
struct Server {
    url: String,
    request: thread::JoinHandle<String>,
}

impl Server {
    fn start(reply: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let reply = reply.to_owned();
        let request = thread::spawn(move || {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let mut length = 0;
            for line in stream.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()) {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                    length = value.parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            stream.get_mut().write_all(reply.as_bytes()).unwrap();
            String::from_utf8(body).unwrap()
        });
        Self { url, request }
    }

    fn request(self) -> String {
        self.request.join().unwrap()
    }
}

fn xmlrpc(value: &str) -> String {
    let document = format!("<methodResponse><params><param><value>{value}</value></param></params></methodResponse>");
    reply("200 OK", &document)
}

fn reply(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}
