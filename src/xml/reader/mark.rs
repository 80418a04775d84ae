//! Where a reader stands, to come back to.

use smallvec::SmallVec;

use crate::xml::tag::Tag;

/// A place in a document: see [`Reader::mark`](super::Reader::mark) and [`Reader::resume`](super::Reader::resume).
#[derive(Debug, Clone, Default)]
pub(crate) struct Mark {
    pub(super) at: usize,
    pub(super) open: SmallVec<[Open; INLINE]>,
    /// Levels of values that are open.
    pub(super) depth: u32,
    /// Values begun so far.
    pub(super) values: u32,
    /// The innermost element closes itself, and its end has not been given yet.
    pub(super) closing: bool,
    pub(super) root_seen: bool,
}

/// A place inside an element that is open: see [`Reader::place`](super::Reader::place).
#[cfg(feature = "rpc")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(super) at: usize,
    pub(super) level: usize,
    pub(super) innermost: Option<Open>,
    pub(super) depth: u32,
    pub(super) values: u32,
    pub(super) closing: bool,
    pub(super) root_seen: bool,
}

/// Elements of an ordinary document that are open at a time; more are kept on the heap.
const INLINE: usize = 16;

/// An open element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    /// Where its name stands in the document: at 4 GiB a document ends anyway.
    pub(super) name: u32,
    pub(super) tag: Tag,
    /// Whether its name is the tag's own, letter for letter.
    pub(super) literal: bool,
    /// Whether it is a level of values.
    pub(super) level: bool,
}
