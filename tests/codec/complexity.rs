//! Reading takes memory in proportion to the document, whatever its shape: twice the document, twice the bytes.
//!
//! Memory and not time, since machines are shared: what is quadratic in time because it copies is seen here as well,
//! and what only compares is left to `benches/`.

use std::collections::BTreeMap;
use std::fmt::Debug;

use allocation_counter::{AllocationInfo, measure};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use tagwire::{Binary, Dialect, MethodCall, MethodResponse, Value, ser};

/// How often the part that repeats is there in the smaller document. What is allocated once is lost beside that.
const TIMES: usize = 4_000;

/// Twice the document may take this much more. A buffer that grows by doubling takes twice and no more; the rest is
/// for what rounds up.
const GROWTH: f64 = 2.1;

/// A byte of the document may take this many bytes in all, those of buffers that were outgrown counted too.
/// `<value/>` has 8 bytes and becomes a `Value` of some 32, in a `Vec` that was moved as it grew.
const BYTES_PER_BYTE: f64 = 16.0;

#[test]
fn reading_as_a_tree_is_linear() {
    for shape in SHAPES {
        linear(shape, |document| drop(MethodResponse::<Value>::from_xml(document).unwrap()));
    }
}

#[test]
fn skipping_is_linear_and_keeps_nothing() {
    for shape in SHAPES {
        linear(shape, |document| drop(MethodResponse::<IgnoredAny>::from_xml(document).unwrap()));
    }
}

#[test]
fn reading_into_types_is_linear() {
    #[derive(Debug, Deserialize)]
    struct Row {
        #[allow(dead_code, reason = "only read")]
        a: i32,
        #[allow(dead_code, reason = "only read")]
        s: String,
    }
    typed::<Vec<String>>("<value>text</value>", array);
    typed::<Vec<i32>>("<value><int>1</int></value>", array);
    typed::<Vec<Row>>(
        "<value><struct><member><name>a</name><value><int>1</int></value></member><member><value>x&amp;y</value>\
         <name>s</name></member><member><name>more</name><value>skipped</value></member></struct></value>",
        array,
    );
    typed::<String>("text &amp; more &#13; ", |text| format!("<value>{text}</value>"));
    typed::<String>("<![CDATA[text]]>", |text| format!("<value><string>{text}</string></value>"));
    typed::<Binary>("aGVsbG8h\r\n", |text| format!("<value><base64>{text}</base64></value>"));
    let member = "<member><name>NAME</name><value><int>1</int></value></member>";
    typed::<BTreeMap<String, i32>>(member, |members| format!("<value><struct>{members}</struct></value>"));
}

#[test]
fn reading_a_call_is_linear() {
    for shape in SHAPES {
        let call = |times| {
            let value = (shape.value)(times);
            format!("<methodCall><methodName>m</methodName><params><param>{value}</param></params></methodCall>")
        };
        grows_in_proportion(shape.name, call, |document| drop(MethodCall::<Vec<Value>>::from_xml(document).unwrap()));
    }
    let params = |times| {
        let params = "<param><value>text</value></param>".repeat(times);
        format!("<methodCall><params>{params}</params><methodName>m</methodName></methodCall>")
    };
    grows_in_proportion("params", params, |document| drop(MethodCall::<Vec<Value>>::from_xml(document).unwrap()));
}

#[test]
fn refusing_is_linear() {
    // An end that is missing, so that the whole of it is read and then thrown away.
    for shape in SHAPES {
        let broken = |times| response(&(shape.value)(times)).replace("</methodResponse>", "");
        grows_in_proportion(shape.name, broken, |document| {
            let error = MethodResponse::<Value>::from_xml(document).unwrap_err();
            assert_eq!(error.code(), -32700, "{}", shape.name);
        });
    }
}

#[test]
fn writing_is_linear() {
    for shape in SHAPES {
        let write = |times: usize| {
            let document = response(&(shape.value)(times)).into_bytes();
            let value = MethodResponse::<Value>::from_xml(&document).unwrap().into_result().unwrap();
            let mut length = 0;
            let info = measure(|| length = ser::to_vec(&value, &Dialect::default().allow_none(true)).unwrap().len());
            (info, length)
        };
        let (once, _) = write(TIMES);
        let (twice, length) = write(2 * TIMES);
        judge(shape.name, length, &once, &twice);
    }
}

/// A document as long as one likes.
struct Shape {
    name: &'static str,
    value: fn(usize) -> String,
}

const SHAPES: &[Shape] = &[
    Shape { name: "empty strings", value: |times| array(&"<value/>".repeat(times)) },
    Shape { name: "integers", value: |times| array(&"<value><int>1</int></value>".repeat(times)) },
    Shape { name: "integers without value", value: |times| array(&"<int>1</int>".repeat(times)) },
    Shape { name: "empty arrays", value: |times| array(&"<value><array><data/></array></value>".repeat(times)) },
    Shape { name: "pairs", value: |times| array(&array("<value>a</value><value>b</value>").repeat(times)) },
    Shape { name: "text", value: |times| string(&"plain text, a line long.\n".repeat(times)) },
    Shape { name: "references", value: |times| string(&"&amp;".repeat(times)) },
    Shape { name: "numeric references", value: |times| string(&"&#128512;".repeat(times)) },
    Shape { name: "surrogate pairs", value: |times| string(&"&#xD83D;&#xDE00;".repeat(times)) },
    Shape { name: "carriage returns", value: |times| string(&"a\r\n\r".repeat(times)) },
    Shape { name: "CDATA", value: |times| string(&"<![CDATA[a<b]]>".repeat(times)) },
    Shape { name: "brackets in CDATA", value: |times| string(&format!("<![CDATA[{}]]>", "]]&".repeat(times))) },
    Shape { name: "comments in text", value: |times| string(&"a<!-- b -->".repeat(times)) },
    Shape { name: "dashes in a comment", value: |times| string(&format!("<!--{}-->", "- ".repeat(times))) },
    Shape { name: "instructions in text", value: |times| string(&"a<?b ?>".repeat(times)) },
    Shape { name: "comments between values", value: |times| array(&"<!-- --><value>1</value> ".repeat(times)) },
    Shape {
        name: "text beside a type",
        value: |times| format!("<value>{}<int>1</int></value>", " ".repeat(8 * times)),
    },
    Shape { name: "blanks between values", value: |times| array(&"\r\n\t   <value>1</value>".repeat(times)) },
    Shape { name: "base64", value: |times| format!("<value><base64>{}</base64></value>", "aGVsbG8h".repeat(times)) },
    Shape {
        name: "base64 in lines",
        value: |times| format!("<value><base64>{}</base64></value>", "aGVs\r\n".repeat(times)),
    },
    Shape {
        name: "attributes",
        value: |times| array(&"<value a='1' b=\"2\"><int c='>'>1</int></value>".repeat(times)),
    },
    Shape {
        name: "attributes of one element",
        value: |times| format!("<value {}>1</value>", (0..times).map(|n| format!("a{n}='x' ")).collect::<String>()),
    },
    Shape {
        name: "namespaces of one element",
        value: |times| {
            format!("<value {}>1</value>", (0..times).map(|n| format!("xmlns:a{n}='x' ")).collect::<String>())
        },
    },
    Shape { name: "members", value: |times| structure(times, |n| member(&format!("m{n}"), "<value>1</value>")) },
    Shape { name: "members of one name", value: |times| structure(times, |_| member("m", "<value>1</value>")) },
    Shape {
        name: "members, values first",
        value: |times| structure(times, |n| format!("<member><value>text</value><name>m{n}</name></member>")),
    },
    Shape {
        name: "nested values first",
        value: |times| {
            // Each level looks ahead for its name, over the whole of what is in it.
            let levels = 7;
            let items = "<value>text</value>".repeat(times);
            let before = "<value><struct><member>".repeat(levels);
            format!("{before}{}{}", array(&items), "<name>a</name></member></struct></value>".repeat(levels))
        },
    },
    Shape {
        name: "elements that are skipped",
        value: |times| format!("<value><struct>{}</struct></value>", "<x y='z'><z/>text</x>".repeat(times)),
    },
    Shape {
        name: "long names",
        value: |times| structure(4, |n| member(&format!("{n}{}", "name&amp;".repeat(times)), "<value>1</value>")),
    },
    Shape {
        name: "long element names",
        value: |times| {
            let name = "x".repeat(times);
            format!("<value><struct><{name}></{name}></struct></value>")
        },
    },
    Shape {
        name: "digits",
        value: |times| format!("<value><biginteger>{}</biginteger></value>", "1234567890".repeat(times)),
    },
    Shape { name: "zeros", value: |times| format!("<value><int>{}1</int></value>", "0".repeat(8 * times)) },
    Shape { name: "decimals", value: |times| format!("<value><double>1.{}</double></value>", "0".repeat(8 * times)) },
    Shape {
        name: "date",
        value: |times| {
            format!(
                "<value><dateTime.iso8601>{}</dateTime.iso8601></value>",
                " ".repeat(8 * times) + "20240102T03:04:05"
            )
        },
    },
];

fn array(items: &str) -> String {
    format!("<value><array><data>{items}</data></array></value>")
}

fn string(text: &str) -> String {
    format!("<value><string>{text}</string></value>")
}

fn structure(count: usize, member: impl Fn(usize) -> String) -> String {
    format!("<value><struct>{}</struct></value>", (0..count).map(member).collect::<String>())
}

fn member(name: &str, value: &str) -> String {
    format!("<member><name>{name}</name>{value}</member>")
}

fn response(value: &str) -> String {
    format!("<methodResponse><params><param>{value}</param></params></methodResponse>")
}

fn linear(shape: &Shape, read: impl Fn(&[u8])) {
    grows_in_proportion(shape.name, |times| response(&(shape.value)(times)), read);
}

/// A response with the part repeated, read as `T`. `NAME` becomes another name each time.
fn typed<T: DeserializeOwned + Debug>(part: &str, around: impl Fn(&str) -> String) {
    let document = |times| {
        let parts: String = (0..times).map(|n| part.replace("NAME", &format!("m{n}"))).collect();
        response(&around(&parts))
    };
    grows_in_proportion(part, document, |document| drop(MethodResponse::<T>::from_xml(document).unwrap()));
}

fn grows_in_proportion(name: &str, document: impl Fn(usize) -> String, read: impl Fn(&[u8])) {
    let cost = |times| {
        let document = document(times).into_bytes();
        (measure(|| read(&document)), document.len())
    };
    let (once, _) = cost(TIMES);
    let (twice, length) = cost(2 * TIMES);
    judge(name, length, &once, &twice);
}

#[allow(clippy::cast_precision_loss, reason = "counts of bytes, far below 2^52")]
fn judge(name: &str, length: usize, once: &AllocationInfo, twice: &AllocationInfo) {
    // Below this, what is allocated does not depend on the document at all.
    if twice.bytes_total < 4096 {
        return;
    }
    let growth = twice.bytes_total as f64 / once.bytes_total as f64;
    assert!(growth <= GROWTH, "{name}: {growth:.2} times the memory for twice the document: {once:?}, {twice:?}");
    let rate = twice.bytes_total as f64 / length as f64;
    assert!(rate <= BYTES_PER_BYTE, "{name}: {rate:.1} bytes for a byte of {length}: {twice:?}");
}
