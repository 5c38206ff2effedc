//! The rules of `lexicons/identifiers/`: regular expressions (linear time) over the folded text, confirmed or refused by checks
//! and by what stands around.

mod codes;
mod digits;
mod matcher;
mod starts;

use super::{DetectError, Detection, Detector, Findings, Veto, check};
use crate::lexicon::{Catalogue, LexiconError, Rule};
use crate::text::{Document, Label, View};
use matcher::{Captures, Matcher};

/// How far around a match its cues are looked for, in bytes of the folded text.
const REACH: usize = 96;

/// Finds what the identifier files describe.
pub struct PatternDetector {
    rules: Vec<(Rule, u8)>,
    matcher: Matcher,
}

impl std::fmt::Debug for PatternDetector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PatternDetector({:?})", self.matcher)
    }
}

impl PatternDetector {
    /// Every rule of the catalogue.
    pub fn new(catalogue: &Catalogue) -> Self {
        Self::with_shapes(catalogue, &[]).expect("no shape, so none is wrong")
    }

    /// Every rule of the catalogue, and the shapes of a site's own numbers: label and regular expression, case ignored.
    ///
    /// # Errors
    /// A shape that is no regular expression.
    pub fn with_shapes(catalogue: &Catalogue, shapes: &[(Label, String)]) -> Result<Self, LexiconError> {
        let mut rules: Vec<(Rule, u8)> = catalogue
            .identifiers()
            .iter()
            .flat_map(|identifier| identifier.rules.iter().map(|rule| (rule.clone(), identifier.priority)))
            .map(|(rule, priority)| {
                let priority = rule.priority.unwrap_or(priority);
                (rule, priority)
            })
            .collect();
        for (label, shape) in shapes {
            rules.push((Rule::shape(*label, shape)?, catalogue.priority(*label)));
        }
        let matcher = Matcher::new(&rules.iter().map(|(rule, _)| rule).collect::<Vec<_>>());
        Ok(PatternDetector { rules, matcher })
    }

    /// What the rules find in one document.
    pub fn find(&self, doc: &Document) -> Findings {
        let view = doc.view();
        let text = &*digits::digits(doc);
        let mut findings = Findings::default();
        self.matcher.run(text, |at, captures| {
            let (rule, priority) = &self.rules[at];
            let spans = spans(rule, doc, view, text, captures);
            let reason = verdict(rule, doc, view, text, captures, spans.first());
            for (label, start, end) in spans {
                let span = view.normalized.original(start, end);
                match reason {
                    Some(reason) => findings.vetoed.push(Veto { span, label, rule: rule.name, reason }),
                    None => {
                        let (score, priority) = (rule.score, *priority);
                        findings.found.push(Detection { span, label, score, priority, rule: rule.name, role: None });
                        if label == Label::ID {
                            codes::list_after(text, end, |start, end| {
                                let span = view.normalized.original(start, end);
                                let rule = "id/list";
                                findings.found.push(Detection { span, label, score, priority, rule, role: None });
                            });
                        }
                    }
                }
            }
            reason.is_none()
        });
        codes::shaped(doc, text, |start, end, score| {
            let span = view.normalized.original(start, end);
            let (label, rule, priority) = (Label::ID, "id/shape", UNANNOUNCED);
            findings.found.push(Detection { span, label, score, priority, rule, role: None });
        });
        findings
    }
}

/// Priority of a number that only its shape tells: everything else wins.
const UNANNOUNCED: u8 = 10;

type Group = (Label, usize, usize);

fn verdict(
    rule: &Rule,
    doc: &Document,
    view: &View,
    text: &[u8],
    captures: &Captures,
    first: Option<&Group>,
) -> Option<&'static str> {
    let whole = captures.group(0)?;
    let value = captures.group(rule.value)?;
    let before = &text[value.start.saturating_sub(REACH)..value.start];
    let after = &text[whole.end..text.len().min(whole.end + REACH)];
    if rule.behind.as_ref().is_some_and(|cue| !cue.is_match(before)) {
        return Some("no cue before");
    }
    if rule.not_before.as_ref().is_some_and(|cue| cue.is_match(before)) {
        return Some("counter-cue before");
    }
    if rule.after.as_ref().is_some_and(|cue| !cue.is_match(after)) {
        return Some("no cue after");
    }
    if rule.not_after.as_ref().is_some_and(|cue| cue.is_match(after)) {
        return Some("counter-cue after");
    }
    if rule.upper && view.normalized.original(value.start, value.end).slice(doc.text()).chars().any(char::is_lowercase)
    {
        return Some("not in capitals");
    }
    let check = check::named(rule.check?)?;
    let (_, start, end) = first?;
    let value = std::str::from_utf8(&text[*start..*end]).ok()?;
    (!check(value)).then_some("check failed")
}

/// The labelled groups of a match, in bytes of the folded text.
fn spans(rule: &Rule, doc: &Document, view: &View, text: &[u8], captures: &Captures) -> Vec<Group> {
    let groups = rule.groups.iter().filter_map(|(group, label)| Some((*label, captures.group(*group)?)));
    groups
        .map(|(label, group)| {
            let (start, end) = match label {
                Label::ID => codes::trimmed(doc, view, text, group.start, group.end),
                _ => (group.start, group.end),
            };
            (label, start, end)
        })
        .filter(|(_, start, end)| start < end)
        .collect()
}

impl Detector for PatternDetector {
    fn name(&self) -> &'static str {
        "pattern"
    }

    fn detect(&self, docs: &[&Document]) -> Result<Vec<Findings>, DetectError> {
        Ok(docs.iter().map(|doc| self.find(doc)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_s_own_shapes() {
        let catalogue = Catalogue::embedded(&check::names()).expect("sound files");
        let shapes = [(Label::IPP, "H[0-9]{2}X[0-9]{3}".to_owned())];
        let patterns = PatternDetector::with_shapes(&catalogue, &shapes).expect("a sound shape");
        let text = "étiquette H26X123, AH26X123, h26x124.";
        let found = patterns.find(&Document::new("d", text)).found;
        let ipp: Vec<&str> =
            found.iter().filter(|one| one.label == Label::IPP).map(|one| one.span.slice(text)).collect();
        assert_eq!(ipp, ["H26X123", "h26x124"]);
        assert!(PatternDetector::with_shapes(&catalogue, &[(Label::IPP, "(".to_owned())]).is_err());
    }
}
