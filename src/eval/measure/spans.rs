use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::super::{Case, Found, Tally};
use super::matching::{Scheme, matches, relaxed};
use crate::text::{Label, Span};

/// Spans in gold, predicted, exactly right; the four schemes of nervaluate, in all and label by label; the relaxed one of i2b2.
pub(super) fn count(case: &Case, tally: &mut Tally) {
    let (gold, predicted) = (&case.gold, &case.predicted);
    let known: FxHashSet<(Span, Label)> = gold.iter().map(|one| (one.span, one.label)).collect();
    for one in gold {
        tally.add_of("spans.gold", one.label, 1);
    }
    for one in predicted {
        tally.add_of("spans.pred", one.label, 1);
        tally.add_of("spans.exact", one.label, u64::from(known.contains(&(one.span, one.label))));
    }
    for label in relaxed(gold, predicted) {
        tally.add_of("i2b2.right", label, 1);
    }
    schemes(gold, predicted, "", tally);
    let (gold, predicted) = (by_label(gold), by_label(predicted));
    for (label, own) in &predicted {
        let Some(gold) = gold.get(label) else { continue };
        schemes(gold, own, &format!("/{label}"), tally);
    }
}

fn by_label(found: &[Found]) -> BTreeMap<Label, Vec<Found>> {
    let mut by_label: BTreeMap<Label, Vec<Found>> = BTreeMap::new();
    for one in found {
        by_label.entry(one.label).or_default().push(one.clone());
    }
    by_label
}

fn schemes(gold: &[Found], predicted: &[Found], of: &str, tally: &mut Tally) {
    let all =
        [("strict", Scheme::Strict), ("exact", Scheme::Exact), ("partial", Scheme::Partial), ("type", Scheme::Type)];
    for (name, scheme) in all {
        if !of.is_empty() && scheme == Scheme::Strict {
            continue; // Among spans of one label, strict is exact.
        }
        let found = matches(gold, predicted, scheme);
        tally.add(&format!("ner.{name}.correct{of}"), found.correct);
        tally.add(&format!("ner.{name}.incorrect{of}"), found.incorrect);
        tally.add(&format!("ner.{name}.partial{of}"), found.partial);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::figures::WHOLE;
    use super::super::super::score::ratio_of;
    use super::super::tests::case;
    use super::*;

    #[test]
    fn figures_of_the_worked_example() {
        let case = case(
            "Dr [Morel](NOM), [Lucie](PRENOM), [12 mars 2021](DATE), [Brest](VILLE)",
            "[Dr](NOM) [Morel](NOM), [Lucie](NOM), [12 mars](DATE) 2021, Brest",
        );
        let mut tally = Tally::default();
        count(&case, &mut tally);
        let value = |name: &str| {
            let spec = WHOLE.iter().find(|spec| spec.name == name).expect("a figure of that name");
            ratio_of(&tally, spec, "").value
        };
        // 4 gold spans, 4 predicted.
        assert_eq!((value("span_precision"), value("span_recall"), value("span_f1")), (0.25, 0.25, 0.25));
        // NOM: 1 of 3 predicted, 1 of 1 in gold, F1 1/2; the others 0.
        assert_eq!((value("span_macro_f1"), value("span_macro_recall")), (0.125, 0.25));
        assert_eq!((value("ner_strict_f1"), value("ner_exact_f1")), (0.25, 0.5));
        // Two right and half of one, of four.
        assert_eq!((value("ner_partial_recall"), value("ner_type_precision")), (0.625, 0.5));
        assert_eq!(value("i2b2_f1"), 0.25);
    }
}
