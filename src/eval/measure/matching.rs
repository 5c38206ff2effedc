use rustc_hash::FxHashMap;

use super::super::Found;
use crate::text::{Label, Span};

/// How the spans of one document match in one scheme. What is neither is spurious or missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Matches {
    pub(super) correct: u64,
    pub(super) incorrect: u64,
    pub(super) partial: u64,
}

/// The four schemes of nervaluate (1.2): what makes a match, what the rest of an overlap is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// Bounds and label; another overlap is incorrect.
    Strict,
    /// Bounds; another overlap is incorrect.
    Exact,
    /// Bounds; another overlap is partial.
    Partial,
    /// Any overlap with the label, the nearest bounds first; another label is incorrect.
    Type,
}

/// Matches predictions, in text order, each with one gold span that is not matched yet, as nervaluate does.
///
/// Spans overlap if they share 1 % of the gold span or more, counted in code points.
pub(super) fn matches(gold: &[Found], predicted: &[Found], scheme: Scheme) -> Matches {
    let mut taken = Taken::new(gold);
    let mut matches = Matches::default();
    for found in predicted {
        let (best, other) = match scheme {
            Scheme::Strict => (taken.exact(found, Some(found.label)), taken.first(found, |_| true)),
            Scheme::Exact | Scheme::Partial => (taken.exact(found, None), taken.first(found, |_| true)),
            Scheme::Type => (taken.nearest(found), taken.first(found, |one| one.label != found.label)),
        };
        if let Some(at) = best {
            matches.correct += 1;
            taken.take(at);
        } else if let Some(at) = other {
            match scheme {
                Scheme::Partial => matches.partial += 1,
                _ => matches.incorrect += 1,
            }
            taken.take(at);
        }
    }
    matches
}

/// Gold spans in text order, and which are matched already.
struct Taken<'g> {
    gold: &'g [Found],
    taken: Vec<bool>,
    /// The furthest end of this span and those before it: where to start looking.
    furthest: Vec<usize>,
    /// Those with the same bounds, in order.
    by_bounds: FxHashMap<Span, Vec<usize>>,
}

impl<'g> Taken<'g> {
    fn new(gold: &'g [Found]) -> Self {
        let mut by_bounds: FxHashMap<Span, Vec<usize>> = FxHashMap::default();
        let mut furthest = Vec::with_capacity(gold.len());
        let mut end = 0;
        for (at, one) in gold.iter().enumerate() {
            end = end.max(one.chars.end());
            furthest.push(end);
            by_bounds.entry(one.chars).or_default().push(at);
        }
        Taken { gold, taken: vec![false; gold.len()], furthest, by_bounds }
    }

    fn take(&mut self, at: usize) {
        self.taken[at] = true;
    }

    fn exact(&self, found: &Found, label: Option<Label>) -> Option<usize> {
        let same = self.by_bounds.get(&found.chars)?;
        let is_wanted = |at: &&usize| !self.taken[**at] && label.is_none_or(|label| self.gold[**at].label == label);
        same.iter().find(is_wanted).copied()
    }

    /// Free gold spans that overlap enough, in order.
    fn overlapping(&self, found: &Found) -> impl Iterator<Item = usize> {
        let span = found.chars;
        let from = self.furthest.partition_point(|end| *end <= span.start());
        let near = (from..self.gold.len()).take_while(move |at| self.gold[*at].chars.start() < span.end());
        near.filter(move |at| !self.taken[*at] && overlap_enough(span, self.gold[*at].chars))
    }

    fn first(&self, found: &Found, wanted: impl Fn(&Found) -> bool) -> Option<usize> {
        self.overlapping(found).find(|at| wanted(&self.gold[*at]))
    }

    /// Of those with the label, the one whose bounds are nearest; of equals, the first.
    fn nearest(&self, found: &Found) -> Option<usize> {
        let same = self.overlapping(found).filter(|at| self.gold[*at].label == found.label);
        let distance = |at: &usize| {
            let gold = self.gold[*at].chars;
            gold.start().abs_diff(found.chars.start()) + gold.end().abs_diff(found.chars.end())
        };
        same.min_by_key(distance)
    }
}

fn overlap_enough(predicted: Span, gold: Span) -> bool {
    let shared = predicted.end().min(gold.end()).saturating_sub(predicted.start().max(gold.start()));
    shared > 0 && shared * 100 >= gold.len()
}

/// Pairs of gold and predicted spans (their places) of one label that overlap: those with the same bounds, then the nearest; one to one.
pub(super) fn pairs(gold: &[Found], predicted: &[Found]) -> Vec<(usize, usize)> {
    let mut taken = Taken::new(gold);
    let mut pairs = Vec::new();
    let mut free = Vec::new();
    for (with, found) in predicted.iter().enumerate() {
        match taken.exact(found, Some(found.label)) {
            Some(at) => {
                taken.take(at);
                pairs.push((at, with));
            }
            None => free.push(with),
        }
    }
    for with in free {
        if let Some(at) = taken.nearest(&predicted[with]) {
            taken.take(at);
            pairs.push((at, with));
        }
    }
    pairs
}

/// Spans of the relaxed scheme of i2b2 2014: same label, same start, ends at most two characters apart; each gold span once.
pub(super) fn relaxed(gold: &[Found], predicted: &[Found]) -> Vec<Label> {
    let mut by_start: FxHashMap<(usize, Label), Vec<(usize, bool)>> = FxHashMap::default();
    for one in gold {
        by_start.entry((one.chars.start(), one.label)).or_default().push((one.chars.end(), false));
    }
    let mut right = Vec::new();
    for one in predicted {
        let Some(ends) = by_start.get_mut(&(one.chars.start(), one.label)) else { continue };
        let near = ends.iter_mut().filter(|(end, taken)| !*taken && end.abs_diff(one.chars.end()) <= 2);
        if let Some((_, taken)) = near.min_by_key(|(end, _)| end.abs_diff(one.chars.end())) {
            *taken = true;
            right.push(one.label);
        }
    }
    right
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::*;

    fn by_scheme(gold: &str, predicted: &str) -> [(u64, u64, u64); 4] {
        let case = case(gold, predicted);
        [Scheme::Strict, Scheme::Exact, Scheme::Partial, Scheme::Type].map(|scheme| {
            let found = matches(&case.gold, &case.predicted, scheme);
            (found.correct, found.incorrect, found.partial)
        })
    }

    /// The worked example of `docs/evaluation.md`.
    #[test]
    fn four_schemes_by_hand() {
        // Morel right; Lucie under another label; the date too short; Brest missed; Dr spurious.
        let found = by_scheme(
            "Dr [Morel](NOM), [Lucie](PRENOM), [12 mars 2021](DATE), [Brest](VILLE)",
            "[Dr](NOM) [Morel](NOM), [Lucie](NOM), [12 mars](DATE) 2021, Brest",
        );
        assert_eq!(found, [(1, 2, 0), (2, 1, 0), (2, 0, 1), (2, 1, 0)]);
    }

    #[test]
    fn a_gold_span_is_matched_once() {
        // Two predictions inside one gold span: the second one is spurious.
        let found = by_scheme("[Jean Paul](PRENOM)", "[Jean](PRENOM) [Paul](PRENOM)");
        assert_eq!(found, [(0, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0)]);
        // One prediction over two gold spans: the nearer bounds for the type, the first for others.
        let found = by_scheme("[Al](NOM) [Montdargent](NOM)", "[Al Montdargent](NOM)");
        assert_eq!(found, [(0, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0)]);
    }

    #[test]
    fn relaxed_ends_may_be_two_characters_off() {
        let right = |gold: &str, predicted: &str| {
            let case = case(gold, predicted);
            relaxed(&case.gold, &case.predicted).len()
        };
        assert_eq!(right("[12 mars](DATE) 21", "[12 mars 2](DATE)1"), 1);
        assert_eq!(right("[12 mars](DATE) 21", "[12 mars 21](DATE)"), 0);
        assert_eq!(right("[Morel](NOM)", "[Mor](NOM)el"), 1);
        assert_eq!(right("[Morel](NOM)", "M[orel](NOM)"), 0);
        assert_eq!(right("[Morel](NOM)", "[Morel](PRENOM)"), 0);
    }
}
