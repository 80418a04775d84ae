//! Walking the elements of an array and the members of a struct, in the order of the document and
//! whatever the order within a member.

use std::borrow::Cow;

use crate::xml::error::{Error, ErrorKind};
use crate::xml::reader::{Reader, Step};
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
            match reader.tag()? {
                Step::Start(Tag::Data) if !self.in_data => self.in_data = true,
                Step::Start(tag) => match Begun::from_tag(tag) {
                    Some(_) if reader.is_strict() && !self.in_data => return Err(unexpected(reader, "array")),
                    Some(begun) => return Ok(Some(begun)),
                    None => return Err(unexpected(reader, "array")),
                },
                Step::End if self.in_data => self.in_data = false,
                Step::End | Step::Eof => return Ok(None),
            }
        }
    }
}

/// Inside a `<struct>`.
#[derive(Debug, Default)]
pub(crate) struct Members {
    /// Whether the name of the member that is open stands after its value, and so is still to come.
    name_follows: bool,
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
            match reader.tag()? {
                Step::Start(Tag::Member) if reader.is_overridden() => reader.skip()?,
                Step::Start(Tag::Member) => return self.member(reader).map(Some),
                Step::Start(_) => skip_unknown(reader, "struct")?,
                Step::End | Step::Eof => return Ok(None),
            }
        }
    }

    fn member<'de>(&mut self, reader: &mut Reader<'de>) -> Result<Member<'de>, Error> {
        reader.skip_blanks();
        let mut name = reader.plain_leaf(Tag::Name).map(Cow::Borrowed);
        loop {
            match reader.tag()? {
                Step::Start(Tag::Name) if name.is_some() => return Err(two_names(reader)),
                Step::Start(Tag::Name) => name = Some(reader.content()?),
                Step::Start(tag) => match (Begun::from_tag(tag), name.take()) {
                    (None, skipped) => {
                        skip_unknown(reader, "member")?;
                        name = skipped;
                    }
                    (Some(value), Some(name)) => {
                        self.name_follows = false;
                        return Ok(Member { name, value });
                    }
                    (Some(_), None) if reader.is_strict() => {
                        return Err(malformed(reader, "a value before its name"));
                    }
                    (Some(value), None) => {
                        self.name_follows = true;
                        return Ok(Member { name: reader.find_name()?, value });
                    }
                },
                Step::End | Step::Eof => {
                    let missing = if name.is_some() { "value" } else { "name" };
                    return Err(malformed(reader, format!("a member without a {missing}")));
                }
            }
        }
    }

    /// Goes past the end of the member whose value has been read.
    pub(crate) fn end_member(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        loop {
            match reader.tag()? {
                Step::Start(Tag::Name) if std::mem::take(&mut self.name_follows) => reader.skip()?,
                Step::Start(Tag::Name) => return Err(two_names(reader)),
                Step::Start(tag) if Begun::from_tag(tag).is_some() => {
                    return Err(malformed(reader, "a member with two values"));
                }
                Step::Start(_) => skip_unknown(reader, "member")?,
                Step::End | Step::Eof => return Ok(()),
            }
        }
    }
}

/// An element stands where it has no business; it was just begun.
pub(crate) fn unexpected(reader: &Reader<'_>, inside: &str) -> Error {
    let name = reader.name();
    malformed(reader, format!("unexpected element <{name}> in <{inside}>"))
}

/// Goes past an element that nobody knows.
pub(crate) fn skip_unknown(reader: &mut Reader<'_>, inside: &str) -> Result<(), Error> {
    match reader.is_strict() {
        true => Err(unexpected(reader, inside)),
        false => reader.skip(),
    }
}

pub(crate) fn malformed(reader: &Reader<'_>, message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::NotXmlRpc, message).or_at(reader.offset())
}

fn two_names(reader: &Reader<'_>) -> Error {
    malformed(reader, "a member with two names")
}
