//! Numbers otherwise grouped: the digits stay.

use super::Pen;
use crate::text::Label;

/// Digits if a surface holds nothing else but blanks, dots, hyphens and slashes.
fn digits(surface: &str) -> Option<String> {
    let mark = |c: char| matches!(c, ' ' | '.' | '-' | '/' | '\u{a0}' | '\u{202f}');
    let all = surface.chars().all(|c| c.is_ascii_digit() || mark(c));
    all.then(|| surface.chars().filter(char::is_ascii_digit).collect())
}

/// Digits as `9`: what two numbers written alike share.
fn layout(surface: &str) -> String {
    surface.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect()
}

/// Digits in groups of those sizes, the last one again and again.
fn group(digits: &str, sizes: &[usize], mark: &str) -> String {
    let mut out = String::with_capacity(digits.len() + 8);
    let mut at = 0;
    for size in sizes.iter().chain(std::iter::repeat(sizes.last().unwrap_or(&1))) {
        if at >= digits.len() {
            break;
        }
        if at > 0 {
            out.push_str(mark);
        }
        let end = (at + size).min(digits.len());
        out.push_str(&digits[at..end]);
        at = end;
    }
    out
}

/// A French phone number of ten digits, or with the prefix of the country.
pub(super) fn phone(surface: &str, share: f64, pen: &mut Pen<'_>) -> Option<String> {
    type Style = fn(&str) -> String;
    const STYLES: [Style; 12] = [
        |n| group(&format!("0{n}"), &[2], " "),
        |n| group(&format!("0{n}"), &[2], " "),
        |n| group(&format!("0{n}"), &[2], "."),
        |n| group(&format!("0{n}"), &[2], "."),
        |n| group(&format!("0{n}"), &[2], "-"),
        |n| group(&format!("0{n}"), &[2], "/"),
        |n| format!("0{n}"),
        |n| group(&format!("0{n}"), &[4, 3], " "),
        |n| group(&format!("0{n}"), &[4, 2], " "),
        |n| format!("+33 {}", group(n, &[1, 2], " ")),
        |n| format!("+33 (0){}", group(n, &[1, 2], " ")),
        |n| format!("0033{n}"),
    ];
    let bare: String = surface.replace("(0)", "").trim_start_matches('+').to_owned();
    let digits = digits(&bare)?;
    let national =
        digits.strip_prefix("0033").or_else(|| digits.strip_prefix("33")).or_else(|| digits.strip_prefix('0'))?;
    if national.len() != 9 || national.starts_with('0') {
        return None;
    }
    let style = pen.choose(format!("tel {}", layout(surface)), share, STYLES.len())?;
    Some(STYLES[style](national))
}

/// A social security number of 13 or 15 digits.
pub(super) fn social(surface: &str, share: f64, pen: &mut Pen<'_>) -> Option<String> {
    let digits = digits(surface).filter(|digits| matches!(digits.len(), 13 | 15))?;
    let styles: [(&[usize], &str); 5] = [
        (&[15], ""),
        (&[1, 2, 2, 2, 3, 3, 2], " "),
        (&[13, 2], " "),
        (&[1, 2, 2, 2, 3, 3, 2], "."),
        (&[1, 6, 6, 2], " "),
    ];
    let (sizes, mark) = styles[pen.choose(format!("secu {}", layout(surface)), share, styles.len())?];
    Some(group(&digits, sizes, mark))
}

/// Any other number of six digits or more.
pub(super) fn grouped(label: Label, surface: &str, share: f64, pen: &mut Pen<'_>) -> Option<String> {
    let digits = digits(surface).filter(|digits| digits.len() >= 6)?;
    let styles: [(&[usize], &str); 6] = [(&[30], ""), (&[30], ""), (&[3], " "), (&[2], " "), (&[4], " "), (&[3], ".")];
    let (sizes, mark) = styles[pen.choose(format!("{label} {}", layout(surface)), share, styles.len())?];
    Some(group(&digits, sizes, mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::generate::dice::Dice;
    use crate::corpus::generate::writings::tests::pen;

    fn only_digits(text: &str) -> String {
        text.chars().filter(char::is_ascii_digit).collect()
    }

    #[test]
    fn groups() {
        assert_eq!(group("0639981122", &[2], " "), "06 39 98 11 22");
        assert_eq!(group("269059999015780", &[1, 2, 2, 2, 3, 3, 2], " "), "2 69 05 99 990 157 80");
        assert_eq!(group("1234567", &[3], "."), "123.456.7");
    }

    #[test]
    fn digits_stay() {
        for seed in 0..60 {
            let mut dice = Dice::new(seed, &[]);
            let mut pen = pen(&mut dice);
            for surface in ["06 39 98 11 22", "0639981122", "+33 6 39 98 11 22", "+33 (0)6 39.98.11.22"] {
                let new = phone(surface, 1.0, &mut pen).unwrap();
                let digits = only_digits(&new);
                assert!(digits.ends_with("639981122") && matches!(digits.len(), 10..=13), "{new}");
            }
            assert_eq!(only_digits(&social("2 69 05 99 990 157 80", 1.0, &mut pen).unwrap()), "269059999015780");
            assert_eq!(only_digits(&grouped(Label::IPP, "8003214567", 1.0, &mut pen).unwrap()), "8003214567");
            for left in ["4512", "06 39 98 11 22/23", "+32 2 555 12 34", "06 39 98 l1 22"] {
                assert_eq!(phone(left, 1.0, &mut pen), None, "{left}");
            }
            assert_eq!(grouped(Label::ID, "24H-017652", 1.0, &mut pen), None);
        }
    }
}
