//! The shapes: what a document can have much of.

use crate::documents::{array, call, call_with, fill, nested, structure};

pub(super) struct Shape {
    pub(super) name: &'static str,
    /// A call of about so many bytes.
    pub(super) document: fn(usize) -> String,
}

pub(super) const SHAPES: [Shape; 13] = [
    Shape { name: "a wide array of ints", document: |length| call(&array(&repeat(length, INT))) },
    Shape { name: "arrays nested to the limit, side by side", document: nested_to_the_limit },
    Shape { name: "long text", document: |length| string(&repeat(length, "Some words, and a line to end them.\n")) },
    Shape { name: "text of entities", document: |length| string(&repeat(length, "&amp;&lt;&#233;&#x20AC;")) },
    Shape { name: "20 attributes on each element", document: |length| call(&array(&fill(length, attributed))) },
    Shape { name: "all attributes on one element", document: attributes_on_one },
    Shape {
        name: "comments between elements",
        document: |length| call(&array(&repeat(length, &format!("<!-- an int - perhaps -->{INT}")))),
    },
    Shape { name: "CDATA sections in one text", document: |length| string(&repeat(length, "<![CDATA[a < b]]>, ")) },
    Shape { name: "base64", document: |length| call(&format!("<value><base64>{}</base64></value>", base64(length))) },
    Shape { name: "values before names, nested 60 deep", document: values_before_names },
    Shape { name: "every member twice", document: |length| call(&structure(&fill(length, member_of_two))) },
    Shape { name: "one member again and again", document: |length| call(&structure(&fill(length, |_| member(0)))) },
    Shape { name: "params before methodName", document: params_first },
];

/// The default of [`tagwire::Limits`].
const DEEPEST: usize = 64;
const INT: &str = "<value><int>12345</int></value>";

fn nested_to_the_limit(length: usize) -> String {
    let value = nested(DEEPEST - 1, "<value><array><data>", INT, "</data></array></value>");
    call_with(&repeat(length, &format!("<param>{value}</param>")))
}

fn attributed(number: usize) -> String {
    format!("<value{}><int>{number}</int></value>", attributes(20))
}

fn attributes_on_one(length: usize) -> String {
    let attributes = fill(length, |number| format!(" a{number}='{number}'"));
    call(&format!("<value{attributes}><int>1</int></value>"))
}

fn attributes(many: usize) -> String {
    (0..many).map(|number| format!(" a{number}=\"{number}\"")).collect()
}

/// 76 characters to a line, as Python wraps it.
fn base64(length: usize) -> String {
    repeat(length, &format!("{}\n", "QUJD".repeat(19)))
}

/// What they nest around is what is long.
fn values_before_names(length: usize) -> String {
    let innermost = array(&repeat(length, INT));
    call(&nested(60, "<value><struct><member>", &innermost, "<name>a</name></member></struct></value>"))
}

fn member_of_two(number: usize) -> String {
    member(number / 2)
}

fn member(number: usize) -> String {
    format!("<member><name>name{number}</name>{INT}</member>")
}

fn params_first(length: usize) -> String {
    let params = repeat(length, &format!("<param>{INT}</param>"));
    format!("<methodCall><params>{params}</params><methodName>m</methodName></methodCall>")
}

fn string(text: &str) -> String {
    call(&format!("<value><string>{text}</string></value>"))
}

fn repeat(length: usize, part: &str) -> String {
    fill(length, |_| part.to_owned())
}
