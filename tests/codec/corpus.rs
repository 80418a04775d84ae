//! Every document of `tests/corpus` must give what its `expected.jsonl` says.

use crate::notation;

use std::path::{Path, PathBuf};

use notation::Kind;
use serde_json::Value as Json;

#[test]
fn odd_documents() {
    let root = corpus();
    check(&root.join("expected.jsonl"), |line| root.join("documents").join(format!("{}.xml", text(&line["doc"]))));
}

#[test]
fn captured_requests() {
    let mut clients = 0;
    for entry in std::fs::read_dir(corpus().join("clients")).unwrap() {
        let folder = entry.unwrap().path();
        check(&folder.join("expected.jsonl"), |line| folder.join(format!("{}.body", text(&line["doc"]))));
        clients += 1;
    }
    assert_eq!(clients, 6, "the captures of six clients");
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn check(expected: &Path, document: impl Fn(&Json) -> PathBuf) {
    let lines = std::fs::read_to_string(expected).unwrap();
    let mut count = 0;
    let mut wrong = String::new();
    for line in lines.lines() {
        let line: Json = serde_json::from_str(line).unwrap();
        let path = document(&line);
        let bytes = std::fs::read(&path).unwrap();
        let kind = match text(&line["kind"]) {
            "call" => Kind::Call,
            "response" => Kind::Response,
            other => panic!("kind {other}"),
        };
        let (found, _) = notation::show(&bytes, kind);
        if !same(&line["expect"], &found) {
            wrong += &format!(
                "\n{} ({})\n  expected {}\n  found    {found}\n",
                path.display(),
                text(&line["what"]),
                line["expect"],
            );
        }
        count += 1;
    }
    assert!(count >= 10, "{} has {count} lines", expected.display());
    assert!(wrong.is_empty(), "{wrong}");
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

/// Whether two descriptions mean the same: the reason of an error is for people, doubles are compared as
/// numbers, and everything else to the letter.
fn same(expected: &Json, found: &Json) -> bool {
    match (expected, found) {
        (Json::Object(a), Json::Object(b)) if a.contains_key("error") => {
            a["error"] == b.get("error").cloned().unwrap_or_default()
        }
        (Json::Object(a), Json::Object(b)) if a.contains_key("double") => {
            let number = |object: &serde_json::Map<String, Json>| {
                object.get("double").and_then(Json::as_str).map(str::parse::<f64>)
            };
            match (number(a), number(b)) {
                (Some(Ok(a)), Some(Ok(b))) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
                _ => false,
            }
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => expected == found,
    }
}
