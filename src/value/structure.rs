use std::collections::HashSet;
use std::fmt;

use super::Value;

/// A struct: members by name, in the order in which they were read or inserted.
///
/// Names are unique; a later value for a name replaces the earlier one and keeps its place, as in a
/// Python `dict`. Look-up by name is a scan, which suits the handful of members that structs have.
///
/// ```
/// use tagwire::{Struct, Value};
///
/// let mut point = Struct::new();
/// point.insert("x", 1);
/// point.insert("y", 2);
/// point.insert("x", 3);
/// assert_eq!(point.get("x"), Some(&Value::Int(3)));
/// assert_eq!(point.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["x", "y"]);
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Struct {
    members: Vec<(String, Value)>,
}

impl Struct {
    /// A struct without members.
    #[must_use]
    pub const fn new() -> Self {
        Self { members: Vec::new() }
    }

    /// The number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let found = self.members.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// Sets a member and returns the value that it replaces.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.members.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.members.push((name, value));
                None
            }
        }
    }

    /// Takes a member out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.members.iter().position(|(known, _)| known == name)?;
        Some(self.members.remove(place).1)
    }

    /// The members in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Keeps of each name the last value, at the place of the first.
    fn settle_duplicates(&mut self) {
        let mut names = HashSet::with_capacity(self.members.len());
        if self.members.iter().all(|(name, _)| names.insert(name.as_str())) {
            return;
        }
        drop(names);
        let members = std::mem::take(&mut self.members);
        let mut places = std::collections::HashMap::with_capacity(members.len());
        for (name, value) in members {
            match places.get(&name) {
                Some(&place) => {
                    let (_, old): &mut (String, Value) = &mut self.members[place];
                    *old = value;
                }
                None => {
                    places.insert(name.clone(), self.members.len());
                    self.members.push((name, value));
                }
            }
        }
    }
}

/// Below this many members, comparing each with each is faster than hashing.
const FEW: usize = 16;

impl FromIterator<(String, Value)> for Struct {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        let mut this = Self { members: members.into_iter().collect() };
        let few = this.members.len() <= FEW;
        let distinct = few
            && this
                .members
                .iter()
                .enumerate()
                .all(|(n, (name, _))| this.members[..n].iter().all(|(earlier, _)| earlier != name));
        if !distinct {
            this.settle_duplicates();
        }
        this
    }
}

impl<const N: usize> From<[(&str, Value); N]> for Struct {
    fn from(members: [(&str, Value); N]) -> Self {
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

impl IntoIterator for Struct {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl fmt::Debug for Struct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_equal_names_wins_at_the_place_of_the_first() {
        for filler in [0, 40] {
            let mut members = vec![("a".to_owned(), Value::Int(1)), ("b".to_owned(), Value::Int(2))];
            members.extend((0..filler).map(|n| (format!("f{n}"), Value::Nil)));
            members.push(("a".to_owned(), Value::Int(3)));
            let found: Struct = members.into_iter().collect();
            assert_eq!(found.len(), 2 + filler);
            assert_eq!(found.iter().next(), Some(("a", &Value::Int(3))));
        }
    }

    #[test]
    fn removing_keeps_the_order_of_the_rest() {
        let mut found = Struct::from([("a", Value::Int(1)), ("b", Value::Int(2)), ("c", Value::Int(3))]);
        assert_eq!(found.remove("a"), Some(Value::Int(1)));
        assert_eq!(found.remove("a"), None);
        assert_eq!(found.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["b", "c"]);
    }
}
