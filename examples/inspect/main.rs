//! Shows what an XML-RPC document holds, as one JSON object.
//!
//! `cargo run --example inspect -- FILE`, or from standard input without FILE (or with `-`). `--call` and
//! `--response` say which document is meant; otherwise its root element decides.
//!
//! Prints `{"call": …}`, `{"response": …}`, `{"fault": …}` or `{"error": CODE, "why": …}`; exit code 0,
//! 1 for an error in the document, 2 for wrong usage or a file that cannot be read.

mod notation;

use std::io::Read;
use std::process::ExitCode;

use notation::Kind;
use tagwire::{MethodResponse, Value};

const USAGE: &str = "usage: inspect [--call | --response] [FILE | -]";

fn main() -> ExitCode {
    let mut kind = None;
    let mut file = None;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--call" => kind = Some(Kind::Call),
            "--response" => kind = Some(Kind::Response),
            "--help" | "-h" => {
                println!("{USAGE}");
                return ExitCode::SUCCESS;
            }
            unknown if unknown.len() > 1 && unknown.starts_with('-') => {
                return usage(&format!("unknown option {unknown}"));
            }
            _ if file.is_some() => return usage("more than one file"),
            _ => file = Some(argument),
        }
    }
    let document = match file.as_deref() {
        None | Some("-") => {
            let mut document = Vec::new();
            std::io::stdin().read_to_end(&mut document).map(|_| document)
        }
        Some(path) => std::fs::read(path),
    };
    let document = match document {
        Ok(document) => document,
        Err(error) => return usage(&format!("{}: {error}", file.as_deref().unwrap_or("standard input"))),
    };
    let kind = kind.unwrap_or_else(|| kind_of(&document));
    let (shown, sound) = notation::show(&document, kind);
    println!("{shown}");
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a document looks like; one that is neither is taken for a call.
fn kind_of(document: &[u8]) -> Kind {
    if MethodResponse::<Value>::from_xml(document).is_ok() {
        return Kind::Response;
    }
    // Zeros between the letters are UTF-16.
    let letters: Vec<u8> = document.iter().copied().filter(|&byte| byte != 0).collect();
    let root = b"<methodResponse";
    match letters.windows(root.len()).any(|window| window == root) {
        true => Kind::Response,
        false => Kind::Call,
    }
}

fn usage(message: &str) -> ExitCode {
    eprintln!("inspect: {message}\n{USAGE}");
    ExitCode::from(2)
}
