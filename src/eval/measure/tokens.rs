use std::collections::BTreeSet;

use super::super::calibration::bin;
use super::super::{Case, Found, Tally};
use super::{Layers, is_direct, kind};
use crate::text::{Label, Span};

/// Tokens by label: in gold, covered, right, predicted, true; the confusion; what each false alarm is taken for; sums by score.
pub(super) fn count(case: &Case, layers: &Layers, tally: &mut Tally) {
    let (mut left, mut left_direct) = (false, false);
    for at in 0..layers.tokens.len() {
        let (gold, predicted) = (&layers.gold[at], &layers.predicted[at]);
        tally.add("words", u64::from(layers.is_word[at]));
        tally.add("tokens.gold", u64::from(!gold.is_empty()));
        tally.add("tokens.pred", u64::from(!predicted.is_empty()));
        if !gold.is_empty() && predicted.is_empty() {
            left = true;
            left_direct |= gold.iter().any(|label| is_direct(*label));
        }
        let both = !gold.is_empty() && !predicted.is_empty();
        tally.add("tokens.covered", u64::from(both));
        for label in gold {
            tally.add_of("tokens.gold", label, 1);
            tally.add_of("tokens.covered", label, u64::from(both));
            tally.add_of("tokens.right", label, u64::from(predicted.contains(label)));
        }
        for label in predicted {
            tally.add_of("tokens.pred", label, 1);
            tally.add_of("tokens.true", label, u64::from(both));
        }
        confuse(gold, predicted, tally);
        let Some(owner) = layers.owner[at].map(|index| &case.predicted[index as usize]) else { continue };
        if gold.is_empty() {
            tally.add_of("alarms", kind(owner.label), 1);
        }
        if let Some(score) = owner.score {
            tally.add_of("score.pred", bin(score), 1);
            tally.add_of("score.true", bin(score), u64::from(both));
        }
    }
    tally.add("left", u64::from(left));
    tally.add("left.direct", u64::from(left_direct));
    characters(case, tally);
}

/// Each gold label that no prediction shares, with what was predicted; a false alarm with no gold.
fn confuse(gold: &[Label], predicted: &[Label], tally: &mut Tally) {
    let first = |labels: &[Label]| labels.first().map_or("-", |label| label.as_str());
    for label in gold.iter().filter(|label| !predicted.contains(label)) {
        tally.add_of("confusion", format_args!("{label}>{}", first(predicted)), 1);
    }
    if gold.is_empty() && !predicted.is_empty() {
        tally.add_of("confusion", format_args!("->{}", first(predicted)), 1);
    }
}

/// Characters that are no blank, in gold and covered; a character of two labels counts for each, and once in all.
fn characters(case: &Case, tally: &mut Tally) {
    let covered = union(case.predicted.iter());
    let (gold, kept) = under(&union(case.gold.iter()), &covered, case.doc.text());
    tally.add("chars.gold", gold);
    tally.add("chars.covered", kept);
    let labels: BTreeSet<Label> = case.gold.iter().map(|one| one.label).collect();
    for label in labels {
        let own = union(case.gold.iter().filter(|one| one.label == label));
        let (gold, kept) = under(&own, &covered, case.doc.text());
        tally.add_of("chars.gold", label, gold);
        tally.add_of("chars.covered", label, kept);
    }
}

/// Spans in text order, those that overlap or touch as one.
fn union<'f>(found: impl Iterator<Item = &'f Found>) -> Vec<Span> {
    let mut union: Vec<Span> = Vec::new();
    for one in found {
        match union.last_mut() {
            Some(last) if one.span.start() <= last.end() => *last = last.cover(one.span),
            _ => union.push(one.span),
        }
    }
    union
}

/// How many characters that are no blank lie in `spans`, and how many of them in `covered` too.
fn under(spans: &[Span], covered: &[Span], text: &str) -> (u64, u64) {
    let mut covered = covered.iter().peekable();
    let (mut all, mut both) = (0, 0);
    for span in spans {
        for (at, _) in span.slice(text).char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let at = span.start() + at;
            while covered.next_if(|one| one.end() <= at).is_some() {}
            all += 1;
            both += u64::from(covered.peek().is_some_and(|one| one.start() <= at));
        }
    }
    (all, both)
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::*;

    fn counted(gold: &str, predicted: &str) -> Tally {
        let case = case(gold, predicted);
        let mut tally = Tally::default();
        count(&case, &Layers::new(&case), &mut tally);
        tally
    }

    /// The worked example of `docs/evaluation.md`.
    #[test]
    fn counts_by_hand() {
        // Tokens: Dr Jean - Paul Morel , le 12 / 03 / 2021 ; gold PRENOM 3, NOM 1, DATE 5.
        // Found: `Dr` wrongly, `Paul Morel` as NOM, `12/03` as DATE.
        let tally = counted(
            "Dr [Jean-Paul](PRENOM) [Morel](NOM), le [12/03/2021](DATE)",
            "[Dr](NOM) Jean-[Paul Morel](NOM), le [12/03](DATE)/2021",
        );
        let get = |names: [&str; 3]| names.map(|name| tally.get(name));
        assert_eq!(tally.get("words"), 8);
        assert_eq!(get(["tokens.gold/PRENOM", "tokens.covered/PRENOM", "tokens.right/PRENOM"]), [3, 1, 0]);
        assert_eq!(get(["tokens.gold/NOM", "tokens.covered/NOM", "tokens.right/NOM"]), [1, 1, 1]);
        assert_eq!(get(["tokens.pred/NOM", "tokens.true/NOM", "alarms/names"]), [3, 2, 1]);
        assert_eq!(get(["tokens.gold/DATE", "tokens.covered/DATE", "tokens.right/DATE"]), [5, 3, 3]);
        assert_eq!(get(["tokens.gold", "tokens.covered", "tokens.pred"]), [9, 5, 6]);
        assert_eq!(get(["confusion/PRENOM>NOM", "confusion/PRENOM>-", "confusion/->NOM"]), [1, 2, 1]);
        assert_eq!(get(["left", "left.direct", "tokens.true/DATE"]), [1, 1, 3]);
        // `Jean-Paul` 9 characters, 4 covered; `Morel` 5 of 5; the date 10, of which 5.
        assert_eq!(get(["chars.gold/PRENOM", "chars.covered/PRENOM", "chars.covered/NOM"]), [9, 4, 5]);
        assert_eq!(get(["chars.gold", "chars.covered", "chars.covered/DATE"]), [24, 14, 5]);
    }

    #[test]
    fn a_date_left_leaves_nobody_directly() {
        let tally = counted("[Morel](NOM) [2021](DATE)", "[Morel](NOM) 2021");
        assert_eq!((tally.get("left"), tally.get("left.direct")), (1, 0));
    }
}
