//! Names of members that were found ahead of their time.

use std::collections::HashMap;

/// For a value that stands before its name: where the name begins. Offsets in the document both.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Hardly a document has any, so hardly one pays for the table.
    names: Option<Box<HashMap<u32, u32>>>,
}

impl Ahead {
    pub(super) fn name_of(&self, value: usize) -> Option<usize> {
        let name = self.names.as_ref()?.get(&u32::try_from(value).ok()?)?;
        usize::try_from(*name).ok()
    }

    pub(super) fn note(&mut self, value: usize, name: usize) {
        if let (Ok(value), Ok(name)) = (u32::try_from(value), u32::try_from(name)) {
            self.names.get_or_insert_default().entry(value).or_insert(name);
        }
    }
}
