//! [`Contender`]: one library doing one job, checked before it is timed.

use std::fmt;
use std::hint::black_box;

use serde_json::Value as Json;

use crate::Failure;

/// Who takes part. The order is that of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    Tagwire,
    Dxr,
    SerdeXmlrpc,
    Xmlrpc,
    QuickXml,
    Memchr,
    SerdeJson,
}

impl Name {
    pub(crate) const ALL: [Self; 7] =
        [Self::Tagwire, Self::Dxr, Self::SerdeXmlrpc, Self::Xmlrpc, Self::QuickXml, Self::Memchr, Self::SerdeJson];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Tagwire => "tagwire",
            Self::Dxr => "dxr",
            Self::SerdeXmlrpc => "serde_xmlrpc",
            Self::Xmlrpc => "xmlrpc",
            Self::QuickXml => "quick-xml, bare events",
            Self::Memchr => "memchr for `<`",
            Self::SerdeJson => "serde_json",
        }
    }

    /// The XML-RPC libraries of other people: they may fail at a job, which is then part of the result.
    const fn is_peer(self) -> bool {
        matches!(self, Self::Dxr | Self::SerdeXmlrpc | Self::Xmlrpc)
    }
}

pub(crate) struct Contender<'a> {
    pub(crate) name: Name,
    pub(crate) job: Result<Job<'a>, Cannot>,
}

/// Does the work once and throws the result away.
pub(crate) type Job<'a> = Box<dyn Fn() -> Result<(), Failure> + 'a>;

/// Why a contender is not timed.
#[derive(Debug, Clone)]
pub(crate) enum Cannot {
    /// There is no such thing in its interface.
    Missing(&'static str),
    /// It reports an error.
    Refuses(String),
    /// It reports nothing, and the result is another one than it should be.
    Wrong(String),
}

impl<'a> Contender<'a> {
    /// Runs the job once; `see` says in the payload's JSON what came out of it, and that has to be what is `expected`.
    ///
    /// A peer that fails becomes a contender that cannot; for all others it is an error.
    pub(crate) fn new<T>(
        name: Name,
        run: impl Fn() -> Result<T, Failure> + 'a,
        see: impl FnOnce(&T) -> Result<Json, Failure>,
        expected: &Json,
    ) -> Result<Self, Failure> {
        let checked = match run() {
            Err(error) => Err(Cannot::Refuses(error.to_string())),
            Ok(result) => match see(&result) {
                Err(error) => Err(Cannot::Wrong(format!("what it writes cannot be read: {error}"))),
                Ok(seen) => difference(&seen, expected).map_or(Ok(()), |found| Err(Cannot::Wrong(found))),
            },
        };
        match checked {
            Ok(()) => Ok(Self::unchecked(name, run)),
            Err(cannot) if name.is_peer() => Ok(Self::cannot(name, cannot)),
            Err(cannot) => Err(format!("{}: {cannot}", name.label()).into()),
        }
    }

    /// For a job that leaves nothing to look at.
    pub(crate) fn unchecked<T>(name: Name, run: impl Fn() -> Result<T, Failure> + 'a) -> Self {
        Self { name, job: Ok(Box::new(move || run().map(|result| drop(black_box(result))))) }
    }

    pub(crate) fn cannot(name: Name, why: Cannot) -> Self {
        Self { name, job: Err(why) }
    }
}

/// Where two results part, if they do.
pub(crate) fn difference(seen: &Json, expected: &Json) -> Option<String> {
    match (seen, expected) {
        _ if seen == expected => None,
        (Json::Array(seen), Json::Array(expected)) if seen.len() == expected.len() => {
            seen.iter().zip(expected).find_map(|(seen, expected)| difference(seen, expected))
        }
        (Json::Object(seen), Json::Object(expected)) if seen.len() == expected.len() => {
            expected.iter().find_map(|(name, expected)| match seen.get(name) {
                Some(seen) => difference(seen, expected),
                None => Some(format!("member {name} is missing")),
            })
        }
        (Json::String(seen), Json::String(expected)) => {
            let same = seen.chars().zip(expected.chars()).take_while(|(seen, expected)| seen == expected).count();
            let cut = |text: &str| text.chars().skip(same.saturating_sub(8)).take(24).collect::<String>();
            Some(format!("gives {:?} for {:?}", cut(seen), cut(expected)))
        }
        _ => Some(format!("gives {} for {}", kind(seen), kind(expected))),
    }
}

fn kind(value: &Json) -> String {
    match value {
        Json::Array(items) => format!("an array of {}", items.len()),
        Json::Object(members) if members.len() > 1 => format!("a struct of {}", members.len()),
        other => other.to_string(),
    }
}

impl fmt::Display for Cannot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what) => f.write_str(what),
            Self::Refuses(error) => write!(f, "refuses: {}", shortened(error)),
            Self::Wrong(found) => write!(f, "wrong: {}", shortened(found)),
        }
    }
}

/// Some peers put the whole document into their error, others a chain of errors whose last says what it is about.
fn shortened(text: &str) -> String {
    const ENOUGH: usize = 60;
    let line: Vec<char> = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    if line.len() <= 2 * ENOUGH {
        return line.iter().collect();
    }
    let (start, end) = (&line[..ENOUGH], &line[line.len() - ENOUGH..]);
    format!("{}…{}", start.iter().collect::<String>(), end.iter().collect::<String>())
}
