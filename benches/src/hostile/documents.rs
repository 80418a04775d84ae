//! What somebody sends who means harm, or whose program has lost its way.

use std::fs;
use std::time::Duration;

use crate::Failure;
use crate::documents::{array, call, call_with, nested, structure};
use crate::table::grouped;

pub(super) struct Document {
    pub(super) name: String,
    pub(super) xml: Vec<u8>,
    /// The time that it may take.
    pub(super) within: Duration,
}

/// The one that everybody knows, from the corpus of the tests.
const LAUGHS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/corpus/documents/x_lol.xml");

const WITHIN: Duration = Duration::from_millis(50);
/// For what nests too deep, which is to be seen before most of it is read.
const WITHIN_LEVELS: Duration = Duration::from_millis(2);

pub(super) fn all() -> Result<Vec<Document>, Failure> {
    let mut all = vec![
        document("billion laughs", fs::read_to_string(LAUGHS)?),
        document("billion laughs, 1,000 entities of 200", laughs(1_000, 200)),
        document("external entity", with_doctype("[<!ENTITY e SYSTEM \"file:///etc/passwd\">]", "&e;")),
        document("external document type", with_doctype("SYSTEM \"http://127.0.0.1:9/x.dtd\"", "x")),
        document("50,000 attributes on one element", call(&format!("<value{}>x</value>", attributes(50_000)))),
        document("10,000 namespaces, each used", namespaces(10_000)),
    ];
    for levels in [1_000, 100_000] {
        all.extend(LEVELS.map(|(name, before, innermost, after)| Document {
            name: format!("{} levels of {name}", grouped(levels)),
            xml: call(&around(name, &nested(levels, before, innermost, after))).into_bytes(),
            within: WITHIN_LEVELS,
        }));
    }
    all.extend([
        document("a million `&amp;`", call(&text(&"&amp;".repeat(1_000_000)))),
        document("1 MB of `<`, alone", "<".repeat(1_000_000)),
        document("1 MB of `<` in a value", call(&text(&"<".repeat(1_000_000)))),
        document("1 MB of `&`, alone", "&".repeat(1_000_000)),
        document("1 MB of `&` in a value", call(&text(&"&".repeat(1_000_000)))),
        document("an element of 100,000 colons", call(&named(&format!("a{}int", ":".repeat(100_000))))),
        document("a method name of 100,000 colons", method(&":".repeat(100_000))),
        document("60 levels of values before names around 1 MB", values_before_names()),
        document("a million values, all empty", call(&array(&"<value/>".repeat(999_999)))),
        document("empty values past a doubling", call(&array(&"<value/>".repeat(PAST_A_DOUBLING)))),
        document("bare `<nil/>` past a doubling", call(&array(&"<nil/>".repeat(PAST_A_DOUBLING)))),
        document(
            "bare arrays of one `<nil/>`",
            call(&array(&"<array><nil/></array>".repeat(PAST_A_DOUBLING.div_ceil(4)))),
        ),
    ]);
    Ok(all)
}

/// So many in an array that its buffer has just grown to the double, and the old one was there while that was done: the
/// worst that short elements can do to memory.
const PAST_A_DOUBLING: usize = (1 << 18) + 1;

/// What nests, before and after what is innermost.
const LEVELS: [(&str, &str, &str, &str); 4] = [
    ("arrays", "<value><array><data>", INT, "</data></array></value>"),
    ("structs", "<value><struct><member><name>a</name>", INT, "</member></struct></value>"),
    (BARE, "<array><data>", "<int>1</int>", "</data></array>"),
    (UNKNOWN, "<x>", "", "</x>"),
];
const BARE: &str = "arrays without `<value>`";
const UNKNOWN: &str = "unknown elements";
const INT: &str = "<value><int>1</int></value>";

/// Puts what nests where such a thing may stand.
fn around(name: &str, nest: &str) -> String {
    match name {
        BARE => format!("<value>{nest}</value>"),
        UNKNOWN => structure(&format!("<member><name>a</name>{nest}{INT}</member>")),
        _ => nest.to_owned(),
    }
}

fn document(name: &str, xml: String) -> Document {
    Document { name: name.to_owned(), xml: xml.into_bytes(), within: WITHIN }
}

/// Entities each of which is `times` the one before.
fn laughs(entities: usize, times: usize) -> String {
    let declared: String = (1..entities)
        .map(|entity| format!("<!ENTITY l{entity} \"{}\">", format!("&l{};", entity - 1).repeat(times)))
        .collect();
    with_doctype(&format!("[<!ENTITY l0 \"lol\">{declared}]"), &format!("&l{};", entities - 1))
}

fn with_doctype(doctype: &str, value: &str) -> String {
    format!("<?xml version=\"1.0\"?><!DOCTYPE methodCall {doctype}>{}", call(&format!("<value>{value}</value>")))
}

fn attributes(many: usize) -> String {
    (0..many).map(|number| format!(" a{number}='{number}'")).collect()
}

fn namespaces(many: usize) -> String {
    let declared: String = (0..many).map(|number| format!(" xmlns:p{number}='urn:{number}'")).collect();
    let used: String = (0..many).map(|number| format!("<value><p{number}:i8>1</p{number}:i8></value>")).collect();
    call_with(&format!("<param{declared}>{}</param>", array(&used)))
}

fn named(name: &str) -> String {
    format!("<value><{name}>1</{name}></value>")
}

fn method(name: &str) -> String {
    format!("<methodCall><methodName>{name}</methodName><params></params></methodCall>")
}

fn values_before_names() -> String {
    let innermost = array(&INT.repeat(1_000_000 / INT.len()));
    call(&nested(60, "<value><struct><member>", &innermost, "<name>a</name></member></struct></value>"))
}

fn text(text: &str) -> String {
    format!("<value><string>{text}</string></value>")
}
