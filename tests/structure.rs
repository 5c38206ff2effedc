//! What structuring finds in the phrases of `lexicons/entities/exemples.txt`, and how it bears hostile texts.

use estompe::structure::{Entity, Structurer, Terms};
use estompe::text::Document;
use estompe::text::markup::{self, Mark};

/// A mention in the words of the guide; attributes only where the example gives some of that name.
fn said(entity: &Entity, text: &str, mark: Option<&Mark>) -> String {
    let wanted =
        |name: &str| mark.is_some_and(|mark| mark.attributes.iter().any(|one| one.starts_with(&format!("{name}="))));
    let mut words = vec![format!("[{}]({}", entity.span.slice(text), entity.kind.as_str())];
    if matches!(entity.kind.as_str(), "DIAG" | "DRUG") {
        words.push(entity.code.clone());
    }
    let allergy = entity.attributes.allergy.then_some("allergy");
    words.extend(entity.qualifiers.names().chain(allergy).map(str::to_owned));
    let values = entity.attributes.written().into_iter().filter(|(name, _)| wanted(name));
    words.extend(values.map(|(name, value)| format!("{name}={}", value.replace(' ', "_"))));
    words.join(" ") + ")"
}

fn expected(mark: &Mark, text: &str) -> String {
    let sorted = |attributes: &[String]| {
        let (mut flags, mut values): (Vec<String>, Vec<String>) =
            attributes.iter().cloned().partition(|one| !one.contains('='));
        values.sort();
        flags.append(&mut values);
        flags
    };
    let mut words = vec![format!("[{}]({}", mark.span.slice(text), mark.label)];
    words.extend(sorted(&mark.attributes));
    words.join(" ") + ")"
}

#[test]
fn finds_exactly_what_the_examples_mark() {
    let structurer = Structurer::new(Terms::embedded());
    let examples = include_str!("../lexicons/entities/exemples.txt");
    let mut faults = Vec::new();
    for line in examples.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let marked = markup::parse(line).expect("sound markup");
        let doc = Document::new("exemple", marked.text.as_str());
        let entities = structurer.structure(&doc);
        let mark_of = |entity: &Entity| marked.mentions.iter().find(|mark| mark.span.overlaps(entity.span));
        let found: Vec<String> = entities.iter().map(|entity| said(entity, &marked.text, mark_of(entity))).collect();
        let wanted: Vec<String> = marked.mentions.iter().map(|mark| expected(mark, &marked.text)).collect();
        if found != wanted {
            faults.push(format!("{line}\n  found {found:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// No clock here: work in the square of half a million would not end.
#[test]
fn time_is_linear_and_nothing_breaks() {
    let structurer = Structurer::new(Terms::embedded());
    let texts = [
        String::new(),
        "\0\0\u{feff}🙂".repeat(1000),
        "doliprane ".repeat(50_000),
        "créatinine 132 µmol/L ; ".repeat(20_000),
        "pas de ".repeat(60_000),
        "a".repeat(500_000),
        "Hb 12,3 g/dL -> ".repeat(20_000),
        "((((((".repeat(50_000),
        "T".repeat(200_000),
        "\n".repeat(200_000),
        "Antécédents familiaux\n".to_owned() + &"Père : infarctus.\n".repeat(30_000),
    ];
    for text in texts {
        let doc = Document::new("d", text.as_str());
        let entities = structurer.structure(&doc);
        assert!(entities.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
    }
}
