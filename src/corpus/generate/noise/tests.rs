//! Every operator keeps marks exact: what it does to a mark's surface is what it does to text.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::corpus::generate::draft::tests::{draft, parts, source};
use crate::text::{fold, markup};

/// A report of words and marks, with fields, lines, capitals, values and glued titles.
fn report() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("Docteur".to_owned()),
        Just("hypertension".to_owned()),
        Just("le".to_owned()),
        Just("évolution".to_owned()),
        Just("Dr[MOREL](NOM soignant)".to_owned()),
        Just("Mme [Kerguélen](NOM patient)".to_owned()),
        Just("[12 mars 2021](DATE)".to_owned()),
        Just("[TA](LAB value=12/8 unit=cmHg) 12/8 cmHg".to_owned()),
        Just("[insuffisance rénale](DIAG N19)".to_owned()),
        Just("[J](PRENOM tiers).[Le Gall-Morin](NOM tiers)".to_owned()),
        Just("COMPTE RENDU".to_owned()),
        Just(
            "\nNom : [LEFÈVRE](NOM patient)\nNé le : [03/02/1950](DATE_NAISSANCE)\nIPP : [8003214567](IPP)\n"
                .to_owned()
        ),
        Just("\n".to_owned()),
        Just("[12 rue des\nLilas](ADRESSE)".to_owned()),
        Just("[pT2N0M0](TNM)".to_owned()),
        Just("[1 g](DRUG A dose=1_g) 1 g".to_owned()),
        "[A-Za-zéèœ]{1,12}",
    ];
    vec(word, 1..60).prop_map(|words| words.join(" "))
}

fn dice(seed: u64) -> Dice {
    Dice::new(seed, &["noise"])
}

/// Marks and the texts between them, each through a function that forgets what an operator may change.
fn seen(draft: &Draft, forget: impl Fn(&str) -> String) -> (Vec<(&'static str, String)>, Vec<String>) {
    let (surfaces, between) = parts(draft);
    (surfaces.into_iter().map(|(label, one)| (label, forget(one))).collect(), between.into_iter().map(forget).collect())
}

fn act(operator: Operator, source: &str, rate: f64, seed: u64) -> (Draft, Draft) {
    let before = draft(source);
    let mut after = before.clone();
    operator.apply(&mut after, rate, &mut dice(seed));
    (before, after)
}

/// Without blanks, and without the hyphen of a cut.
fn unwrapped(text: &str) -> String {
    text.replace("-\n", "").split_whitespace().collect()
}

/// Letters that are taken for each other as one; what the list of confusions can make of a text and nothing else.
fn reread(text: &str) -> String {
    let joined = text
        .replace("rn", "m")
        .replace("cl", "d")
        .replace("ii", "n")
        .replace("ri", "n")
        .replace("li", "h")
        .replace("vv", "w");
    joined.chars().filter(|c| c.is_whitespace() || *c == '/').collect()
}

/// How many letters differ at most: the length of the longer without what both share at the ends.
fn differing(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    a.len().max(b.len()) - start - end
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn accents_are_dropped_everywhere_alike(source in report(), seed in 0u64..9) {
        let (before, after) = act(Operator::Accents, &source, 1.0, seed);
        prop_assert_eq!(seen(&before, without_accents), seen(&after, str::to_owned));
    }

    #[test]
    fn case_changes_everywhere_alike(source in report(), seed in 0u64..20) {
        let (before, after) = act(Operator::Case, &source, 1.0, seed);
        let (upper, lower) = (seen(&before, str::to_uppercase), seen(&before, |text| text.chars().flat_map(char::to_lowercase).collect()));
        let now = seen(&after, str::to_owned);
        prop_assert!(now == upper || now == lower);
    }

    #[test]
    fn blanks_move_and_letters_stay(source in report(), seed in 0u64..1000, rate in 0.0f64..1.0) {
        let none = |text: &str| text.split_whitespace().collect::<String>();
        let (before, after) = act(Operator::Spaces, &source, rate, seed);
        prop_assert_eq!(seen(&before, none), seen(&after, none));
    }

    #[test]
    fn wrapping_changes_line_ends_and_cuts_alone(source in report(), seed in 0u64..1000, rate in 0.0f64..1.0) {
        let (before, after) = act(Operator::Wrap, &source, rate, seed);
        prop_assert_eq!(seen(&before, unwrapped), seen(&after, unwrapped));
        prop_assert!(parts(&after).0.iter().all(|(_, surface)| surface.trim() == *surface));
    }

    #[test]
    fn readers_err_letter_by_letter(source in report(), seed in 0u64..1000) {
        let (before, after) = act(Operator::Ocr, &source, 0.3, seed);
        prop_assert_eq!(seen(&before, reread), seen(&after, reread));
        let (old, new) = (parts(&before), parts(&after));
        for ((label, surface), (same, now)) in old.0.iter().zip(&new.0) {
            prop_assert_eq!(label, same);
            prop_assert!(now.chars().count().abs_diff(surface.chars().count()) <= surface.chars().count() / 2 + 1);
        }
        let zone = |draft: &Draft| draft.text.matches("12/8 cmHg").count() + draft.text.matches("pT2N0M0").count();
        prop_assert_eq!(zone(&before), zone(&after));
    }

    #[test]
    fn typing_errs_inside_words(source in report(), seed in 0u64..1000) {
        let (before, after) = act(Operator::Typos, &source, 0.05, seed);
        let ends = |text: &str| {
            let words = text.split(|c: char| !c.is_alphabetic());
            words.map(|word| word.chars().next().into_iter().chain(word.chars().next_back()).collect::<String>()).collect::<Vec<_>>().join(" ")
        };
        prop_assert_eq!(seen(&before, ends), seen(&after, ends));
        for (old, new) in parts(&before).0.iter().zip(parts(&after).0) {
            prop_assert!(differing(old.1, new.1) <= old.1.chars().count());
        }
    }

    #[test]
    fn shortening_leaves_what_identifies(source in report(), seed in 0u64..1000) {
        let (before, after) = act(Operator::Abbreviation, &source, 0.7, seed);
        let (old, new) = (parts(&before).0, parts(&after).0);
        prop_assert_eq!(old.len(), new.len());
        for ((label, surface), (same, now)) in old.iter().zip(&new) {
            prop_assert_eq!(label, same);
            prop_assert!(surface == now || *label == "DIAG");
        }
    }

    #[test]
    fn columns_keep_every_mark_and_word(source in report(), seed in 0u64..9) {
        let (before, after) = act(Operator::Columns, &source, 1.0, seed);
        let sorted = |draft: &Draft| {
            let mut all: Vec<(&str, String)> = parts(draft).0.into_iter().map(|(label, one)| (label, one.to_owned())).collect();
            all.sort();
            all
        };
        prop_assert_eq!(sorted(&before), sorted(&after));
        let words = |draft: &Draft| {
            let mut words: Vec<String> = draft.text.replace(':', " ").split_whitespace().map(str::to_owned).collect();
            words.sort();
            words
        };
        prop_assert_eq!(words(&before), words(&after));
    }

    #[test]
    fn headers_only_add(source in report(), seed in 0u64..1000) {
        let (before, after) = act(Operator::Header, &source, 1.0, seed);
        let (old, new) = (parts(&before).0, parts(&after).0);
        let mut rest = new.clone();
        for one in &old {
            let at = rest.iter().position(|other| other == one);
            prop_assert!(at.is_some());
            rest.remove(at.unwrap_or_default());
        }
        prop_assert!(rest.iter().all(|one| old.contains(one)));
    }

    /// Whatever is drawn, marks are in order, apart, trimmed and not empty, and inline markup gives them back.
    #[test]
    fn any_noise_leaves_sound_marks(source in report(), seed in 0u64..10_000) {
        let mut one = draft(&source);
        let all = super::super::settings::Probabilities::embedded();
        disturb(&mut one, &all.noise["heavy"], |operator| Dice::new(seed, &[operator]));
        prop_assert!(one.marks.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
        for (_, surface) in parts(&one).0 {
            prop_assert!(!surface.is_empty() && surface.trim() == surface);
        }
        let written = source_of(&one);
        let marked = markup::parse(&written).unwrap();
        prop_assert_eq!(&marked.text, &one.text);
        prop_assert_eq!(marked, one.into_marked());
    }
}

fn source_of(draft: &Draft) -> String {
    source(draft)
}

#[test]
fn operators_do_what_they_say() {
    let one = |operator: Operator, text: &str, rate: f64, seed: u64| source(&act(operator, text, rate, seed).1);
    assert_eq!(
        one(Operator::Accents, "né le [3 août](DATE) [œdème](DIAG R60 value=élevé)", 1.0, 1),
        "ne le [3 aout](DATE) [oedeme](DIAG R60 value=eleve)"
    );
    assert_eq!(
        one(Operator::Columns, "A\nNom : [X](NOM patient)\nNé : [1950](DATE_NAISSANCE)\nIPP : [12](IPP)\nB", 1.0, 1),
        "A\nNom\nNé\nIPP\n[X](NOM patient)\n[1950](DATE_NAISSANCE)\n[12](IPP)\nB"
    );
    let header = one(Operator::Header, "[CH Y](HOPITAL)\nMme [X](NOM patient)\na\nb", 1.0, 3);
    assert_eq!(header.matches("[X](NOM patient)").count(), 2);
    assert!(header.contains("\n\n[CH Y](HOPITAL)\nMme [X](NOM patient)\nPage 2/"), "{header}");
    assert_eq!(
        one(Operator::Abbreviation, "Madame [Madame](NOM patient) rendez-vous", 0.0, 1),
        "Madame [Madame](NOM patient) rendez-vous"
    );
    assert!(["RDV", "rdv"].contains(&one(Operator::Abbreviation, "rendez-vous", 1.0, 1).as_str()));
    assert_eq!(one(Operator::Spaces, "Dr [MOREL](NOM soignant)", 1.0, 1).replace(' ', ""), "Dr[MOREL](NOMsoignant)");
    let long = "mot ".repeat(60);
    assert!(one(Operator::Wrap, &long, 0.0, 1).lines().all(|line| line.len() <= 105));
    assert_ne!(one(Operator::Ocr, "collection d'Olonne 1080", 1.0, 1), "collection d'Olonne 1080");
    assert_ne!(one(Operator::Typos, "hypertension", 1.0, 1), "hypertension");
    assert!(fold("É") == "e");
}
