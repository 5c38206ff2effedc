use super::super::{Case, Found, Mention, Tally};
use super::matching::pairs;
use crate::text::{Label, Span, fold};

/// Clinical mentions: found, coded, qualified, with their attributes; on matched mentions and end to end.
///
/// A mention is matched if one of the same type overlaps: exact bounds first, then the nearest ones; one to one.
pub(super) fn count(case: &Case, tally: &mut Tally) {
    let Some(predicted) = &case.predicted_mentions else { return };
    let (gold, predicted) = (in_order(&case.mentions), in_order(predicted));
    gold.iter().for_each(|mention| alone(mention, "gold", tally));
    predicted.iter().for_each(|mention| alone(mention, "pred", tally));
    for (at, with) in pairs(&spans(&gold), &spans(&predicted)) {
        matched(gold[at], predicted[with], tally);
    }
}

fn in_order(mentions: &[Mention]) -> Vec<&Mention> {
    let mut ordered: Vec<&Mention> = mentions.iter().collect();
    ordered.sort_by_key(|mention| (mention.start, mention.end));
    ordered
}

fn spans(mentions: &[&Mention]) -> Vec<Found> {
    let span = |mention: &&Mention| {
        let chars = Span::new(mention.start, mention.end);
        Found { span: chars, chars, label: Label::named(&mention.of), score: None, rule: String::new() }
    };
    mentions.iter().map(span).collect()
}

/// What one mention adds to the sums of its side.
fn alone(mention: &Mention, side: &str, tally: &mut Tally) {
    let mut add = |name: &str| both(&format!("{name}.{side}"), mention, tally);
    add("mention");
    if !mention.codes.is_empty() {
        add("code");
    }
    if mention.attributes.contains_key("value") {
        add("value");
    }
    for qualifier in &mention.qualifiers {
        tally.add_of(&format!("qualifier.{side}"), qualifier, 1);
    }
    for attribute in mention.attributes.keys() {
        tally.add_of(&format!("attribute.{side}"), attribute, 1);
    }
}

/// One for the type, one for all types.
fn both(name: &str, mention: &Mention, tally: &mut Tally) {
    tally.add_of(name, &mention.of, 1);
    tally.add_of(name, "ALL", 1);
}

fn matched(gold: &Mention, predicted: &Mention, tally: &mut Tally) {
    both("mention.matched", gold, tally);
    if (gold.start, gold.end) == (predicted.start, predicted.end) {
        both("mention.exact", gold, tally);
    }
    if !gold.codes.is_empty() {
        both("code.matched", gold, tally);
        for (name, level) in LEVELS {
            if right_code(gold, predicted, level) {
                both(name, gold, tally);
            }
        }
    }
    let same = |name: &str| match (gold.attributes.get(name), predicted.attributes.get(name)) {
        (Some(gold), Some(predicted)) => plain(gold) == plain(predicted),
        (gold, predicted) => gold == predicted,
    };
    if gold.attributes.contains_key("value") && same("value") && same("unit") {
        both("value.right", gold, tally);
    }
    for qualifier in &gold.qualifiers {
        tally.add_of("qualifier.matched_gold", qualifier, 1);
        tally.add_of("qualifier.right", qualifier, u64::from(predicted.qualifiers.contains(qualifier)));
    }
    for qualifier in &predicted.qualifiers {
        tally.add_of("qualifier.matched_pred", qualifier, 1);
    }
    for name in gold.attributes.keys() {
        tally.add_of("attribute.matched_gold", name, 1);
        tally.add_of("attribute.right", name, u64::from(same(name)));
    }
    for name in predicted.attributes.keys() {
        tally.add_of("attribute.matched_pred", name, 1);
    }
}

/// At how many characters codes are compared; CIM-10 has categories at 3, ATC levels at 1, 3, 4, 5 and 7.
const LEVELS: [(&str, usize); 5] =
    [("code.right", usize::MAX), ("code.right_1", 1), ("code.right_3", 3), ("code.right_4", 4), ("code.right_5", 5)];

/// Whether one predicted code is one of the gold's, both cut at `level` characters (dots do not count).
///
/// Where the gold itself is shorter than a level, its own length is enough; at full length they are equal.
fn right_code(gold: &Mention, predicted: &Mention, level: usize) -> bool {
    let bare = |code: &str| -> Vec<char> { code.chars().filter(|c| *c != '.').collect() };
    let cut = |code: &[char], at: usize| code[..code.len().min(at)].to_vec();
    gold.codes.iter().map(|code| bare(code)).any(|gold| {
        let at = if level == usize::MAX { level } else { level.min(gold.len()) };
        predicted.codes.iter().any(|code| cut(&bare(code), at) == cut(&gold, at))
    })
}

/// An attribute without case, accents and blanks, with a decimal point.
fn plain(value: &str) -> String {
    fold(value).replace([' ', '_'], "").replace(',', ".")
}

#[cfg(test)]
mod tests {
    use super::super::super::figures::{PER_ATTRIBUTE, PER_MENTION, PER_QUALIFIER, Spec};
    use super::super::super::score::ratio_of;
    use super::super::tests::case;
    use super::*;

    /// The worked example of `docs/evaluation.md`.
    #[test]
    fn figures_by_hand() {
        let case = case(
            "Pas d'[HTA](DIAG I10 negated), [embolie pulmonaire](DIAG I26.9 hypothetical), [toux](DIAG R05). \
             [TA](LAB value=12,5 unit=cmHg) 12,5 cmHg, [CRP](LAB value=5 comparator=<) < 5. [Amiodarone](DRUG C01BD01 dose=200_mg).",
            "Pas d'[HTA](DIAG I10 negated), [embolie](DIAG I26.0) pulmonaire, toux. \
             [TA](LAB value=12.5 unit=cmhg) 12,5 cmHg, [CRP](LAB value=6 comparator=<) < 5. [Amiodarone](DRUG C01BC dose=200_mg negated).",
        );
        let mut tally = Tally::default();
        count(&case, &mut tally);
        let value = |specs: &[Spec], name: &str, of: &str| {
            let spec = specs.iter().find(|spec| spec.name == name).expect("a figure of that name");
            ratio_of(&tally, spec, of).value
        };
        let mention = |name: &str, of: &str| value(PER_MENTION, name, of);
        // Two of three diagnoses, one with its bounds; one code right, both at 3 characters.
        assert_eq!((mention("recall", "DIAG"), mention("precision", "DIAG")), (2.0 / 3.0, 1.0));
        assert_eq!(mention("exact_f1", "DIAG"), 2.0 / 5.0);
        assert_eq!((mention("code", "DIAG"), mention("code_3", "DIAG")), (0.5, 1.0));
        assert_eq!((mention("coded_recall", "DIAG"), mention("coded_3_recall", "DIAG")), (1.0 / 3.0, 2.0 / 3.0));
        // C01BC is C01BD01 down to the fourth character.
        assert_eq!((mention("code", "DRUG"), mention("code_4", "DRUG"), mention("code_5", "DRUG")), (0.0, 1.0, 0.0));
        assert_eq!((mention("value_unit", "LAB"), mention("recall", "ALL")), (0.5, 5.0 / 6.0));
        // `negated`: one right, one wrongly; `hypothetical`: missed on a matched mention.
        let qualifier = |name: &str, of: &str| value(PER_QUALIFIER, name, of);
        assert_eq!((qualifier("recall", "negated"), qualifier("precision", "negated")), (1.0, 0.5));
        assert_eq!((qualifier("recall", "hypothetical"), qualifier("end_f1", "hypothetical")), (0.0, 0.0));
        let attribute = |name: &str, of: &str| value(PER_ATTRIBUTE, name, of);
        assert_eq!((attribute("f1", "value"), attribute("f1", "dose"), attribute("recall", "unit")), (0.5, 1.0, 1.0));
    }

    #[test]
    fn a_system_without_mentions_is_not_scored_on_them() {
        let mut case = case("[HTA](DIAG I10)", "HTA");
        case.predicted_mentions = None;
        let mut tally = Tally::default();
        count(&case, &mut tally);
        assert_eq!(tally, Tally::default());
    }
}
