//! Moves a date by a number of days and writes it as it was written.

use chrono::{Datelike, Days, NaiveDate};

use crate::detect::date::{DateText, MONTHS, Part, Style, Unit, WEEKDAYS, write_number};
use crate::text::fold;

const SHORT: [&str; 12] = ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"];
const SHORTEST: [&str; 12] = ["jan", "fév", "mar", "avr", "mai", "jun", "jul", "aoû", "sep", "oct", "nov", "déc"];
const SEASONS: [&str; 4] = ["printemps", "été", "automne", "hiver"];

/// The surface moved by `days`, in its own writing.
///
/// What says less than a day moves as the middle of what it says: the 15th of a month, 1 July of a year, the middle of a
/// season. A feast becomes the month it moves to. A date without its year is taken in `reference_year`.
///
/// * returns `None` for what is no date or no day of the calendar: the caller masks it.
pub fn shift(surface: &str, days: i32, reference_year: i32) -> Option<String> {
    if let Some(vague) = vague(surface) {
        return Some(surface[..vague].to_owned() + &shift(&surface[vague..], days, reference_year)?);
    }
    let date = DateText::parse(surface)?;
    let moved: Vec<NaiveDate> = date.days(reference_year)?.iter().map(|day| add(*day, days)).collect::<Option<_>>()?;
    Some(rewrite(surface, &date, &moved))
}

/// The month of a date, `mars 2021` or `03/2021`; its year where it says no month.
///
/// * returns `None` for what is no date: the caller masks it.
pub fn generalise(surface: &str) -> Option<String> {
    let date = DateText::parse(&surface[vague(surface).unwrap_or(0)..])?;
    let point = date.points.last()?;
    let year = date.value(point.year);
    let Some(month) = point.month else { return year.map(|year| year.to_string()) };
    let part = &date.parts[month];
    let value = usize::try_from(part.value - 1).ok()?;
    let numeric = matches!(part.style, Style::Digits(_));
    match (year, numeric) {
        (Some(year), true) => Some(format!("{:02}/{year}", part.value)),
        (Some(year), false) => Some(format!("{} {year}", MONTHS[value])),
        (None, _) => Some(MONTHS[value].to_owned()),
    }
}

/// The year of a date, the last one of several.
///
/// * returns `None` for what is no date or says no year: the caller masks it.
pub fn year(surface: &str) -> Option<String> {
    let date = DateText::parse(&surface[vague(surface).unwrap_or(0)..])?;
    let mut years = date.points.iter().filter_map(|point| date.value(point.year));
    years.next_back().map(|year| year.to_string())
}

/// Bytes of `mi-`, `début`, `fin` before a date that says no day.
fn vague(surface: &str) -> Option<usize> {
    let lower = surface.to_lowercase();
    let word = ["mi", "début", "debut", "fin", "courant"]
        .into_iter()
        .find(|word| lower.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '-', '\u{a0}'])))?;
    let rest = surface.get(word.len()..)?;
    Some(word.len() + rest.find(char::is_alphanumeric)?)
}

pub(super) fn add(day: NaiveDate, days: i32) -> Option<NaiveDate> {
    let distance = Days::new(u64::from(days.unsigned_abs()));
    if days < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) }
}

fn rewrite(surface: &str, date: &DateText, moved: &[NaiveDate]) -> String {
    let padded = is_padded(surface, date);
    let mut out = String::with_capacity(surface.len() + 8);
    let mut copied = 0;
    for (at, part) in date.parts.iter().enumerate() {
        // A part that several dates share is that of the last one.
        let owner = |point: &crate::detect::date::Point| {
            [point.weekday, point.day, point.month, point.year, point.time].contains(&Some(at))
        };
        let Some(last) = date.points.iter().rposition(owner) else { continue };
        let written = &surface[part.bytes.clone()];
        out.push_str(&surface[copied..part.bytes.start]);
        copied = part.bytes.end;
        out.push_str(&render(part, written, moved[last], padded));
        if is_first_of_month(surface, date, last, at, padded) && moved[last].day() == 1 && part.value != 1 {
            out.push_str("er");
        }
        if part.unit == Unit::Day {
            let first = surface[copied..].to_lowercase();
            let marker = if first.starts_with("er") {
                2
            } else if first.starts_with(" er") {
                3
            } else {
                0
            };
            if part.value == 1 && marker > 0 {
                // `1er` is said of the first only.
                if moved[last].day() == 1 {
                    out.push_str(&surface[copied..copied + marker]);
                }
                copied += marker;
            }
            out.push_str(&unshared(date, last, moved));
        }
    }
    out.push_str(&surface[copied..]);
    out
}

/// Whether the first of a month is written `1er` here: in digits, beside a month in letters, with a blank between.
fn is_first_of_month(surface: &str, date: &DateText, point: usize, at: usize, padded: bool) -> bool {
    let part = &date.parts[at];
    let named = |month: usize| !matches!(date.parts[month].style, Style::Digits(_));
    part.unit == Unit::Day
        && matches!(part.style, Style::Digits(_))
        && !padded
        && date.points[point].month.is_some_and(named)
        && surface[part.bytes.end..].starts_with([' ', '\u{a0}', '\n'])
}

/// Whether a day or month of one digit takes a zero: beside a month in letters if it had one, else unless one had none.
fn is_padded(surface: &str, date: &DateText) -> bool {
    let mut short = date.parts.iter().filter(|part| matches!(part.unit, Unit::Day | Unit::Month));
    if date.parts.iter().any(|part| part.unit == Unit::Month && !matches!(part.style, Style::Digits(_))) {
        return short.filter(|part| part.unit == Unit::Day).any(|part| {
            let rest = &surface[part.bytes.end..];
            let glued = rest.starts_with(char::is_alphabetic) && !rest.to_lowercase().starts_with("er");
            glued || surface[part.bytes.clone()].starts_with(['0', 'O', 'o'])
        });
    }
    !short.any(|part| part.style == Style::Digits(1))
}

/// What a date of an interval no longer shares with the next one: `30 mars` in `30 mars au 2 avril`.
fn unshared(date: &DateText, at: usize, moved: &[NaiveDate]) -> String {
    let (point, day) = (date.points[at], moved[at]);
    let Some((next, next_day)) = date.points.get(at + 1).zip(moved.get(at + 1)) else { return String::new() };
    if point.month.is_none() || point.month != next.month {
        return String::new();
    }
    let numeric = point.month.is_some_and(|month| matches!(date.parts[month].style, Style::Digits(_)));
    let year = point.year.is_some() && day.year() != next_day.year();
    match (day.month() != next_day.month(), year, numeric) {
        (false, false, _) => String::new(),
        (_, false, true) => format!("/{:02}", day.month()),
        (_, true, true) => format!("/{:02}/{}", day.month(), day.year()),
        (_, false, false) => format!(" {}", MONTHS[day.month0() as usize]),
        (_, true, false) => format!(" {} {}", MONTHS[day.month0() as usize], day.year()),
    }
}

fn render(part: &Part, written: &str, day: NaiveDate, padded: bool) -> String {
    let value = match part.unit {
        Unit::Day => day.day() as i32,
        Unit::Month => day.month() as i32,
        Unit::Year => day.year(),
        Unit::Weekday => day.weekday().num_days_from_monday() as i32,
        Unit::Season => season(day),
        Unit::Feast => {
            // Feasts have a capital, months none.
            let upper = written.chars().filter(|c| c.is_uppercase()).count() > 1;
            let pattern = if upper { written.to_owned() } else { written.to_lowercase() };
            return cased(MONTHS[day.month0() as usize], &pattern);
        }
    };
    let at = usize::try_from(value).unwrap_or(0);
    match (part.unit, part.style) {
        (Unit::Weekday, Style::Short(_)) => cased(&WEEKDAYS[at][..3], written),
        (Unit::Weekday, _) => cased(WEEKDAYS[at], written),
        (Unit::Season, _) => cased(SEASONS[at], written),
        (Unit::Month, Style::Name | Style::Words) => cased(MONTHS[at - 1], written),
        (Unit::Month, Style::Short(letters)) => {
            cased(if letters > 3 { SHORT[at - 1] } else { SHORTEST[at - 1] }, written)
        }
        (Unit::Day, Style::Words) if value == 1 => cased("premier", written),
        (_, Style::Words) => cased(&write_number(value), written),
        (Unit::Year, Style::Digits(2)) => spaced(&format!("{:02}", value % 100), written),
        (_, Style::Digits(_)) if part.unit != Unit::Year && !padded => value.to_string(),
        _ => spaced(&format!("{value:02}"), written),
    }
}

/// Nearest middle of a season.
fn season(day: NaiveDate) -> i32 {
    match day.ordinal() {
        79..=171 => 0,
        172..=264 => 1,
        265..=354 => 2,
        _ => 3,
    }
}

/// Blanks between digits where there were.
fn spaced(digits: &str, written: &str) -> String {
    if !written.contains(' ') {
        return digits.to_owned();
    }
    digits.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// In the case of what it replaces, and without accents where that one dropped its own.
fn cased(word: &str, written: &str) -> String {
    let bare = fold(written);
    let lost =
        written.is_ascii() && ["fevrier", "fevr", "fev", "aout", "decembre", "dec", "ete"].contains(&bare.as_str());
    let upper = written.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let word = if lost || (upper && written.is_ascii()) { fold(word) } else { word.to_owned() };
    if upper {
        return word.to_uppercase();
    }
    if written.starts_with(char::is_uppercase) {
        let mut letters = word.chars();
        return letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_the_writing() {
        for (surface, moved) in [
            ("12/3/21", "22/3/21"),
            ("12.03.2021", "22.03.2021"),
            ("2021-03-12", "2021-03-22"),
            ("12 MARS 2021", "22 MARS 2021"),
            ("lundi 22 février 2021", "jeudi 4 mars 2021"),
            ("1er avril", "11 avril"),
            ("22 fevrier 2020", "3 mars 2020"),
            ("25 mars 2020", "4 avril 2020"),
            ("22 mars au 1er avril 2021", "1er avril au 11 avril 2021"),
            ("18 au 25 mars 2021", "28 mars au 4 avril 2021"),
            ("25 au 30 décembre 2020", "4 au 9 janvier 2021"),
            ("quinze août deux mille dix-neuf", "vingt-cinq août deux mille dix-neuf"),
            ("2 8 0 2 1 9 9 9", "1 0 0 3 1 9 9 9"),
            ("05nov", "15nov"),
            ("l2/O3/2O21", "22/03/2021"),
            ("22 février 2021", "4 mars 2021"),
            ("19 février 2021", "1er mars 2021"),
            ("mi-janvier 2021", "mi-janvier 2021"),
            ("29/02", "10/03"),
            ("29 février 2020", "10 mars 2020"),
            ("12 /03/ 2021", "22 /03/ 2021"),
        ] {
            assert_eq!(shift(surface, 10, 2001).as_deref(), Some(moved), "{surface}");
        }
        assert_eq!(shift("mars 2021", 60, 2001).as_deref(), Some("mai 2021"));
        assert_eq!(shift("2019", 300, 2001).as_deref(), Some("2020"));
        assert_eq!(shift("été 2017", 90, 2001).as_deref(), Some("automne 2017"));
        assert_eq!(shift("Noël 2020", 30, 2001).as_deref(), Some("janvier 2021"));
        assert_eq!(shift("31/02/2021", 10, 2001), None);
        assert_eq!(generalise("12/03/2021").as_deref(), Some("03/2021"));
        assert_eq!(generalise("12 mars 2021").as_deref(), Some("mars 2021"));
    }

    proptest! {
        /// Two dates keep their interval, whatever their writing; the way back gives the first one again.
        #[test]
        fn keeps_intervals(a in 0i64..40_000, b in 0i64..40_000, days in -365i32..=365, style in 0usize..4) {
            let epoch = NaiveDate::from_ymd_opt(1940, 1, 1).unwrap();
            let write = |day: NaiveDate| match style {
                0 => day.format("%d/%m/%Y").to_string(),
                1 => day.format("%Y-%m-%d").to_string(),
                2 if day.day() == 1 => format!("1er {} {}", MONTHS[day.month0() as usize], day.year()),
                2 => format!("{} {} {}", day.day(), MONTHS[day.month0() as usize], day.year()),
                _ => day.format("%d%m%Y").to_string(),
            };
            let (a, b) = (epoch + chrono::Duration::days(a), epoch + chrono::Duration::days(b));
            let moved = |day: NaiveDate| {
                let text = shift(&write(day), days, 2001).unwrap();
                DateText::parse(&text).unwrap().days(2001).unwrap()[0]
            };
            prop_assert_eq!(moved(a) - moved(b), a - b);
            prop_assert_eq!(shift(&shift(&write(a), days, 2001).unwrap(), -days, 2001).unwrap(), write(a));
        }
    }
}
