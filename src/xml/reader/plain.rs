//! The plainest forms, each taken in one step. Whatever has another form is left to the reader's usual way.

use memchr::memchr;

use super::Reader;
use crate::xml::error::Error;
use crate::xml::tag::Tag;
use crate::xml::text::plain_text;

impl<'a> Reader<'a> {
    /// Goes past white space, between tags.
    #[inline]
    pub(crate) fn skip_blanks(&mut self) {
        let bytes = self.bytes();
        let blanks = bytes.iter().position(|&byte| !is_blank(byte));
        self.state.at += blanks.unwrap_or(bytes.len());
    }

    /// A scalar in its plainest form, `<int>5</int></value>` after `<value>`: its type, its text and where that
    /// stands, in one step to the end of the value. `None`, with nothing read, where it has any other
    /// form. The text of `<base64>` has not been looked at, and may have references in it.
    #[inline]
    pub(crate) fn plain_scalar(&mut self) -> Option<(Tag, &'a str, usize)> {
        let value = self.state.open.last()?;
        let plain = value.literal && value.tag == Tag::Value && !self.state.closing && self.direct();
        if !plain || self.state.open.len() >= self.limits.elements() {
            return None;
        }
        let (tag, name, text) = self.plain_element()?;
        if !tag.is_type() || matches!(tag, Tag::Struct | Tag::Array) {
            return None;
        }
        let start = self.state.at + name + 2;
        let end = start + text + name + 3;
        if !self.document.as_bytes()[end..].starts_with(b"</value>") {
            return None;
        }
        self.state.at = end + "</value>".len();
        self.close();
        Some((tag, &self.document[start..start + text], start))
    }

    /// `<param>` and `<value>` in one step, blanks before each, or `false`, with nothing read but blanks.
    #[inline]
    pub(crate) fn plain_param(&mut self) -> Result<bool, Error> {
        const PARAM: &[u8] = b"<param>";
        const VALUE: &[u8] = b"<value>";
        if self.state.closing || !self.direct() {
            return Ok(false);
        }
        self.skip_blanks();
        let Some(rest) = self.bytes().strip_prefix(PARAM) else {
            return Ok(false);
        };
        let blanks = rest.iter().position(|&byte| !is_blank(byte)).unwrap_or(rest.len());
        if !rest[blanks..].starts_with(VALUE) {
            return Ok(false);
        }
        self.open(Tag::Param, true, PARAM.len() + blanks, false)?;
        self.open(Tag::Value, true, VALUE.len(), false)?;
        Ok(true)
    }

    /// `<name>text</name>` in one step, for the element that is `wanted`; or `None`, with nothing read.
    #[inline]
    pub(crate) fn plain_leaf(&mut self, wanted: Tag) -> Option<&'a str> {
        if self.state.closing || self.state.open.len() >= self.limits.elements() || !self.direct() {
            return None;
        }
        let (tag, name, text) = self.plain_element()?;
        if tag != wanted {
            return None;
        }
        let start = self.state.at + name + 2;
        self.state.at = start + text + name + 3;
        Some(&self.document[start..start + text])
    }

    /// The element that begins here, if both its tags and its text are plain: its tag, and the lengths of its name and
    /// its text.
    #[inline]
    fn plain_element(&self) -> Option<(Tag, usize, usize)> {
        let start = self.bytes().strip_prefix(b"<")?;
        let (tag, name) = Tag::literal(start)?;
        let content = &start[name + 1..];
        let text = match tag {
            // Decoding finds what is odd: see `Deserializer::base64`.
            Tag::Base64 => memchr(b'<', content)?,
            _ => plain_text(content)?,
        };
        let end = content[text..].strip_prefix(b"</")?;
        (Tag::literal(end)?.0 == tag).then_some((tag, name, text))
    }
}

/// White space that stands for itself, as CR does not.
#[inline]
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

/// The length of the XML declaration with which a document begins, as far as it is an ordinary one.
pub(super) fn plain_declaration(bytes: &[u8]) -> usize {
    let declared = bytes.starts_with(b"<?xml ");
    match memchr(b'>', bytes) {
        Some(end)
            if declared && bytes[end - 1] == b'?' && bytes[..end].iter().all(|byte| (b' '..0x7F).contains(byte)) =>
        {
            end + 1
        }
        _ => 0,
    }
}
