//! `<methodCall>`: its name, and the way through its parameters.

use std::borrow::Cow;

use crate::de::container::{Begun, Elements, malformed, skip_unknown, unexpected};
use crate::de::wrong_root;
use crate::xml::error::{Error, ErrorKind};
use crate::xml::reader::{Reader, Step};
use crate::xml::tag::Tag;

/// Reads to the first parameter, and gives the method's name and the way from there.
pub(crate) fn open<'a>(reader: &mut Reader<'a>) -> Result<(Cow<'a, str>, Parameters), Error> {
    match reader.tag()? {
        Step::Start(Tag::MethodCall) => {}
        _ => return Err(wrong_root(reader, "methodCall")),
    }
    reader.skip_blanks();
    let at = reader.offset();
    let mut name = match reader.plain_leaf(Tag::MethodName) {
        Some(name) => Some(method_name(Cow::Borrowed(name), at)?),
        None => None,
    };
    let mut params_first = None;
    loop {
        match reader.tag()? {
            Step::Start(Tag::MethodName) if name.is_some() => return Err(two(reader, "methodName")),
            Step::Start(Tag::MethodName) => {
                let at = reader.offset();
                name = Some(method_name(reader.content()?, at)?);
            }
            Step::Start(Tag::Params) => match name {
                _ if params_first.is_some() => return Err(two(reader, "params")),
                Some(name) => return Ok((name, Parameters::Call { checked: false, param: false })),
                None if reader.is_strict() => return Err(malformed(reader, "params before methodName")),
                None => {
                    params_first = Some(reader.mark());
                    reader.skip()?;
                }
            },
            Step::Start(_) => skip_unknown(reader, "methodCall")?,
            Step::End | Step::Eof => {
                let Some(name) = name else {
                    return Err(malformed(reader, "a methodCall without a methodName"));
                };
                reader.tag()?;
                let Some(params) = params_first else {
                    return Ok((name, Parameters::Ended));
                };
                reader.seek(params);
                return Ok((name, Parameters::Call { checked: true, param: false }));
            }
        }
    }
}

fn method_name(text: Cow<'_, str>, at: usize) -> Result<Cow<'_, str>, Error> {
    let name = match text {
        Cow::Borrowed(name) => Cow::Borrowed(name.trim_ascii()),
        Cow::Owned(name) => Cow::Owned(name.trim_ascii().to_owned()),
    };
    if name.is_empty() {
        return Err(Error::new(ErrorKind::EmptyMethodName, "the methodName is empty").or_at(at));
    }
    Ok(name)
}

/// Where a reader stands among the parameters of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parameters {
    /// Inside `<params>`.
    Call {
        /// Whether the rest of the document has been read before.
        checked: bool,
        /// Whether a `<param>` is open.
        param: bool,
    },
    /// Inside the array of parameters in an element of a multicall, which has been read before.
    #[cfg_attr(not(feature = "rpc"), allow(dead_code))]
    Array(Elements),
    /// After the last parameter and the rest of the document.
    Ended,
    /// Somewhere after an error.
    #[cfg_attr(not(feature = "rpc"), allow(dead_code))]
    Broken,
}

impl Parameters {
    /// Goes to the next parameter's value, past the end of the one before it. After the last one the
    /// rest of the document is read, so that a call is known to be sound before it is carried out.
    pub(crate) fn next(&mut self, reader: &mut Reader<'_>) -> Result<Option<Begun>, Error> {
        match self {
            Self::Ended => Ok(None),
            Self::Broken => Err(malformed(reader, "the document is broken")),
            Self::Array(elements) => {
                let begun = elements.next(reader)?;
                if begun.is_none() {
                    *self = Self::Ended;
                }
                Ok(begun)
            }
            Self::Call { checked, param } => {
                let begun = next_param(reader, param)?;
                if begun.is_none() {
                    if !*checked {
                        close(reader)?;
                    }
                    *self = Self::Ended;
                }
                Ok(begun)
            }
        }
    }
}

/// Goes to the next value inside `<params>`; `param` says whether a `<param>` is open.
pub(crate) fn next_param(reader: &mut Reader<'_>, param: &mut bool) -> Result<Option<Begun>, Error> {
    if std::mem::take(param) {
        end_param(reader)?;
    }
    if reader.plain_param()? {
        *param = true;
        return Ok(Some(Begun::Value));
    }
    match reader.tag()? {
        Step::Start(Tag::Param) => {
            *param = true;
            begin_param(reader).map(Some)
        }
        Step::Start(Tag::Value) if !reader.is_strict() => Ok(Some(Begun::Value)),
        Step::Start(_) => Err(unexpected(reader, "params")),
        Step::End | Step::Eof => Ok(None),
    }
}

fn begin_param(reader: &mut Reader<'_>) -> Result<Begun, Error> {
    match reader.tag()? {
        Step::Start(Tag::Value) => Ok(Begun::Value),
        Step::Start(_) => Err(unexpected(reader, "param")),
        Step::End | Step::Eof => Err(malformed(reader, "a param without a value")),
    }
}

fn end_param(reader: &mut Reader<'_>) -> Result<(), Error> {
    match reader.tag()? {
        Step::Start(Tag::Value) => Err(malformed(reader, "two values in a param")),
        Step::Start(_) => Err(unexpected(reader, "param")),
        Step::End | Step::Eof => Ok(()),
    }
}

/// From the end of `<params>` to the end of the document.
fn close(reader: &mut Reader<'_>) -> Result<(), Error> {
    loop {
        match reader.tag()? {
            Step::End => {}
            Step::Start(Tag::Params) => return Err(two(reader, "params")),
            Step::Start(Tag::MethodName) => return Err(two(reader, "methodName")),
            Step::Start(_) => skip_unknown(reader, "methodCall")?,
            Step::Eof => return Ok(()),
        }
    }
}

fn two(reader: &Reader<'_>, element: &str) -> Error {
    malformed(reader, format!("two {element} elements"))
}
