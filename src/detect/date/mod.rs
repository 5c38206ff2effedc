//! Reads a date as written: which characters are its day, month and year, and in what style.

mod numerals;
mod parse;

pub use numerals::{read_number, write_number};
pub use parse::is_date;

use std::ops::Range;

use chrono::NaiveDate;

/// Months as they are written, from January.
pub const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
/// Days of the week, from Monday.
pub const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/// A date, or several that share parts (`3 au 12 mars 2021`), with where each part stands.
#[derive(Clone, Debug, PartialEq)]
pub struct DateText {
    /// In text order; no two overlap.
    pub parts: Vec<Part>,
    /// The dates it speaks of, as indexes into `parts`; several may share a part.
    pub points: Vec<Point>,
}

/// One part of a date, with its bytes in the surface text.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub bytes: Range<usize>,
    pub unit: Unit,
    /// Day 1–31, month 1–12, full year, weekday 0–6 from Monday; season 0–3 from spring; feast: day of the year it stands for.
    pub value: i32,
    pub style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Month,
    Year,
    Weekday,
    Season,
    Feast,
}

/// How a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// In digits, that many of them.
    Digits(u8),
    /// `mars`, `lundi`
    Name,
    /// `janv`, `lun`, that many letters.
    Short(u8),
    /// `quinze`, `deux mille dix-neuf`
    Words,
}

/// One date: which part says its day, month and year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    pub weekday: Option<usize>,
    pub day: Option<usize>,
    pub month: Option<usize>,
    pub year: Option<usize>,
    /// A season or a feast, in place of day and month.
    pub time: Option<usize>,
}

impl DateText {
    /// Reads a whole span; `None` where it is not a date at all.
    ///
    /// A date that the calendar does not have (`31/02/2021`) is read; [`DateText::days`] then gives `None`.
    /// Two-digit years up to 39 are of this century.
    pub fn parse(surface: &str) -> Option<DateText> {
        parse::parse(surface)
    }

    /// The value of a part.
    pub fn value(&self, part: Option<usize>) -> Option<i32> {
        part.map(|at| self.parts[at].value)
    }

    /// A day that stands for each date: itself, the 15th of a month, 1 July of a year, the middle of a season.
    ///
    /// * `reference_year`: the year of a date that has none.
    /// * returns `None` if the calendar has no such day.
    pub fn days(&self, reference_year: i32) -> Option<Vec<NaiveDate>> {
        self.points
            .iter()
            .map(|point| {
                let year = self.value(point.year).unwrap_or(reference_year);
                if let Some(time) = point.time {
                    let day = match self.parts[time].unit {
                        Unit::Season => [120, 219, 311, 36][self.parts[time].value.rem_euclid(4) as usize],
                        _ => self.parts[time].value,
                    };
                    return NaiveDate::from_yo_opt(year, day as u32);
                }
                let month = self.value(point.month);
                let day = self.value(point.day);
                let (month, day) = match (month, day) {
                    (Some(month), Some(day)) => (month, day),
                    (Some(month), None) => (month, 15),
                    (None, Some(_)) => return None,
                    (None, None) => (7, 1),
                };
                // A 29 February without its year is a day of leap years.
                let year = if point.year.is_none() && (month, day) == (2, 29) { 2020 } else { year };
                NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
            })
            .collect()
    }
}
