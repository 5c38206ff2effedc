//! Overlapping claims in, one label per character out; nothing covered is ever uncovered.

use crate::detect::Detection;
use crate::text::Span;

/// Detections in text order, no two overlapping. Built only by [`resolve`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolved(Vec<Detection>);

impl Resolved {
    pub fn detections(&self) -> &[Detection] {
        &self.0
    }
}

/// The best claim wins its bytes; what is left of a loser stays covered, under the loser's label.
///
/// Best is the higher priority, then the higher score, then the longer span, then the earlier one.
pub fn resolve(mut found: Vec<Detection>) -> Resolved {
    found.retain(|detection| !detection.span.is_empty());
    found.sort_by(|a, b| {
        b.priority
            .cmp(&a.priority)
            .then(b.score.total_cmp(&a.score))
            .then(b.span.len().cmp(&a.span.len()))
            .then(a.span.start().cmp(&b.span.start()))
            .then(a.label.cmp(&b.label))
            .then(a.rule.cmp(b.rule))
    });
    let mut kept: Vec<(Detection, bool)> = Vec::with_capacity(found.len());
    // Bytes already won, as disjoint spans by start.
    let mut won: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for detection in found {
        for free in free_parts(&won, detection.span) {
            won.insert(free.start(), free.end());
            kept.push((Detection { span: free, ..detection.clone() }, free != detection.span));
        }
    }
    kept.sort_by_key(|(detection, _)| detection.span);
    Resolved(join(kept))
}

/// Joins what is left of a loser to a neighbour of its label that it touches: together they are one thing.
fn join(kept: Vec<(Detection, bool)>) -> Vec<Detection> {
    let mut joined: Vec<(Detection, bool)> = Vec::with_capacity(kept.len());
    for (detection, is_rest) in kept {
        match joined.last_mut() {
            Some((last, last_is_rest))
                if last.label == detection.label
                    && last.span.end() == detection.span.start()
                    && (is_rest || *last_is_rest) =>
            {
                let span = last.span.cover(detection.span);
                let better = if detection.score > last.score { detection } else { last.clone() };
                *last = Detection { span, ..better };
            }
            _ => joined.push((detection, is_rest)),
        }
    }
    joined.into_iter().map(|(detection, _)| detection).collect()
}

/// The parts of `span` that no span of `won` covers, in order.
fn free_parts(won: &std::collections::BTreeMap<usize, usize>, span: Span) -> Vec<Span> {
    let mut free = Vec::new();
    let mut at = span.start();
    if let Some((_, &end)) = won.range(..=at).next_back() {
        at = at.max(end);
    }
    for (&start, &end) in won.range(span.start()..span.end()) {
        if at < start {
            free.push(Span::new(at, start));
        }
        at = at.max(end);
    }
    if at < span.end() {
        free.push(Span::new(at, span.end()));
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Label;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn detection() -> impl Strategy<Value = Detection> {
        (0usize..40, 1usize..12, 0u8..3, 0u8..4, 0usize..4).prop_map(|(start, len, priority, score, label)| Detection {
            span: Span::new(start, start + len),
            label: Label::ALL[label],
            score: f32::from(score) / 4.0,
            priority,
            rule: "test",
            role: None,
        })
    }

    fn covered<'d>(found: impl Iterator<Item = &'d Detection>) -> BTreeSet<usize> {
        found.flat_map(|detection| detection.span.start()..detection.span.end()).collect()
    }

    #[test]
    fn the_rest_of_a_loser_joins_its_like() {
        let at = |start: usize, end: usize, label: Label, priority: u8| Detection {
            span: Span::new(start, end),
            label,
            score: 0.9,
            priority,
            rule: "test",
            role: None,
        };
        let spans = |found: Vec<Detection>| -> Vec<(Span, Label)> {
            resolve(found).detections().iter().map(|one| (one.span, one.label)).collect()
        };
        // `KERBRAT` of two detectors, one of which saw but `KER`.
        let whole = spans(vec![at(0, 7, Label::NOM, 1), at(0, 3, Label::NOM, 2)]);
        assert_eq!(whole, [(Span::new(0, 7), Label::NOM)]);
        // Two whole dates that touch stay two.
        assert_eq!(spans(vec![at(0, 10, Label::DATE, 1), at(10, 20, Label::DATE, 1)]).len(), 2);
        assert_eq!(spans(vec![at(0, 7, Label::NOM, 1), at(0, 3, Label::PRENOM, 2)]).len(), 2);
    }

    proptest! {
        /// Resolving may relabel a byte; it never uncovers one.
        #[test]
        fn resolve_uncovers_nothing(found in vec(detection(), 0..12)) {
            let resolved = resolve(found.clone());
            prop_assert_eq!(covered(found.iter()), covered(resolved.detections().iter()));
            prop_assert!(resolved.detections().windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
        }

        /// The order in which detectors speak does not matter.
        #[test]
        fn resolve_ignores_order(found in vec(detection(), 0..12)) {
            let mut backwards = found.clone();
            backwards.reverse();
            prop_assert_eq!(resolve(found), resolve(backwards));
        }
    }
}
