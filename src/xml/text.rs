//! Character data: references, line ends and forbidden characters.

use super::error::{Error, ErrorKind, shorten};

/// The length of the text before the next tag, if it stands for itself: no reference, no CR, nothing that XML forbids.
///
/// `None` for some plain text too (whatever has the byte EF, the first of U+FFFE), which then takes the longer way.
#[inline]
pub(crate) fn plain_text(bytes: &[u8]) -> Option<usize> {
    /// Texts are short; from here on it pays to look at many bytes at a time.
    const SHORT: usize = 24;
    let short = bytes.get(..SHORT).unwrap_or(bytes);
    match short.iter().position(|&byte| ODD[byte as usize]) {
        Some(at) => (short[at] == b'<').then_some(at),
        None => long_plain_text(bytes),
    }
}

fn long_plain_text(bytes: &[u8]) -> Option<usize> {
    let length = memchr::memchr(b'<', bytes)?;
    is_plain(&bytes[..length]).then_some(length)
}

/// Bytes that end a plain text: the next tag, or something to look at more closely.
static ODD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = byte != b'\n' as usize && byte != b'\t' as usize;
        byte += 1;
    }
    table[b'<' as usize] = true;
    table[b'&' as usize] = true;
    table[0xEF] = true;
    table
};

fn is_plain(text: &[u8]) -> bool {
    let odd = |byte: u8| byte == b'&' || suspicious(byte);
    none_of(text, odd)
}

/// Whether a byte may be of a character that XML forbids, or a CR. EF is the first byte of U+FFFE and U+FFFF.
pub(super) const fn suspicious(byte: u8) -> bool {
    byte == 0xEF || (byte < 0x20 && byte != b'\n' && byte != b'\t')
}

/// Whether no byte is such a one. Blocks have no way out in their middle, which is what lets them run as vectors.
#[inline]
pub(super) fn none_of(text: &[u8], such: impl Fn(u8) -> bool) -> bool {
    let mut blocks = text.chunks_exact(64);
    let whole = blocks.by_ref().all(|block| !block.iter().fold(false, |found, &byte| found | such(byte)));
    whole && !blocks.remainder().iter().any(|&byte| such(byte))
}

/// Refuses a character that XML 1.0 forbids. `offset` is where the text begins in the document.
pub(super) fn check_characters(text: &str, offset: usize) -> Result<(), Error> {
    if none_of(text.as_bytes(), |byte| suspicious(byte) && byte != b'\r') {
        return Ok(());
    }
    match text.char_indices().find(|&(_, c)| is_forbidden(c)) {
        None => Ok(()),
        Some((at, c)) => {
            let message = format!("character U+{:04X} is not allowed in XML", u32::from(c));
            Err(Error::new(ErrorKind::InvalidCharacter, message).or_at(offset + at))
        }
    }
}

/// Whether XML 1.0 forbids the character.
pub(crate) fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')
}

/// What the text between two tags stands for. `offset` is where it begins in the document.
/// `lenient` keeps characters that XML forbids.
pub(crate) fn resolve(raw: &str, offset: usize, lenient: bool) -> Result<String, Error> {
    let mut text = TextBuilder::new(lenient);
    text.push_text(raw, offset)?;
    text.finish()
}

/// Joins the pieces of a text.
pub(super) struct TextBuilder {
    text: String,
    /// The first half of a surrogate pair that was written as two references, and where it stands.
    high: Option<(u32, usize)>,
    /// Whether characters that XML forbids are kept.
    lenient: bool,
}

impl TextBuilder {
    pub(super) fn new(lenient: bool) -> Self {
        Self { text: String::new(), high: None, lenient }
    }

    /// Adds what stands between tags, with its references.
    pub(super) fn push_text(&mut self, raw: &str, offset: usize) -> Result<(), Error> {
        if !none_of(raw.as_bytes(), suspicious) {
            return self.push_odd_text(raw, offset);
        }
        self.text.reserve(raw.len());
        let mut at = 0;
        while let Some(found) = find_ampersand(&raw.as_bytes()[at..]) {
            self.push_plain(&raw[at..at + found])?;
            at += found;
            at += self.push_reference(&raw[at + 1..], offset + at)?;
        }
        self.push_plain(&raw[at..])
    }

    /// The same with line ends and forbidden characters to look after.
    fn push_odd_text(&mut self, raw: &str, offset: usize) -> Result<(), Error> {
        match check_characters(raw, offset) {
            Ok(()) => self.push_lines(raw, offset),
            Err(_) if self.lenient => self.push_lines(raw, offset),
            Err(forbidden) => {
                // Of two errors the first one counts.
                let before = forbidden.offset().map_or(0, |at| at - offset);
                self.push_lines(&raw[..before], offset).and(Err(forbidden))
            }
        }
    }

    fn push_lines(&mut self, raw: &str, offset: usize) -> Result<(), Error> {
        let mut at = 0;
        while let Some(found) = memchr::memchr2(b'&', b'\r', &raw.as_bytes()[at..]) {
            self.push_plain(&raw[at..at + found])?;
            at += found;
            at += match raw.as_bytes()[at] {
                b'\r' => self.push_line_end(&raw[at..])?,
                _ => self.push_reference(&raw[at + 1..], offset + at)?,
            };
        }
        self.push_plain(&raw[at..])
    }

    /// Adds the content of a CDATA section.
    pub(super) fn push_cdata(&mut self, raw: &str, offset: usize) -> Result<(), Error> {
        if !self.lenient {
            check_characters(raw, offset)?;
        }
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'\r', &raw.as_bytes()[at..]) {
            self.push_plain(&raw[at..at + found])?;
            at += found;
            at += self.push_line_end(&raw[at..])?;
        }
        self.push_plain(&raw[at..])
    }

    #[inline]
    fn push_plain(&mut self, plain: &str) -> Result<(), Error> {
        if !plain.is_empty() {
            self.lone_surrogate()?;
            self.text.push_str(plain);
        }
        Ok(())
    }

    /// CR and CRLF become LF. Gives their length.
    fn push_line_end(&mut self, raw: &str) -> Result<usize, Error> {
        self.push_plain("\n")?;
        Ok(if raw.starts_with("\r\n") { 2 } else { 1 })
    }

    /// Adds what a reference stands for; `raw` begins after its ampersand. Gives its length.
    fn push_reference(&mut self, raw: &str, offset: usize) -> Result<usize, Error> {
        // These three are nearly all that there is.
        let (plain, length) = match raw.as_bytes() {
            [b'l', b't', b';', ..] => ('<', 4),
            [b'g', b't', b';', ..] => ('>', 4),
            [b'a', b'm', b'p', b';', ..] => ('&', 5),
            _ => return self.push_other_reference(raw, offset),
        };
        self.lone_surrogate()?;
        self.text.push(plain);
        Ok(length)
    }

    fn push_other_reference(&mut self, raw: &str, offset: usize) -> Result<usize, Error> {
        let end = raw.bytes().position(|byte| byte == b';' || !is_reference_byte(byte));
        match end {
            Some(end) if end > 0 && raw.as_bytes()[end] == b';' => {
                self.push_named(&raw[..end], offset)?;
                Ok(end + 2)
            }
            _ => {
                let message = "an ampersand that starts no reference";
                Err(Error::new(ErrorKind::NotWellFormed, message).or_at(offset))
            }
        }
    }

    fn push_named(&mut self, name: &str, offset: usize) -> Result<(), Error> {
        // The other three of the five have been seen to.
        let c = match name {
            "apos" => '\'',
            "quot" => '"',
            _ => match numeric(name) {
                None => {
                    let message = match name.starts_with('#') {
                        true => format!("malformed character reference {}", shorten(name)),
                        false => format!("undefined entity {}", shorten(name)),
                    };
                    return Err(Error::new(ErrorKind::NotWellFormed, message).or_at(offset));
                }
                Some(high @ 0xD800..=0xDBFF) if self.high.is_none() => {
                    self.high = Some((high, offset));
                    return Ok(());
                }
                Some(low @ 0xDC00..=0xDFFF) => match self.high.take() {
                    Some((high, _)) => combine(high, low),
                    None => return Err(surrogate(offset)),
                },
                Some(code) => match char::from_u32(code).filter(|&c| self.lenient || !is_forbidden(c)) {
                    Some(c) => c,
                    None => {
                        let message = format!("character reference to U+{code:04X}");
                        return Err(Error::new(ErrorKind::InvalidCharacter, message).or_at(offset));
                    }
                },
            },
        };
        self.lone_surrogate()?;
        self.text.push(c);
        Ok(())
    }

    /// The text, once its last piece is in.
    pub(super) fn finish(self) -> Result<String, Error> {
        self.lone_surrogate()?;
        Ok(self.text)
    }

    #[inline]
    fn lone_surrogate(&self) -> Result<(), Error> {
        self.high.map_or(Ok(()), |(_, offset)| Err(surrogate(offset)))
    }
}

/// The next `&`, eight bytes at a time. References stand close together where they stand at all, and over such
/// distances the way into a vector search costs more than the search.
fn find_ampersand(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    const WANTED: u64 = u64::from_le_bytes([b'&'; 8]);
    let (words, rest) = bytes.as_chunks();
    for (place, word) in words.iter().enumerate() {
        // A byte that is zero now borrows from its high bit; the lowest such bit is that of a true zero.
        let zeros = u64::from_le_bytes(*word) ^ WANTED;
        let found = zeros.wrapping_sub(ONES) & !zeros & HIGHS;
        if found != 0 {
            return Some(place * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let at = rest.iter().position(|&byte| byte == b'&')?;
    Some(words.len() * 8 + at)
}

/// The number in `#60` or `#x3C`; `None` if it is no number, a huge value if it is beyond Unicode.
fn numeric(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('#')?;
    let (digits, radix) = match digits.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    let mut number: u32 = 0;
    for digit in digits.chars() {
        number = number.saturating_mul(radix).saturating_add(digit.to_digit(radix)?);
    }
    (!digits.is_empty()).then_some(number)
}

fn combine(high: u32, low: u32) -> char {
    let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn surrogate(offset: usize) -> Error {
    let message = "character reference to half of a surrogate pair";
    Error::new(ErrorKind::InvalidCharacter, message).or_at(offset)
}

/// A byte that may stand in the name of a reference.
fn is_reference_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b'_' | b'-' | b'.' | b':') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Result<String, i64> {
        let mut text = TextBuilder::new(false);
        text.push_text(raw, 0).and_then(|()| text.finish()).map_err(|error| error.code())
    }

    #[test]
    fn an_ampersand_is_found_wherever_it_stands() {
        for length in 0..40 {
            let mut bytes = vec![b'%'; length];
            assert_eq!(find_ampersand(&bytes), None);
            for at in (0..length).rev() {
                // `'` differs from `&` in the lowest bit only.
                bytes[at] = b'\'';
                assert_eq!(find_ampersand(&bytes).is_some(), at + 1 < length);
                bytes[at] = b'&';
                assert_eq!(find_ampersand(&bytes), Some(at));
            }
        }
    }

    #[test]
    fn references_and_line_ends() {
        assert_eq!(read("a&lt;b&#x20AC;&#128512;\r\n&#13;").as_deref(), Ok("a<b€😀\n\r"));
        assert_eq!(read("&#xD83D;&#xDE00;").as_deref(), Ok("😀"));
    }

    #[test]
    fn refusals_have_their_codes() {
        for (raw, code) in [
            ("&nbsp;", -32700),
            ("&", -32700),
            ("a & b;", -32700),
            ("&;", -32700),
            ("&#;", -32700),
            ("&#x;", -32700),
            ("&#X41;", -32700),
            ("&#-1;", -32700),
            ("&#99999999999999;", -32702),
            ("&#0;", -32702),
            ("&#xD83D;", -32702),
            ("&#xD83D;x", -32702),
            ("&#xD83D;&lt;", -32702),
            ("&#xD83D;&#xD83D;", -32702),
            ("&#xDE00;", -32702),
            ("\u{1}", -32702),
            ("\u{FFFF}", -32702),
        ] {
            assert_eq!(read(raw), Err(code), "{raw:?}");
        }
    }
}
