use super::super::{Case, Found, Tally};
use crate::lexicon::{Facts, Words};
use crate::text::{Span, Token};

/// Gold mentions, eponyms and drugs that no predicted span touches.
///
/// Eponyms and drugs are those the word lists know, outside of what identifies: an eponym has its capital, and is no ordinary word.
pub(super) fn count(case: &Case, words: &Words, tally: &mut Tally) {
    let bytes = |found: &[Found]| -> Vec<Span> { found.iter().map(|one| one.span).collect() };
    let (gold, predicted) = (Apart::new(bytes(&case.gold)), Apart::new(bytes(&case.predicted)));
    let chars = Apart::new(case.predicted.iter().map(|one| one.chars).collect());
    for mention in &case.mentions {
        let touched = chars.touches(Span::new(mention.start, mention.end));
        tally.add("found/mentions", 1);
        tally.add("kept/mentions", u64::from(!touched));
    }
    let view = case.doc.view();
    let lookup = words.look_up_once(view);
    let kinds: [(&str, IsKind); 2] = [("eponyms", is_eponym), ("drugs", is_drug)];
    for (kind, is_kind) in kinds {
        let mut next = 0;
        for (at, token) in view.tokens.iter().enumerate() {
            if at < next || !token.is_word() {
                continue;
            }
            let Some(phrase) = lookup.longest(at, |facts| is_kind(facts, token)) else { continue };
            next = phrase.end;
            let span = view.normalized.original(token.start as usize, view.tokens[phrase.end - 1].end as usize);
            if gold.touches(span) {
                continue;
            }
            tally.add_of("found", kind, 1);
            tally.add_of("kept", kind, u64::from(!predicted.touches(span)));
        }
    }
}

type IsKind = fn(Facts, &Token) -> bool;

fn is_eponym(facts: Facts, token: &Token) -> bool {
    facts.is_eponym() && token.shape.is_capital() && (facts.is_eponym_alone() || !facts.is_ordinary())
}

fn is_drug(facts: Facts, _: &Token) -> bool {
    facts.is_drug() && !facts.is_ordinary()
}

/// Spans in text order, those that overlap as one.
struct Apart(Vec<Span>);

impl Apart {
    fn new(spans: Vec<Span>) -> Self {
        let mut apart: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match apart.last_mut() {
                Some(last) if span.start() < last.end() => *last = last.cover(span),
                _ => apart.push(span),
            }
        }
        Apart(apart)
    }

    fn touches(&self, span: Span) -> bool {
        let at = self.0.partition_point(|one| one.end() <= span.start());
        self.0.get(at).is_some_and(|one| one.overlaps(span))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::*;

    #[test]
    fn what_stays_and_what_goes() {
        // Two mentions, one touched; two eponyms, one touched; the person of the same name is none; one drug, kept.
        let case = case(
            "Mme [Parkinson](NOM) : [maladie de Parkinson](DIAG G20), sous [amiodarone](DRUG C01BD01). Signe de Babinski.",
            "Mme [Parkinson](NOM) : maladie de [Parkinson](NOM), sous amiodarone. Signe de Babinski.",
        );
        let mut tally = Tally::default();
        count(&case, &Words::embedded(), &mut tally);
        let get = |kind: &str| (tally.get(&format!("kept/{kind}")), tally.get(&format!("found/{kind}")));
        assert_eq!((get("mentions"), get("eponyms"), get("drugs")), ((1, 2), (1, 2), (1, 1)));
    }
}
