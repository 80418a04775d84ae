//! The example `inspect`, run as a program: what it prints of a document, and its exit codes.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::{Value as Json, json};

use crate::support::program::example;

#[test]
fn a_file_is_shown_in_the_notation_of_the_corpus() {
    let documents = [
        "v_untyped_ws",
        "v_untyped_nl",
        "v_empty",
        "v_typed_ws_around",
        "v_cdata_untyped",
        "v_i8_max",
        "v_int_over",
        "v_dt",
        "v_dt_off",
        "v_dt_feb30",
        "v_ar_twodata",
        "v_biginteger",
        "v_b64_crlf",
        "v_d_nan",
        "v_d_INF",
        "c_koi8r",
        "c_latin15",
        "c_utf16be_bom",
        "c_name_dot",
        "c_emptyparams",
    ];
    for name in documents {
        let line = expected(name);
        let shown = inspect(&[path(name).to_str().unwrap()], b"");
        assert_eq!((shown.code, &shown.json(), shown.stderr.as_str()), (0, &line["expect"], ""), "{name}");
    }
}

#[test]
fn a_document_with_an_error_is_exit_code_1() {
    for name in
        ["v_two_types", "v_unknown_type", "c_trunc", "c_wrongroot", "c_latin1_as_utf8", "c_unknownenc", "c_json"]
    {
        let line = expected(name);
        let shown = inspect(&["--call", path(name).to_str().unwrap()], b"");
        let json = shown.json();
        assert_eq!((shown.code, &json["error"]), (1, &line["expect"]["error"]), "{name}");
        assert!(json["why"].as_str().is_some_and(|why| !why.is_empty()), "{name}: {json}");
        assert_eq!(json.as_object().unwrap().len(), 2, "{name}: {json}");
    }
    let nothing = inspect(&[], b"");
    assert_eq!((nothing.code, &nothing.json()["error"]), (1, &json!(-32700)));
}

#[test]
fn responses_and_faults_are_shown() {
    for name in ["r_noparam", "r_junk_after", "r_fault_untyped", "r_fault_dblcode", "r_fault_i8", "r_fault_strcode2"] {
        let (line, path) = (expected(name), path(name));
        for arguments in [&["--response", path.to_str().unwrap()][..], &[path.to_str().unwrap()]] {
            let shown = inspect(arguments, b"");
            assert_eq!((shown.code, &shown.json()), (0, &line["expect"]), "{arguments:?}");
        }
    }
    let name = "r_empty";
    let shown = inspect(&["--response", path(name).to_str().unwrap()], b"");
    assert_eq!((shown.code, &shown.json()["error"]), (1, &expected(name)["expect"]["error"]));
}

#[test]
fn the_kind_that_is_asked_for_counts() {
    let call = b"<methodCall><methodName>a</methodName></methodCall>";
    let response = b"<methodResponse><params><param><value/></param></params></methodResponse>";
    for (option, other) in [("--response", &call[..]), ("--call", response)] {
        let shown = inspect(&[option], other);
        assert_eq!((shown.code, &shown.json()["error"]), (1, &json!(-32600)), "{option}");
    }
    for (option, same, json) in [
        ("--call", &call[..], json!({"call": {"method": "a", "params": []}})),
        ("--response", response, json!({"response": {"string": ""}})),
    ] {
        let shown = inspect(&[option], same);
        assert_eq!((shown.code, shown.json()), (0, json), "{option}");
    }
}

#[test]
fn standard_input_is_read_where_no_file_is_named() {
    let document = "<methodCall><methodName>add</methodName><params><param><value><int>2</int></value></param>\
        <param><value><struct><member><name>b</name><value><nil/></value></member><member><name>a</name><value>\
        <base64>aGVsbG8</base64></value></member></struct></value></param></params></methodCall>";
    let json = json!({"call": {"method": "add", "params": [
        {"int": 2},
        {"struct": [["b", {"nil": true}], ["a", {"base64": "aGVsbG8="}]]},
    ]}});
    for arguments in [&[][..], &["-"], &["--call"], &["--call", "-"], &["-", "--call"]] {
        let shown = inspect(arguments, document.as_bytes());
        assert_eq!((shown.code, shown.json(), shown.stderr.as_str()), (0, json.clone(), ""), "{arguments:?}");
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let missing = path("no_such_document");
    let missing = missing.to_str().unwrap();
    let mistakes = [
        (&["--unknown"][..], "--unknown"),
        (&["a.xml", "b.xml"], "usage"),
        (&[missing], missing),
        (&[env!("CARGO_MANIFEST_DIR")], env!("CARGO_MANIFEST_DIR")),
    ];
    for (arguments, part) in mistakes {
        let shown = inspect(arguments, b"<methodCall><methodName>a</methodName></methodCall>");
        assert_eq!((shown.code, shown.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(shown.stderr.contains(part) && shown.stderr.contains("usage"), "{arguments:?}: {}", shown.stderr);
    }
}

/// What a run of the example came to.
struct Shown {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Shown {
    /// Standard output, which is one line of JSON.
    fn json(&self) -> Json {
        let line = self.stdout.strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "{line}");
        serde_json::from_str(line).unwrap()
    }
}

impl From<Output> for Shown {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn inspect(arguments: &[&str], input: &[u8]) -> Shown {
    let mut command = example("inspect");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that does not read its input may be gone already.
    child.stdin.take().unwrap().write_all(input).ok();
    child.wait_with_output().unwrap().into()
}

fn path(name: &str) -> PathBuf {
    corpus().join(format!("documents/{name}.xml"))
}

/// The line of `expected.jsonl` for a document.
fn expected(name: &str) -> Json {
    let lines = std::fs::read_to_string(corpus().join("expected.jsonl")).unwrap();
    let mut lines = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    lines.find(|line| line["doc"] == name).unwrap_or_else(|| panic!("{name} is not in the corpus"))
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}
