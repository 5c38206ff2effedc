use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// Ids seen so far, 16 bytes each: two keyed 64-bit hashes, so that two ids of a billion collide once in 10²⁰ runs.
#[derive(Default)]
pub(super) struct Seen {
    set: HashSet<u128, BuildHasherDefault<AsIs>>,
    keys: [RandomState; 2],
}

impl Seen {
    /// False if the id was there already.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        self.set.insert(self.hash(id))
    }

    fn hash(&self, id: &str) -> u128 {
        let [high, low] = [0, 1].map(|key: usize| self.keys[key].hash_one(id));
        u128::from(high) << 64 | u128::from(low)
    }
}

/// Keys that are hashes need no other.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().take(8) {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_an_id_once() {
        let mut seen = Seen::default();
        assert!(seen.insert("a") && seen.insert("b") && seen.insert(""));
        assert!(!seen.insert("a") && !seen.insert(""));
    }
}
