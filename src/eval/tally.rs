use std::collections::BTreeMap;

/// Sums by name (`tokens.gold`) or by name and label (`tokens.gold/NOM`); zeros are left out.
///
/// Everything an evaluation says is computed from such sums, so that documents, patients and sites add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<String, u64>);

impl Tally {
    pub fn add(&mut self, name: &str, count: u64) {
        if count > 0 {
            match self.0.get_mut(name) {
                Some(sum) => *sum += count,
                None => drop(self.0.insert(name.to_owned(), count)),
            }
        }
    }

    /// The sum of a name for one label, type or bin.
    pub fn add_of(&mut self, name: &str, of: impl std::fmt::Display, count: u64) {
        if count > 0 {
            self.add(&format!("{name}/{of}"), count);
        }
    }

    pub fn get(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, count)| (name.as_str(), *count))
    }

    pub fn merge(&mut self, other: &Tally) {
        for (name, count) in other.iter() {
            self.add(name, count);
        }
    }
}
