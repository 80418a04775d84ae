//! Reading ahead, for members that are not written in the usual way: the name after the value, or the same name twice.
//!
//! Both look at everything inside the value once and note what they find, so that nesting does not multiply the work.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{Reader, Step};
use crate::xml::error::{Error, ErrorKind};
use crate::xml::tag::Tag;

/// What was found out by reading ahead; places are offsets in the document.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Where the name begins of a value that stands before it.
    names: HashMap<usize, usize>,
    /// Members whose name another one bears further on.
    overridden: HashSet<usize>,
}

impl<'a> Reader<'a> {
    /// The name of a member whose value has just begun and stands before it; the reader stays where it is.
    ///
    /// The value has to be passed over for that, and in it the names of all members that are written the same way are
    /// noted, so that none has to be looked for again: however deep such members nest, what they hold is read twice.
    #[cold]
    pub(crate) fn find_name(&mut self) -> Result<Cow<'a, str>, Error> {
        let value = self.mark();
        let name = match self.ahead.as_ref().and_then(|ahead| ahead.names.get(&value.at).copied()) {
            Some(name) => name,
            None => {
                self.note_names()?;
                self.next_name()?
            }
        };
        self.state.at = name;
        // The value may be one that closes itself.
        self.state.closing = false;
        self.state.open.truncate(value.open.len() - 1);
        self.tag()?;
        let name = self.content()?;
        self.seek(value);
        Ok(name)
    }

    /// Goes past the value that has just begun, and notes the names in it that stand after their values.
    fn note_names(&mut self) -> Result<(), Error> {
        let outer = self.state.open.len();
        let mut members = Vec::new();
        while self.state.open.len() >= outer {
            let before = self.state.at;
            let level = self.state.open.len();
            match self.tag()? {
                Step::Start(Tag::Member) => members.push((level + 1, None)),
                Step::Start(tag) => match members.last_mut() {
                    Some((member, value)) if *member == level => match (tag, *value) {
                        (Tag::Name, Some(value)) => {
                            self.ahead.get_or_insert_default().names.entry(value).or_insert(before);
                        }
                        (Tag::Value, None) => *value = Some(self.state.at),
                        (tag, None) if tag.is_type() => *value = Some(self.state.at),
                        _ => {}
                    },
                    _ => {}
                },
                Step::End | Step::Eof => {
                    members.pop_if(|(member, _)| *member == level);
                }
            }
        }
        Ok(())
    }

    /// Where the next name of the member that is open begins.
    fn next_name(&mut self) -> Result<usize, Error> {
        loop {
            let before = self.state.at;
            match self.tag()? {
                Step::Start(Tag::Name) => return Ok(before),
                Step::Start(_) => self.skip()?,
                Step::End | Step::Eof => {
                    let message = "a member without a name";
                    return Err(Error::new(ErrorKind::NotXmlRpc, message).or_at(self.state.at));
                }
            }
        }
    }

    /// Whether another member of the same struct, further on, bears the name of the member that has just begun; known
    /// only after [`note_overridden`](Self::note_overridden).
    #[inline]
    pub(crate) fn is_overridden(&self) -> bool {
        self.ahead.as_ref().is_some_and(|ahead| ahead.overridden.contains(&self.state.at))
    }

    /// Notes the members that lose against a later one of the same name, up to the end of the innermost open element,
    /// and says whether there are any. The reader stays where it is.
    #[cold]
    pub(crate) fn note_overridden(&mut self) -> Result<bool, Error> {
        let start = self.mark();
        let overridden = self.find_overridden();
        self.seek(start);
        let overridden = overridden?;
        let any = !overridden.is_empty();
        if any {
            self.ahead.get_or_insert_default().overridden = overridden;
        }
        Ok(any)
    }

    fn find_overridden(&mut self) -> Result<HashSet<usize>, Error> {
        /// A member that is open: its level, where it begins, and its name.
        type Open<'a> = (usize, usize, Option<Cow<'a, str>>);

        let outer = self.state.open.len();
        let mut overridden = HashSet::new();
        let mut structs: Vec<HashMap<Cow<'a, str>, usize>> = Vec::new();
        let mut members: Vec<Open<'a>> = Vec::new();
        // At the beginning of a document nothing is open, and its end is what ends it.
        while outer == 0 || self.state.open.len() >= outer {
            let parent = self.state.open.last().map(|open| open.tag);
            let level = self.state.open.len();
            match (self.tag()?, parent) {
                (Step::Start(Tag::Member), Some(Tag::Struct)) => members.push((level + 1, self.state.at, None)),
                (Step::Start(Tag::Name), Some(Tag::Member)) => {
                    let name = self.content()?;
                    if let Some(member) = members.last_mut().filter(|member| member.0 == level) {
                        member.2 = Some(name);
                    }
                }
                (Step::Start(Tag::Struct), _) => structs.push(HashMap::new()),
                // What nobody knows is passed over when it is read, too.
                (Step::Start(tag), Some(Tag::Struct | Tag::Member)) if tag != Tag::Value && !tag.is_type() => {
                    self.skip()?;
                }
                (Step::End, Some(Tag::Struct)) => drop(structs.pop()),
                (Step::End, Some(Tag::Member)) => {
                    if let Some((_, at, Some(name))) = members.pop_if(|member| member.0 == level)
                        && let Some(names) = structs.last_mut()
                        && let Some(earlier) = names.insert(name, at)
                    {
                        overridden.insert(earlier);
                    }
                }
                (Step::Start(_) | Step::End, _) => {}
                (Step::Eof, _) => break,
            }
        }
        Ok(overridden)
    }
}
