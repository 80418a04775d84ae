//! The text that [`Record`](super::Record) writes and [`Replay`](super::Replay) reads.
//!
//! ```text
//! # tagwire recording 1
//!
//! > content-type: text/xml; charset=utf-8
//! > | <?xml version="1.0"?><methodCall>…
//! < 200
//! < content-type: text/xml
//! < | <?xml version="1.0"?>
//! < | <methodResponse>…
//! ```
//!
//! An exchange is the lines of the request and then those of the reply. A line of a body begins with `| `; the line breaks
//! between such lines are the body's. A body that is no plain text is in base64, in a line that begins with `base64 `.
//! Blank lines and lines that begin with `#` are passed over.

use std::fmt::Write as _;

use base64_simd::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::{Reply, Request};
use crate::client::secrets::is_secret;

pub(super) const BEGINNING: &str = "# tagwire recording 1\n";

/// One exchange, with a blank line before it. Credentials are left out.
pub(super) fn write(headers: &HeaderMap, body: &[u8], reply: &Reply) -> String {
    let mut text = "\n".to_owned();
    write_half(&mut text, '>', headers, body);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "< {}", reply.status().as_u16());
    write_half(&mut text, '<', reply.headers(), reply.body());
    text
}

fn write_half(text: &mut String, side: char, headers: &HeaderMap, body: &[u8]) {
    for (name, value) in headers.iter().filter(|(name, value)| !is_secret(name, value)) {
        if let Ok(value) = value.to_str() {
            let _ = writeln!(text, "{side} {name}: {value}");
        }
    }
    match std::str::from_utf8(body) {
        // Whatever an editor might change on the way is not written as text.
        Ok(body) if !body.contains(|c: char| c.is_control() && c != '\n' && c != '\t') => {
            for line in body.split('\n') {
                let _ = writeln!(text, "{side} | {line}");
            }
        }
        _ => {
            let _ = writeln!(text, "{side} base64 {}", STANDARD.encode_to_string(body));
        }
    }
}

/// A request and what was answered.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) request: Request,
    pub(super) reply: Reply,
}

/// All exchanges, or the number of the line that is none and what is wrong with it.
pub(super) fn read(text: &str) -> Result<Vec<Exchange>, (usize, &'static str)> {
    let mut exchanges = Vec::new();
    let mut request: Option<Half> = None;
    let mut reply: Option<Half> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at = |mistake| (number, mistake);
        if let Some(line) = line.strip_prefix("> ") {
            if let Some(reply) = reply.take() {
                exchanges.push(finish(request.take(), reply).map_err(at)?);
            }
            request.get_or_insert_default().line(line).map_err(at)?;
        } else if let Some(line) = line.strip_prefix("< ") {
            match (&mut reply, line.parse().ok().and_then(|code: u16| StatusCode::from_u16(code).ok())) {
                (None, Some(status)) => reply = Some(Half { status, ..Half::default() }),
                (None, None) => return Err(at("a reply begins with its status")),
                (Some(reply), _) => reply.line(line).map_err(at)?,
            }
        } else {
            return Err(at("a line begins with \"> \", \"< \" or \"#\""));
        }
    }
    match (request, reply) {
        (None, None) => Ok(exchanges),
        (request, Some(reply)) => {
            let last = finish(request, reply).map_err(|mistake| (text.lines().count(), mistake))?;
            exchanges.push(last);
            Ok(exchanges)
        }
        (Some(_), None) => Err((text.lines().count(), "the last request has no reply")),
    }
}

fn finish(request: Option<Half>, reply: Half) -> Result<Exchange, &'static str> {
    let request = request.ok_or("a reply without a request")?;
    let reply = Reply::new(reply.body.unwrap_or_default()).with_status(reply.status).with_headers(reply.headers);
    Ok(Exchange {
        request: Request::with_headers(request.headers, Bytes::from(request.body.unwrap_or_default())),
        reply,
    })
}

/// One side of an exchange, as far as it has been read.
#[derive(Default)]
struct Half {
    status: StatusCode,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Half {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        // An editor may have taken away the blank at the end of an empty line.
        if let Some(text) = line.strip_prefix("| ").or((line == "|").then_some("")) {
            match &mut self.body {
                Some(body) => {
                    body.push(b'\n');
                    body.extend_from_slice(text.as_bytes());
                }
                body @ None => *body = Some(text.as_bytes().to_vec()),
            }
            return Ok(());
        }
        if self.body.is_some() {
            return Err("a line after the body of another kind");
        }
        if let Some(text) = line.strip_prefix("base64 ").or((line == "base64").then_some("")) {
            self.body = Some(STANDARD.decode_to_vec(text).map_err(|_| "a body that is not base64")?);
            return Ok(());
        }
        let (name, value) = line.split_once(':').ok_or("neither a header nor a part of a body")?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "the name of a header is none")?;
        let value = HeaderValue::from_str(value.trim()).map_err(|_| "the value of a header is none")?;
        self.headers.append(name, value);
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test panics")]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        for body in ["", "a", "a\n", "\n", "a\n\nb\t| c", "a\rb", "\u{1b}", "é", "# no comment", "> < base64 x"] {
            let mut headers = HeaderMap::new();
            headers.insert("x-one", HeaderValue::from_static("1: 2"));
            headers.insert("authorization", HeaderValue::from_static("Basic eDp5"));
            let reply = Reply::new(body.to_owned()).with_status(StatusCode::NOT_FOUND).with_headers(headers.clone());
            let text = [BEGINNING, &write(&headers, body.as_bytes(), &reply), &write(&headers, b"", &reply)].concat();
            assert!(!text.contains("eDp5"), "{text}");

            let exchanges = read(&text).unwrap();
            assert_eq!(exchanges.len(), 2, "{text}");
            let Exchange { request, reply } = &exchanges[0];
            assert_eq!((request.body(), reply.body()), (&body.to_owned().into(), &body.to_owned().into()), "{text}");
            assert_eq!((reply.status().as_u16(), &reply.headers()["x-one"]), (404, &HeaderValue::from_static("1: 2")));
            assert_eq!(exchanges[1].request.body(), "");
        }
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        for (text, line) in [
            ("hello", 1),
            ("> | a\n< ok", 2),
            ("\n\n< 200\n", 3),
            ("> | a\n", 1),
            ("> base64 !\n", 1),
            ("> | a\n> b: c\n", 2),
            ("> nothing", 1),
        ] {
            assert_eq!(read(text).unwrap_err().0, line, "{text:?}");
        }
    }
}
