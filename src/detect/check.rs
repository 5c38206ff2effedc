//! Checks that confirm or refuse what a pattern matched. Each takes the folded text of the span.

/// A check of that name.
pub fn named(name: &str) -> Option<fn(&str) -> bool> {
    CHECKS.iter().find(|(known, _)| *known == name).map(|(_, check)| *check)
}

/// The names that identifier files may ask for.
pub fn names() -> Vec<&'static str> {
    CHECKS.iter().map(|(name, _)| *name).collect()
}

const CHECKS: &[(&str, fn(&str) -> bool)] = &[("luhn", luhn)];

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
    sum % 10 == 0
}
