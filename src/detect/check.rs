//! Checks that confirm or refuse what a pattern matched. Each takes the folded text of the span.

/// A check of that name.
pub fn named(name: &str) -> Option<Check> {
    CHECKS.iter().find(|(known, _)| *known == name).map(|(_, check)| *check)
}

/// The names that identifier files may ask for.
pub fn names() -> Vec<&'static str> {
    CHECKS.iter().map(|(name, _)| *name).collect()
}

/// Says whether a folded span holds.
pub type Check = fn(&str) -> bool;

const CHECKS: &[(&str, Check)] = &[
    ("age90", age90),
    ("code", code),
    ("date", super::date::is_date),
    ("iban", iban),
    ("identifying", identifying),
    ("luhn", luhn),
    ("nir", nir),
    ("phone", phone),
    ("rpps", rpps),
];

/// Digits of a text, whatever separates them.
pub fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> + '_ {
    text.chars().filter_map(|c| c.to_digit(10))
}

/// Key of Luhn over all digits.
/// Source: ISO/IEC 7812-1, annex B.
pub fn luhn(text: &str) -> bool {
    let sum: u32 = digits(text)
        .rev()
        .enumerate()
        .map(|(at, digit)| match at % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Key of a NIR: `97 - n mod 97`, `n` being its first 13 characters read as one number (`2A` → 19, `2B` → 18).
/// Source: Insee, « Numéro d'inscription au répertoire ».
pub fn nir(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let Some((number, key)) = compact.split_at_checked(13) else { return false };
    let number = number.replace("2a", "19").replace("2b", "18");
    match (number.parse::<u64>(), key.parse::<u64>()) {
        (Ok(number), Ok(key)) => key == 97 - number % 97,
        _ => false,
    }
}

/// Remainder 1 modulo 97, country and key moved to the end, letters read from `a` = 10.
/// Source: ISO 13616-1.
pub fn iban(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    if !(15..=34).contains(&compact.len()) {
        return false;
    }
    let remainder = compact[4..].iter().chain(&compact[..4]).fold(0u32, |sum, c| {
        let value = c.to_digit(36).unwrap_or(0);
        (sum * if value > 9 { 100 } else { 10 } + value) % 97
    });
    remainder == 1
}

/// 90 to 125 years.
pub fn age90(text: &str) -> bool {
    text.parse::<u8>().is_ok_and(|age| (90..=125).contains(&age))
}

/// Eleven digits with a sound key.
pub fn rpps(text: &str) -> bool {
    digits(text).count() == 11 && luhn(text)
}

/// Long enough to point to something: four digits, or two and letters or marks; and no date.
pub fn identifying(text: &str) -> bool {
    let count = digits(text).count();
    let compact = text.len() == count;
    (count >= 4 || (count >= 3 && text.len() > count) || (count >= 2 && text.len() >= 5 && has_letter(text)))
        && (compact || !is_partial_date(text))
        && !is_oid(text)
}

/// Looks like a code by itself: digits with letters, or in several runs, and nothing that medicine writes so.
pub fn code(text: &str) -> bool {
    let count = digits(text).count();
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let longest = runs.map(str::len).max().unwrap_or(0);
    let mixed = has_letter(text) || text.contains(['-', '/']);
    if is_amount(text) {
        return false;
    }
    identifying(text)
        && (longest >= 5
            || count >= 8
            || (mixed && count >= 3 && longest >= 3)
            || (mixed && count >= 4 && text.len() >= 6))
}

/// A ratio, a time, a year with its word, an act: `134/78`, `11 h 25`, `IVA 2020`, `HBLD418`.
fn is_amount(text: &str) -> bool {
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let year = |run: &str| run.len() == 4 && matches!(&run[..2], "19" | "20");
    match runs.as_slice() {
        [only] => {
            (year(only) || only.len() <= 3) && text.contains(' ')
                || text.len() == 7 && only.len() == 3 && text.ends_with(only)
        }
        [a, b] => {
            let between = &text[text.find(a).unwrap_or(0) + a.len()..text.len() - b.len().min(text.len())];
            (between == "/" && a.len() <= 3 && b.len() <= 3 && !has_letter(text)) || between.trim() == "h"
        }
        _ => false,
    }
}

/// A French phone number, and not a date with an hour.
pub fn phone(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mark = |at: usize| matches!(bytes.get(at), Some(b'/' | b'.' | b'-'));
    let year = |at: usize| bytes.get(at..at + 2).is_some_and(|century| century == b"19" || century == b"20");
    let four = |at: usize| bytes.get(at..at + 4).is_some_and(|year| year.iter().all(u8::is_ascii_digit));
    let dated = mark(2) && mark(5) && year(6) && four(6);
    let compact = bytes.len() >= 9 && bytes[..8].iter().all(u8::is_ascii_digit) && bytes[8] == b' ';
    !dated && !compact
}

fn has_letter(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether it begins as a date with its separators does: `12/03/2021`, `03/2021`, `12.03`.
fn is_partial_date(text: &str) -> bool {
    let head = text.split(' ').next().unwrap_or_default();
    head.contains(['/', '.', '-']) && !has_letter(head) && super::date::is_date(head)
}

/// `1.2.250.1.213`, `2.0.1`: numbers of standards and versions.
fn is_oid(text: &str) -> bool {
    text.split('.').count() >= 3
        && text.split('.').all(|run| run.len() < 5 && run.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        assert!(nir("1 97 11 99 993 479 67") && !nir("1 97 11 99 993 479 68"));
        assert!(nir(&format!("16312{}994123{:02}", "2a", 97 - 1_631_219_994_123_u64 % 97)));
        assert!(iban("fr76 3000 6000 0112 3456 7890 189") && !iban("fr76 3000 6000 0112 3456 7890 188"));
        assert!(luhn("99900001233") && !luhn("99900001234"));
    }
}
