//! Sums of one document, each measure in its own file.

mod eds;
mod kept;
mod layers;
mod matching;
mod mentions;
mod spans;
mod tokens;
mod values;

use super::{Case, DocumentCounts, Tally};
use crate::lexicon::Words;
use crate::text::Label;

pub(super) use layers::Layers;

/// Everything that is counted in one document; `words` tells eponyms and drugs.
pub fn count(case: &Case, words: &Words) -> DocumentCounts {
    let mut tally = Tally::default();
    tally.add("documents", 1);
    tally.add("characters", case.doc.text().chars().count() as u64);
    let layers = Layers::new(case);
    tokens::count(case, &layers, &mut tally);
    spans::count(case, &mut tally);
    eds::count(case, &mut tally);
    values::count(case, &mut tally);
    kept::count(case, words, &mut tally);
    mentions::count(case, &mut tally);
    DocumentCounts {
        id: case.doc.id().to_owned(),
        patient: case.patient.clone(),
        series: case.series.clone(),
        kind: case.kind.clone(),
        site: String::new(),
        counts: tally,
    }
}

/// Points to somebody by itself; dates, towns, institutions and ages only do so together.
fn is_direct(label: Label) -> bool {
    !matches!(label, Label::DATE | Label::VILLE | Label::ZIP | Label::HOPITAL | Label::AGE90)
}

/// The kind of false alarm that a label makes.
fn kind(label: Label) -> &'static str {
    match label {
        Label::NOM | Label::PRENOM => "names",
        Label::ADRESSE | Label::ZIP | Label::VILLE | Label::HOPITAL => "places",
        Label::DATE | Label::DATE_NAISSANCE | Label::AGE90 => "dates",
        _ => "numbers",
    }
}

/// Cases for tests, from inline markup.
#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::eval::read::of_markup;
    use crate::eval::{Found, pair};
    use crate::text::markup;

    /// Gold and predictions as marked on the same text.
    pub(crate) fn case(gold: &str, predicted: &str) -> Case {
        let read = |source: &str| of_markup("d", markup::parse(source).expect("sound markup"));
        let mut cases = pair(vec![read(gold)], vec![read(predicted)]).expect("the same text");
        cases.remove(0)
    }

    #[test]
    fn cases_of_tests_have_what_is_marked() {
        let case = case("Dr [Morel](NOM)", "[Dr Morel](NOM)");
        let surfaces =
            |found: &[Found]| found.iter().map(|one| one.span.slice("Dr Morel").to_owned()).collect::<Vec<_>>();
        assert_eq!((surfaces(&case.gold), surfaces(&case.predicted)), (vec!["Morel".into()], vec!["Dr Morel".into()]));
    }
}
