use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::entity::{Attributes, Entity, Kind, Qualifiers};
use super::reading::Reading;
use super::terms::{Found, Sort, Term, Terms};
use super::values::{self, Unit, Units, Value};
use super::{dosage, qualify};
use crate::text::{Document, Span};

/// Finds and codes what reports mention.
#[derive(Debug)]
pub struct Structurer {
    terms: Terms,
    units: Units,
}

/// A mention before its attributes and qualifiers.
struct Mention {
    words: Range<usize>,
    kind: Kind,
    term: Term,
    value: Option<Value>,
}

/// Bytes between a short name and the end of its number: `K 4,3`, `TA 118/62`.
const BESIDE: usize = 12;
/// How far beyond what is possible a number without a unit may go: its unit may be another.
const SLACK: f64 = 10.0;

/// Names that are those of a measurement and nothing else.
static MEASURED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:emie|urie|inine|itine|globine|ocrite?|troponine|d-dimeres|lactates?)$").expect("a sound pattern")
});

static TNM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b[cpyrau]{0,3}T(?:[0-4][a-d]?(?:\(\w+\))?|is|x|X)[ ,]?[cp]?N(?:[0-3][a-c]?(?:\(\w+\))?|x|X|\+)(?:[ ,]?[cp]?M(?:[01][a-d]?|x|X))?(?:[ ,]?(?:R[0-2]|L[01]|V[01]|Pn[01]))*\b")
        .expect("a sound pattern")
});
static ADICAP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b[A-Z]{4}[A-Z0-9]\d[A-Z0-9]\d\b|\b[BOHPCA][A-Z][A-Z]{2}[A-Z0-9]{4}\b").expect("a sound pattern")
});

impl Structurer {
    pub fn new(terms: Terms) -> Self {
        let units = terms.all().filter(|term| term.sort == Sort::Unit).filter_map(|term| {
            let factor = term.detail(0).parse().ok()?;
            Some((term.name, Unit { ucum: term.code, factor, reference: term.detail(1) }))
        });
        let units = Units::new(units);
        Structurer { terms, units }
    }

    /// Every mention of a document, in text order, none overlapping another.
    pub fn structure(&self, doc: &Document) -> Vec<Entity> {
        let reading = Reading::new(doc, &self.terms);
        let mentions = self.mentions(&reading);
        let ranges: Vec<Range<usize>> = mentions.iter().map(|mention| mention.words.clone()).collect();
        let cues = self.cues(&reading, &ranges);
        let mut entities: Vec<Entity> = Vec::with_capacity(mentions.len());
        for (at, mention) in mentions.into_iter().enumerate() {
            let limit = ranges.get(at + 1).map_or(reading.text.len(), |next| reading.words[next.start].start);
            entities.push(entity(&reading, mention, &cues, &ranges, limit));
        }
        formulas(doc, &mut entities);
        entities
    }

    /// Leftmost, then longest; a measurement only where a value follows it.
    fn mentions(&self, reading: &Reading<'_>) -> Vec<Mention> {
        let mut mentions: Vec<Mention> = Vec::new();
        let mut found = Vec::new();
        let mut at = 0;
        while at < reading.words.len() {
            found.clear();
            self.terms.mentions(&reading.words, at, &mut found);
            // Longest first; of one length, in the order of sorts that values decide.
            found.sort_by_key(|one| (std::cmp::Reverse(one.end), rank(one.term.sort)));
            let mention = found.iter().find_map(|one| self.accept(reading, one, &found));
            at = mention.as_ref().map_or(at + 1, |mention| mention.words.end);
            mentions.extend(mention);
        }
        mentions
    }

    /// `rivals` are all that start at the same word.
    fn accept(&self, reading: &Reading<'_>, found: &Found, rivals: &[Found]) -> Option<Mention> {
        let (words, term) = (found.start..found.end, found.term);
        let to = reading.words[words.end - 1].end;
        let written = reading.original(&words).slice(reading.doc.text());
        if let Some(acronym) = term.acronym()
            && !is_written(written, acronym)
        {
            return None;
        }
        if let Some(mut context) = term.context() {
            let text = reading.slice(reading.sentence(words.start));
            if !context.any(|word| text.contains(crate::text::fold(word).trim())) {
                return None;
            }
        }
        if self.is_title(reading, &words) {
            return None;
        }
        let kind = match term.sort {
            Sort::Diagnosis => Kind::Diag,
            Sort::Drug => Kind::Drug,
            Sort::Lab => Kind::Lab,
            Sort::Act => Kind::Act,
            Sort::Score => Kind::Score,
            Sort::Habit => Kind::Habit,
            _ => return None,
        };
        if kind == Kind::Drug && !(is_same_name(&words, written, term.name) && is_drug(reading, found, rivals)) {
            return None;
        }
        let value = match kind {
            Kind::Lab => Some(self.lab_value(reading, to, &term, written)?),
            Kind::Score => Some(self.score_value(reading, to, &term, written)?),
            Kind::Habit => self.value(reading, to).filter(|value| value.unit.is_some() && value.length < 24),
            _ => None,
        };
        Some(Mention { words, kind, term, value })
    }

    /// Whether the words are the title of what follows: `Allergies : aucune`.
    fn is_title(&self, reading: &Reading<'_>, words: &Range<usize>) -> bool {
        if !reading.gap(words.end).trim_start().starts_with(':') {
            return false;
        }
        let mut cues = Vec::new();
        self.terms.cues(&reading.words, words.start, &mut cues);
        cues.iter().any(|one| one.term.sort == Sort::Title && one.end == words.end)
    }

    fn value(&self, reading: &Reading<'_>, to: usize) -> Option<Value> {
        let original = |from: usize, end: usize| {
            reading.normalized().original(to + from, to + end).slice(reading.doc.text()).trim().to_owned()
        };
        values::read(reading.line_after(to), original, &self.units)
    }

    /// A value that this measurement can have, in a unit or alone.
    fn lab_value(&self, reading: &Reading<'_>, to: usize, term: &Term, written: &str) -> Option<Value> {
        let Some(value) = self.value(reading, to) else {
            // Asked for or spoken of: `TSH à contrôler`; other names alone mean other things.
            let capitals = written.chars().filter(|c| c.is_uppercase()).count();
            let alone =
                if term.acronym().is_some() { capitals >= 3 } else { MEASURED.is_match(&crate::text::fold(written)) };
            return alone.then(Value::default);
        };
        let letters = written.chars().count();
        let short = letters <= 2;
        // A letter is a name where its own unit follows, or for what charts call by a letter.
        if letters == 1 && value.unit.is_none() && !matches!(written, "K" | "k" | "T" | "t") {
            return None;
        }
        let told = value.has_number || term.acronym().is_none() || value.length < 14;
        let beside = value.has_number && value.length <= BESIDE;
        let sure = value.unit.is_some() || !short && told || beside && self.is_possible(&value, term, 1.0);
        if !(sure && self.is_possible(&value, term, SLACK)) {
            return None;
        }
        let mut value = value;
        // `Na 134` is told in the unit that everybody uses.
        if value.attributes.value_num.is_some() && value.unit.is_none() && self.is_possible(&value, term, 1.0) {
            value.attributes.unit_ucum = self.units.coded(term.detail(1)).map(|unit| unit.ucum);
        }
        Some(value)
    }

    /// Whether a number is within what the measurement can be; without a unit, or in one of another kind, roughly.
    fn is_possible(&self, value: &Value, term: &Term, slack: f64) -> bool {
        let Some(number) = value.attributes.value_num else { return true };
        let own = self.units.coded(term.detail(1));
        let (scale, slack) = match (value.unit, own) {
            (Some(unit), Some(own)) if unit.reference == own.reference => (unit.factor / own.factor, 1.0),
            (Some(_), _) => return true,
            (None, _) => (1.0, slack),
        };
        let bound = |at: usize| term.detail(at).parse::<f64>().ok();
        let above = bound(2).is_none_or(|least| number * scale >= least / slack);
        above && bound(3).is_none_or(|most| number * scale <= most * slack)
    }

    /// A number within the scale, or one of its grades.
    fn score_value(&self, reading: &Reading<'_>, to: usize, term: &Term, written: &str) -> Option<Value> {
        static GRADE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^[ ]?(?:stade|grade|classe|score|type|cote[e]?|est|a|de|:|=|\(|[ ]){0,5}(?P<grade>(?:iv|i{1,3}|v|vi|[a-e]|\d)(?:[a-d]\b|\b)(?:[ ]?(?:-|/|a)[ ]?(?:iv|i{1,3}|v|[a-e]|\d)\b)?)")
                .expect("a sound pattern")
        });
        if let Some(value) = self.value(reading, to).filter(|value| value.has_number && value.length < 40) {
            let number = value.attributes.value_num;
            let most = term.detail(1).parse::<f64>().ok();
            if number.is_none_or(|number| most.is_none_or(|most| number <= most)) {
                return Some(value);
            }
        }
        let line = reading.line_after(to);
        if !term.detail(3).is_empty()
            && let Some(grade) = GRADE.captures(line).and_then(|found| found.name("grade"))
        {
            let mut value = Value { length: grade.end(), ..Value::default() };
            let span = reading.normalized().original(to + grade.start(), to + grade.end());
            value.attributes.value = Some(span.slice(reading.doc.text()).to_owned());
            return Some(value);
        }
        (written.chars().count() > 3).then(Value::default)
    }

    /// Cues, titles and words of dosage, those inside a longer one or inside a mention left out.
    fn cues(&self, reading: &Reading<'_>, mentions: &[Range<usize>]) -> Vec<Found> {
        let mut cues: Vec<Found> = Vec::new();
        let mut found = Vec::new();
        let mut covered = [0; FAMILIES.len()];
        for at in 0..reading.words.len() {
            found.clear();
            self.terms.cues(&reading.words, at, &mut found);
            for (family, covered) in FAMILIES.iter().zip(&mut covered) {
                let of_family = |one: &&Found| match one.term.sort {
                    Sort::Cue => one.term.code == *family,
                    Sort::Dosage => family.is_empty(),
                    _ => false,
                };
                let Some(longest) = found.iter().filter(of_family).map(|one| one.end).max() else { continue };
                if at < *covered {
                    continue;
                }
                let next = mentions.partition_point(|mention| mention.end <= at);
                let inside = mentions.get(next).is_some_and(|mention| {
                    mention.start <= at && longest <= mention.end && mention.len() > longest - at
                });
                if !inside {
                    cues.extend(found.iter().filter(of_family).filter(|one| one.end == longest));
                    *covered = longest;
                }
            }
        }
        cues
    }
}

/// Cues that leave one another alone: those of each qualifier, and words of dosage.
const FAMILIES: [&str; 6] = ["negation", "hypothese", "famille", "antecedent", "rapporte", ""];

fn rank(sort: Sort) -> u8 {
    match sort {
        Sort::Score => 0,
        Sort::Lab => 1,
        Sort::Drug => 2,
        Sort::Diagnosis => 3,
        Sort::Act => 4,
        _ => 5,
    }
}

/// A name that also is something measured, or a number's, is a drug only where a dose or a treatment says so.
fn is_drug(reading: &Reading<'_>, found: &Found, rivals: &[Found]) -> bool {
    let written = reading.slice(found.start..found.end);
    let line = reading.line_after(reading.words[found.end - 1].end);
    let dosed = dosage::has_dose(line) || reading.section(found.start).starts_with("traitement");
    let number = line.trim_start_matches([' ', ':', 'n', '°', '/', '.']).split_whitespace().next().unwrap_or_default();
    let numbered = found.term.name.len() == 3 && number.bytes().filter(u8::is_ascii_digit).count() >= 5;
    let measured = rivals.iter().any(|one| one.end == found.end && one.term.sort == Sort::Lab);
    let short = found.term.acronym().is_none() && written.len() <= 2;
    !numbered && (dosed || !(measured || short))
}

/// A name of one word has a plural at most: `avons` is no Avonex.
fn is_same_name(words: &Range<usize>, written: &str, name: &str) -> bool {
    let (written, name) = (crate::text::fold(written), crate::text::fold(name));
    let singular = |text: &str| text.strip_suffix('s').unwrap_or(text).to_owned();
    let plural = |text: &str| text.strip_suffix("aux").map(|root| format!("{root}al"));
    let same = singular(&written) == singular(&name) || plural(&written).is_some_and(|one| one == name);
    words.len() > 1 || same || name.contains(['-', ' '])
}

/// An acronym stands as its file writes it, in capitals, or in lower case if it is long enough to be no word.
fn is_written(written: &str, acronym: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (written, acronym) = (bare(written), bare(acronym));
    written == acronym
        || written == acronym.to_uppercase()
        || (acronym.chars().count() >= 3 && written == acronym.to_lowercase())
}

fn entity(reading: &Reading<'_>, mention: Mention, cues: &[Found], mentions: &[Range<usize>], limit: usize) -> Entity {
    let Mention { words, kind, term, value } = mention;
    let attributes = match kind {
        Kind::Drug => dosage::read(reading, &words, cues, limit),
        _ => value.map_or_else(Attributes::default, |value| value.attributes),
    };
    let (mut qualifiers, evidence) = qualify::qualify(reading, kind, term.code, &words, cues, mentions);
    if kind == Kind::Habit {
        qualifiers.negated |= term.details == "jamais";
        qualifiers.history |= term.details == "sevre";
    }
    Entity {
        kind,
        code: term.code.to_owned(),
        label: term.name,
        span: reading.original(&words),
        qualifiers,
        attributes,
        cues: evidence,
        section: reading.section(words.start),
    }
}

/// TNM and ADICAP formulas, which are no words.
fn formulas(doc: &Document, entities: &mut Vec<Entity>) {
    for (pattern, kind) in [(&TNM, Kind::Tnm), (&ADICAP, Kind::Adicap)] {
        entities.sort_by_key(|entity| entity.span.start());
        let known = entities.len();
        for found in pattern.find_iter(doc.text()) {
            let has_both = found.as_str().bytes().any(|b| b.is_ascii_digit());
            let span = Span::new(found.start(), found.end());
            let next = entities[..known].partition_point(|entity| entity.span.end() <= span.start());
            if has_both && !entities[..known].get(next).is_some_and(|entity| entity.span.overlaps(span)) {
                entities.push(Entity {
                    kind,
                    code: if kind == Kind::Adicap { found.as_str().to_owned() } else { String::new() },
                    label: kind.as_str(),
                    span,
                    qualifiers: Qualifiers::default(),
                    attributes: Attributes::default(),
                    cues: Vec::new(),
                    section: "",
                });
            }
        }
    }
    entities.sort_by_key(|entity| entity.span.start());
}
