//! Surrogates of numbers: same layout, other digits, never valid for somebody.

use rustc_hash::FxHashSet;

use super::draw::Draw;
use crate::detect::check;

const TRIES: usize = 60;

/// The digits of a surface and where they stand; `O`, `l` and `I` are digits in what holds digits and no other letter.
pub(super) struct Digits<'s> {
    surface: &'s str,
    at: Vec<usize>,
    pub(super) values: Vec<u8>,
}

impl<'s> Digits<'s> {
    pub(super) fn of(surface: &'s str) -> Self {
        let mut digits = Digits { surface, at: Vec::with_capacity(16), values: Vec::with_capacity(16) };
        let whole = is_numeric(surface);
        let mut start = 0;
        for run in surface.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let misread = whole || is_numeric(run);
            for (at, byte) in run.bytes().enumerate() {
                let value = match byte {
                    b'0'..=b'9' => byte - b'0',
                    b'O' | b'o' if misread => 0,
                    b'l' | b'I' if misread => 1,
                    _ => continue,
                };
                digits.at.push(start + at);
                digits.values.push(value);
            }
            start += run.len();
        }
        digits
    }

    /// Folded, letters and digits only, misread digits as digits: the canonical form of a number.
    pub(super) fn key(&self) -> String {
        let digits: Vec<u8> = self.values.iter().map(|value| b'0' + value).collect();
        super::case::bare_key(&self.fill(&digits))
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The digits as a text.
    pub(super) fn compact(&self) -> String {
        self.values.iter().map(|value| char::from(b'0' + value)).collect()
    }

    /// The surface with other digits (ASCII); those missing stay what they were.
    pub(super) fn fill(&self, digits: &[u8]) -> String {
        let mut bytes = self.surface.as_bytes().to_vec();
        for (at, digit) in self.at.iter().zip(digits) {
            bytes[*at] = *digit;
        }
        String::from_utf8(bytes).expect("one ASCII byte took the place of another")
    }
}

/// Whether a text holds digits and no letter but those that readers take digits for.
fn is_numeric(text: &str) -> bool {
    let letter = |c: char| c.is_alphabetic() && !matches!(c, 'O' | 'o' | 'l' | 'I');
    text.bytes().any(|byte| byte.is_ascii_digit()) && !text.contains(letter)
}

/// Other letters and digits in the same layout: capitals for capitals, a leading zero for a leading zero.
///
/// * returns `None` if every try gave the original or a word of the document.
pub(super) fn shape(mut draw: Draw, surface: &str, avoid: &FxHashSet<&str>) -> Option<String> {
    let digits = Digits::of(surface);
    let mut is_digit = vec![false; surface.len()];
    for at in &digits.at {
        is_digit[*at] = true;
    }
    let short = digits.len() <= 2;
    (0..TRIES).find_map(|_| {
        let mut first = true;
        let mut out = String::with_capacity(surface.len());
        for (at, c) in surface.char_indices() {
            if is_digit[at] {
                let zero = first && matches!(c, '0' | 'O' | 'o');
                let digit = if zero { b'0' } else { draw.digit() };
                out.push(char::from(if first && !zero && digit == b'0' { b'1' + draw.below(9) as u8 } else { digit }));
                first = false;
            } else if c.is_alphabetic() {
                let letter = b"abcdefghjklmnpqrstuvwxyz"[draw.below(24)];
                out.push(char::from(if c.is_uppercase() { letter.to_ascii_uppercase() } else { letter }));
                first = false;
            } else {
                out.push(c);
            }
        }
        let kept = Digits::of(&out).values == digits.values && digits.len() > 0;
        let taken = !short && avoid.contains(super::case::bare_key(&out).as_str());
        (out != surface && !kept && !taken).then_some(out)
    })
}

/// A phone number in the ranges that the Arcep keeps for fiction, written as the original is.
///
/// Numbers of other countries and extensions keep their layout with other digits; `12 34/35` keeps its distance. There is no
/// range for fiction overseas: those numbers move to the mainland's.
/// Source: Arcep, décision n° 2018-0881 modifiée, « Numéros pour œuvres audiovisuelles ».
pub(super) fn phone(mut draw: Draw, surface: &str, avoid: &FxHashSet<&str>) -> Option<String> {
    let digits = Digits::of(surface);
    let Some((skip, country)) = national(&digits, surface) else {
        return foreign_or_short(draw, &digits, surface, avoid);
    };
    let body = &digits.values[skip..];
    for _ in 0..TRIES {
        let mut new: Vec<u8> = digits.values.iter().map(|value| b'0' + value).collect();
        new[..skip].copy_from_slice(&country);
        let fiction: &[u8; 5] = match body[0] {
            2 => b"26191",
            3 => b"35301",
            4 => b"46571",
            5 => b"53649",
            6 | 7 => b"63998",
            _ => b"19900",
        };
        new[skip..skip + 5].copy_from_slice(fiction);
        for digit in &mut new[skip + 5..skip + 9] {
            *digit = draw.digit();
        }
        // `12 34/35`, `12 34 ou 36`: as far from the first as before.
        let pair = |digits: &[u8]| i32::from(digits[0]) * 10 + i32::from(digits[1]);
        for at in (skip + 9..digits.len().saturating_sub(1)).step_by(2) {
            let distance = pair(&digits.values[at..]) - pair(&digits.values[skip + 7..]);
            let last = i32::from(new[skip + 7] - b'0') * 10 + i32::from(new[skip + 8] - b'0');
            let moved = (last + distance).rem_euclid(100) as u8;
            (new[at], new[at + 1]) = (b'0' + moved / 10, b'0' + moved % 10);
        }
        let out = digits.fill(&new);
        if out != surface && !avoid.contains(super::case::bare_key(&out).as_str()) {
            return Some(out);
        }
    }
    None
}

/// How many digits come before the nine of a French number, and how they are written.
fn national(digits: &Digits<'_>, surface: &str) -> Option<(usize, Vec<u8>)> {
    let text = digits.compact();
    let rest =
        |skip: usize| digits.len().checked_sub(skip).is_some_and(|rest| rest >= 9 && rest % 2 == 1 && rest <= 13);
    for prefix in ["00330", "0033", "330", "33"] {
        let plus =
            surface.trim_start_matches(['(', ' ']).starts_with('+') || prefix.starts_with("00") || text.len() == 11;
        let zero = prefix.ends_with('0') && surface.contains("(0)");
        if text.starts_with(prefix) && plus && rest(prefix.len()) && (zero || !prefix.ends_with("30")) {
            return Some((prefix.len(), prefix.as_bytes().to_vec()));
        }
    }
    let plus = surface.contains('+') || text.starts_with("00");
    (!plus && text.starts_with('0') && rest(1) && digits.values[1] != 0).then(|| (1, b"0".to_vec()))
}

fn foreign_or_short(mut draw: Draw, digits: &Digits<'_>, surface: &str, avoid: &FxHashSet<&str>) -> Option<String> {
    let kept = match () {
        _ if surface.contains('+') => 2,
        _ if digits.values.starts_with(&[0, 0]) && digits.len() > 9 => 4,
        _ => 0,
    };
    (0..TRIES).find_map(|_| {
        let new: Vec<u8> = (0..digits.len())
            .map(|at| match digits.values[at] {
                value if at < kept => b'0' + value,
                0 if at == 0 => b'0',
                _ if at == 0 => b'1' + draw.below(9) as u8,
                _ => draw.digit(),
            })
            .collect();
        let out = digits.fill(&new);
        let taken = digits.len() > 2 && avoid.contains(super::case::bare_key(&out).as_str());
        (out != surface && !taken).then_some(out)
    })
}

/// A professional's or institution's number: `999`, then other digits, with the key of Luhn where it has one (9 and 11 digits).
pub(super) fn registered(mut draw: Draw, surface: &str, avoid: &FxHashSet<&str>) -> Option<String> {
    let digits = Digits::of(surface);
    if digits.len() < 6 {
        return shape(draw, surface, avoid);
    }
    (0..TRIES).find_map(|_| {
        let mut new: Vec<u8> = (0..digits.len()).map(|at| if at < 3 { b'9' } else { draw.digit() }).collect();
        if matches!(new.len(), 9 | 11) {
            let last = new.len() - 1;
            let keys = b"0123456789".iter();
            let right = |key: &&u8| {
                new[last] = **key;
                check::luhn(std::str::from_utf8(&new).unwrap_or_default())
            };
            let key = keys.copied().collect::<Vec<u8>>();
            let key = key.iter().find(right).copied();
            new[last] = key?;
        }
        let out = digits.fill(&new);
        let taken = avoid.contains(super::case::bare_key(&out).as_str());
        (out != surface && !taken).then_some(out)
    })
}

/// Whether a number is an IBAN: its key is right, or it is French by its length.
pub(super) fn is_iban(surface: &str) -> bool {
    let compact = super::case::bare_key(surface);
    let head = compact.as_bytes();
    let country =
        head.len() > 4 && head[..2].iter().all(u8::is_ascii_lowercase) && head[2..4].iter().all(u8::is_ascii_digit);
    country && (check::iban(&compact) || compact.starts_with("fr") && compact.len() == 27)
}

/// An IBAN of the same country and layout with the check digits `00`, which no IBAN has.
pub(super) fn iban(draw: Draw, surface: &str, avoid: &FxHashSet<&str>) -> Option<String> {
    let head = surface.char_indices().filter(|(_, c)| c.is_alphanumeric()).nth(4)?.0;
    let digits = Digits::of(&surface[..head]);
    Some(digits.fill(b"00") + &shape(draw, &surface[head..], avoid)?)
}

/// What a social security number is built from.
pub(super) struct Birth {
    pub(super) year: u8,
    pub(super) month: u8,
}

/// A NIR of the same sex, of the month given, that is nobody's: born abroad (`99`) in a country that does not exist
/// (`990` to `999`). Its key is right, wrong or absent as the original's is.
///
/// * returns `None` for what has not 13 or 15 characters.
pub(super) fn nir(mut draw: Draw, surface: &str, birth: impl FnOnce(Birth) -> Birth) -> Option<(String, String)> {
    let places: Vec<usize> =
        surface.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).map(|(at, _)| at).collect();
    if !matches!(places.len(), 13 | 15) {
        return None;
    }
    let digits = Digits::of(surface);
    let value = |at: usize| digits.at.iter().position(|place| *place == places[at]).map(|found| digits.values[found]);
    let pair = |at: usize| Some(value(at)? * 10 + value(at + 1)?);
    let sex = value(0)?;
    let birth = birth(Birth { year: pair(1)?, month: pair(3)? });
    let country = 990 + draw.below(10);
    let order = 1 + draw.below(999);
    let number = format!("{sex}{:02}{:02}99{country}{order:03}", birth.year, birth.month);
    let key = format!("{:02}", 97 - number.parse::<u64>().ok()? % 97);
    let right = |number: &str| check::nir(number);
    let original = digits.key();
    let key = if places.len() == 15 && !right(&original) && digits.len() == 15 {
        format!("{:02}", 97 - (key.parse::<u64>().ok()? + 40) % 97)
    } else {
        key
    };
    let mut bytes = surface.as_bytes().to_vec();
    for (place, digit) in places.iter().zip(number.bytes().chain(key.bytes())) {
        bytes[*place] = digit;
    }
    let out = String::from_utf8(bytes).expect("one ASCII byte took the place of another");
    (out != surface).then_some((out, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replace::draw::Unit;
    use crate::replace::key::ProjectKey;

    fn draw(value: &str) -> Draw {
        Unit::new(&ProjectKey::generate().unwrap(), Some("p"), "d").draw("test", value)
    }

    fn layout(text: &str) -> String {
        text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect()
    }

    #[test]
    fn phones_keep_their_layout_and_go_to_fiction() {
        let none = FxHashSet::default();
        for (surface, start) in [
            ("01 42 34 56 78", "019900"),
            ("02.40.12.34.56", "026191"),
            ("0639991234", "063998"),
            ("07 12 34 56 78", "063998"),
            ("+33 6 12 34 56 78", "3363998"),
            ("+33 (0)6 12 34 56 78", "33063998"),
            ("0033 4 91 12 34 56", "003346571"),
            ("33 1 42 34 56 78", "3319900"),
            ("0262 12 34 56", "026191"),
            ("0800 12 34 56", "019900"),
        ] {
            let out = phone(draw(surface), surface, &none).unwrap();
            assert_eq!(layout(&out), layout(surface));
            assert!(Digits::of(&out).compact().starts_with(start), "{surface} {out}");
        }
        for surface in ["4127", "45 12", "7 61 20", "+32 2 555 12 34", "0"] {
            let out = phone(draw(surface), surface, &none);
            assert!(surface == "0" || layout(&out.clone().unwrap()) == layout(surface), "{surface} {out:?}");
        }
        let out = phone(draw("x"), "01 42 34 56 78/79", &none).unwrap();
        let digits = Digits::of(&out).compact();
        let (a, b): (i32, i32) = (digits[8..10].parse().unwrap(), digits[10..12].parse().unwrap());
        assert_eq!((b - a).rem_euclid(100), 1);
        assert_eq!(layout(&phone(draw("o"), "05 36 49 l5 93", &none).unwrap()), "99 99 99 99 99");
    }

    #[test]
    fn numbers_are_nobodys() {
        let none = FxHashSet::default();
        let rpps = registered(draw("r"), "10003456789", &none).unwrap();
        assert!(rpps.starts_with("999") && check::luhn(&rpps));
        let finess = registered(draw("f"), "44 000 0289", &none).unwrap();
        assert!(Digits::of(&finess).compact().starts_with("999") && check::luhn(&finess));
        assert!(is_iban("FR76 3000 6000 0112 3456 7890 189"));
        let new = iban(draw("i"), "FR76 3000 6000 0112 3456 7890 189", &none).unwrap();
        assert!(new.starts_with("FR00 ") && !check::iban(&super::super::case::bare_key(&new)));
        let out = shape(draw("s"), "24H-017652", &none).unwrap();
        assert!(out.as_bytes()[3] == b'-' && out.as_bytes()[2].is_ascii_uppercase() && out != "24H-017652");
        assert_eq!(shape(draw("s"), "---", &none), None);
    }

    #[test]
    fn a_nir_keeps_sex_and_layout_and_has_no_country() {
        let same = |birth: Birth| Birth { year: birth.year, month: birth.month % 12 + 1 };
        let (out, key) = nir(draw("n"), "2 69 05 49 588 157 80", same).unwrap();
        assert_eq!(layout(&out), "9 99 99 99 999 999 99");
        assert!(out.starts_with("2 69 06 99 99") && check::nir(&out), "{out}");
        assert_eq!(key.len(), 2);
        let (corse, _) = nir(draw("n"), "1 63 12 2A 123 456", same).unwrap();
        assert!(corse.starts_with("1 63 01 99 99") && corse.len() == 18);
        let (wrong, _) = nir(draw("n"), "2 69 05 49 588 157 81", same).unwrap();
        assert!(!check::nir(&wrong));
        assert!(nir(draw("n"), "16", same).is_none());
    }
}
