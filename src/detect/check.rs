//! Checks that confirm or refuse what a pattern matched. Each takes the folded text of the span.

/// A check of that name.
pub fn named(name: &str) -> Option<fn(&str) -> bool> {
    CHECKS.iter().find(|(known, _)| *known == name).map(|(_, check)| *check)
}

/// The names that identifier files may ask for.
pub fn names() -> Vec<&'static str> {
    CHECKS.iter().map(|(name, _)| *name).collect()
}

const CHECKS: &[(&str, fn(&str) -> bool)] = &[
    ("age90", age90),
    ("date", super::date::is_date),
    ("iban", iban),
    ("identifying", identifying),
    ("luhn", luhn),
    ("nir", nir),
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
    sum % 10 == 0
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

/// Long enough to point to something: four digits, or three among letters or marks.
pub fn identifying(text: &str) -> bool {
    let count = digits(text).count();
    count >= 4 || (count >= 3 && text.len() > count)
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
