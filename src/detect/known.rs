//! What the warehouse already knows of a patient, found in all its variants.

use super::closure::one_edit;
use super::{DetectError, Detection, Detector, Findings};
use crate::lexicon::{Catalogue, Words};
use crate::text::{Document, Role, Token, TokenKind, View};

/// Finds the values of [`Document::known`]: whatever their case, accents, hyphens, order or line ends, a name of five letters
/// or more with one letter wrong, a number however it is spaced, a date however it is written.
#[derive(Debug)]
pub struct KnownDetector {
    words: Words,
    catalogue: Catalogue,
}

impl KnownDetector {
    pub fn new(words: Words, catalogue: Catalogue) -> Self {
        KnownDetector { words, catalogue }
    }

    /// What of the known values stands in one document.
    pub fn find(&self, doc: &Document) -> Findings {
        let mut findings = Findings::default();
        for (label, value) in &doc.known().0 {
            let known = View::new(value);
            let parts: Vec<&str> = known
                .tokens
                .iter()
                .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Number))
                .map(|token| token.text(&known.normalized))
                .collect();
            let mut push = |from: usize, to: usize, rule: &'static str| {
                findings.found.push(Detection {
                    span: doc.view().normalized.original(from, to),
                    label: *label,
                    score: 1.0,
                    priority: self.catalogue.priority(*label).saturating_add(1),
                    rule,
                    role: Some(Role::Patient).filter(|_| label.is_name()),
                });
            };
            if label.is_name() {
                self.names(doc.view(), &parts, &mut push);
            }
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            if digits.len() >= 5 && digits.len() * 2 >= value.len() {
                number(doc.view(), &digits, &mut push);
            } else if !label.is_name() {
                phrase(doc.view(), &parts, &mut push);
            }
        }
        findings
    }

    /// Each word of a name, alone or glued, one letter wrong if it is long and no ordinary word; cut at a line end.
    fn names(&self, view: &View, parts: &[&str], push: &mut impl FnMut(usize, usize, &'static str)) {
        for (at, token) in view.tokens.iter().enumerate() {
            if !token.is_word() {
                continue;
            }
            let word = token.text(&view.normalized);
            let facts = || self.words.facts(word);
            for part in parts.iter().filter(|part| part.len() >= 2) {
                if word == *part {
                    let doubtful = (part.len() < 3 || facts().is_ordinary()) && !token.shape.is_capital();
                    if !doubtful && !(facts().is_particle() && parts.len() > 1) {
                        push(token.start as usize, token.end as usize, "known/name");
                    }
                } else if part.len() >= 5 && one_edit(part, word) && !facts().is_ordinary() {
                    push(token.start as usize, token.end as usize, "known/name-misspelt");
                } else if part.len() >= 5 && word.len() > part.len() && word.contains(part) && !facts().is_ordinary() {
                    push(token.start as usize, token.end as usize, "known/name-glued");
                }
            }
            if let Some((joined, end)) = cut_word(view, at)
                && parts.contains(&joined.as_str())
            {
                push(token.start as usize, end, "known/name-cut");
            }
        }
        if let [_, _, ..] = parts {
            phrase(view, parts, push);
        }
    }
}

/// A word cut by a hyphen and a line end: both halves together, and where they end.
fn cut_word(view: &View, at: usize) -> Option<(String, usize)> {
    let [hyphen, line, rest] = view.tokens.get(at + 1..at + 4)? else { return None };
    let cut = hyphen.text(&view.normalized) == "-" && line.kind == TokenKind::Line && rest.is_word();
    cut.then(|| {
        let joined = format!("{}{}", view.tokens[at].text(&view.normalized), rest.text(&view.normalized));
        (joined, rest.end as usize)
    })
}

/// A value of several words, with any one mark, blank or line end between them.
fn phrase(view: &View, parts: &[&str], push: &mut impl FnMut(usize, usize, &'static str)) {
    let Some((first, rest)) = parts.split_first() else { return };
    if rest.is_empty() && first.len() < 3 {
        return;
    }
    let is_content = |token: &Token| matches!(token.kind, TokenKind::Word | TokenKind::Number);
    for (at, token) in view.tokens.iter().enumerate() {
        if !is_content(token) || token.text(&view.normalized) != *first {
            continue;
        }
        let mut following = view.tokens[at + 1..].iter();
        let mut end = token.end as usize;
        let whole = rest.iter().all(|part| {
            let next = following.by_ref().take(4).find(|token| is_content(token));
            next.is_some_and(|next| {
                end = next.end as usize;
                next.text(&view.normalized) == *part
            })
        });
        if whole {
            push(token.start as usize, end, "known/value");
        }
    }
}

/// A number, whatever blanks, dots or hyphens are between its digits.
fn number(view: &View, digits: &str, push: &mut impl FnMut(usize, usize, &'static str)) {
    let bytes = view.normalized.bytes();
    let digits = digits.as_bytes();
    let mut start = 0;
    while let Some(found) = memchr::memchr(digits[0], &bytes[start..]).map(|at| at + start) {
        start = found + 1;
        if found > 0 && bytes[found - 1].is_ascii_digit() {
            continue;
        }
        let (mut at, mut matched, mut gap) = (found, 0, 0);
        while at < bytes.len() && matched < digits.len() {
            match bytes[at] {
                byte if byte == digits[matched] => (matched, gap) = (matched + 1, 0),
                b' ' | b'.' | b'-' | b'/' | b'\n' | b'_' if gap < 3 => gap += 1,
                _ => break,
            }
            at += 1;
        }
        if matched == digits.len() && !bytes.get(at).is_some_and(u8::is_ascii_digit) {
            push(found, at, "known/number");
        }
    }
}

impl Detector for KnownDetector {
    fn name(&self) -> &'static str {
        "known"
    }

    fn detect(&self, docs: &[&Document]) -> Result<Vec<Findings>, DetectError> {
        Ok(docs.iter().map(|doc| self.find(doc)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Known, Label};

    fn found(text: &str, label: Label, value: &str) -> Vec<String> {
        let catalogue = Catalogue::embedded(&crate::detect::check::names()).expect("sound files");
        let doc = Document::new("d", text).with_known(Known(vec![(label, value.to_owned())]));
        let findings = KnownDetector::new(Words::embedded(), catalogue).find(&doc);
        let mut spans: Vec<_> = findings.found.iter().map(|one| one.span).collect();
        spans.sort();
        spans.dedup();
        spans.iter().map(|span| span.slice(text).to_owned()).collect()
    }

    #[test]
    fn finds_every_variant_of_a_name() {
        let text = "mme kérbrat, KERBRAT-Morel, DrKERBRAT, Kerbart, KER-\nBRAT, la marée";
        assert_eq!(found(text, Label::NOM, "Kerbrat"), ["kérbrat", "KERBRAT", "KERBRAT", "Kerbart", "KER-\nBRAT"]);
    }

    #[test]
    fn finds_numbers_and_addresses_however_spaced() {
        assert_eq!(found("IPP 80 032.145-67 et 1800321456799", Label::IPP, "8003214567"), ["80 032.145-67"]);
        assert_eq!(found("au 12, rue\ndes LILAS.", Label::ADRESSE, "12 rue des Lilas"), ["12, rue\ndes LILAS"]);
    }
}
