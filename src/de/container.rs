//! Walking the elements of an array and the members of a struct, in the order of the document and
//! whatever the order within a member.

use std::borrow::Cow;

use crate::xml::error::{Error, ErrorKind};
use crate::xml::reader::{Mark, Reader, Token};
use crate::xml::tag::Tag;

/// How a value begins: the reader has just passed that start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    /// `<value>`.
    Value,
    /// A type element that stands where its `<value>` should.
    Bare(Tag),
}

impl Begun {
    /// Whether a start tag begins a value.
    pub(crate) fn from_tag(tag: Tag) -> Option<Self> {
        match tag {
            Tag::Value => Some(Self::Value),
            tag if tag.is_type() => Some(Self::Bare(tag)),
            _ => None,
        }
    }
}

/// Inside an `<array>`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Elements {
    in_data: bool,
}

impl Elements {
    /// Goes to the next element, or past the end of the array.
    pub(crate) fn next(&mut self, reader: &mut Reader<'_>) -> Result<Option<Begun>, Error> {
        loop {
            match reader.next()? {
                Token::Text(_) => {}
                Token::Start(Tag::Data) if !self.in_data => self.in_data = true,
                Token::Start(tag) => match Begun::from_tag(tag) {
                    Some(begun) => return Ok(Some(begun)),
                    None => return Err(unexpected(reader, "array")),
                },
                Token::End if self.in_data => self.in_data = false,
                Token::End | Token::Eof => return Ok(None),
            }
        }
    }
}

/// Inside a `<struct>`.
#[derive(Debug, Default)]
pub(crate) struct Members {
    /// Where to go on after a value that stood before its name.
    after: Option<Mark>,
}

/// A member whose value is next.
#[derive(Debug)]
pub(crate) struct Member<'de> {
    pub(crate) name: Cow<'de, str>,
    pub(crate) value: Begun,
}

impl Members {
    /// Goes to the value of the next member, or past the end of the struct.
    pub(crate) fn next<'de>(&mut self, reader: &mut Reader<'de>) -> Result<Option<Member<'de>>, Error> {
        loop {
            match reader.next()? {
                Token::Text(_) => {}
                Token::Start(Tag::Member) => return self.member(reader).map(Some),
                Token::Start(_) => reader.skip()?,
                Token::End | Token::Eof => return Ok(None),
            }
        }
    }

    fn member<'de>(&mut self, reader: &mut Reader<'de>) -> Result<Member<'de>, Error> {
        let mut name = None;
        let mut value_first: Option<(Begun, Mark)> = None;
        loop {
            match reader.next()? {
                Token::Text(_) => {}
                Token::Start(Tag::Name) if name.is_some() => {
                    return Err(malformed(reader, "a member with two names"));
                }
                Token::Start(Tag::Name) => name = Some(text_of(reader)?),
                Token::Start(tag) => match (Begun::from_tag(tag), &mut name) {
                    (None, _) => reader.skip()?,
                    (Some(_), _) if value_first.is_some() => return Err(two_values(reader)),
                    (Some(value), Some(name)) => {
                        let name = std::mem::take(name);
                        return Ok(Member { name, value });
                    }
                    (Some(value), None) => {
                        value_first = Some((value, reader.mark()));
                        reader.skip()?;
                    }
                },
                Token::End | Token::Eof => {
                    let Some(name) = name else {
                        return Err(malformed(reader, "a member without a name"));
                    };
                    let Some((value, mark)) = value_first else {
                        return Err(malformed(reader, "a member without a value"));
                    };
                    self.after = Some(reader.mark());
                    reader.seek(mark);
                    return Ok(Member { name, value });
                }
            }
        }
    }

    /// Goes past the end of the member whose value has been read.
    pub(crate) fn end_member(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        if let Some(after) = self.after.take() {
            reader.seek(after);
            return Ok(());
        }
        loop {
            match reader.next()? {
                Token::Text(_) => {}
                Token::Start(Tag::Name) => return Err(malformed(reader, "a member with two names")),
                Token::Start(tag) if Begun::from_tag(tag).is_some() => return Err(two_values(reader)),
                Token::Start(_) => reader.skip()?,
                Token::End | Token::Eof => return Ok(()),
            }
        }
    }
}

/// The text of an element that was just begun and may hold nothing else; goes past its end.
pub(crate) fn text_of<'de>(reader: &mut Reader<'de>) -> Result<Cow<'de, str>, Error> {
    let text = match reader.next()? {
        Token::Text(text) => match reader.next()? {
            Token::Start(_) => return Err(nested(reader)),
            _ => text,
        },
        Token::Start(_) => return Err(nested(reader)),
        Token::End | Token::Eof => Cow::Borrowed(""),
    };
    Ok(text)
}

/// An element stands where it has no business; it was just begun.
pub(crate) fn unexpected(reader: &Reader<'_>, inside: &str) -> Error {
    let name = reader.name();
    malformed(reader, format!("unexpected element <{name}> in <{inside}>"))
}

pub(crate) fn malformed(reader: &Reader<'_>, message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::NotXmlRpc, message).or_at(reader.offset())
}

fn nested(reader: &Reader<'_>) -> Error {
    let name = reader.name();
    malformed(reader, format!("element <{name}> where only text may stand"))
}

fn two_values(reader: &Reader<'_>) -> Error {
    malformed(reader, "a member with two values")
}
