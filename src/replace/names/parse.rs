//! The words of a name as written: which are particles, which are initials, which make the name.

use std::ops::Range;

use crate::lexicon::Words;
use crate::replace::case::{bare_key, unread};
use crate::text::{Label, Span};

/// One word of a name.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Bytes in the document, cuts and inner blanks included.
    pub(super) bytes: Range<usize>,
    /// Folded, letters only, digits read as the letters they stand for.
    pub(super) key: String,
    pub(super) kind: Kind,
    /// Whether a hyphen joins it to the next word.
    pub(super) hyphen: bool,
    /// Its rank among the names of the document, once known.
    pub(super) name: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    /// One letter, or the few that stand for several words or start one.
    Initial,
    /// `de`, `Le`, `O'`: stays.
    Particle,
}

/// The words of a `NOM` or `PRENOM` span.
pub(super) fn parse(text: &str, span: Span, label: Label, words: &Words) -> Vec<Word> {
    let surface = span.slice(text);
    let mut runs = runs(surface);
    if is_spaced(surface, &runs) {
        runs = join_spaced(surface, &runs);
    } else {
        join_cut(surface, &mut runs, label, words);
    }
    let last = runs.len().saturating_sub(1);
    let mut parsed = Vec::with_capacity(runs.len());
    for (at, run) in runs.iter().enumerate() {
        let after = &text[span.start() + run.end..];
        let key = key(&surface[run.clone()]);
        let inside = &surface[run.end..runs.get(at + 1).map_or(run.end, |next| next.start)];
        let kind = kind(&key, run.len(), after, at == last, label, words);
        parsed.push(Word {
            bytes: span.start() + run.start..span.start() + run.end,
            key,
            kind,
            hyphen: inside.chars().any(|c| matches!(c, '-' | '\u{2010}'..='\u{2015}')),
            name: None,
        });
    }
    // `Marie-No` shortens a name, it is no pair of initials.
    if parsed.iter().any(|word: &Word| word.kind == Kind::Name) {
        for word in parsed.iter_mut().filter(|word| word.key.len() > 1 && word.kind == Kind::Initial) {
            word.kind = Kind::Name;
        }
    }
    parsed
}

fn kind(key: &str, len: usize, after: &str, last: bool, label: Label, words: &Words) -> Kind {
    let apostrophe = after.starts_with(['\'', '’', '´', '`']);
    if !last && len <= 3 && apostrophe {
        return Kind::Particle;
    }
    let letters = key.chars().count();
    // `Ó Ceallaigh`
    if !last && label == Label::NOM && key == "o" && !after.starts_with('.') {
        return Kind::Particle;
    }
    if letters <= 1 {
        return Kind::Initial;
    }
    if !last && words.facts(key).is_particle() {
        return Kind::Particle;
    }
    if label == Label::NOM || letters > 3 {
        return Kind::Name;
    }
    let facts = words.facts(key);
    let dotted = after.starts_with('.') && letters <= 2;
    let shut = facts.first_name() == 0;
    if dotted && facts.first_name() < 8 || shut { Kind::Initial } else { Kind::Name }
}

/// Runs of letters and digits.
fn runs(surface: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, c) in surface.char_indices() {
        if !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c) {
            continue;
        }
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = end,
            _ => runs.push(at..end),
        }
    }
    runs
}

/// `D U P O N T`
fn is_spaced(surface: &str, runs: &[Range<usize>]) -> bool {
    runs.len() >= 3 && !surface.contains('.') && runs.iter().all(|run| surface[run.clone()].chars().count() == 1)
}

/// One run per word of spaced letters: what is not the gap of the first two (a blank, or the hyphen of a spelt name) parts them.
fn join_spaced(surface: &str, runs: &[Range<usize>]) -> Vec<Range<usize>> {
    let first = &surface[runs[0].end..runs[1].start];
    let gap = if first == "-" && runs.len() > 3 { "-" } else { " " };
    let mut joined: Vec<Range<usize>> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last) if &surface[last.end..run.start] == gap => last.end = run.end,
            _ => joined.push(run.clone()),
        }
    }
    joined
}

/// Joins what a hyphen cut at the end of a line, unless both sides are names on their own.
fn join_cut(surface: &str, runs: &mut Vec<Range<usize>>, label: Label, words: &Words) {
    let mut at = 0;
    while at + 1 < runs.len() {
        let gap = &surface[runs[at].end..runs[at + 1].start];
        let cut = gap.starts_with(['-', '\u{ad}', '\u{2010}']) && gap.contains(['\n', '\r', '\u{ad}']);
        let known = |run: &Range<usize>| {
            let facts = words.facts(&key(&surface[run.clone()]));
            if label == Label::PRENOM { facts.first_name() > 4 } else { facts.surname() > 6 }
        };
        if cut && !(known(&runs[at]) && known(&runs[at + 1])) {
            runs[at].end = runs[at + 1].end;
            runs.remove(at + 1);
        } else {
            at += 1;
        }
    }
}

/// Folded; digits among letters are the letters a reader took them for.
pub(super) fn key(written: &str) -> String {
    bare_key(&unread(written)).replace('1', "i")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(surface: &str, label: Label) -> Vec<(String, Kind)> {
        let text = format!("{surface} .");
        parse(&text, Span::new(0, surface.len()), label, &Words::embedded())
            .into_iter()
            .map(|word| (word.key, word.kind))
            .collect()
    }

    fn name(key: &str) -> (String, Kind) {
        (key.to_owned(), Kind::Name)
    }

    #[test]
    fn reads_particles_initials_cuts_and_spaced_letters() {
        let particle = |key: &str| (key.to_owned(), Kind::Particle);
        let initial = |key: &str| (key.to_owned(), Kind::Initial);
        assert_eq!(read("de La Tour", Label::NOM), [particle("de"), particle("la"), name("tour")]);
        assert_eq!(read("D'Angély", Label::NOM), [particle("d"), name("angely")]);
        assert_eq!(read("Le", Label::NOM), [name("le")]);
        assert_eq!(read("J.-P", Label::PRENOM), [initial("j"), initial("p")]);
        assert_eq!(read("JS", Label::PRENOM), [initial("js")]);
        assert_eq!(read("D U P O N T", Label::NOM), [name("dupont")]);
        assert_eq!(read("J E A N - R E M I", Label::PRENOM), [name("jean"), name("remi")]);
        assert_eq!(read("F-A-U-V-E", Label::NOM), [name("fauve")]);
        assert_eq!(read("PEZZ0TTA", Label::NOM), [name("pezzotta")]);
        assert_eq!(read("Mitro-\n vitch", Label::NOM), [name("mitrovitch")]);
        assert_eq!(read("Jean-\nPierre", Label::PRENOM), [name("jean"), name("pierre")]);
        assert_eq!(read("HO", Label::NOM), [name("ho")]);
    }
}
