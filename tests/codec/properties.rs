//! What holds for every value: it is read as it was written, however the document is dressed.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde::{Deserialize, Serialize};
use tagwire::{Binary, DateTime, DateTimeParts, Dialect, Fault, MethodCall, MethodResponse, Struct, Value, de, ser};

/// A field of every kind that the tables in `de` and `ser` name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Rich {
    flag: bool,
    tiny: i8,
    byte: u8,
    short: i16,
    unsigned_short: u16,
    int: i32,
    unsigned: u32,
    long: i64,
    unsigned_long: u64,
    single: f32,
    double: f64,
    letter: char,
    text: String,
    date: DateTime,
    binary: Binary,
    maybe: Option<i64>,
    nothing: Option<String>,
    list: Vec<Inner>,
    bytes_as_ints: Vec<u8>,
    tuple: (i32, String, bool),
    fixed: [i16; 3],
    inner: Inner,
    boxed: Box<Inner>,
    map: BTreeMap<String, i32>,
    newtype: Newtype,
    unit: Unit,
    variant: Shape,
    variants: Vec<Shape>,
    any: Value,
    #[serde(rename = "re named & <escaped>")]
    renamed: i32,
    #[serde(default)]
    defaulted: i32,
    #[serde(flatten)]
    flat: Flat,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    x: i32,
    name: String,
    next: Option<Box<Inner>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Newtype(i64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Unit {
    One,
    #[serde(rename = "deux & <2>")]
    Two,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Line(i32, i32),
    Text { at: (i32, i32), text: String, of: Option<Box<Shape>> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Flat {
    flat_text: String,
    flat_long: i64,
    flat_date: DateTime,
    flat_binary: Binary,
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_type_is_read_as_it_was_written(rich in rich()) {
        let written = ser::to_vec(&rich, &dialect()).unwrap();
        let read: Rich = de::from_slice(&written).unwrap();
        prop_assert_eq!(&read, &rich, "{}", show(&written));
        prop_assert_eq!(ser::to_vec(&read, &dialect()).unwrap(), written);
    }

    #[test]
    fn a_type_without_none_needs_no_dialect(mut rich in rich()) {
        rich.any = Value::from(1);
        // A member that is `None` is left out, and what is left out reads as `None`.
        let written = ser::to_vec(&rich, &Dialect::default()).unwrap();
        prop_assert!(!show(&written).contains("<nil"));
        prop_assert_eq!(de::from_slice::<Rich>(&written).unwrap(), rich);
    }

    #[test]
    fn a_type_goes_through_a_value_as_through_xml(mut rich in rich()) {
        // The shortest text of an `f32` is that of another number than the `f64` that it is: 0.1 is not
        // 0.10000000149011612. Both read back as the same `f32`; a whole number has one text.
        rich.single = f32::from(rich.short);
        let written = ser::to_vec(&rich, &dialect()).unwrap();
        let tree = ser::to_value(&rich).unwrap();
        let read: Value = de::from_slice(&written).unwrap();
        prop_assert!(same(&tree, &read), "{:?}\n{:?}", tree, read);
        prop_assert_eq!(&show(&ser::to_vec(&tree, &dialect()).unwrap()), &show(&written));
        prop_assert_eq!(de::from_value::<Rich>(tree).unwrap(), rich);
    }

    #[test]
    fn a_value_is_read_as_it_was_written(value in value()) {
        let written = ser::to_vec(&value, &dialect()).unwrap();
        let read: Value = de::from_slice(&written).unwrap();
        prop_assert!(same(&value, &read), "{:?}\n{}\n{:?}", value, show(&written), read);
        prop_assert_eq!(ser::to_vec(&read, &dialect()).unwrap(), written);
    }

    #[test]
    fn a_value_is_the_same_through_serde(value in value()) {
        let out = ser::to_value(&value).unwrap();
        prop_assert!(same(&value, &out), "{:?}\n{:?}", value, out);
        let back: Value = de::from_value(value.clone()).unwrap();
        prop_assert!(same(&value, &back), "{:?}\n{:?}", value, back);
    }

    #[test]
    fn a_value_keeps_its_types_through_serdes_buffer(value in value()) {
        // The buffer knows numbers and not their tags: an `<i8>` that fits 32 bits comes out as an `<int>`.
        let value = narrowed(value);
        /// Read by way of serde's own buffering.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        struct Around {
            #[serde(flatten)]
            rest: BTreeMap<String, Value>,
        }
        let around = Around { rest: BTreeMap::from([("value".to_owned(), value.clone())]) };
        let written = ser::to_vec(&around, &dialect()).unwrap();
        let read: Around = de::from_slice(&written).unwrap();
        prop_assert!(same(&value, &read.rest["value"]), "{:?}\n{:?}", value, read);
        let read: Around = de::from_value(ser::to_value(&around).unwrap()).unwrap();
        prop_assert!(same(&value, &read.rest["value"]), "{:?}\n{:?}", value, read);
    }

    #[test]
    fn a_call_is_read_as_it_was_written(name in method_name(), params in vec(value(), 0..4)) {
        let call = MethodCall::new(name, params);
        let written = call.to_xml(&dialect()).unwrap();
        let read = MethodCall::<Vec<Value>>::from_xml(&written).unwrap();
        prop_assert_eq!(read.name(), call.name());
        prop_assert!(same(&Value::Array(read.params().clone()), &Value::Array(call.params().clone())), "{}", show(&written));
        prop_assert_eq!(read.to_xml(&dialect()).unwrap(), written);
    }

    #[test]
    fn typed_parameters_are_read_as_they_were_written(rich in rich(), text in text(), numbers in vec(any::<i64>(), 0..4)) {
        let call = MethodCall::new("m", (rich, text, numbers));
        let written = call.to_xml(&dialect()).unwrap();
        prop_assert_eq!(MethodCall::<(Rich, String, Vec<i64>)>::from_xml(&written).unwrap(), call);
    }

    #[test]
    fn a_response_is_read_as_it_was_written(value in value()) {
        let response = MethodResponse::Value(value);
        let written = response.to_xml(&dialect()).unwrap();
        let read = MethodResponse::<Value>::from_xml(&written).unwrap();
        prop_assert_eq!(&read, &response);
        prop_assert_eq!(read.to_xml(&dialect()).unwrap(), written);
    }

    #[test]
    fn a_fault_is_read_as_it_was_written(code in any::<i32>(), string in text()) {
        let response = MethodResponse::<Value>::Fault(Fault::new(code, string));
        let written = response.to_xml(&Dialect::default()).unwrap();
        prop_assert_eq!(MethodResponse::<Value>::from_xml(&written).unwrap(), response);
        prop_assert!(MethodResponse::<i32>::from_xml(&written).unwrap().into_result().is_err());
    }

    #[test]
    fn a_dressed_document_means_what_the_plain_one_does(
        value in value(), noise in vec(any::<u8>(), 1..400), untyped in any::<bool>(),
    ) {
        let plain = MethodResponse::Value(value.clone()).to_xml(&dialect()).unwrap();
        let dressed = Dresser::new(&noise, untyped).dress(std::str::from_utf8(&plain).unwrap());
        let read = MethodResponse::<Value>::from_xml(dressed.as_bytes())
            .unwrap_or_else(|error| panic!("{error}\n{dressed}"));
        let read = read.into_result().unwrap();
        prop_assert!(same(&value, &read), "{:?}\n{}\n{:?}", value, dressed, read);
    }

    #[test]
    fn a_dressed_document_is_the_same_type(rich in rich(), noise in vec(any::<u8>(), 1..400), untyped in any::<bool>()) {
        let plain = MethodCall::new("m", (&rich,)).to_xml(&dialect()).unwrap();
        let dressed = Dresser::new(&noise, untyped).dress(std::str::from_utf8(&plain).unwrap());
        let read = MethodCall::<(Rich,)>::from_xml(dressed.as_bytes())
            .unwrap_or_else(|error| panic!("{error}\n{dressed}"));
        prop_assert_eq!(read.name(), "m");
        prop_assert_eq!(&read.params().0, &rich, "{}", dressed);
    }
}

/// Writes the same document otherwise: comments, processing instructions, attributes, white space between elements,
/// and text as CDATA or as references.
struct Dresser<'a> {
    noise: std::iter::Cycle<std::slice::Iter<'a, u8>>,
    /// Whether strings lose their `<string>`, which means the same.
    untyped: bool,
}

/// Elements of the plain document whose content is text.
const LEAVES: [&str; 12] = [
    "methodName",
    "name",
    "value",
    "int",
    "i8",
    "boolean",
    "string",
    "double",
    "dateTime.iso8601",
    "base64",
    "biginteger",
    "bigdecimal",
];

impl<'a> Dresser<'a> {
    fn new(noise: &'a [u8], untyped: bool) -> Self {
        Self { noise: noise.iter().cycle(), untyped }
    }

    fn dress(mut self, document: &str) -> String {
        let document = if self.untyped {
            document.replace("<value><string>", "<value>").replace("</string></value>", "</value>")
        } else {
            document.to_owned()
        };
        let (declaration, mut rest) = document.split_at(document.find("?>").unwrap() + 2);
        let mut out = self.pick(&["", " ", "\r\n"]).to_owned() + declaration;
        while !rest.is_empty() {
            self.layout(&mut out);
            let (tag, after) = rest.split_at(rest.find('>').unwrap() + 1);
            self.tag(tag, &mut out);
            rest = after;
            let name = tag.trim_matches(['<', '>']);
            let text = &rest[..rest.find('<').unwrap_or(0)];
            if LEAVES.contains(&name) && rest[text.len()..].starts_with(&format!("</{name}>")) {
                self.text(text, &mut out);
                rest = &rest[text.len()..];
                let (end, after) = rest.split_at(rest.find('>').unwrap() + 1);
                self.tag(end, &mut out);
                rest = after;
            }
        }
        out
    }

    fn tag(&mut self, tag: &str, out: &mut String) {
        let (inside, end) = tag.strip_suffix("/>").map_or_else(|| (tag.trim_end_matches('>'), ">"), |tag| (tag, "/>"));
        out.push_str(inside);
        if inside.starts_with("</") {
            out.push_str(self.pick(&["", "", " ", "\n"]));
        } else {
            out.push_str(self.pick(&["", "", "", " ", " a='1'", "\n\ta=\"&lt;\" b='>' ", " xml:space='preserve'"]));
        }
        out.push_str(end);
    }

    /// What may stand between elements.
    fn layout(&mut self, out: &mut String) {
        out.push_str(self.pick(&["", "", "", " ", "\r\n\t", "<!-- <value> & -->", "<?p <value?>", " <!---->\n"]));
    }

    fn text(&mut self, text: &str, out: &mut String) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = if first == '&' { rest.find(';').unwrap() + 1 } else { first.len_utf8() };
            let (plain, after) = rest.split_at(length);
            rest = after;
            let c = match plain {
                "&amp;" => '&',
                "&lt;" => '<',
                "&gt;" => '>',
                "&#13;" => '\r',
                _ => first,
            };
            let code = u32::from(c);
            match self.byte() % 16 {
                0 => *out += &format!("&#{code};"),
                1 => *out += &format!("&#x{code:X};"),
                2 => *out += &format!("&#x000{code:x};"),
                3 => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| *out += &format!("&#x{unit:x};")),
                // In CDATA too a raw CR would become LF.
                4 if c != '\r' => *out += &format!("<![CDATA[{c}]]>"),
                5 if c == '\n' => out.push_str("\r\n"),
                6 => *out += &format!("<!-- & -->{plain}"),
                7 => *out += &format!("<?p <a>?>{plain}"),
                8 => *out += &format!("<![CDATA[]]>{plain}"),
                _ => out.push_str(plain),
            }
        }
    }

    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        choices[usize::from(self.byte()) % choices.len()]
    }

    fn byte(&mut self) -> u8 {
        *self.noise.next().unwrap()
    }
}

/// Equal, with the bits of doubles and the order of members.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Double(one), Value::Double(other)) => one.to_bits() == other.to_bits(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Struct(one), Value::Struct(other)) => {
            let mut pairs = one.iter().zip(other.iter());
            one.len() == other.len() && pairs.all(|(one, other)| one.0 == other.0 && same(one.1, other.1))
        }
        _ => one == other,
    }
}

/// With `Int` for every integer that fits 32 bits.
fn narrowed(value: Value) -> Value {
    match value {
        Value::I8(number) => Value::from(number),
        Value::Array(items) => Value::Array(items.into_iter().map(narrowed).collect()),
        Value::Struct(members) => {
            Value::Struct(members.into_iter().map(|(name, member)| (name, narrowed(member))).collect())
        }
        other => other,
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(Value::Int),
        prop_oneof![any::<i64>(), -3..=3_i64].prop_map(Value::I8),
        any::<bool>().prop_map(Value::Boolean),
        text().prop_map(Value::String),
        double().prop_map(Value::Double),
        date().prop_map(Value::DateTime),
        binary().prop_map(Value::Base64),
        "-?[0-9]{1,40}".prop_map(Value::BigInteger),
        "-?[0-9]{1,20}(\\.[0-9]{1,20})?".prop_map(Value::BigDecimal),
        Just(Value::Nil),
    ];
    // Five levels of containers and the leaf.
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            vec((text(), inner), 0..6).prop_map(|members| Value::Struct(members.into_iter().collect::<Struct>())),
        ]
    })
}

fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        4 => prop::char::range(' ', '~'),
        2 => prop::sample::select(vec!['\r', '\n', '\t', ' ', '<', '>', '&', '"', '\'', ']', ';', '-', '\u{7f}', '\u{85}', '\u{a0}']),
        1 => prop::sample::select(vec!['\u{d7ff}', '\u{e000}', '\u{feff}', '\u{fffd}', '\u{2028}', '\u{10000}', '\u{10ffff}']),
        2 => any::<char>().prop_filter("XML forbids it", |c| is_allowed(*c)),
        1 => prop::char::range('\u{10000}', '\u{10ffff}'),
    ]
}

/// `Char` of XML 1.0.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![vec(character(), 0..24).prop_map(String::from_iter), "[ \r\n\t]{0,3}"]
}

/// The method name is trimmed, and an empty one is none.
fn method_name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_.:/]{1,12}"
}

/// Any finite bits.
fn double() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("not finite", |number| number.is_finite())
}

fn single() -> impl Strategy<Value = f32> {
    any::<u32>().prop_map(f32::from_bits).prop_filter("not finite", |number| number.is_finite())
}

/// In the specification's form.
fn date() -> impl Strategy<Value = DateTime> {
    (1..=9999_u16, 1..=12_u8, 1..=28_u8, 0..24_u8, 0..60_u8, 0..60_u8).prop_map(
        |(year, month, day, hour, minute, second)| {
            DateTime::from(DateTimeParts::new(year, month, day, hour, minute, second).unwrap())
        },
    )
}

fn binary() -> impl Strategy<Value = Binary> {
    vec(any::<u8>(), 0..100).prop_map(Binary::from)
}

fn inner() -> impl Strategy<Value = Inner> {
    let last = (any::<i32>(), text()).prop_map(|(x, name)| Inner { x, name, next: None });
    last.prop_recursive(3, 4, 1, |inner| {
        (any::<i32>(), text(), option::of(inner)).prop_map(|(x, name, next)| Inner {
            x,
            name,
            next: next.map(Box::new),
        })
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let simple = prop_oneof![
        Just(Shape::Point),
        double().prop_map(Shape::Circle),
        any::<(i32, i32)>().prop_map(|(from, to)| Shape::Line(from, to)),
    ];
    simple.prop_recursive(2, 3, 1, |inner| {
        (any::<(i32, i32)>(), text(), option::of(inner)).prop_map(|(at, text, of)| Shape::Text {
            at,
            text,
            of: of.map(Box::new),
        })
    })
}

fn rich() -> impl Strategy<Value = Rich> {
    let integers = any::<(bool, i8, u8, i16, u16, i32, u32, i64)>();
    // XML-RPC has no integer beyond 64 bits with a sign.
    let floats = (0..=i64::MAX as u64, single(), double());
    let texts = (character(), text(), date(), binary(), any::<Option<i64>>(), option::of(text()));
    let lists = (vec(inner(), 0..3), any::<Vec<u8>>(), (any::<i32>(), text(), any::<bool>()), any::<[i16; 3]>());
    let maps = (inner(), inner(), btree_map(text(), any::<i32>(), 0..4), any::<i64>(), any::<bool>());
    let variants = (shape(), vec(shape(), 0..3), value(), any::<(i32, i32)>());
    let flat = (text(), any::<i64>(), date(), binary());
    (integers, floats, texts, lists, maps, variants, flat).prop_map(
        |(integers, floats, texts, lists, maps, variants, flat)| Rich {
            flag: integers.0,
            tiny: integers.1,
            byte: integers.2,
            short: integers.3,
            unsigned_short: integers.4,
            int: integers.5,
            unsigned: integers.6,
            long: integers.7,
            unsigned_long: floats.0,
            single: floats.1,
            double: floats.2,
            letter: texts.0,
            text: texts.1,
            date: texts.2,
            binary: texts.3,
            maybe: texts.4,
            nothing: texts.5,
            list: lists.0,
            bytes_as_ints: lists.1,
            tuple: lists.2,
            fixed: lists.3,
            inner: maps.0,
            boxed: Box::new(maps.1),
            map: maps.2,
            newtype: Newtype(maps.3),
            unit: if maps.4 { Unit::One } else { Unit::Two },
            variant: variants.0,
            variants: variants.1,
            any: variants.2,
            renamed: variants.3.0,
            defaulted: variants.3.1,
            flat: Flat { flat_text: flat.0, flat_long: flat.1, flat_date: flat.2, flat_binary: flat.3 },
        },
    )
}

fn dialect() -> Dialect {
    Dialect::default().allow_none(true)
}

fn show(document: &[u8]) -> String {
    String::from_utf8_lossy(document).into_owned()
}
