//! What replacing promises, on documents made of marks.

use std::sync::{Arc, OnceLock};

use proptest::prelude::*;

use super::*;
use crate::resolve::resolve;
use crate::text::{Label, Role, fold, markup};

fn words() -> Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(Words::embedded).clone()
}

fn key() -> Arc<ProjectKey> {
    static KEY: OnceLock<Arc<ProjectKey>> = OnceLock::new();
    KEY.get_or_init(|| Arc::new(ProjectKey::generate().unwrap())).clone()
}

/// The document of a marked source, and its marks as what detectors would say.
fn read(source: &str) -> (Document, Resolved) {
    let marked = markup::parse(source).unwrap();
    let found = marked.marks.iter().map(|mark| Detection {
        span: mark.span,
        label: mark.label,
        score: 1.0,
        priority: 50,
        rule: "gold",
        role: mark.attributes.iter().find_map(|word| Role::named(word)),
    });
    (Document::new("d", marked.text.clone()).with_patient("p"), resolve(found.collect()))
}

fn replace_with(policy: &str, key: &Arc<ProjectKey>, source: &str) -> String {
    let (doc, resolved) = read(source);
    let replacer = Replacer::new(Policy::named(policy).unwrap(), key.clone(), words());
    let replaced = replacer.replace(&doc, &resolved).unwrap();
    assert_eq!(replaced.edits.len(), resolved.detections().len());
    replaced.text
}

fn eds(source: &str) -> String {
    replace_with("eds", &key(), source)
}

/// Each replaced span, in order.
fn spans(source: &str) -> Vec<String> {
    let (doc, resolved) = read(source);
    let replacer = Replacer::new(Policy::default(), key(), words());
    let replaced = replacer.replace(&doc, &resolved).unwrap();
    replaced.edits.iter().map(|edit| edit.out.slice(&replaced.text).to_owned()).collect()
}

#[test]
fn names_keep_their_writing() {
    let out = spans(
        "M. [Jean-Pierre](PRENOM patient) [MOREL](NOM patient), dit [J.-P](PRENOM patient). [Morel](NOM patient), \
         [morel](NOM patient), [M O R E L](NOM patient), [Mo-\n  rel](NOM patient), Mme [de La Tour](NOM tiers), \
         [Jean-Pierre](PRENOM patient) [M](NOM patient). ; Dr [Kervarec](NOM soignant), [Kervarec](NOM soignant), [Kervaerc](NOM soignant)",
    );
    let [first, upper, initials, title, lower, spaced, cut, particle, again, letter, doctor, _, misspelt] = &out[..]
    else {
        panic!("{out:?}")
    };
    assert_eq!((first, upper), (again, &title.to_uppercase()));
    assert_eq!(&fold(lower), &fold(title));
    assert_eq!(fold(&spaced.replace(' ', "")), fold(title));
    assert!(cut.contains("-\n  ") && fold(&cut.replace("-\n  ", "")) == fold(title));
    let (one, two) = first.split_once('-').unwrap();
    assert_eq!(*initials, format!("{}.-{}", &one[..1], &two[..1]));
    assert!(letter.len() == 1 && title.starts_with(letter.as_str()));
    assert!(particle.starts_with("de La ") && particle != "de La Tour");
    assert_eq!(doctor, misspelt);
}

#[test]
fn sex_follows_the_first_name_then_the_title() {
    for (source, sex) in [
        ("Mme [Sylvie](PRENOM) [Morel](NOM)", crate::lexicon::Sex::Female),
        ("[Michel](PRENOM) [Morel](NOM)", crate::lexicon::Sex::Male),
        ("Mme [Xqzwlia](PRENOM) [Morel](NOM)", crate::lexicon::Sex::Female),
        ("[Morel](NOM) [Xqzwlia](PRENOM), né le", crate::lexicon::Sex::Male),
    ] {
        let all = spans(source);
        let first = all[usize::from(source.starts_with("[Morel"))].clone();
        assert_eq!(words().facts(&fold(&first)).sex(), Some(sex), "{source}: {first}");
    }
}

#[test]
fn a_mail_follows_its_owner() {
    let out = spans(
        "[Jean](PRENOM) [Morel](NOM) [j.morel@chu-x.fr](MAIL) [jmorel@chu-x.fr](MAIL) [jean.morel@y.fr](MAIL) [secretariat.cardio@chu-x.fr](MAIL)",
    );
    let (first, last) = (fold(&out[0]), fold(&out[1]));
    assert!(out[2].starts_with(&format!("{}.{last}@", &first[..1])) && out[2].ends_with(".invalid"), "{out:?}");
    assert!(out[3].starts_with(&format!("{}{last}@", &first[..1])), "{out:?}");
    assert!(out[4].starts_with(&format!("{first}.{last}@")), "{out:?}");
    assert!(out[5].starts_with("secretariat.cardio@"));
    assert_eq!(out[2].split('@').next_back(), out[3].split('@').next_back());
}

#[test]
fn a_place_is_one_place() {
    let out = spans(
        "[44000](ZIP) [NANTES CEDEX 1](VILLE), [Nantes](VILLE), [CHU de Nantes](HOPITAL), [44000](ZIP) [Nantes](VILLE)",
    );
    assert!(out[1].ends_with(" CEDEX 1") && out[1] == out[1].to_uppercase());
    let town = out[2].clone();
    assert_eq!(fold(&out[1].replace(" CEDEX 1", "")), fold(&town));
    assert!(out[3].starts_with("CHU d") && out[3].ends_with(&town), "{out:?}");
    assert_eq!(pools::Town::named(&pools::place_key(&town)).map(pools::Town::class), Some(8));
    assert!(out[0] != "44000" && out[0].len() == 5 && out[0][..2] == out[4][..2], "{out:?}");
}

#[test]
fn a_nir_moves_with_the_birth_date() {
    let out = spans(
        "né le [28/02/1963](DATE_NAISSANCE), NIR [1 63 02 44 109 123 45](SECU), [1 63 02 44 109 123](SECU) clé [45](SECU)",
    );
    let (month, year) = (&out[0][3..5], &out[0][8..10]);
    assert!(out[1].starts_with(&format!("1 {year} {month} 99 99")), "{out:?}");
    assert!(crate::detect::check::nir(&format!("{}{}", out[2], out[3])), "{out:?}");
}

#[test]
fn other_policies() {
    let source = "[Morel](NOM) né le [3 mars 1929](DATE_NAISSANCE), [94](AGE90) ans, [44000](ZIP) [Nantes](VILLE), le [12/03/2021](DATE), le [31/02/2021](DATE)";
    assert_eq!(
        replace_with("export", &key(), source),
        "<NOM> né le 1929, 90+ ans, 44 Loire-Atlantique, le 03/2021, le 02/2021"
    );
    assert_eq!(replace_with("mask", &key(), source), "*** né le ***, *** ans, *** ***, le ***, le ***");
    assert!(eds(source).ends_with("le <DATE>") && eds(source).contains(", 90 ans,"));
}

#[test]
fn whole_weeks_keep_the_day_of_the_week() {
    use chrono::Datelike as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.toml");
    std::fs::write(&path, "describes = 'x'\ndefault = 'surrogate'\n[dates]\nwhole_weeks = true\n").unwrap();
    let (doc, resolved) = read("lundi [12/04/2021](DATE)");
    for _ in 0..20 {
        let key = Arc::new(ProjectKey::generate().unwrap());
        let replaced = Replacer::new(Policy::read(&path).unwrap(), key, words()).replace(&doc, &resolved).unwrap();
        let day = chrono::NaiveDate::parse_from_str(&replaced.text[6..], "%d/%m/%Y").unwrap();
        assert_eq!(day.weekday(), chrono::Weekday::Mon);
    }
}

#[test]
fn hash_and_encrypt_are_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.toml");
    std::fs::write(&path, "describes = 'x'\ndefault = 'hash'\n[labels]\nNOM = 'encrypt'\nTEL = 'keep'\n").unwrap();
    let replacer = Replacer::new(Policy::read(&path).unwrap(), key(), words());
    let (doc, resolved) = read("[Morel](NOM) [MOREL](PRENOM) [morel](PRENOM) [0199001234](TEL)");
    let replaced = replacer.replace(&doc, &resolved).unwrap();
    let out: Vec<&str> = replaced.edits.iter().map(|edit| edit.out.slice(&replaced.text)).collect();
    assert_eq!(replacer.decrypt(out[0]).unwrap(), "Morel");
    assert!(out[1] == out[2] && out[1].len() == "<PRENOM:>".len() + 12, "{out:?}");
    assert_eq!(out[3], "0199001234");
}

#[test]
fn a_document_of_everything_falls_back_to_a_mask() {
    // Every surrogate that could be is a word of the document.
    let every: Vec<&str> = (0..pools::LAST.len()).map(|at| pools::LAST.get(at)).collect();
    let out = eds(&format!("{} [Xqzwlia](NOM)", every.join(" ")));
    assert!(out.ends_with(" ***"));
}

#[test]
fn time_stays_linear() {
    let line = |at: usize| {
        format!("[J](PRENOM). [Nom{at}](NOM) [440{:02}](ZIP) [j.nom{at}@x.fr](MAIL) [Ville{at}](VILLE), ", at % 100)
    };
    let source: String = (0..4000).map(line).collect();
    let started = std::time::Instant::now();
    eds(&source);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn the_same_patient_is_the_same_in_every_document() {
    let one = spans("Mme [Sylvie](PRENOM patient) [Morel](NOM patient), IPP [8003214567](IPP), [12/03/2021](DATE)");
    let two = spans(
        "Le [12/03/2021](DATE), IPP [8003214567](IPP) : Dr [Kervarec](NOM soignant) ; [Sylvie](PRENOM patient) [Morel](NOM patient)",
    );
    assert_eq!([&one[0], &one[1], &one[2], &one[3]], [&two[3], &two[4], &two[1], &two[0]]);
}

fn name() -> impl Strategy<Value = (String, Label)> {
    let last = prop::sample::select(vec![
        "Morel",
        "KERVAREC",
        "lefebure",
        "de Caunes",
        "Le Saout",
        "D'ANGÉLY",
        "Perrissin-Fabert",
        "M",
    ]);
    let first =
        prop::sample::select(vec!["Jean", "SYLVIE", "camille", "Jean-Pierre", "MARIE-CÉCILE", "J.-P", "José", "Xqz"]);
    prop_oneof![
        last.prop_map(|name| (name.to_owned(), Label::NOM)),
        first.prop_map(|name| (name.to_owned(), Label::PRENOM))
    ]
}

fn source() -> impl Strategy<Value = String> {
    prop::collection::vec((name(), "[a-zé ]{1,8}"), 1..12)
        .prop_map(|parts| parts.iter().map(|((name, label), after)| format!("[{name}]({label}), {after} ")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No word of a marked name remains where it was marked, its case pattern does; same key, same bytes; another key, others.
    #[test]
    fn nothing_marked_remains(source in source()) {
        let (doc, resolved) = read(&source);
        let replacer = Replacer::new(Policy::default(), key(), words());
        let replaced = replacer.replace(&doc, &resolved).unwrap();
        for edit in &replaced.edits {
            let (old, new) = (edit.detection.span.slice(doc.text()), edit.out.slice(&replaced.text));
            let kept: Vec<String> = fold(old).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
            for word in fold(new).split(|c: char| !c.is_alphanumeric()) {
                let particle = ["de", "le", "d"].contains(&word);
                prop_assert!(particle || word.len() < 2 || !kept.iter().any(|old| old == word), "{old} {new}");
            }
            if new != "***" && old.len() > 1 {
                let upper = |text: &str| !text.chars().any(char::is_lowercase);
                let lower = |text: &str| !text.chars().any(char::is_uppercase);
                prop_assert_eq!((upper(old), lower(old)), (upper(new), lower(new)), "{} {}", old, new);
            }
        }
        let again = Replacer::new(Policy::default(), key(), words()).replace(&doc, &resolved).unwrap();
        prop_assert_eq!(&again.text, &replaced.text);
        let other = Arc::new(ProjectKey::generate().unwrap());
        let long = replaced.edits.iter().any(|edit| edit.detection.span.len() > 3 && !edit.detection.span.slice(doc.text()).contains('.'));
        if long {
            prop_assert_ne!(Replacer::new(Policy::default(), other, words()).replace(&doc, &resolved).unwrap().text, replaced.text);
        }
    }

    /// Two dates of a patient keep their interval, each in its own writing.
    #[test]
    fn intervals_are_kept(a in 0u64..20_000, b in 0u64..20_000, styles in (0usize..5, 0usize..5)) {
        use crate::detect::date::{DateText, write_number};
        use chrono::{Datelike as _, Days, NaiveDate};
        let epoch = NaiveDate::from_ymd_opt(1960, 1, 1).unwrap();
        let months = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
        let write = |day: NaiveDate, style: usize| match style {
            0 => day.format("%d/%m/%Y").to_string(),
            1 => day.format("%Y-%m-%d").to_string(),
            2 => format!("{} {} {}", day.day(), months[day.month0() as usize], day.year()),
            3 => day.format("%d.%m.%Y").to_string(),
            _ => format!("{} {} {}", if day.day() == 1 { "premier".to_owned() } else { write_number(day.day() as i32) }, months[day.month0() as usize], write_number(day.year())),
        };
        let (a, b) = (epoch + Days::new(a), epoch + Days::new(b));
        let out = spans(&format!("le [{}](DATE) puis le [{}](DATE_NAISSANCE)", write(a, styles.0), write(b, styles.1)));
        let day = |text: &str| DateText::parse(text).unwrap().days(2000).unwrap()[0];
        prop_assert_eq!(day(&out[0]) - day(&out[1]), a - b);
        let moved = (day(&out[0]) - a).num_days().abs();
        prop_assert!((30..=365).contains(&moved));
    }

    /// Any marked text is replaced without a panic, and never kept.
    #[test]
    fn any_text_any_label(surface in "[a-zA-Z0-9é’'., /\n-]{1,24}", label in 0..Label::ALL.len()) {
        let doc = Document::new("d", format!("a {surface} b"));
        let detection = Detection { span: Span::new(2, 2 + surface.len()), label: Label::ALL[label], score: 1.0, priority: 1, rule: "test", role: None };
        let replaced = Replacer::new(Policy::default(), key(), words()).replace(&doc, &resolve(vec![detection])).unwrap();
        let new = replaced.edits[0].out.slice(&replaced.text);
        prop_assert!(new != surface || label == 18, "{new}");
    }
}
