//! What goes with a drug: dose, route, frequency, duration, and what changes.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::entity::Attributes;
use super::qualify::near;
use super::reading::Reading;
use super::terms::{Found, Sort};

static DOSE: LazyLock<Regex> = LazyLock::new(|| {
    let unit = r"(?:mg|g|gr|mcg|[µμu]g|ng|ui|u|mui|meq|mmol|ml|l|cc|%|gamma|kcal|mci|mbq|gy)";
    Regex::new(&format!(
        r"\b\d+(?:[ ]\d{{3}})*(?:[.,]\d+)?(?:[ ]?/[ ]?\d+(?:[.,]\d+)?)?[ ]?{unit}(?:/(?:kg|m2|m²|j|jour|24[ ]?h|h|heure|min|ml|l|semaine|dose|prise))*\b"
    ))
    .expect("a sound pattern")
});
static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b\d+(?:[.,/]\d+)?[ ]?(?:cps?|cpr|comprimes?|gel(?:ules?)?|gttes?|gouttes?|sachets?|ampoules?|amp|bouffees?|inj(?:ections?)?|patchs?|unites?|suppo(?:sitoires?)?|dosettes?|cuilleres?)\b")
        .expect("a sound pattern")
});
static FREQUENCY: LazyLock<Regex> = LazyLock::new(|| {
    let time =
        r"(?:le |au |a |chaque )?(?:matins?|midis?|soirs?|coucher|reveil|nuit|petit[ -]dejeuner|repas|apres[ -]midi)";
    let alternatives = [
        r"\b[\d½](?:[.,/]\d)?[ ]?-[ ]?[\d½](?:[.,/]\d)?[ ]?-[ ]?[\d½](?:[.,/]\d)?(?:[ ]?-[ ]?\d)?\b",
        r"(?:\b\d+[ ]?(?:cp|gel|prises?)?[ ]?)?(?:x|\*|×)[ ]?\d+[ ]?(?:/|par)[ ]?(?:j(?:our)?|24[ ]?h|sem(?:aine)?|mois)\b",
        r"\b\d+[ ]?(?:fois|x|prises?|cp|gel|inj(?:ections?)?|bouffees?|sachets?|amp(?:oules?)?|dosettes?)?[ ]?(?:/|par)[ ]?(?:j(?:our)?|24[ ]?h|sem(?:aine)?|mois|an)\b",
        r"\btou(?:te)?s les \d*[ ]?(?:h(?:eures?)?|j(?:ours?)?|sem(?:aines?)?|mois|matins|soirs|semaines)\b(?: \d+ ?h)?",
        r"\b(?:1|un)[ ]?j(?:our)?[ ]?(?:/|sur)[ ]?(?:2|deux|3)\b",
        r"\bsi (?:besoin|douleurs?|fievre|nausees?|insomnie|anxiete|crise|necessaire|agitation)(?: \w+)?",
        r"\b(?:quotidien(?:ne(?:ment)?)?|hebdomadaire|mensuel(?:le)?|en continu|par (?:jour|semaine|mois)|/ ?(?:j|jour|sem|mois))\b",
        &format!(r"\b{time}(?:(?:,| et|[ ]?-|/)? ?{time}){{0,3}}\b"),
        r"\b(?:q\d+h|x\d/j|bid|tid|/\d+h)\b",
        r"\bj1(?:[ ]?(?:-|a|,)[ ]?j?\d+)+(?: et j\d+)?\b",
    ];
    Regex::new(&alternatives.join("|")).expect("a sound pattern")
});
static DURATION: LazyLock<Regex> = LazyLock::new(|| {
    let span = r"(?:\d+|un|une|deux|trois|quatre|cinq|six|sept|huit|dix|quinze)[ ]?(?:j(?:ours?)?|sem(?:aines?)?|mois|ans?|heures?|h|cycles?|cures?)\b";
    Regex::new(&format!(r"\b(?:pendant|durant|pour|sur|qsp|x)[ ]?(?P<a>{span})|\b(?P<b>\d+[ ]?(?:jours|semaines|mois|ans))\b(?: au total| de traitement)?"))
        .expect("a sound pattern")
});

/// Whether a dose stands at the start of what follows a name.
pub(super) fn has_dose(line: &str) -> bool {
    DOSE.find(line).or_else(|| COUNT.find(line)).is_some_and(|found| found.start() < 24)
}

/// How far behind a drug its dosage goes, in bytes.
const REACH: usize = 140;

/// Reads what follows the drug at `words`, before the next mention at `limit` (bytes of the folded text).
pub(super) fn read(reading: &Reading<'_>, words: &Range<usize>, cues: &[Found], limit: usize) -> Attributes {
    let mut attributes = Attributes::default();
    let from = reading.words[words.end - 1].end;
    let mut to = limit.min(from + REACH).min(reading.text.len());
    while !reading.text.is_char_boundary(to) {
        to -= 1;
    }
    let text = &reading.text[from..to];
    let text = &text[..text
        .find("\n\n")
        .or_else(|| text.find(". "))
        .or_else(|| text.find('\n').filter(|at| text.len() > at + 1 && !text[at + 1..].starts_with([' ', '\t'])))
        .unwrap_or(text.len())];
    let original = |range: Range<usize>| {
        reading.normalized().original(from + range.start, from + range.end).slice(reading.doc.text()).to_owned()
    };
    let dose = DOSE.find(text).or_else(|| COUNT.find(text));
    attributes.dose = dose.map(|found| original(found.range()));
    let after = dose.map_or(0, |found| found.end());
    let frequency = FREQUENCY.find(&text[after..]).map(|found| found.start() + after..found.end() + after);
    let frequency = frequency.or_else(|| FREQUENCY.find(text).map(|found| found.range()));
    attributes.frequency = frequency.map(original);
    let duration = DURATION.captures(text).and_then(|found| found.name("a").or(found.name("b")));
    attributes.duration = duration.map(|found| original(found.range()));
    for cue in near(cues, words) {
        let term = &cue.term;
        if term.sort != Sort::Dosage {
            continue;
        }
        let place = reading.words[cue.start].start;
        let follows = (from..from + text.len()).contains(&place);
        let leads = cue.end <= words.start
            && words.start - cue.end <= 4
            && reading.words[cue.start].sentence == reading.words[words.start].sentence;
        let end = reading.words[cue.end - 1].end;
        match term.code {
            "voie" if follows && attributes.route.is_none() => {
                attributes.route = Some(original(place - from..end - from));
            }
            kind @ ("debut" | "arret" | "hausse" | "baisse") if attributes.change.is_none() => {
                let near = follows && place - from < 60 || leads;
                attributes.change = near.then_some(match kind {
                    "debut" => "started",
                    "arret" => "stopped",
                    "hausse" => "increased",
                    _ => "decreased",
                });
            }
            "allergie" => {
                attributes.allergy |=
                    cue.end <= words.start && reading.words[cue.start].sentence == reading.words[words.start].sentence
            }
            _ => {}
        }
    }
    attributes.allergy |= reading.section(words.start) == "allergies";
    attributes
}
