//! The same values to us and to CPython's `xmlrpc.client`, both ways, over a pipe.
//!
//! The values are random and the same in every run. A difference that is meant stands in [`DIFFERENCES`] with its
//! reason; any other fails.

#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "random bits, any of which will do")]

// Only whether Python is wanted and here is asked of it.
use crate::peers;

use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use tagwire::{Binary, DateTime, DateTimeParts, Dialect, MethodResponse, Struct, Value};

/// Values that cross the pipe, those inside arrays and structs counted.
const AT_LEAST: usize = 100_000;

/// Documents each way in a request, few enough that a pipe's buffer never holds up both ends.
const BATCH: u32 = 500;

/// What CPython understands otherwise, and why that is no fault of either.
const DIFFERENCES: &[Difference] = &[
    Difference {
        reason: "CPython writes a CR raw, and XML makes LF of it: what is read is not what was meant, whoever reads. \
                 Ours is written `&#13;`, and CPython reads it as CR.",
        kind: Kind::MeantByPython(lines_ended_by_lf),
    },
    Difference {
        reason: "An integer has one type in Python, whatever its width.",
        kind: Kind::FoundByPython(|value| match value {
            Value::I8(number) => Some(json!(["int", number.to_string()])),
            _ => None,
        }),
    },
    Difference {
        reason: "`<biginteger>` is an int in Python as well, without leading zeros.",
        kind: Kind::FoundByPython(|value| match value {
            Value::BigInteger(digits) => Some(json!(["int", plain_integer(digits)])),
            _ => None,
        }),
    },
    Difference {
        reason: "`<bigdecimal>` is a decimal.Decimal, whose text is the one it was made from.",
        kind: Kind::FoundByPython(|value| match value {
            Value::BigDecimal(digits) => Some(json!(["Decimal", digits])),
            _ => None,
        }),
    },
];

struct Difference {
    reason: &'static str,
    kind: Kind,
}

enum Kind {
    /// What CPython says of a value of ours, where that is not what we say.
    FoundByPython(fn(&Value) -> Option<Json>),
    /// What reads back of what CPython wrote, instead of what it meant.
    MeantByPython(fn(Json) -> Json),
}

#[test]
fn every_difference_has_a_reason() {
    assert!(DIFFERENCES.iter().all(|difference| !difference.reason.is_empty()));
}

#[test]
fn python_reads_what_we_write() {
    if !peers::PYTHON.is_here() {
        return;
    }
    let mut python = Python::start();
    let mut chance = Chance(1);
    let mut values = 0;
    let mut wrong = Wrong::default();
    while values < AT_LEAST / 2 {
        let value = chance.value(1);
        values += count(&value);
        let document = MethodResponse::Value(value.clone()).to_xml(&Dialect::default().allow_none(true)).unwrap();
        let found = python.read(&document);
        wrong.compare(&described(&value), &found, &document);
    }
    wrong.judge(values);
}

#[test]
fn we_read_what_python_writes() {
    if !peers::PYTHON.is_here() {
        return;
    }
    let mut python = Python::start();
    let mut values = 0;
    let mut wrong = Wrong::default();
    let mut seed = 1;
    while values < AT_LEAST / 2 {
        for (document, meant) in python.write(seed, BATCH) {
            let found = match MethodResponse::<Value>::from_xml(&document) {
                Ok(MethodResponse::Value(value)) => {
                    values += count(&value);
                    described(&value)
                }
                Ok(MethodResponse::Fault(fault)) => json!(["fault", fault.to_string()]),
                Err(error) => json!(["error", error.to_string()]),
            };
            wrong.compare(&as_python_writes_it(meant), &found, &document);
        }
        seed += 1;
    }
    wrong.judge(values);
}

/// What was understood otherwise than it was meant: the first few, and how many there are.
#[derive(Default)]
struct Wrong {
    count: usize,
    told: String,
}

impl Wrong {
    fn compare(&mut self, meant: &Json, found: &Json, document: &[u8]) {
        if meant != found {
            self.count += 1;
            if self.count <= 5 {
                self.told += &format!("\n meant {meant}\n found {found}\n in {}\n", String::from_utf8_lossy(document));
            }
        }
    }

    fn judge(&self, values: usize) {
        assert!(values >= AT_LEAST / 2, "only {values} values");
        assert!(self.count == 0, "{} documents, of {values} values:{}", self.count, self.told);
    }
}

/// A Python that runs `peer.py`, which tells the frames.
struct Python {
    child: Child,
    requests: Option<BufWriter<ChildStdin>>,
    answers: BufReader<ChildStdout>,
}

impl Python {
    fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codec/differential/peer.py");
        let mut command = Command::new("python3");
        command.args(["-E", "-B"]).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let requests = child.stdin.take().map(BufWriter::new);
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, requests, answers }
    }

    /// What Python finds in a document.
    fn read(&mut self, document: &[u8]) -> Json {
        self.request(&[b"R", document]);
        self.answer_as_json()
    }

    /// Documents that Python writes, and what it means by each.
    fn write(&mut self, seed: u64, count: u32) -> Vec<(Vec<u8>, Json)> {
        self.request(&[b"W", &seed.to_be_bytes(), &count.to_be_bytes()]);
        (0..count).map(|_| (self.answer(), self.answer_as_json())).collect()
    }

    fn request(&mut self, parts: &[&[u8]]) {
        let requests = self.requests.as_mut().unwrap();
        let length: usize = parts.iter().map(|part| part.len()).sum();
        requests.write_all(&u32::try_from(length).unwrap().to_be_bytes()).unwrap();
        parts.iter().for_each(|part| requests.write_all(part).unwrap());
        requests.flush().unwrap();
    }

    fn answer(&mut self) -> Vec<u8> {
        let mut length = [0; 4];
        self.answers.read_exact(&mut length).unwrap();
        let mut frame = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()];
        self.answers.read_exact(&mut frame).unwrap();
        frame
    }

    fn answer_as_json(&mut self) -> Json {
        serde_json::from_slice(&self.answer()).unwrap()
    }
}

/// Python ends when its stdin does.
impl Drop for Python {
    fn drop(&mut self) {
        self.requests = None;
        // It may have ended already, by an error of its own that the test has told.
        let _ = self.child.wait();
    }
}

/// The description of a value, as `peer.py` makes it.
fn described(value: &Value) -> Json {
    let differing = DIFFERENCES.iter().find_map(|difference| match difference.kind {
        Kind::FoundByPython(described) => described(value),
        Kind::MeantByPython(_) => None,
    });
    if let Some(json) = differing {
        return json;
    }
    match value {
        Value::Int(number) => json!(["int", number.to_string()]),
        Value::Boolean(truth) => json!(["boolean", truth]),
        Value::String(text) => json!(["string", text]),
        Value::Double(number) => json!(["double", format!("{:016x}", number.to_bits())]),
        Value::DateTime(date) => json!(["dateTime", date.as_str()]),
        Value::Base64(bytes) => json!(["base64", STANDARD.encode(bytes.as_slice())]),
        Value::Array(items) => json!(["array", items.iter().map(described).collect::<Vec<_>>()]),
        Value::Struct(members) => {
            let members: Vec<_> = members.iter().map(|(name, member)| json!([name, described(member)])).collect();
            json!(["struct", members])
        }
        Value::Nil => json!(["nil"]),
        other => panic!("no description of {other:?}"),
    }
}

fn as_python_writes_it(meant: Json) -> Json {
    DIFFERENCES.iter().fold(meant, |meant, difference| match difference.kind {
        Kind::MeantByPython(written) => written(meant),
        Kind::FoundByPython(_) => meant,
    })
}

/// The description with CRLF and CR as LF in every text. Names that become the same by that are one member.
fn lines_ended_by_lf(meant: Json) -> Json {
    match meant {
        Json::String(text) => Json::String(text.replace("\r\n", "\n").replace('\r', "\n")),
        Json::Array(items) => {
            let items: Vec<_> = items.into_iter().map(lines_ended_by_lf).collect();
            if items.first().and_then(Json::as_str) == Some("struct") && items.len() == 2 {
                return json!(["struct", last_of_each_name(items[1].as_array().unwrap())]);
            }
            Json::Array(items)
        }
        other => other,
    }
}

fn last_of_each_name(members: &[Json]) -> Vec<Json> {
    let mut kept: Vec<Json> = Vec::new();
    for member in members {
        match kept.iter_mut().find(|earlier| earlier[0] == member[0]) {
            Some(earlier) => *earlier = member.clone(),
            None => kept.push(member.clone()),
        }
    }
    kept
}

fn plain_integer(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    match digits.trim_start_matches('0') {
        "" => "0".to_owned(),
        digits => format!("{sign}{digits}"),
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Struct(members) => 1 + members.iter().map(|(_, member)| count(member)).sum::<usize>(),
        _ => 1,
    }
}

/// Random values, the same for the same seed: xorshift64*.
struct Chance(u64);

impl Chance {
    fn value(&mut self, depth: u32) -> Value {
        let kinds = if depth < 5 { 12 } else { 10 };
        match self.below(kinds) {
            0 => Value::Int(self.bits() as i32),
            1 => Value::I8(self.bits() as i64 >> self.below(64)),
            2 => Value::Boolean(self.below(2) == 1),
            3 => Value::String(self.text()),
            4 => Value::Double(self.double()),
            5 => Value::DateTime(self.date()),
            6 => {
                let length = self.below(100);
                Value::Base64(Binary::from((0..length).map(|_| self.bits() as u8).collect::<Vec<u8>>()))
            }
            7 => Value::BigInteger(format!("{}{}", self.bits() as i64, self.bits())),
            8 => Value::BigDecimal(format!("{}.{}", self.bits() as i32, self.bits())),
            9 => Value::Nil,
            10 => Value::Array((0..self.below(6)).map(|_| self.value(depth + 1)).collect()),
            _ => Value::Struct((0..self.below(6)).map(|_| (self.text(), self.value(depth + 1))).collect::<Struct>()),
        }
    }

    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.bits() >> 32) % end
    }

    fn text(&mut self) -> String {
        (0..self.below(20)).map(|_| self.character()).collect()
    }

    fn character(&mut self) -> char {
        const SPECIAL: [char; 18] = [
            '<',
            '>',
            '&',
            '"',
            '\'',
            ']',
            ';',
            '-',
            '\t',
            '\n',
            '\r',
            ' ',
            '\u{7f}',
            '\u{85}',
            '\u{feff}',
            '\u{fffd}',
            '\u{2028}',
            '\u{1f600}',
        ];
        let (from, to) = match self.below(8) {
            0 => return SPECIAL[usize::try_from(self.below(18)).unwrap()],
            1..=3 => (0x20, 0x7e),
            4 => (0xa0, 0xd7ff),
            5 => (0xe000, 0xfffd),
            _ => (0x10000, 0x0010_ffff),
        };
        char::from_u32(u32::try_from(from + self.below(to - from + 1)).unwrap()).unwrap()
    }

    fn double(&mut self) -> f64 {
        loop {
            let number = f64::from_bits(self.bits());
            if number.is_finite() {
                return number;
            }
        }
    }

    fn date(&mut self) -> DateTime {
        let year = 1 + self.below(9999) as u16;
        let [month, day] = [12, 28].map(|end| 1 + self.below(end) as u8);
        let [hour, minute, second] = [24, 60, 60].map(|end| self.below(end) as u8);
        DateTime::from(DateTimeParts::new(year, month, day, hour, minute, second).unwrap())
    }
}
