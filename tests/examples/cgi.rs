//! The example `cgi` as a CGI program: started by hand with its environment and input, and by web servers.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use tagwire::{Fault, MethodCall, MethodResponse, Methods, XmlRpcService, cgi};

use crate::support::program::example;

#[cfg(unix)]
mod hosts;

#[test]
fn a_call_is_answered_with_two_headers() {
    let answer = post(&[], call("add", (2, 3)));
    assert_eq!(answer.head, "Content-Type: text/xml; charset=utf-8\r\nContent-Length: 130\r\n\r\n");
    assert_eq!(answer.result::<i32>(), Ok(5));
}

#[test]
fn a_fault_is_an_answer() {
    let answer = post(&[], call("add", (i32::MAX, 1)));
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.result::<i32>(), Err(Fault::application("the sum is too large")));
    assert_eq!(post(&[], "no XML").result::<i32>().unwrap_err().code(), Fault::NOT_WELL_FORMED);
    assert_eq!(post(&[], "").result::<i32>().unwrap_err().code(), Fault::NOT_WELL_FORMED);
}

#[test]
fn other_methods_are_refused() {
    for method in ["GET", "HEAD", "PUT", "post"] {
        let answer = run(&[("REQUEST_METHOD", method)], b"");
        assert_eq!(answer.status(), 405, "{method}");
        assert!(answer.head.starts_with("Status: 405 Method Not Allowed\r\n"), "{answer:?}");
        assert_eq!(answer.header("Allow"), Some("POST"));
        assert_eq!(answer.header("Content-Type"), Some("text/plain; charset=utf-8"));
    }
}

#[test]
fn the_length_is_needed() {
    for length in [None, Some("")] {
        let length = length.map(|length| ("CONTENT_LENGTH", length));
        let variables: Vec<_> = [("REQUEST_METHOD", "POST")].into_iter().chain(length).collect();
        assert_eq!(run(&variables, b"").status(), 411);
        // The web server has taken it out of its chunks, and does not say how long it is.
        let chunked = [variables, vec![("HTTP_TRANSFER_ENCODING", "chunked")]].concat();
        assert_eq!(run(&chunked, b"").status(), 411);
    }
    for length in ["-1", "+1", "1.5", "many", "99999999999999999999"] {
        let answer = run(&[("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", length)], b"");
        assert_eq!((answer.status(), answer.text()), (400, "CONTENT_LENGTH is malformed"), "{length}");
    }
}

#[test]
fn an_input_that_ends_early_is_no_request() {
    let body = call("add", (2, 3));
    for input in [&body[..], b""] {
        let length = (body.len() + 1).to_string();
        let answer = run(&[("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", &length)], input);
        assert_eq!((answer.status(), answer.text()), (400, "the request is incomplete"));
    }
}

#[test]
fn what_is_too_large_is_refused() {
    const MOST: usize = 1024 * 1024;
    for size in [MOST - 1, MOST] {
        let room = size - call("length", ("",)).len();
        let answer = post(&[], call("length", ("x".repeat(room),)));
        assert_eq!(answer.result::<usize>(), Ok(room));
    }
    // Some web servers read no answer before they have written all.
    for size in [MOST + 1, 3 * MOST] {
        let answer = post(&[], vec![b'x'; size]);
        assert_eq!((answer.status(), answer.text()), (413, "the request is too large"));
    }
    // Others write nothing that is not asked for.
    let answer = run(&[("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", "18446744073709551615")], b"");
    assert_eq!(answer.status(), 413);
}

#[cfg(unix)]
#[test]
fn not_a_byte_more_is_read_and_no_end_awaited() {
    use std::io::Read;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    let (mut web_server, input) = UnixStream::pair().unwrap();
    let mut rest = input.try_clone().unwrap();
    let body = call("add", (2, 3));
    web_server.write_all(&body).unwrap();
    web_server.write_all(b"POST").unwrap();
    let mut command = program(&[("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", &body.len().to_string())]);
    let output = command.stdin(OwnedFd::from(input)).output().unwrap();
    assert_eq!(Answer::of(output.stdout).result::<i32>(), Ok(5));
    let mut next = [0; 4];
    rest.read_exact(&mut next).unwrap();
    assert_eq!(&next, b"POST");
}

#[test]
fn the_caller_is_known_by_address_and_name() {
    let caller = call("caller", ());
    for (address, name) in [("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::1"), ("[::1]", "::1")] {
        let answer = post(&[("REMOTE_ADDR", address), ("REMOTE_PORT", "4711")], &caller);
        assert_eq!(answer.result::<String>(), Ok(name.to_owned()));
    }
    let answer = post(&[("REMOTE_ADDR", "192.0.2.1"), ("REMOTE_USER", "ada")], &caller);
    assert_eq!(answer.result::<String>(), Ok("ada at 192.0.2.1".to_owned()));
    assert!(post(&[], &caller).result::<String>().is_err(), "nobody knows");
}

#[test]
fn too_many_headers_are_refused() {
    let names: Vec<_> = (0..101).map(|number| format!("HTTP_X_{number}")).collect();
    let headers: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let body = call("add", (2, 3));
    assert_eq!(post(&headers[..99], &body).status(), 200); // the length is a header, too
    assert_eq!(post(&headers[..100], &body).status(), 431);
    assert_eq!(post(&[("HTTP_X", "x".repeat(32 * 1024).as_str())], &body).status(), 431);
}

#[test]
fn every_path_is_served() {
    for (script, info) in [("", ""), ("/cgi-bin/sums", ""), ("/cgi-bin/sums", "/any/thing"), ("/x y", "/%/ü")] {
        let answer = post(&[("SCRIPT_NAME", script), ("PATH_INFO", info)], call("add", (2, 3)));
        assert_eq!(answer.result::<i32>(), Ok(5), "{script}{info}");
    }
}

#[test]
fn the_page_of_another_site_may_not_call() {
    let answer = post(&[("HTTP_HOST", "example.com"), ("HTTP_ORIGIN", "http://evil.example")], call("add", (2, 3)));
    assert_eq!(answer.status(), 403);
}
#[test]
fn a_long_answer_is_compressed_where_it_is_wanted() {
    let many = vec!["x"; 100];
    let body = call("system.multicall", (many,));
    let plain = post(&[], &body);
    assert_eq!((plain.status(), plain.header("Content-Encoding")), (200, None));
    let answer = post(&[("HTTP_ACCEPT_ENCODING", "gzip")], &body);
    assert_eq!((answer.status(), answer.header("Content-Encoding")), (200, Some("gzip")));
    assert!(answer.body.starts_with(&[0x1f, 0x8b]) && answer.body.len() < plain.body.len(), "{answer:?}");
    assert_eq!(answer.header("Content-Length"), Some(answer.body.len().to_string().as_str()));
}

#[test]
fn without_a_web_server_it_says_what_it_is() {
    let output = program(&[]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("cgi: REQUEST_METHOD is not set: "), "{said}");
}

#[tokio::test]
async fn a_document_that_the_program_hands_in() {
    let methods = Methods::new().register_fn("add", |a: i32, b: i32| a + b);
    let text = call("add", (2, 3));
    let service = XmlRpcService::new(methods).rpc_paths(["/nowhere/else"]);
    let answer = |reply: Vec<u8>| MethodResponse::<i32>::from_xml(&reply).unwrap().into_result();

    let exact = service.clone().max_request_size(text.len());
    assert_eq!(answer(cgi::handle_text(exact, text.clone()).await), Ok(5));
    let less = service.clone().max_request_size(text.len() - 1);
    let fault = answer(cgi::handle_text(less, text).await).unwrap_err();
    assert_eq!(fault, Fault::invalid_request("the request is too large"));
    assert_eq!(answer(cgi::handle_text(service, "").await).unwrap_err().code(), Fault::NOT_WELL_FORMED);
}

fn call(method: &str, params: impl serde::Serialize) -> Vec<u8> {
    MethodCall::new(method, params).to_xml(&tagwire::Dialect::default()).unwrap()
}

/// With the length that it has.
fn post(variables: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
    let length = body.as_ref().len().to_string();
    let fixed = [("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", &length)];
    run(&[&fixed, variables].concat(), body.as_ref())
}

fn run(variables: &[(&str, &str)], input: &[u8]) -> Answer {
    let mut child: Child = program(variables).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // As a simple web server does it: first all of the request, then the answer.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Answer::of(output.stdout)
}

/// With these variables and no others.
fn program(variables: &[(&str, &str)]) -> Command {
    let mut command = example("cgi");
    command.env_clear().envs(variables.iter().copied());
    command
}

#[derive(Debug)]
struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn of(mut output: Vec<u8>) -> Self {
        let end = output.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let body = output.split_off(end);
        let answer = Self { head: String::from_utf8(output).unwrap(), body };
        assert_eq!(answer.header("Content-Length"), Some(answer.body.len().to_string().as_str()), "{answer:?}");
        answer
    }

    fn status(&self) -> u16 {
        self.header("Status").map_or(200, |status| status.split(' ').next().unwrap().parse().unwrap())
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let value = values.next();
        assert_eq!(values.next(), None, "{name} twice: {self:?}");
        value
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn result<T: serde::de::DeserializeOwned>(&self) -> Result<T, Fault> {
        assert_eq!(self.status(), 200, "{self:?}");
        MethodResponse::from_xml(&self.body).unwrap().into_result()
    }
}
