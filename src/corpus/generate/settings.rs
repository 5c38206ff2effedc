//! The data files of `lexicons/generation/`, compiled in.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::noise::Operator;

const PROBABILITIES: &str = include_str!("../../../lexicons/generation/probabilities.toml");
pub(super) const POLICY: &str = include_str!("../../../lexicons/generation/policy.toml");
pub(super) const NAMES: &str = include_str!("../../../lexicons/generation/noms.tsv");
pub(super) const ABBREVIATIONS: &str = include_str!("../../../lexicons/generation/abreviations.tsv");
pub(super) const CONFUSIONS: &str = include_str!("../../../lexicons/generation/confusions.tsv");
pub(super) const WRITINGS: &str = include_str!("../../../lexicons/generation/ecritures.tsv");

/// How often each kind of name, writing and noise is drawn.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Probabilities {
    pub(super) names: NameShares,
    pub(super) writings: WritingShares,
    pub(super) noise: BTreeMap<String, BTreeMap<Operator, Dose>>,
}

/// Shares of last and first names by where they come from; the rest is drawn by the number of bearers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameShares {
    pub(super) rare: f64,
    pub(super) word: f64,
    pub(super) world: f64,
    pub(super) compound: f64,
}

/// How often what is written alike in a report changes its writing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WritingShares {
    pub(super) date: f64,
    pub(super) phone: f64,
    pub(super) number: f64,
    pub(super) name: f64,
    pub(super) place: f64,
    pub(super) street: f64,
    pub(super) institution: f64,
}

/// How much of an operator of noise.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dose {
    /// Share of the reports it touches.
    pub(super) documents: f64,
    /// How often it acts, in those, on what it could act on.
    pub(super) rate: f64,
}

impl Probabilities {
    pub(super) fn embedded() -> Self {
        toml::from_str(PROBABILITIES).expect("the file is compiled in and tested")
    }
}

/// The rows of a compiled-in list, without its header.
pub(super) fn rows<const N: usize>(list: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    list.lines().skip(1).map(|line| {
        let mut cells = line.split('\t');
        std::array::from_fn(|_| cells.next().expect("the lists are compiled in and tested"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replace::Policy;

    #[test]
    fn the_data_files_are_sound() {
        let all = Probabilities::embedded();
        let shares = [all.names.rare, all.names.word, all.names.world, all.names.compound];
        assert!(shares.iter().all(|share| *share >= 0.0) && shares.iter().sum::<f64>() < 1.0);
        for dose in all.noise.values().flat_map(BTreeMap::values) {
            assert!((0.0..=1.0).contains(&dose.documents) && (0.0..=1.0).contains(&dose.rate));
        }
        assert!(all.noise["none"].is_empty() && all.noise["heavy"].len() == Operator::ALL.len());
        assert!(Policy::from_toml("generation", POLICY).is_ok());
        assert!(
            rows::<2>(NAMES).all(|[name, kind]| !name.is_empty() && ["accents", "particule", "monde"].contains(&kind))
        );
        assert!(rows::<2>(CONFUSIONS).all(|[from, to]| !from.is_empty() && !to.is_empty() && from != to));
        assert!(
            rows::<2>(ABBREVIATIONS)
                .all(|[form, short]| !form.is_empty() && short.split('|').all(|one| !one.is_empty()))
        );
        assert!(rows::<3>(WRITINGS).all(|[kind, ..]| ["rue", "ville", "etablissement"].contains(&kind)));
    }
}
