//! What the build script and the engine share: how words are cut and reduced, and how the table of terms is laid out.
//!
//! The table is read in place. All numbers are `u32`, little-endian:
//! `[nodes, edges, entries, terms, bytes of the automaton]`, then the automaton of words (padded to four bytes),
//! `nodes + 1` pairs (first edge, first entry), `edges` pairs (word, node), `entries` (term), `terms` records, and the texts,
//! each ended by a line feed. Node 0 begins mentions, whose stop words are left out; node 1 begins cues, which keep them.

/// What a term is, as it is written in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Sort {
    /// A diagnosis, with its CIM-10 code.
    Diagnosis,
    /// A drug, with its ATC code.
    Drug,
    /// Something measured, with its LOINC code.
    Lab,
    /// A procedure, with its CCAM code.
    Act,
    Score,
    Habit,
    /// A cue of a qualifier.
    Cue,
    /// The title of a section.
    Title,
    /// A route, a form, a frequency, a change of a treatment.
    Dosage,
    /// Precises a mention without being one: `gauche`, `sévère`.
    Modifier,
    /// A unit of measurement.
    Unit,
}

impl Sort {
    /// Whether its terms keep their stop words: `absence de`, `en raison de`.
    pub(crate) fn keeps_stops(self) -> bool {
        matches!(self, Sort::Cue | Sort::Title | Sort::Dosage)
    }
}

/// How a term asks to be written.
pub(crate) mod flags {
    /// Matched as it is written: `HTA`, `Hb`.
    pub(crate) const ACRONYM: u32 = 1;
    /// Only where one of its context words stands in the sentence.
    pub(crate) const NEEDS_CONTEXT: u32 = 2;
}

/// Numbers of one term's record: sort and flags, then the start of each of its texts, and the end of the last.
pub(crate) const TEXTS: usize = 4;
/// `u32` of one record.
pub(crate) const RECORD: usize = 2 + TEXTS;

/// Words that a term may have or lack.
pub(crate) fn is_stop(word: &str) -> bool {
    matches!(word, "de" | "du" | "des" | "d" | "la" | "le" | "les" | "l" | "un" | "une" | "a" | "au" | "aux" | "en")
}

/// Words that a cue may have or lack.
pub(crate) fn is_article(word: &str) -> bool {
    matches!(word, "la" | "le" | "les" | "l" | "un" | "une")
}

/// A folded word without its plural and feminine endings; both sides of a comparison go through it, so it need not be a word.
///
/// `pulmonaires` → `pulmonair`, `duodénaux` → `duodenal`, `osseuse` → `osseu`, `ancienne` → `ancien`, `active` → `actif`.
pub(crate) fn stem(word: &str) -> String {
    match word {
        "d" | "du" | "des" => return "de".to_owned(),
        "au" | "aux" => return "a".to_owned(),
        // `tant` is no aunt.
        "tante" | "tantes" => return "tante".to_owned(),
        _ => {}
    }
    if word.len() < 5 || !word.is_ascii() {
        return word.to_owned();
    }
    let single = match word.strip_suffix("aux") {
        Some(root) if root.len() >= 3 => format!("{root}al"),
        _ => word.strip_suffix('s').or_else(|| word.strip_suffix('x')).unwrap_or(word).to_owned(),
    };
    let (root, ending) =
        [("euse", "eu"), ("ive", "if"), ("iere", "ier"), ("enne", "en"), ("elle", "el"), ("ee", ""), ("e", "")]
            .into_iter()
            .find_map(|(old, new)| Some((single.strip_suffix(old).filter(|root| root.len() >= 3)?, new)))
            .unwrap_or((&single, ""));
    format!("{root}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_do_not_count() {
        for (one, other) in [
            ("pulmonaire", "pulmonaires"),
            ("duodenal", "duodenaux"),
            ("osseux", "osseuses"),
            ("ancien", "anciennes"),
            ("actif", "active"),
            ("aigu", "aigue"),
            ("opere", "operees"),
            ("premier", "premiere"),
            ("artificiel", "artificielles"),
        ] {
            assert_eq!(stem(one), stem(other));
        }
        assert_ne!(stem("foie"), stem("foi"));
    }
}
