use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::text::{Document, Label, Span};

/// One document of gold or of predictions, as any format gives it. Offsets count code points.
#[derive(Clone, Default)]
pub struct Annotated {
    pub id: String,
    /// Predictions may come without.
    pub text: Option<String>,
    pub patient: Option<String>,
    /// Documents of one series share authors and habits: the folder of a report.
    pub series: String,
    /// What the report is: what its file's name or the data (`note_type`) tell.
    pub kind: String,
    pub spans: Vec<Tagged>,
    /// Clinical mentions; `None` where the format or the file has none.
    pub mentions: Option<Vec<Mention>>,
}

impl fmt::Debug for Annotated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Annotated({} spans)", self.spans.len())
    }
}

/// A span as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagged {
    pub start: usize,
    pub end: usize,
    pub label: Label,
    pub score: Option<f32>,
    /// What found it, where a system tells.
    pub rule: String,
}

/// A clinical mention: its type, its codes, its context.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mention {
    pub start: usize,
    pub end: usize,
    /// `DIAG`, `DRUG`, `LAB`…
    pub of: String,
    /// Several where one mention says several things.
    pub codes: Vec<String>,
    /// `negated`, `family`…
    pub qualifiers: Vec<String>,
    /// `value`, `unit`, `dose`… as written.
    pub attributes: BTreeMap<String, String>,
}

/// A span over the text, in bytes and in code points.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub span: Span,
    pub chars: Span,
    pub label: Label,
    pub score: Option<f32>,
    pub rule: String,
}

/// One document with its gold and somebody's predictions, spans in text order, none twice.
#[derive(Debug)]
pub struct Case {
    pub doc: Document,
    pub patient: Option<String>,
    pub series: String,
    pub kind: String,
    pub gold: Vec<Found>,
    pub predicted: Vec<Found>,
    pub mentions: Vec<Mention>,
    /// `None`: the system says nothing of mentions, and is not scored on them.
    pub predicted_mentions: Option<Vec<Mention>>,
    /// The pseudonymised text; `None`: what is left when predicted spans are blotted out.
    pub output: Option<String>,
}

/// Why gold and predictions cannot be scored together; says ids and places, no text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mismatch {
    /// Gold without predictions, predictions without gold.
    pub missing: Vec<String>,
    pub unknown: Vec<String>,
    pub twice_in_gold: Vec<String>,
    pub twice_in_predictions: Vec<String>,
    pub without_text: Vec<String>,
    /// Id, first differing code point.
    pub texts: Vec<(String, usize)>,
    /// Id, start, end of a span outside the text or empty, and whether it is gold's.
    pub outside: Vec<(String, usize, usize)>,
}

impl Mismatch {
    fn is_none(&self) -> bool {
        *self == Mismatch::default()
    }

    /// One line per kind of fault: how many, which ids (the first of them), the first difference.
    pub fn lines(&self) -> Vec<String> {
        let list = |ids: &[String]| {
            let shown = ids.iter().take(SHOWN).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
            let more = ids.len().saturating_sub(SHOWN);
            if more > 0 { format!("{shown} and {more} more") } else { shown }
        };
        let mut lines = Vec::new();
        let mut say = |what: &str, ids: &[String]| {
            if !ids.is_empty() {
                lines.push(format!("{what}: {} ({})", ids.len(), list(ids)));
            }
        };
        say("documents of the gold without predictions", &self.missing);
        say("documents of the predictions without gold", &self.unknown);
        say("ids that come twice in the gold", &self.twice_in_gold);
        say("ids that come twice in the predictions", &self.twice_in_predictions);
        say("documents of the gold without a text", &self.without_text);
        let ids: Vec<String> = self.texts.iter().map(|(id, _)| id.clone()).collect();
        if let Some((id, at)) = self.texts.first() {
            say(&format!("texts that differ, the first one (`{id}`) at character {at}"), &ids);
        }
        let ids: Vec<String> = self.outside.iter().map(|(id, ..)| id.clone()).collect();
        if let Some((id, start, end)) = self.outside.first() {
            say(&format!("spans outside their text or empty, the first one in `{id}` at {start}..{end}"), &ids);
        }
        lines
    }
}

/// Ids listed in a message.
const SHOWN: usize = 20;

/// Gold and predictions of the same documents, in the order of the gold.
///
/// # Errors
/// Everything that keeps the two from matching: nothing is scored on less than was given.
pub fn pair(gold: Vec<Annotated>, predictions: Vec<Annotated>) -> Result<Vec<Case>, Box<Mismatch>> {
    let mut faults = Mismatch { twice_in_gold: twice(&gold), ..Mismatch::default() };
    faults.twice_in_predictions = twice(&predictions);
    let mut by_id: FxHashMap<String, Annotated> = predictions.into_iter().map(|one| (one.id.clone(), one)).collect();
    let mut cases = Vec::with_capacity(gold.len());
    for gold in gold {
        let Some(predicted) = by_id.remove(&gold.id) else {
            faults.missing.push(gold.id);
            continue;
        };
        cases.extend(case(gold, predicted, &mut faults));
    }
    faults.unknown = by_id.into_keys().collect();
    faults.unknown.sort_unstable();
    faults.missing.retain(|id| !faults.twice_in_gold.contains(id));
    if faults.is_none() { Ok(cases) } else { Err(Box::new(faults)) }
}

fn twice(documents: &[Annotated]) -> Vec<String> {
    let mut seen = FxHashSet::default();
    documents.iter().filter(|doc| !seen.insert(doc.id.as_str())).map(|doc| doc.id.clone()).collect()
}

fn case(gold: Annotated, predicted: Annotated, faults: &mut Mismatch) -> Option<Case> {
    let Some(text) = gold.text else {
        faults.without_text.push(gold.id);
        return None;
    };
    if let Some(at) = predicted.text.as_deref().and_then(|other| difference(&text, other)) {
        faults.texts.push((gold.id, at));
        return None;
    }
    let places = Places::new(&text);
    let mut outside = |mention: &Mention| {
        if places.span(mention.start, mention.end).is_none() {
            faults.outside.push((gold.id.clone(), mention.start, mention.end));
        }
    };
    let mentions = gold.mentions.unwrap_or_default();
    mentions.iter().chain(predicted.mentions.iter().flatten()).for_each(&mut outside);
    let spans = [gold.spans, predicted.spans].map(|spans| places.found(spans, &gold.id, &mut faults.outside));
    let [gold_spans, predicted_spans] = spans;
    Some(Case {
        doc: Document::new(gold.id, text),
        patient: gold.patient,
        series: gold.series,
        kind: gold.kind,
        gold: gold_spans,
        predicted: predicted_spans,
        mentions,
        predicted_mentions: predicted.mentions,
        output: None,
    })
}

impl Case {
    /// Gold alone, for predictions to come.
    ///
    /// # Errors
    /// Gold that has faults of its own.
    pub fn of_gold(gold: Vec<Annotated>) -> Result<Vec<Case>, Box<Mismatch>> {
        let none = gold.iter().map(|doc| Annotated { id: doc.id.clone(), ..Annotated::default() }).collect();
        // An id that comes twice is said once, as gold's.
        pair(gold, none).map_err(|mut faults| {
            faults.twice_in_predictions.clear();
            faults.missing.clear();
            faults
        })
    }
}

/// The first code point where two texts differ.
fn difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    Some(same)
}

/// Where the code points of a text start.
pub(super) struct Places(Vec<u32>);

impl Places {
    pub(super) fn new(text: &str) -> Self {
        let ends = std::iter::once(text.len());
        Places(text.char_indices().map(|(at, _)| at).chain(ends).map(|at| at as u32).collect())
    }

    /// The bytes of code points `start..end`; `None` if they are outside of the text or none.
    pub(super) fn span(&self, start: usize, end: usize) -> Option<Span> {
        let at = |place: usize| self.0.get(place).map(|at| *at as usize);
        if start >= end {
            return None;
        }
        Some(Span::new(at(start)?, at(end)?))
    }

    /// The code points of a span of bytes.
    pub(super) fn chars(&self, span: Span) -> Span {
        let at = |byte: usize| self.0.partition_point(|start| (*start as usize) < byte);
        Span::new(at(span.start()), at(span.end()))
    }

    fn found(&self, spans: Vec<Tagged>, id: &str, outside: &mut Vec<(String, usize, usize)>) -> Vec<Found> {
        let mut found = Vec::with_capacity(spans.len());
        for one in spans {
            match self.span(one.start, one.end) {
                Some(span) => found.push(Found {
                    span,
                    chars: Span::new(one.start, one.end),
                    label: one.label,
                    score: one.score,
                    rule: one.rule,
                }),
                None => outside.push((id.to_owned(), one.start, one.end)),
            }
        }
        in_order(found)
    }
}

/// In text order, none twice; of two alike, the surer one.
pub(super) fn in_order(mut found: Vec<Found>) -> Vec<Found> {
    let score = |one: &Found| one.score.unwrap_or(0.0);
    found.sort_by(|a, b| (a.span, a.label).cmp(&(b.span, b.label)).then(score(b).total_cmp(&score(a))));
    found.dedup_by(|later, first| later.span == first.span && later.label == first.label);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(id: &str, text: Option<&str>, spans: &[(usize, usize)]) -> Annotated {
        let spans = spans.iter().map(|(start, end)| Tagged {
            start: *start,
            end: *end,
            label: Label::NOM,
            score: None,
            rule: String::new(),
        });
        Annotated { id: id.to_owned(), text: text.map(str::to_owned), spans: spans.collect(), ..Annotated::default() }
    }

    #[test]
    fn offsets_are_code_points() {
        let cases = pair(vec![doc("a", Some("Née Évry"), &[(4, 8)])], vec![doc("a", None, &[])]).unwrap();
        assert_eq!(cases[0].gold[0].span.slice("Née Évry"), "Évry");
        assert_eq!(cases[0].gold[0].chars, Span::new(4, 8));
    }

    #[test]
    fn everything_that_does_not_match_is_said_without_text() {
        let gold = vec![
            doc("a", Some("Vu Morel"), &[(3, 9)]),
            doc("b", Some("élan"), &[]),
            doc("c", Some("x"), &[]),
            doc("c", Some("x"), &[]),
            doc("d", None, &[]),
            doc("e", Some("secret"), &[]),
        ];
        let predictions = vec![
            doc("a", None, &[(2, 2)]),
            doc("b", Some("élam"), &[]),
            doc("c", None, &[]),
            doc("d", None, &[]),
            doc("z", None, &[]),
        ];
        let faults = pair(gold, predictions).unwrap_err();
        assert_eq!(
            (faults.missing.as_slice(), faults.unknown.as_slice()),
            (&["e".to_owned()][..], &["z".to_owned()][..])
        );
        assert_eq!(faults.twice_in_gold, ["c"]);
        assert_eq!(faults.texts, [("b".to_owned(), 3)]);
        assert_eq!(faults.outside, [("a".to_owned(), 3, 9), ("a".to_owned(), 2, 2)]);
        let lines = faults.lines();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[4], "texts that differ, the first one (`b`) at character 3: 1 (`b`)");
        assert!(!lines.join(" ").contains("Morel") && !lines.join(" ").contains("secret"));
    }

    #[test]
    fn spans_come_once_and_in_order() {
        let cases = pair(vec![doc("a", Some("abcdef"), &[(3, 4), (0, 2), (3, 4)])], vec![doc("a", None, &[])]).unwrap();
        let spans: Vec<Span> = cases[0].gold.iter().map(|one| one.span).collect();
        assert_eq!(spans, [Span::new(0, 2), Span::new(3, 4)]);
    }
}
