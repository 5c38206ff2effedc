use std::sync::LazyLock;

use regex::Regex;

use super::super::{Case, Tally};
use super::layers::labels;
use crate::text::Span;

/// The scheme of EDS-Pseudo: sets of (document, token, label) over the tokens of EDS-NLP; see `docs/evaluation.md`.
pub(super) fn count(case: &Case, tally: &mut Tally) {
    let tokens = tokens(case.doc.text());
    let (gold, predicted) = (labels(&tokens, &case.gold), labels(&tokens, &case.predicted));
    let mut left: Vec<&str> = Vec::new();
    for (gold, predicted) in gold.iter().zip(&predicted) {
        let covered = !predicted.is_empty();
        tally.add("eds.gold", u64::from(!gold.is_empty()));
        tally.add("eds.redacted", u64::from(!gold.is_empty() && covered));
        for label in gold {
            tally.add_of("eds.gold", label, 1);
            tally.add_of("eds.right", label, u64::from(predicted.contains(label)));
            tally.add_of("eds.redacted", label, u64::from(covered));
            if !covered && !left.contains(&label.as_str()) {
                left.push(label.as_str());
            }
        }
        for label in predicted {
            tally.add_of("eds.pred", label, 1);
        }
    }
    tally.add("eds.left", u64::from(!left.is_empty()));
    for label in left {
        tally.add_of("eds.left", label, 1);
    }
}

/// Words that keep the dot after them.
const TITLES: [&str; 5] = ["Dr.", "Pr.", "M.", "Mme.", "Mlle."];

/// The tokens of EDS-NLP (0.23, `EDSTokenizer`), less those of blanks alone.
///
/// A title with its dot; capitals and digits with a dot, right before a word (`J.P`); a number with one decimal at most; one mark; else a
/// word, with the apostrophe that ties it to the next one.
fn tokens(text: &str) -> Vec<Span> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let len = title(rest)
            .or_else(|| acronym(rest))
            .or_else(|| number(rest))
            .unwrap_or_else(|| if is_mark(c) { c.len_utf8() } else { word(rest) });
        tokens.push(Span::new(at, at + len));
        at += len;
    }
    tokens
}

fn title(rest: &str) -> Option<usize> {
    let is_ep = || rest.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("ep."));
    TITLES.iter().find(|title| rest.starts_with(**title)).map(|title| title.len()).or_else(|| is_ep().then_some(3))
}

fn acronym(rest: &str) -> Option<usize> {
    if !rest.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let dot = rest.find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit())?;
    let after = rest[dot..].strip_prefix('.')?.chars().next()?;
    (after.is_alphanumeric() || after == '_').then_some(dot + 1)
}

fn number(rest: &str) -> Option<usize> {
    let digits = rest.find(|c: char| !is_digit(c)).unwrap_or(rest.len());
    if digits == 0 {
        return None;
    }
    let decimal = rest[digits..].strip_prefix(['.', ',']).filter(|after| after.starts_with(is_digit));
    let one_decimal = decimal.and_then(|after| {
        let len = after.chars().next()?.len_utf8();
        let further = after[len..].strip_prefix(['.', ',']).unwrap_or(&after[len..]);
        (!further.starts_with(|c: char| c.is_ascii_digit())).then_some(digits + 1 + len)
    });
    Some(one_decimal.unwrap_or(digits))
}

fn word(rest: &str) -> usize {
    let end = rest.find(|c: char| is_digit(c) || c.is_whitespace() || is_mark(c)).unwrap_or(rest.len());
    let tie = rest[end..].chars().next().filter(|c| matches!(c, '\'' | 'ˊ'));
    match tie {
        Some(tie) if end > 0 => {
            let next = rest[end + tie.len_utf8()..].chars().next();
            if next.is_none_or(char::is_alphabetic) { end + tie.len_utf8() } else { end }
        }
        _ => end.max(rest.chars().next().map_or(0, char::len_utf8)),
    }
}

fn is_digit(c: char) -> bool {
    static DIGIT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\p{Nd}$").expect("a sound pattern"));
    if c.is_ascii() { c.is_ascii_digit() } else { c.is_numeric() && DIGIT.is_match(c.encode_utf8(&mut [0; 4])) }
}

/// Punctuation and symbols, as the Python module `regex` understands `[:punct:]`.
fn is_mark(c: char) -> bool {
    static MARK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[\p{P}\p{S}ˊʺ]$").expect("a sound pattern"));
    if c.is_ascii() { c.is_ascii_punctuation() } else { MARK.is_match(c.encode_utf8(&mut [0; 4])) }
}

#[cfg(test)]
mod tests {
    use super::super::super::figures::{PER_LABEL, WHOLE};
    use super::super::super::score::ratio_of;
    use super::super::tests::case;
    use super::*;

    #[test]
    fn cuts_as_eds_nlp_does() {
        let cut = |text: &str| -> Vec<String> { tokens(text).iter().map(|one| one.slice(text).to_owned()).collect() };
        assert_eq!(cut("Dr. J.P Morel,\n ACR5"), ["Dr.", "J.", "P", "Morel", ",", "ACR", "5"]);
        assert_eq!(cut("l'HTA d' 12,5 3.14 12/03"), ["l'", "HTA", "d", "'", "12,5", "3", ".", "14", "12", "/", "03"]);
        assert_eq!(cut("1.2.3"), ["1", ".", "2.3"]);
        assert_eq!(cut("37,2°C à µg œil’s"), ["37,2", "°", "C", "à", "µg", "œil", "’", "s"]);
        assert_eq!(cut(" \t\u{a0}\n"), [] as [&str; 0]);
    }

    /// Random texts, and what the expression of EDS-NLP 0.23 made of them under Python's `regex`.
    #[test]
    fn cuts_random_texts_as_eds_nlp_does() {
        let cases: Vec<(String, Vec<String>)> =
            serde_json::from_str(include_str!("../../../tests/data/eds-tokens.json"))
                .expect("pairs of text and tokens");
        assert!(cases.len() >= 100);
        for (text, wanted) in cases {
            let found: Vec<&str> = tokens(&text).iter().map(|one| one.slice(&text)).collect();
            assert_eq!(found, wanted, "{text:?}");
        }
    }

    /// The worked example of `docs/evaluation.md`.
    #[test]
    fn figures_by_hand() {
        // Gold tokens: Lucie (PRENOM), Morel (NOM), 12 / 03 / 2021 (DATE, 5). Predicted: Lucie and Morel as NOM, 12 / 03 as DATE, Dr as NOM.
        let case =
            case("Dr [Lucie](PRENOM) [Morel](NOM) [12/03/2021](DATE)", "[Dr Lucie Morel](NOM) [12/03](DATE)/2021");
        let mut tally = Tally::default();
        tally.add("documents", 1);
        count(&case, &mut tally);
        let value = |name: &str| {
            let spec = WHOLE.iter().find(|spec| spec.name == name).expect("a figure of that name");
            ratio_of(&tally, spec, "").value
        };
        assert_eq!((value("eds_precision"), value("eds_recall")), (4.0 / 6.0, 4.0 / 7.0));
        assert_eq!((value("eds_redact"), value("eds_full_redact")), (5.0 / 7.0, 0.0));
        let of = |name: &str, label: &str| {
            let spec = PER_LABEL.iter().find(|spec| spec.name == name).expect("a figure of that name");
            ratio_of(&tally, spec, label).value
        };
        assert_eq!((of("eds_redact", "PRENOM"), of("eds_recall", "PRENOM")), (1.0, 0.0));
        assert_eq!((of("eds_full_redact", "PRENOM"), of("eds_full_redact", "DATE")), (1.0, 0.0));
    }
}
