//! What every fuzz target holds documents and values to.

pub mod arbitrary;
pub mod documents;
pub mod same;
pub mod typed;
