use regex::bytes::{Captures, RegexSet, RegexSetBuilder};

use super::{DetectError, Detection, Detector, Findings, Veto, check};
use crate::lexicon::{Catalogue, Rule};
use crate::text::{Document, Label, View};

/// How far around a match its cues are looked for, in bytes of the folded text.
const REACH: usize = 96;

/// The rules of `lexicons/identifiers/`: regular expressions (linear time) over the folded text, confirmed or refused by
/// checks and by what stands around.
#[derive(Debug)]
pub struct PatternDetector {
    rules: Vec<(Rule, u8)>,
    /// Tells in one pass which rules are worth running on a document.
    any: RegexSet,
}

impl PatternDetector {
    /// Every rule of the catalogue.
    pub fn new(catalogue: &Catalogue) -> Self {
        let rules: Vec<(Rule, u8)> = catalogue
            .identifiers()
            .iter()
            .flat_map(|identifier| identifier.rules.iter().map(|rule| (rule.clone(), identifier.priority)))
            .collect();
        let any = RegexSetBuilder::new(rules.iter().map(|(rule, _)| rule.regex.as_str()))
            .unicode(false)
            .size_limit(1 << 28)
            .build()
            .expect("each expression compiled alone");
        PatternDetector { rules, any }
    }

    /// What the rules find in one document.
    pub fn find(&self, doc: &Document) -> Findings {
        let view = doc.view();
        let text = view.normalized.bytes();
        let mut findings = Findings::default();
        for at in self.any.matches(text) {
            let (rule, priority) = &self.rules[at];
            let mut from = 0;
            while let Some(captures) = rule.regex.captures_at(text, from) {
                let whole = captures.get(0).expect("group 0 is the match");
                match self.verdict(rule, doc, view, &captures) {
                    None => push(rule, *priority, view, &captures, &mut findings),
                    Some(reason) => veto(rule, view, &captures, reason, &mut findings),
                }
                // A cue that ends one match may begin the next: go on from the end of the last group, not of the match.
                let last =
                    rule.groups.iter().filter_map(|(group, _)| captures.get(*group)).map(|group| group.end()).max();
                from = last.unwrap_or(whole.end()).max(whole.start() + 1);
            }
        }
        findings
    }

    fn verdict(&self, rule: &Rule, doc: &Document, view: &View, captures: &Captures<'_>) -> Option<&'static str> {
        let text = view.normalized.bytes();
        let whole = captures.get(0)?;
        let before = &text[whole.start().saturating_sub(REACH)..whole.start()];
        let after = &text[whole.end()..text.len().min(whole.end() + REACH)];
        if rule.before.as_ref().is_some_and(|cue| !cue.is_match(before)) {
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
        if rule.upper
            && view.normalized.original(whole.start(), whole.end()).slice(doc.text()).chars().any(char::is_lowercase)
        {
            return Some("not in capitals");
        }
        let check = check::named(rule.check?)?;
        let (group, _) = rule.groups.iter().find(|(group, _)| captures.get(*group).is_some())?;
        let value = std::str::from_utf8(captures.get(*group)?.as_bytes()).ok()?;
        (!check(value)).then_some("check failed")
    }
}

fn push(rule: &Rule, priority: u8, view: &View, captures: &Captures<'_>, findings: &mut Findings) {
    for (label, span) in spans(rule, view, captures) {
        findings.found.push(Detection { span, label, score: rule.score, priority, rule: rule.name, role: None });
    }
}

fn veto(rule: &Rule, view: &View, captures: &Captures<'_>, reason: &'static str, findings: &mut Findings) {
    for (label, span) in spans(rule, view, captures) {
        findings.vetoed.push(Veto { span, label, rule: rule.name, reason });
    }
}

fn spans<'a>(
    rule: &'a Rule,
    view: &'a View,
    captures: &'a Captures<'_>,
) -> impl Iterator<Item = (Label, crate::text::Span)> + 'a {
    rule.groups.iter().filter_map(move |(group, label)| {
        let group = captures.get(*group)?;
        (!group.is_empty()).then(|| (*label, view.normalized.original(group.start(), group.end())))
    })
}

impl Detector for PatternDetector {
    fn name(&self) -> &'static str {
        "pattern"
    }

    fn detect(&self, docs: &[&Document]) -> Result<Vec<Findings>, DetectError> {
        Ok(docs.iter().map(|doc| self.find(doc)).collect())
    }
}
