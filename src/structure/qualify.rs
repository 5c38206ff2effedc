//! In what light a thing is mentioned: cues before and after it, in its sentence, its line, its section.

use std::ops::Range;

use super::entity::Qualifiers;
use super::reading::{REACH, Reading};
use super::terms::{Found, Sort};
use crate::text::Span;

/// How many words a cue that is bound to its phrase reaches over.
const PHRASE: usize = 7;
/// How many words back from a mention a cue after it may stand.
const AFTER: usize = 5;

/// The qualifiers of the mention at `words`, and the cues that give them.
///
/// `cues` are those of the document in text order, without those inside another; `mentions` are the ranges of all mentions.
pub(super) fn qualify(
    reading: &Reading<'_>,
    words: &Range<usize>,
    cues: &[Found],
    mentions: &[Range<usize>],
) -> (Qualifiers, Vec<Span>) {
    let mut qualifiers = Qualifiers::default();
    let mut evidence = Vec::new();
    let sentence = reading.words[words.start].sentence;
    let near = near(cues, words);
    let of_sentence = |cue: &&Found| cue.term.sort == Sort::Cue && reading.words[cue.start].sentence == sentence;
    let in_sentence: Vec<&Found> = near.iter().filter(of_sentence).collect();
    let first = mentions.partition_point(|mention| mention.end + REACH < words.start);
    let last = mentions.partition_point(|mention| mention.start < words.end + REACH);
    let mentions = &mentions[first..last];
    for cue in &in_sentence {
        if governs(reading, cue, words, &in_sentence, mentions) {
            set(&mut qualifiers, cue.term.code);
            let (from, to) = (reading.words[cue.start].start, reading.words[cue.end - 1].end);
            evidence.push(reading.normalized().original(from, to));
        }
    }
    match reading.section(words.start) {
        "antecedents_familiaux" => qualifiers.family = true,
        "antecedents" | "antecedents_medicaux" | "antecedents_chirurgicaux" | "antecedents_gyneco" => {
            qualifiers.history |= !qualifiers.family;
        }
        _ => {}
    }
    evidence.dedup();
    (qualifiers, evidence)
}

/// The cues not too far from a mention.
pub(super) fn near<'c>(cues: &'c [Found], words: &Range<usize>) -> &'c [Found] {
    let first = cues.partition_point(|cue| cue.start + REACH < words.start);
    let last = cues.partition_point(|cue| cue.start < words.end + REACH);
    &cues[first..last.max(first)]
}

fn set(qualifiers: &mut Qualifiers, code: &str) {
    match code {
        "negation" => qualifiers.negated = true,
        "hypothese" => qualifiers.hypothetical = true,
        "famille" => qualifiers.family = true,
        "antecedent" => qualifiers.history = true,
        _ => qualifiers.reported = true,
    }
}

/// Whether a cue speaks of a mention: on its side, near enough, with nothing between that ends what it says.
fn governs(
    reading: &Reading<'_>,
    cue: &Found,
    words: &Range<usize>,
    all: &[&Found],
    mentions: &[Range<usize>],
) -> bool {
    let (place, scope) = (cue.term.name, cue.term.details);
    let between = match place {
        "avant" if cue.end <= words.start => cue.end..words.start,
        "apres" if cue.start >= words.end => words.end..cue.start,
        _ => return false,
    };
    let ended = all.iter().any(|other| {
        let ends = other.term.name == "fin"
            || (other.term.name == place
                && other.term.code == cue.term.code
                && other.start != cue.start
                && place == "apres");
        ends && between.start <= other.start && other.end <= between.end
    });
    if ended {
        return false;
    }
    // Other mentions on the way count for nothing: `pas de A, B ni C`.
    let foreign = between.clone().filter(|at| !mentions.iter().any(|mention| mention.contains(at)));
    let distance = foreign.filter(|at| !reading.words[*at].is_stop).count();
    let crosses = crossed(reading, &between, words, place, mentions);
    match (place, scope) {
        ("apres", "phrase") => distance <= 2 * AFTER && !crosses,
        ("apres", _) => distance <= AFTER && !crosses,
        (_, "phrase") => true,
        (_, "item") => distance <= 2 && !crosses,
        _ => distance <= PHRASE && !crosses,
    }
}

/// Whether a comma or a stronger mark parts a cue from a mention, other than between the members of a list.
fn crossed(
    reading: &Reading<'_>,
    between: &Range<usize>,
    words: &Range<usize>,
    place: &str,
    mentions: &[Range<usize>],
) -> bool {
    let to = if place == "avant" { words.start } else { between.end };
    (between.start..=to).any(|at| {
        let gap = reading.gap(at);
        let strong = gap.contains('\n') || gap.contains('(') && place == "apres";
        let listed = mentions.iter().any(|mention| mention.end == at)
            && (mentions.iter().any(|mention| mention.start == at || mention.start == at + 1));
        strong || gap.contains(',') && !listed
    })
}
