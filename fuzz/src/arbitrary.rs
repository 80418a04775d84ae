//! A value from the fuzzer's bytes: every input gives one, and a byte more or less changes little.

use tagwire::{Binary, DateTime, DateTimeParts, Struct, Value};

/// Values below the default limit, so that depth is never why a value does not come back.
const DEEPEST: usize = 60;

/// The value that the bytes stand for. Everything in it can be written.
#[must_use]
pub fn value(bytes: &[u8]) -> Value {
    Source { bytes }.value(1)
}

struct Source<'a> {
    bytes: &'a [u8],
}

impl Source<'_> {
    fn value(&mut self, depth: usize) -> Value {
        match self.byte() % 12 {
            0 => Value::Nil,
            1 => Value::Boolean(self.byte() % 2 == 1),
            2 => Value::Int(i32::from_le_bytes(self.array())),
            3 => Value::I8(i64::from_le_bytes(self.array())),
            4 => Value::Double(self.double()),
            5 => Value::DateTime(self.date()),
            6 => {
                let length = usize::from(self.byte());
                Value::Base64(Binary::from(self.take(length)))
            }
            7 => Value::BigInteger(i64::from_le_bytes(self.array()).to_string()),
            8 => Value::BigDecimal(self.double().to_string()),
            9 if depth < DEEPEST => {
                let count = self.byte() % 8;
                Value::Array((0..count).map(|_| self.value(depth + 1)).collect())
            }
            10 if depth < DEEPEST => {
                let count = self.byte() % 8;
                Value::Struct((0..count).map(|_| (self.text(), self.value(depth + 1))).collect::<Struct>())
            }
            _ => Value::String(self.text()),
        }
    }

    /// Zero once the bytes are used up, which ends every list.
    fn byte(&mut self) -> u8 {
        let [byte] = self.array();
        byte
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let taken = self.take(N);
        array[..taken.len()].copy_from_slice(taken);
        array
    }

    fn take(&mut self, length: usize) -> &[u8] {
        let (taken, rest) = self.bytes.split_at(length.min(self.bytes.len()));
        self.bytes = rest;
        taken
    }

    /// Of the characters that XML allows, which leaves out most control characters and U+FFFE and U+FFFF.
    fn text(&mut self) -> String {
        let length = usize::from(self.byte());
        let text = String::from_utf8_lossy(self.take(length));
        text.chars()
            .filter(|c| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}'))
            .collect()
    }

    fn double(&mut self) -> f64 {
        let number = f64::from_le_bytes(self.array());
        if number.is_finite() { number } else { 0.0 }
    }

    fn date(&mut self) -> DateTime {
        let year = 1 + u16::from_le_bytes(self.array()) % 9999;
        let [month, day, hour, minute, second] = self.array();
        let parts = DateTimeParts::new(year, 1 + month % 12, 1 + day % 28, hour % 24, minute % 60, second % 60);
        parts.map_or_else(|| DateTime::new("19980717T14:08:55"), DateTime::from)
    }
}
