//! The hash of a method's name.

use std::hash::{BuildHasherDefault, Hasher};

/// Each call is found by its name, so the hash is of the cheapest kind: a multiplication for 8 bytes. It needs no secret:
/// callers choose what they ask for, but not which names are in the table.
pub(super) type NameHash = BuildHasherDefault<NameHasher>;

#[derive(Default)]
pub(super) struct NameHasher(u64);

/// 2⁶⁴ divided by the golden ratio: odd, and its bits have no pattern.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

impl NameHasher {
    /// A multiplication mixes upwards only. What is above goes below too, else the next word could take back the little
    /// that the last byte of this one has changed.
    fn add(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(SPREAD);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(last));
    }

    /// What `str` adds at its end, which tells nothing where only one is hashed.
    fn write_u8(&mut self, _: u8) {}

    /// Once more: a table looks at the lowest bits and the highest.
    fn finish(&self) -> u64 {
        let mixed = self.0.wrapping_mul(SPREAD);
        mixed ^ (mixed >> 32)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    use super::NameHash;

    #[test]
    fn names_that_are_alike_spread_over_a_table() {
        let names = (0..100_000).map(|number| format!("plugin.method_{number}"));
        let hashes: Vec<u64> = names.map(|name| NameHash::default().hash_one(name.as_str())).collect();
        let all: HashSet<_> = hashes.iter().collect();
        assert_eq!(all.len(), hashes.len());
        // As a table of 2^17 places sees them: chance alone leaves 47% of the places empty.
        let places: HashSet<_> = hashes.iter().map(|hash| hash & 0x1_FFFF).collect();
        assert!(places.len() > 60_000, "{} of 131,072 places", places.len());
        let tags: HashSet<_> = hashes.iter().map(|hash| hash >> 57).collect();
        assert_eq!(tags.len(), 128);
    }

    #[test]
    fn names_that_differ_where_two_words_meet_do_not_collide() {
        let letters = || ('0'..='9').chain('a'..='z');
        let names = letters().flat_map(|a| letters().map(move |b| format!("sensor_{a}{b}.value")));
        let hashes: Vec<u64> = names.map(|name| NameHash::default().hash_one(name.as_str())).collect();
        let all: HashSet<_> = hashes.iter().collect();
        assert_eq!(all.len(), hashes.len());
    }

    #[test]
    fn every_byte_counts() {
        let hash = |name: &str| NameHash::default().hash_one(name);
        let names = ["", "a", "b", "ab", "ba", "abcdefgh", "abcdefgi", "abcdefgha", "abcdefghb", "habcdefg"];
        let hashes: HashSet<_> = names.iter().map(|name| hash(name)).collect();
        assert_eq!(hashes.len(), names.len());
    }
}
