//! In what light a thing is mentioned: cues before and after it, in its sentence, its line, its section.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::entity::{Kind, Qualifiers};
use super::reading::{REACH, Reading};
use super::terms::{Found, Sort};
use crate::text::Span;

/// How many words a cue reaches over, by its scope.
const PHRASE: usize = 12;
const SYNTAGM: usize = 7;
const ITEM: usize = 1;
/// How many words back from a mention a cue after it may stand.
const AFTER: usize = 5;
/// How far behind a mention the year that dates it may stand, in words.
const DATED: usize = 6;
/// How far behind a treatment the `si` that makes it conditional may stand, in words.
const CONDITION: usize = 6;

/// `: non`, `.... [ ] oui [x] non`, `: 0`, `-`: what a form says after the name of a thing.
static FORM_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[ \t]*(?:s)?)?[ .:…\t_?]*(?:\? ?non\b|[^|\n]{0,24}\| ?\[ ?\] ?\| ?\[ ?x ?\]|: ?pas d.indication|\[ ?\] ?oui[ \t]+\[ ?x ?\] ?non|\[ ?x ?\] ?non|(?::|\.{2,})[ \t]*(?:non|neant|aucune?|absente?|negati(?:f|ve)|nul)\b|:[ \t]*(?:0|-)[ \t]*(?:$|[,;.|]))")
        .expect("a sound pattern")
});
/// An empty box before it.
static BOX_BEFORE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:\[ ?\]|☐|□)[ \t]*$").expect("a sound pattern"));
static RELATIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:p[èe]re|m[èe]re|fr[èe]re|s(?:œ|oe)ur|fils|fille|oncle|tante|cousine?|neveu|ni[èe]ce|grand[- ]?(?:p[èe]re|m[èe]re)s?|parents?|fratrie|jumeau|jumelle|arri[èe]re|aieule?|maternel(?:le)?|paternel(?:le)?|enfants?|demi[- ])s?\b|^[ ]*[iv]{1,3}[- ]\d")
        .expect("a sound pattern")
});
static DOUBT_AFTER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[ \t]?\(?\?").expect("a sound pattern"));

/// The qualifiers of the mention at `words`, and the cues that give them.
///
/// `cues` are those of the document in text order, without those inside another; `mentions` are the ranges of all mentions.
pub(super) fn qualify(
    reading: &Reading<'_>,
    kind: Kind,
    code: &str,
    words: &Range<usize>,
    cues: &[Found],
    mentions: &[Range<usize>],
) -> (Qualifiers, Vec<Span>) {
    let mut qualifiers = Qualifiers::default();
    let mut evidence = Vec::new();
    let sentence = reading.words[words.start].sentence;
    let of_sentence = |cue: &&Found| cue.term.sort == Sort::Cue && reading.words[cue.start].sentence == sentence;
    let in_sentence: Vec<&Found> = near(cues, words).iter().filter(of_sentence).collect();
    let first = mentions.partition_point(|mention| mention.end + REACH < words.start);
    let last = mentions.partition_point(|mention| mention.start < words.end + REACH);
    let mentions = &mentions[first..last];
    for cue in &in_sentence {
        // `hémocultures négatives` are a result, not a denial.
        let result = matches!(kind, Kind::Lab | Kind::Score) && cue.term.code == "negation" && cue.term.name == "apres";
        if !result && governs(reading, cue, words, &in_sentence, mentions) {
            set(&mut qualifiers, cue.term.code);
            evidence.push(reading.original(&(cue.start..cue.end)));
        }
    }
    of_form(reading, words, &mut qualifiers);
    of_section(reading, kind, code, words, mentions, &mut qualifiers);
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

/// Boxes, `: non`, a question mark.
fn of_form(reading: &Reading<'_>, words: &Range<usize>, qualifiers: &mut Qualifiers) {
    let after = reading.line_after(reading.words[words.end - 1].end);
    let is_no = FORM_AFTER.is_match(after) || BOX_BEFORE.is_match(reading.gap(words.start));
    qualifiers.negated |= is_no;
    qualifiers.hypothetical |= !is_no && DOUBT_AFTER.is_match(after);
}

/// What the section says, and the year that stands behind the mention.
fn of_section(
    reading: &Reading<'_>,
    kind: Kind,
    code: &str,
    words: &Range<usize>,
    mentions: &[Range<usize>],
    qualifiers: &mut Qualifiers,
) {
    let section = reading.section(words.start);
    let event = kind == Kind::Act || kind == Kind::Diag && is_event(code);
    if section == "antecedents_familiaux" && is_of_family(reading, words) {
        qualifiers.family = true;
    } else if section.starts_with("antecedents") && event && !qualifiers.family && !qualifiers.negated {
        qualifiers.history = true;
    }
    if section == "allergies" && kind == Kind::Diag && !qualifiers.negated && !code.starts_with(['Z', 'T']) {
        qualifiers.history = true;
    }
    if kind == Kind::Diag && is_reaction(reading, words) {
        qualifiers.history = true;
    }
    if matches!(kind, Kind::Drug | Kind::Act) && is_conditional(reading, words, mentions) {
        qualifiers.hypothetical = true;
    }
    if matches!(kind, Kind::Act) && matches!(section, "conduite_a_tenir" | "rendez_vous") {
        qualifiers.hypothetical |= !qualifiers.negated;
    }
    let dated = matches!(kind, Kind::Act | Kind::Diag) && is_dated_before(reading, words, mentions);
    if dated && !qualifiers.family && !qualifiers.negated {
        qualifiers.history = true;
    }
}

/// Whether a sentence below the title of the family's history is of the family: the first one, or one that names a relative.
fn is_of_family(reading: &Reading<'_>, words: &Range<usize>) -> bool {
    let sentence = reading.sentence(words.start);
    let before = reading.words[..sentence.start].last();
    let titled = before.filter(|word| word.section == reading.words[sentence.start].section);
    titled.is_none_or(|word| word.since_title <= 1) || RELATIVE.is_match(reading.slice(sentence))
}

/// What a drug once did: `intolérance : tramadol (vertiges, nausées)`.
fn is_reaction(reading: &Reading<'_>, words: &Range<usize>) -> bool {
    let sentence = reading.sentence(words.start);
    let before = &reading.text[reading.words[sentence.start].start..reading.words[words.start].start];
    let open = before.rfind('(').is_some_and(|open| !before[open..].contains(')'));
    open && (before.contains("allergi") || before.contains("intoleran"))
}

/// Whether `si …` stands right behind a treatment or an act: `colchicine si crise de goutte`; not `si besoin`.
fn is_conditional(reading: &Reading<'_>, words: &Range<usize>, mentions: &[Range<usize>]) -> bool {
    let next = mentions.iter().map(|mention| mention.start).find(|start| *start >= words.end);
    let to = (words.end + CONDITION).min(next.unwrap_or(usize::MAX)).min(reading.words.len());
    let sentence = reading.words[words.start].sentence;
    let written = |at: usize| if at < reading.words.len() { reading.slice(at..at + 1) } else { "" };
    let at = (words.end..to).find(|at| reading.words[*at].sentence == sentence && written(*at) == "si");
    at.is_some_and(|at| !matches!(written(at + 1), "besoin" | "tolere" | "toleree" | "bien"))
}

/// Whether a code is of something that happens and ends, so that in a history it is over: infarcts, strokes, fractures, infections.
fn is_event(code: &str) -> bool {
    let Some(block) = code.get(..3) else { return false };
    let number = block[1..].parse::<u8>().unwrap_or(0);
    match &block[..1] {
        "A" | "B" | "S" | "T" | "O" | "P" => true,
        "C" => true,
        "G" => number == 45 || number < 10,
        "H" => matches!(number, 25 | 26 | 65 | 66),
        "I" => matches!(number, 0 | 1 | 21 | 22 | 26 | 60..=64 | 80),
        "J" => number <= 22 || matches!(number, 86 | 90 | 93),
        "K" => matches!(number, 25..=27 | 35..=38 | 40..=46 | 56 | 65 | 80..=81 | 85 | 92),
        "N" => matches!(number, 10..=12 | 20..=23),
        _ => false,
    }
}

/// Whether a year earlier than the report's own stands right behind a mention: `infarctus inférieur en 2011`.
fn is_dated_before(reading: &Reading<'_>, words: &Range<usize>, mentions: &[Range<usize>]) -> bool {
    let next = mentions.iter().map(|mention| mention.start).find(|start| *start >= words.end);
    let to = (words.end + DATED).min(next.unwrap_or(usize::MAX)).min(reading.words.len());
    let sentence = reading.words[words.start].sentence;
    (words.end..to).any(|at| {
        let before = &reading.words[at - 1];
        let since = matches!(reading.slice(at - 1..at), "depuis" | "des");
        let is_day = reading.gap(at).contains(['/', '.']) || before.is_number;
        let is_before = reading.year(at).is_some_and(|year| year < reading.last_year);
        reading.words[at].sentence == sentence && is_before && !since && !is_day
    })
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
    let ends = |other: &&&Found| {
        let inside = between.start <= other.start && other.end <= between.end;
        inside && other.term.code == cue.term.code && (other.term.name == "fin" || place == "apres")
    };
    if all.iter().find(ends).is_some() {
        return false;
    }
    // Other mentions on the way count for nothing: `pas de A, B ni C`.
    let foreign = between.clone().filter(|at| !mentions.iter().any(|mention| mention.contains(at)));
    let distance = foreign.filter(|at| !reading.words[*at].is_stop).count();
    let bare = matches!(reading.slice(cue.start..cue.end), "non" | "0" | "-");
    if bare && !stands_alone(reading, cue, words, place) {
        return false;
    }
    let reach = match (place, scope) {
        _ if bare => ITEM,
        ("apres", "phrase") => 2 * AFTER,
        ("apres", _) => AFTER,
        (_, "phrase") => PHRASE,
        (_, "item") => ITEM,
        _ => SYNTAGM,
    };
    // What is said of a relative goes on: `son père, mineur à Lens, avait une silicose`.
    let told = cue.term.code == "famille" && place == "avant";
    let denies = cue.term.code == "negation" && place == "avant";
    distance <= reach
        && !(denies && is_apart(reading, &between, words, mentions))
        && (told || !is_crossed(reading, &between, words, place, mentions))
}

/// Whether a bare `0` or `non` is an answer: `0 douleur`, `toux : non`; not `OMS 0, douleur`, `0,5 mg`, `non cimentée`.
fn stands_alone(reading: &Reading<'_>, cue: &Found, words: &Range<usize>, place: &str) -> bool {
    if place == "avant" {
        return cue.end == words.start && reading.gap(words.start).trim().is_empty();
    }
    let after = reading.gap(cue.end);
    let decimal = matches!(after, "," | ".") && reading.words.get(cue.end).is_some_and(|word| word.is_number);
    cue.end == reading.words.len() || after.contains([',', ';', '.', '\n', ')', '|', '/', ']']) && !decimal
}

/// Whether what a denial speaks of ends before a mention: `pas de toux (algoplus 1/5)`, `pas de lésion à la fibroscopie`,
/// `pas de douleur → neuropathie`.
fn is_apart(reading: &Reading<'_>, between: &Range<usize>, words: &Range<usize>, mentions: &[Range<usize>]) -> bool {
    let marked = (between.start + 1..=words.start).any(|at| reading.gap(at).contains(['(', ':', '→', '>', '|']));
    let other = mentions.iter().any(|mention| between.start <= mention.start && mention.end <= between.end);
    let before = between.clone().rev().find(|at| !reading.words[*at].is_article);
    // Another mention on the way, and a preposition that leads to something else.
    let led = before.is_some_and(|at| {
        matches!(
            reading.slice(at..at + 1),
            "sous" | "par" | "en" | "a" | "au" | "aux" | "pour" | "chez" | "depuis" | "apres" | "avant" | "malgre"
        )
    });
    marked || other && led
}

/// Whether a comma or a stronger mark parts a cue from a mention, other than between the members of a list.
fn is_crossed(
    reading: &Reading<'_>,
    between: &Range<usize>,
    words: &Range<usize>,
    place: &str,
    mentions: &[Range<usize>],
) -> bool {
    let to = if place == "avant" { words.start } else { between.end };
    (between.start..=to).any(|at| {
        let gap = reading.gap(at);
        let strong = gap.contains("\n\n") || gap.contains('(') && place == "apres" || gap.contains('[');
        let listed = place == "avant" && mentions.iter().any(|mention| mention.end == at);
        strong || gap.contains(',') && !listed
    })
}
