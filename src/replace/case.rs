//! A surrogate in the writing of what it replaces: case, accents, spaced letters, a cut at the line's end.

use std::borrow::Cow;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// How a document writes its letters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writing {
    /// No letter of the document has an accent.
    pub(super) plain: bool,
}

impl Writing {
    pub(super) fn of(text: &str) -> Self {
        let accented = |c: char| !c.is_ascii() && c.is_alphabetic();
        Writing { plain: text.is_ascii() || !text.chars().any(accented) }
    }

    /// One word, letter for letter in the case of `written`.
    ///
    /// Capitals without accents stay so; a document without any accent gets none.
    pub(super) fn word(self, surrogate: &str, written: &str) -> String {
        let written = &*unread(written);
        let letters = || written.chars().filter(|c| c.is_alphabetic());
        let count = letters().count();
        let uppers = letters().filter(|c| c.is_uppercase()).count();
        let first = letters().next().is_some_and(char::is_uppercase);
        // `T R E S A R R l E U`: an `l` among capitals is an `I`.
        let misread = uppers > 2 && letters().all(|c| c.is_uppercase() || c == 'l');
        let cased: String = match (first, uppers) {
            (_, 0) => surrogate.to_lowercase(),
            _ if misread || uppers == count && count > 1 => surrogate.to_uppercase(),
            (true, 1) => capitalised(surrogate),
            _ => mixed(surrogate, letters().map(char::is_uppercase)),
        };
        if self.plain || (misread || uppers == count && count > 1) && written.is_ascii() { bare(&cased) } else { cased }
    }

    /// A phrase: in capitals, in lower case, or as it is.
    pub(super) fn phrase(self, surrogate: &str, written: &str) -> String {
        let written = &*unread(written);
        let letters = || written.chars().filter(|c| c.is_alphabetic());
        let cased = if !letters().any(char::is_lowercase) && letters().any(char::is_uppercase) {
            surrogate.to_uppercase()
        } else if !letters().any(char::is_uppercase) {
            surrogate.to_lowercase()
        } else {
            surrogate.to_owned()
        };
        let capitals = !letters().any(char::is_lowercase);
        if self.plain || capitals && written.is_ascii() { bare(&cased) } else { cased }
    }
}

/// The letters that a reader took for digits, and `l` for `I` in capitals; as many bytes as before.
pub(super) fn unread(written: &str) -> Cow<'_, str> {
    let digits = written.bytes().any(|byte| matches!(byte, b'0' | b'1' | b'5' | b'6'));
    let capitals = written.contains('l') && written.chars().filter(|c| c.is_uppercase()).count() > 2;
    if !digits && !capitals {
        return Cow::Borrowed(written);
    }
    let mut out = String::with_capacity(written.len());
    for run in written.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let uppers = run.chars().filter(|c| c.is_uppercase()).count();
        let lowers = run.chars().filter(|c| c.is_lowercase() && *c != 'l').count();
        let letters = run.chars().filter(|c| c.is_alphabetic()).count();
        let upper = uppers > 0 && lowers == 0;
        let mut inside = false;
        let mut letters_of = run.chars().peekable();
        let mut before_is_digit = false;
        while let Some(c) = letters_of.next() {
            // `1er` and `6e` are numbers, `dupont12` ends with one; `0ctobre` and `R0UEN` are misread.
            let single = !before_is_digit && !letters_of.peek().is_some_and(char::is_ascii_digit);
            let misread = letters > 1 && single && (inside || letters > 2 && c == '0');
            before_is_digit = c.is_ascii_digit();
            inside |= c.is_alphabetic();
            out.push(match (c, upper) {
                ('0' | '6', true) if misread => 'O',
                ('0' | '6', false) if misread => 'o',
                ('1', true) if misread => 'I',
                ('1', false) if misread => 'l',
                ('5', true) if misread => 'S',
                ('5', false) if misread => 's',
                ('l', true) if uppers > 1 => 'I',
                _ => c,
            });
        }
    }
    Cow::Owned(out)
}

/// A cased word with what stood between the letters of the original: `D U P O N T`, `PA-⏎RENT`.
pub(super) fn spread(cased: &str, written: &str) -> String {
    let is_letter = |c: &char| c.is_alphanumeric() || is_combining_mark(*c);
    let Some(first) = written.find(|c: char| !is_letter(&c)) else { return cased.to_owned() };
    let gap_len = written[first..].find(|c: char| c.is_alphanumeric()).unwrap_or(written.len() - first);
    let gap = &written[first..first + gap_len];
    let letters: Vec<char> = cased.chars().collect();
    let spelt = written[..first].chars().count() == 1 && !gap.contains(['\n', '\r', '\u{ad}']);
    if !spelt && gap.contains(['\n', '\r', '\u{ad}', '-']) {
        let before = written[..first].chars().count().clamp(1, letters.len().saturating_sub(1).max(1));
        let (head, tail) = letters.split_at(before.min(letters.len()));
        return head.iter().chain(gap.chars().collect::<Vec<_>>().iter()).chain(tail).collect();
    }
    letters.iter().map(char::to_string).collect::<Vec<_>>().join(gap)
}

/// Each word of it with one capital; a particle in lower case stays so: `de La Tour`, `Martin-Dupont`.
fn capitalised(name: &str) -> String {
    let lower_word = |word: &str| word.starts_with(char::is_lowercase);
    let has_particle = lower_word(name) && name.contains(char::is_uppercase);
    let mut out = String::with_capacity(name.len());
    for word in name.split_inclusive(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)) {
        if has_particle && lower_word(word) {
            out.push_str(word);
            continue;
        }
        let mut letters = word.chars();
        out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        out.extend(letters.flat_map(char::to_lowercase));
    }
    out
}

/// Letter for letter; what is longer goes on like the last letter.
fn mixed(word: &str, mut uppers: impl Iterator<Item = bool>) -> String {
    let mut upper = false;
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        upper = uppers.next().unwrap_or(upper);
        if upper { out.extend(c.to_uppercase()) } else { out.extend(c.to_lowercase()) }
    }
    out
}

/// Without accents nor ligatures, in its case.
pub(super) fn bare(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'œ' => out.push_str("oe"),
            'Œ' => out.push_str("OE"),
            'æ' => out.push_str("ae"),
            'Æ' => out.push_str("AE"),
            _ => decompose_compatible(c, |part| {
                if !is_combining_mark(part) {
                    out.push(part);
                }
            }),
        }
    }
    out
}

/// Folded, as names are compared: letters and digits only.
pub(super) fn bare_key(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    let mut key = crate::text::fold(text);
    key.retain(char::is_alphanumeric);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_case_accents_and_spacing() {
        let (rich, plain) = (Writing { plain: false }, Writing { plain: true });
        for (written, rich_form, plain_form) in [
            ("MOREL", "BEGUE", "BEGUE"),
            ("FOURNIÉ", "BÉGUÉ", "BEGUE"),
            ("Morel", "Bégué", "Begue"),
            ("morel", "bégué", "begue"),
            ("mOREL", "bÉGUÉ", "bEGUE"),
            ("McDon", "BéGué", "BeGue"),
        ] {
            assert_eq!(rich.word("Bégué", written), rich_form);
            assert_eq!(plain.word("Bégué", written), plain_form);
        }
        assert_eq!(rich.word("Bégué", "TRESARRlEU"), "BEGUE");
        assert_eq!(rich.word("de La Tour", "Morel"), "de La Tour");
        assert_eq!(rich.word("Martin-Dupont", "Morel"), "Martin-Dupont");
        assert_eq!(rich.word("Le Gall", "MOREL"), "LE GALL");
        assert_eq!(
            unread("h6pita1 Coch1n, CENTRE HOSPlTALlER, B13, 1er, paul12"),
            "hopital Cochln, CENTRE HOSPITALIER, B13, 1er, paul12"
        );
        assert_eq!(spread("BEGUE", "D U P O N T"), "B E G U E");
        assert_eq!(spread("BEGUE", "F-A-U-V-E"), "B-E-G-U-E");
        assert_eq!(spread("Begue", "Pa-\n  rent"), "Be-\n  gue");
        assert_eq!(spread("Bo", "Paren-\nt"), "B-\no");
        assert_eq!(rich.phrase("Saint-Évrou", "NANTES"), "SAINT-EVROU");
        assert_eq!(rich.phrase("Saint-Évrou", "nantes"), "saint-évrou");
        assert_eq!(rich.phrase("Saint-Évrou", "La Réole"), "Saint-Évrou");
    }
}
