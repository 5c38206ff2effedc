//! Choices that a seed alone decides: a ChaCha stream per report, copy and stage.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// A stream of choices.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a seed and parts, each preceded by its length: other parts, other choices, in any order of calls.
    pub(super) fn new(seed: u64, parts: &[&str]) -> Self {
        Dice(ChaCha8Rng::from_seed(secret(seed, parts)))
    }

    /// A number below `count`; 0 if there is none.
    pub(super) fn below(&mut self, count: usize) -> usize {
        if count == 0 { 0 } else { self.0.random_range(0..count) }
    }

    /// Whether something of that probability happens; draws in any case.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// One of several things.
    ///
    /// # Panics
    /// If there is none.
    pub(super) fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }
}

/// 32 bytes that a seed and parts decide.
pub(super) fn secret(seed: u64, parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(b"estompe-generate-v1");
    hash.update(seed.to_le_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_depend_on_seed_and_parts_alone() {
        let read = |seed: u64, parts: &[&str]| {
            let mut dice = Dice::new(seed, parts);
            (0..12).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(read(1, &["a", "b"]), read(1, &["a", "b"]));
        for other in [read(2, &["a", "b"]), read(1, &["ab"]), read(1, &["a", "c"]), read(1, &["a"])] {
            assert_ne!(read(1, &["a", "b"]), other);
        }
        let mut dice = Dice::new(3, &[]);
        assert!((0..100).all(|_| dice.happens(1.0)) && !(0..100).any(|_| dice.happens(0.0)));
        assert_eq!(dice.below(0), 0);
    }
}
