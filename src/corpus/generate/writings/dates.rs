//! `12/03/2021` ↔ `12 mars 2021` ↔ `12.03.21`: the same day, otherwise written.

use chrono::{Datelike as _, NaiveDate};

use super::Pen;
use crate::detect::date::{DateText, MONTHS, WEEKDAYS};
use crate::text::fold;

const SHORT: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

/// `d`, `m` of two digits, `j`, `n` of one where one is enough; `B`, `b` the month's name in full and short; `Y`, `y` the year in full and
/// its last two digits.
const WHOLE: [&str; 14] = [
    "d/m/Y", "d/m/Y", "d/m/y", "d.m.Y", "d.m.y", "d-m-Y", "j/n/Y", "j/n/y", "d m Y", "Y-m-d", "j B Y", "j B Y",
    "j b Y", "d b y",
];
const MONTH_AND_YEAR: [&str; 6] = ["B Y", "B Y", "m/Y", "b Y", "m-Y", "m/y"];
const DAY_AND_MONTH: [&str; 6] = ["d/m", "d/m", "j B", "j b", "d.m", "j/n"];

/// Another writing of a date; `None` for several dates, words, seasons, digits without marks, and what is to stay.
pub(super) fn rewrite(surface: &str, share: f64, pen: &mut Pen<'_>) -> Option<String> {
    let date = DateText::parse(surface)?;
    let [point] = date.points[..] else { return None };
    let marks = surface.contains(|c: char| !c.is_alphanumeric());
    let digits = surface.contains(|c: char| c.is_ascii_digit());
    if point.time.is_some() || !marks || !digits || is_spread(surface) {
        return None;
    }
    let formats: &[&str] = match (point.day, point.month, point.year) {
        (Some(_), Some(_), Some(_)) => &WHOLE,
        (None, Some(_), Some(_)) => &MONTH_AND_YEAR,
        (Some(_), Some(_), None) => &DAY_AND_MONTH,
        _ => return None,
    };
    let format = formats[pen.choose(format!("date {}", layout(surface)), share, formats.len())?];
    // A 29 February without its year is one of a leap year.
    let days = date.days(2020)?;
    let mut new = write(days[0], format);
    if point.weekday.is_some() {
        new = format!("{} {new}", WEEKDAYS[days[0].weekday().num_days_from_monday() as usize]);
    }
    if pen.plain {
        new = fold(&new);
    }
    if !pen.lower || surface.chars().any(char::is_alphabetic) && !surface.chars().any(char::is_lowercase) {
        new = new.to_uppercase();
    }
    // Whatever the format, the day stays.
    (DateText::parse(&new)?.days(2020)? == days).then_some(new)
}

/// Digits each apart, as in the boxes of a form.
fn is_spread(surface: &str) -> bool {
    surface.split(|c: char| !c.is_alphanumeric()).filter(|run| run.len() == 1).count() > 2
}

/// Digits as `9`, letters as `a`: what two dates written alike share.
fn layout(surface: &str) -> String {
    let mut out = String::new();
    for c in surface.chars() {
        match c {
            _ if c.is_ascii_digit() => out.push('9'),
            _ if c.is_alphabetic() && out.ends_with('a') => {}
            _ if c.is_alphabetic() => out.push('a'),
            _ => out.push(c),
        }
    }
    if out.contains('a') { out.replace("99 a", "9 a") } else { out }
}

fn write(day: NaiveDate, format: &str) -> String {
    let month = day.month0() as usize;
    let named = format.contains(['b', 'B']);
    let mut out = String::with_capacity(20);
    for c in format.chars() {
        match c {
            'd' => out.push_str(&format!("{:02}", day.day())),
            'j' if named && day.day() == 1 => out.push_str("1er"),
            'j' => out.push_str(&day.day().to_string()),
            'm' => out.push_str(&format!("{:02}", day.month())),
            'n' => out.push_str(&day.month().to_string()),
            'B' => out.push_str(MONTHS[month]),
            'b' => out.push_str(SHORT[month]),
            'Y' => out.push_str(&day.year().to_string()),
            'y' => out.push_str(&format!("{:02}", day.year().rem_euclid(100))),
            _ => out.push(c),
        }
    }
    // The dot of a month's short name ends no sentence.
    if out.ends_with('.') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::generate::dice::Dice;
    use crate::corpus::generate::writings::tests::pen;
    use proptest::prelude::*;

    #[test]
    fn writes_every_format() {
        let day = NaiveDate::from_ymd_opt(2021, 3, 1).unwrap();
        for (format, written) in [
            ("d/m/Y", "01/03/2021"),
            ("j/n/y", "1/3/21"),
            ("j B Y", "1er mars 2021"),
            ("Y-m-d", "2021-03-01"),
            ("d m Y", "01 03 2021"),
        ] {
            assert_eq!(write(day, format), written);
        }
        assert_eq!(write(NaiveDate::from_ymd_opt(2021, 2, 9).unwrap(), "j b"), "9 févr");
        let mut dice = Dice::new(1, &[]);
        for left in ["12 au 14 mars 2021", "20210312", "2021", "quinze mars", "été 2017", "1 2 0 3 2 0 2 1", "bref"] {
            assert_eq!(rewrite(left, 1.0, &mut pen(&mut dice)), None, "{left}");
        }
        assert_eq!(rewrite("12/03/2021", 0.0, &mut pen(&mut dice)), None);
    }

    proptest! {
        /// Whatever the writing chosen, the day is the same, and so are the parts that are said.
        #[test]
        fn the_day_stays(days in 0i64..30_000, seed in 0u64..50, format in 0usize..WHOLE.len()) {
            let day = NaiveDate::from_ymd_opt(1945, 1, 1).unwrap() + chrono::Duration::days(days);
            let surface = write(day, WHOLE[format]);
            let read = |text: &str| DateText::parse(text).unwrap().days(2020).unwrap();
            if let Some(new) = rewrite(&surface, 1.0, &mut pen(&mut Dice::new(seed, &[]))) {
                prop_assert_eq!(read(&new), read(&surface));
            }
        }
    }
}
