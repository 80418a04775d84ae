//! Tokens over a document that is known to be UTF-8.
//!
//! Plain tags and text are read straight from the slice. Every other construct (attributes, comments,
//! CDATA, processing instructions, the prolog, white space inside a tag) is handed to quick-xml at its
//! offset; nothing outside this file knows of that crate.

mod ahead;
mod mark;
mod plain;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use memchr::memchr;
use quick_xml::events::Event;

use self::ahead::Ahead;
use self::mark::Open;
use self::plain::{is_blank, plain_declaration};
use super::error::{Error, ErrorKind, shorten};
use super::limits::Limits;
use super::name::{is_name, name_at, plain_name};
use super::tag::Tag;
use super::text::{TextBuilder, check_characters, plain_text};
use crate::dialect::Reading;

pub(crate) use self::mark::Mark;
#[cfg(feature = "rpc")]
pub(crate) use self::mark::Place;

/// What a document is made of. Text is whole: comments and sections inside it are dissolved, and no two
/// text tokens follow each other.
#[derive(Debug, PartialEq)]
pub(crate) enum Token<'a> {
    Start(Tag),
    End,
    Text(Cow<'a, str>),
    /// Past the root element and what may follow it. Given for ever.
    Eof,
}

/// A token without text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    Start(Tag),
    End,
    Eof,
}

impl From<Step> for Token<'_> {
    fn from(step: Step) -> Self {
        match step {
            Step::Start(tag) => Self::Start(tag),
            Step::End => Self::End,
            Step::Eof => Self::Eof,
        }
    }
}

/// Reads a document token by token, checks that it is well-formed, and counts against the limits.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    document: &'a str,
    limits: Limits,
    reading: Reading,
    /// Where the document begins: after a byte order mark.
    start: usize,
    state: &'a mut Mark,
    /// What was found out by reading ahead; for hardly any document there is such.
    ahead: Option<Box<Ahead>>,
    /// Takes no direct path: everything goes through quick-xml. Both must give the same.
    #[cfg(any(test, feature = "__fuzzing"))]
    quick_xml_only: bool,
}

impl<'a> Reader<'a> {
    /// Reads a document from its beginning.
    pub(crate) fn new(document: &'a str, limits: Limits, mark: &'a mut Mark) -> Result<Self, Error> {
        if u32::try_from(document.len()).is_err() {
            return Err(Error::new(ErrorKind::Limit, "the document is larger than 4 GiB"));
        }
        let marked = document.starts_with(BYTE_ORDER_MARK);
        let start = if marked { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        mark.at = start;
        let mut reader = Self::resume(document, limits, mark);
        reader.start = start;
        Ok(reader)
    }

    /// Takes the dialect into account.
    pub(crate) fn in_dialect(mut self, reading: Reading) -> Self {
        self.reading = reading;
        self
    }

    /// Whether only what the specification has may be read.
    #[inline]
    pub(crate) fn is_strict(&self) -> bool {
        self.reading.strict
    }

    /// Whether characters that XML forbids are kept.
    pub(crate) fn is_lenient(&self) -> bool {
        self.reading.keep_control_characters
    }

    /// Goes on in a document where a reader of the same document stood.
    #[inline]
    pub(crate) fn resume(document: &'a str, limits: Limits, mark: &'a mut Mark) -> Self {
        Self {
            document,
            limits,
            reading: Reading::default(),
            start: 0,
            state: mark,
            ahead: None,
            #[cfg(any(test, feature = "__fuzzing"))]
            quick_xml_only: false,
        }
    }

    /// Takes no direct path from here on.
    #[cfg(any(test, feature = "__fuzzing"))]
    pub(crate) fn through_quick_xml_only(mut self) -> Self {
        self.quick_xml_only = true;
        self
    }

    #[cfg(any(test, feature = "__fuzzing"))]
    fn direct(&self) -> bool {
        !self.quick_xml_only
    }

    /// Whether plain markup may be read straight from the slice.
    #[cfg(not(any(test, feature = "__fuzzing")))]
    #[inline(always)]
    #[allow(clippy::unused_self)]
    fn direct(&self) -> bool {
        true
    }

    /// The place where this reader stands.
    pub(crate) fn mark(&self) -> Mark {
        self.state.clone()
    }

    /// Goes back to the beginning.
    pub(crate) fn rewind(&mut self) {
        *self.state = Mark { at: self.start, ..Mark::default() };
    }

    /// Goes to a place in the same document.
    pub(crate) fn seek(&mut self, mark: Mark) {
        *self.state = mark;
    }

    /// Where the innermost open element stands, to come back to from inside it or from its end: less to copy than a mark.
    #[cfg(feature = "rpc")]
    pub(crate) fn place(&self) -> Place {
        let Mark { at, ref open, depth, values, closing, root_seen } = *self.state;
        Place { at, level: open.len(), innermost: open.last().copied(), depth, values, closing, root_seen }
    }

    /// Goes back to a place that was left no further than by the end of its element.
    #[cfg(feature = "rpc")]
    pub(crate) fn back_to(&mut self, place: Place) {
        let Place { at, level, innermost, depth, values, closing, root_seen } = place;
        let state = &mut *self.state;
        state.open.truncate(level.saturating_sub(1));
        state.open.extend(innermost);
        debug_assert_eq!(state.open.len(), level, "the reader has left the element around");
        (state.at, state.depth, state.values) = (at, depth, values);
        (state.closing, state.root_seen) = (closing, root_seen);
    }

    /// The number of elements that are open.
    #[cfg(feature = "rpc")]
    pub(crate) fn level(&self) -> usize {
        self.state.open.len()
    }

    /// Reads on until fewer than `level` elements are open: out of a value that was given up.
    #[cold]
    #[cfg(feature = "rpc")]
    pub(crate) fn leave(&mut self, level: usize) -> Result<(), Error> {
        while self.state.open.len() >= level {
            self.tag()?;
        }
        Ok(())
    }

    /// The byte at which the next token begins.
    pub(crate) fn offset(&self) -> usize {
        self.state.at
    }

    /// The name of the innermost open element as the document has it, cut short if it is long.
    pub(crate) fn name(&self) -> Cow<'a, str> {
        shorten(self.opened())
    }

    fn opened(&self) -> &'a str {
        self.state.open.last().map_or("", |open| name_at(self.document, open.name as usize))
    }

    /// The next token.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Token<'a>, Error> {
        if self.state.closing || self.state.open.is_empty() {
            return self.tag().map(Token::from);
        }
        match self.bytes() {
            [b'<', b'!' | b'?', ..] => self.text().map(Token::Text),
            [b'<', ..] | [] => self.tag().map(Token::from),
            _ => self.text().map(Token::Text),
        }
    }

    /// The next start or end of an element; text before it is checked and passed over.
    #[inline]
    pub(crate) fn tag(&mut self) -> Result<Step, Error> {
        if self.state.closing {
            self.state.closing = false;
            self.close();
            return Ok(Step::End);
        }
        if self.state.open.is_empty() {
            return self.outside();
        }
        loop {
            match self.bytes() {
                [b'\n', b'<', ..] => self.state.at += 1,
                [b'<', b'/', rest @ ..] => return self.end_tag(rest),
                [b'<', b'!' | b'?', ..] => drop(self.joined_text()?),
                [b'<', rest @ ..] => return self.start_tag(rest),
                [b' ' | b'\t' | b'\n', ..] => self.skip_blanks(),
                [] => return Err(self.cut_short()),
                _ => drop(self.text()?),
            }
        }
    }

    /// Goes past the end of the innermost open element.
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        let outer = self.state.open.len().saturating_sub(1);
        while self.state.open.len() > outer {
            self.tag()?;
        }
        Ok(())
    }

    /// The text of an element that was just begun and may hold nothing else; goes past its end.
    #[inline]
    pub(crate) fn content(&mut self) -> Result<Cow<'a, str>, Error> {
        let text = match self.next()? {
            Token::Text(text) => match self.tag()? {
                Step::Start(_) => return Err(self.nested()),
                Step::End | Step::Eof => text,
            },
            Token::Start(_) => return Err(self.nested()),
            Token::End | Token::Eof => Cow::Borrowed(""),
        };
        Ok(text)
    }

    #[cold]
    fn nested(&self) -> Error {
        let message = format!("element <{}> where only text may stand", self.name());
        Error::new(ErrorKind::NotXmlRpc, message).or_at(self.state.at)
    }

    #[inline]
    fn bytes(&self) -> &'a [u8] {
        &self.document.as_bytes()[self.state.at..]
    }

    /// Before the root element and after it.
    #[cold]
    fn outside(&mut self) -> Result<Step, Error> {
        if self.state.at == self.start && self.direct() {
            self.state.at += plain_declaration(self.bytes());
        }
        loop {
            let rest = self.bytes();
            let blank = |byte: u8| is_blank(byte) || byte == b'\r' || (byte == 0 && self.state.root_seen);
            let blanks = rest.iter().position(|&byte| !blank(byte)).unwrap_or(rest.len());
            self.state.at += blanks;
            match &rest[blanks..] {
                [] if self.state.root_seen => return Ok(Step::Eof),
                [] => return Err(self.malformed("the document is empty")),
                [b'<', b'!' | b'?', ..] => self.aside()?,
                [b'<', ..] if self.state.root_seen => {
                    return Err(self.malformed("a second element after the root element"));
                }
                [b'<', name @ ..] => {
                    self.state.root_seen = true;
                    return self.start_tag(name);
                }
                _ if self.state.root_seen => {
                    return Err(self.malformed("text after the root element"));
                }
                _ => return Err(self.malformed("text before the root element")),
            }
        }
    }

    /// A declaration, comment, processing instruction or document type outside the root element.
    fn aside(&mut self) -> Result<(), Error> {
        let at = self.state.at;
        let (event, length) = self.quick_event()?;
        self.check_characters(at, length)?;
        let before = &self.document[self.start..at];
        match event {
            // Blanks before it are common and harmless; anything else makes it a second one.
            Event::Decl(_) if before.trim_ascii().is_empty() => {}
            Event::Comment(_) | Event::PI(_) => {}
            Event::DocType(text) if !self.state.root_seen => self.check_doctype(&text)?,
            Event::Decl(_) => return Err(self.malformed("an XML declaration that is not at the beginning")),
            _ => return Err(self.malformed("markup that may not stand outside the root element")),
        }
        self.state.at += length;
        Ok(())
    }

    /// A document type that declares nothing is harmless; whatever one declares is never looked at.
    fn check_doctype(&self, text: &str) -> Result<(), Error> {
        let text = text.trim_ascii();
        let name = text.find(|c: char| c.is_ascii_whitespace() || c == '[');
        match name.map_or("", |end| text[end..].trim_ascii()) {
            "" => Ok(()),
            subset if subset.starts_with('[') => {
                let inner = subset.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
                match inner.is_some_and(|inner| inner.trim_ascii().is_empty()) {
                    true => Ok(()),
                    false => Err(self.malformed("a DOCTYPE with declarations")),
                }
            }
            _ => Err(self.malformed("a DOCTYPE with an external identifier")),
        }
    }

    /// `bytes` begin with the name.
    #[inline]
    fn start_tag(&mut self, bytes: &[u8]) -> Result<Step, Error> {
        if !self.direct() {
            return self.odd_start_tag();
        }
        match Tag::literal(bytes) {
            Some((tag, name)) => self.open(tag, true, name + 2, false),
            None => self.other_start_tag(bytes),
        }
    }

    /// A start tag that closes itself or has another name than those of XML-RPC.
    fn other_start_tag(&mut self, bytes: &[u8]) -> Result<Step, Error> {
        let name = plain_name(bytes);
        let (closing, length) = match bytes[name..] {
            [b'>', ..] if name > 0 => (false, name + 2),
            [b'/', b'>', ..] if name > 0 => (true, name + 3),
            _ => return self.odd_start_tag(),
        };
        self.open(Tag::from_name(&bytes[..name]), false, length, closing)
    }

    /// A start tag with attributes, white space or an unusual name.
    #[cold]
    fn odd_start_tag(&mut self) -> Result<Step, Error> {
        let (event, length) = self.quick_event()?;
        let (tag, closing) = match event {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            _ => return Err(self.malformed("malformed markup")),
        };
        for attribute in tag.attributes().with_checks(false) {
            attribute.map_err(|_| self.malformed("a malformed attribute"))?;
        }
        let at = self.state.at;
        self.check_characters(at, length)?;
        let name = tag.name();
        let name = name.as_ref();
        if !is_name(name) {
            return Err(self.malformed("a tag without a proper name"));
        }
        self.open(Tag::from_name(name.as_bytes()), false, length, closing)
    }

    /// `literal` says that the name is the tag's own, letter for letter.
    #[inline]
    fn open(&mut self, tag: Tag, literal: bool, length: usize, closing: bool) -> Result<Step, Error> {
        let start = self.state.at + 1;
        // A type element that stands where a <value> should is a level of its own.
        let level = match tag {
            Tag::Value => true,
            Tag::Other => false,
            _ => tag.is_type() && self.state.open.last().is_none_or(|parent| parent.tag != Tag::Value),
        };
        if level {
            self.state.depth += 1;
            self.state.values += 1;
            if self.state.depth > self.limits.depth() || self.state.values > self.limits.values() {
                return Err(self.beyond());
            }
        }
        if self.state.open.len() >= self.limits.elements() {
            return Err(self.beyond());
        }
        self.state.open.push(Open { name: u32::try_from(start).unwrap_or(u32::MAX), tag, literal, level });
        self.state.at += length;
        self.state.closing = closing;
        Ok(Step::Start(tag))
    }

    /// `bytes` begin with the name.
    #[inline]
    fn end_tag(&mut self, bytes: &[u8]) -> Result<Step, Error> {
        match (self.state.open.last(), Tag::literal(bytes)) {
            (Some(open), Some((tag, name))) if open.literal && open.tag == tag && self.direct() => {
                self.state.at += name + 3;
            }
            _ => self.other_end_tag(bytes)?,
        }
        self.close();
        Ok(Step::End)
    }

    /// An end tag with another name than those of XML-RPC, with white space in it, or a wrong one.
    fn other_end_tag(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let opened = self.opened();
        match bytes.strip_prefix(opened.as_bytes()) {
            Some([b'>', ..]) if self.direct() => {
                self.state.at += opened.len() + 3;
                Ok(())
            }
            _ => self.odd_end_tag(),
        }
    }

    /// An end tag with white space in it, or a wrong one.
    #[cold]
    fn odd_end_tag(&mut self) -> Result<(), Error> {
        let (event, length) = self.quick_event()?;
        let Event::End(tag) = event else {
            return Err(self.malformed("malformed markup"));
        };
        let (opened, written) = (self.opened(), tag.name());
        if written.as_ref() != opened {
            let (opened, written) = (shorten(opened), shorten(written.as_ref()));
            return Err(self.malformed(format!("</{written}> where </{opened}> should be")));
        }
        self.state.at += length;
        Ok(())
    }

    #[inline]
    fn close(&mut self) {
        if let Some(open) = self.state.open.pop() {
            self.state.depth -= u32::from(open.level);
        }
    }

    /// The text that begins here.
    #[inline]
    fn text(&mut self) -> Result<Cow<'a, str>, Error> {
        let start = self.state.at;
        let bytes = self.bytes();
        if self.direct()
            && let Some(length) = plain_text(bytes)
            && !matches!(bytes.get(length + 1), Some(b'!' | b'?'))
        {
            self.state.at += length;
            return Ok(Cow::Borrowed(&self.document[start..start + length]));
        }
        self.joined_text().map(Cow::Owned)
    }

    /// Text with references, comments, CDATA or processing instructions in it.
    #[cold]
    fn joined_text(&mut self) -> Result<String, Error> {
        let mut text = TextBuilder::new(self.reading.keep_control_characters);
        loop {
            let at = self.state.at;
            match self.bytes() {
                [] => return Err(self.cut_short()),
                [b'<', b'!' | b'?', ..] => {
                    let (event, length) = self.quick_event()?;
                    match event {
                        Event::CData(data) => text.push_cdata(&data, at + "<![CDATA[".len())?,
                        Event::Comment(_) | Event::PI(_) => {
                            self.check_characters(at, length)?;
                        }
                        _ => return Err(self.malformed("markup that may not stand inside an element")),
                    }
                    self.state.at += length;
                }
                [b'<', ..] => return text.finish(),
                _ if !self.direct() => self.quick_text(&mut text)?,
                bytes => {
                    let length = memchr(b'<', bytes).unwrap_or(bytes.len());
                    text.push_text(&self.document[at..at + length], at)?;
                    self.state.at += length;
                }
            }
        }
    }

    /// A piece of text or a reference as quick-xml sees it.
    fn quick_text(&mut self, text: &mut TextBuilder) -> Result<(), Error> {
        let at = self.state.at;
        // At its beginning quick-xml takes this character for a byte order mark, and here it is text.
        if self.document[at..].starts_with(BYTE_ORDER_MARK) {
            self.state.at += BYTE_ORDER_MARK.len_utf8();
            return text.push_text(&self.document[at..self.state.at], at);
        }
        let (event, length) = self.quick_event()?;
        match event {
            Event::Text(_) | Event::GeneralRef(_) => text.push_text(&self.document[at..at + length], at)?,
            _ => return Err(self.malformed("malformed text")),
        }
        self.state.at += length;
        Ok(())
    }

    fn check_characters(&self, at: usize, length: usize) -> Result<(), Error> {
        match self.reading.keep_control_characters {
            true => Ok(()),
            false => check_characters(&self.document[at..at + length], at),
        }
    }

    /// What quick-xml makes of the markup that begins here, and its length. It checks no names and
    /// keeps no stack: this reader does.
    fn quick_event(&self) -> Result<(Event<'a>, usize), Error> {
        let mut reader = quick_xml::Reader::from_str(&self.document[self.state.at..]);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        let event = reader.read_event().map_err(|_| self.malformed("malformed markup"))?;
        let length = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        Ok((event, length))
    }

    #[cold]
    fn malformed(&self, message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::NotWellFormed, message).or_at(self.state.at)
    }

    #[cold]
    fn beyond(&self) -> Error {
        let Mark { depth, values, .. } = *self.state;
        let limits = self.limits;
        let message = if depth > limits.depth() {
            format!("values nested deeper than {}", limits.depth())
        } else if values > limits.values() {
            format!("more than {} values", limits.values())
        } else {
            format!("elements nested deeper than {}", limits.elements())
        };
        Error::new(ErrorKind::Limit, message).or_at(self.state.at)
    }

    #[cold]
    fn cut_short(&self) -> Error {
        self.malformed(format!("the document ends inside <{}>", self.name()))
    }
}

const BYTE_ORDER_MARK: char = '\u{FEFF}';
