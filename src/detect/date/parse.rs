//! From characters to parts, from parts to dates.

use super::{DateText, Part, Point, Style, Unit, WEEKDAYS, read_number};
use crate::text::View;

const MONTHS: [&[&str]; 12] = [
    &["janvier", "janv", "jan"],
    &["fevrier", "fevr", "fev"],
    &["mars", "mar"],
    &["avril", "avr"],
    &["mai"],
    &["juin"],
    &["juillet", "juill", "juil", "jul"],
    &["aout", "aou"],
    &["septembre", "sept", "sep"],
    &["octobre", "oct"],
    &["novembre", "nov"],
    &["decembre", "dec"],
];
const SEASONS: [&str; 4] = ["printemps", "ete", "automne", "hiver"];
/// Feasts and the day of the year that stands for them; movable ones by their usual middle.
const FEASTS: [(&str, i32); 8] = [
    ("noel", 359),
    ("paques", 100),
    ("toussaint", 305),
    ("pentecote", 148),
    ("ascension", 138),
    ("rentree", 245),
    ("an", 1),
    ("assomption", 227),
];

/// Whether a folded span reads as a date, possible or not in the calendar: the check of the pattern files.
pub fn is_date(folded: &str) -> bool {
    parse(folded).is_some_and(|date| {
        let whole =
            date.points.iter().all(|point| point.day.is_some() && point.month.is_some() && point.year.is_some());
        // A wrong day (31/02) is still a date where everything else says so.
        date.days(2020).is_some() || whole
    })
}

/// Pieces of the surface: what may be a part, what joins, and nothing else.
enum Piece {
    Part(Part),
    /// `au`, `et`, `,`, `à`: what follows is another date.
    Join,
    /// A blank, a slash, a dot, a hyphen: what follows goes on the date, or a hyphen joins; `true` for a hyphen.
    Mark(bool),
}

pub(super) fn parse(surface: &str) -> Option<DateText> {
    if surface.len() > 90 {
        return None;
    }
    let view = View::new(surface);
    if let Some(date) = compact(&view) {
        return Some(date);
    }
    assemble(pieces(&view)?)
}

/// `12032021`, `120321`, `2 9 0 2 1 9 9 9`.
fn compact(view: &View) -> Option<DateText> {
    let text = view.normalized.text();
    let mut digits: Vec<usize> = Vec::with_capacity(8);
    for (at, c) in text.char_indices() {
        match ocr_digit(c) {
            '0'..='9' => digits.push(at),
            ' ' | '|' => {}
            _ => return None,
        }
    }
    if !(digits.len() == 8 || digits.len() == 6) {
        return None;
    }
    // Some digit stands alone: `1 9 | 0 3 | 2 0 2 4`; not `12 03 2021`.
    let alone = |at: usize| {
        let after = digits.get(at + 1).is_none_or(|next| *next > digits[at] + 1);
        after && (at == 0 || digits[at] > digits[at - 1] + 1)
    };
    if text.len() > digits.len() && !(0..digits.len()).any(alone) {
        return None;
    }
    let byte = |at: usize| ocr_digit(char::from(text.as_bytes()[at])) as i32 - '0' as i32;
    let number = |from: usize, to: usize| digits[from..to].iter().fold(0, |sum, at| sum * 10 + byte(*at));
    let part = |from: usize, to: usize, unit: Unit, value: i32| Part {
        bytes: view.normalized.original(digits[from], digits[to - 1] + 1).start()
            ..view.normalized.original(digits[from], digits[to - 1] + 1).end(),
        unit,
        value,
        style: Style::Digits((to - from) as u8),
    };
    let count = digits.len();
    let year_first =
        count == 8 && matches!(number(0, 2), 19 | 20) && (1..=12).contains(&number(4, 6)) && number(4, 8) < 1900;
    // `041966`: a month and a year, where the digits are no day.
    let month_year = count == 6 && !(1..=12).contains(&number(2, 4)) && matches!(number(2, 4), 19 | 20);
    let parts = if month_year {
        vec![part(0, 2, Unit::Month, number(0, 2)), part(2, 6, Unit::Year, number(2, 6))]
    } else if year_first {
        vec![
            part(0, 4, Unit::Year, number(0, 4)),
            part(4, 6, Unit::Month, number(4, 6)),
            part(6, 8, Unit::Day, number(6, 8)),
        ]
    } else {
        vec![
            part(0, 2, Unit::Day, number(0, 2)),
            part(2, 4, Unit::Month, number(2, 4)),
            part(4, count, Unit::Year, full_year(number(4, count), count - 4)),
        ]
    };
    let find = |unit: Unit| parts.iter().position(|part| part.unit == unit);
    let point = Point { day: find(Unit::Day), month: find(Unit::Month), year: find(Unit::Year), ..Point::default() };
    sensible(DateText { parts, points: vec![point] })
}

fn full_year(value: i32, digits: usize) -> i32 {
    match value {
        _ if digits > 2 => value,
        0..=39 => 2000 + value,
        _ => 1900 + value,
    }
}

/// Reads the surface piece by piece; `None` at the first thing that no date holds.
fn pieces(view: &View) -> Option<Vec<Piece>> {
    let text = view.normalized.text();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let c = rest.chars().next()?;
        let part = |len: usize, unit: Unit, value: i32, style: Style| {
            let span = view.normalized.original(at, at + len);
            Piece::Part(Part { bytes: span.start()..span.end(), unit, value, style })
        };
        if let Some(len) = number_len(rest) {
            let len = over_line(rest, len);
            let digits: String = rest[..len].chars().filter(|c| *c != '\n').map(ocr_digit).collect();
            let (len, bytes) = (digits.len(), len);
            let value: i32 = digits.parse().ok()?;
            let unit = if len == 4 { Unit::Year } else { Unit::Day };
            if len == 3 || len > 4 {
                return None;
            }
            pieces.push(part(bytes, unit, value, Style::Digits(len as u8)));
            at += bytes;
            let after = &text[at..];
            if value == 1 && (after.starts_with("er") || after.starts_with(" er")) {
                at += after.find('r').map_or(0, |r| r + 1);
            }
        } else if c.is_alphabetic() {
            let len = word_len(rest);
            let cut: String;
            let mut word = &rest[..len];
            if word.contains('\n') {
                cut = word.replace(['-', '\n'], "");
                word = &cut;
            }
            // `sept mars` is a day; `sept 2020` a month.
            let seventh =
                word == "sept" && rest[len..].trim_start().split(' ').next().is_some_and(|next| month(next).is_some());
            if let Some((month, rank)) = month(word).filter(|_| !seventh) {
                let style = if rank == 0 { Style::Name } else { Style::Short(len as u8) };
                pieces.push(part(len, Unit::Month, month, style));
            } else if let Some(weekday) = weekday(word) {
                let style = if len > 3 { Style::Name } else { Style::Short(3) };
                pieces.push(part(len, Unit::Weekday, weekday, style));
            } else if let Some(season) = SEASONS.iter().position(|season| *season == word) {
                pieces.push(part(len, Unit::Season, season as i32, Style::Name));
            } else if let Some((_, day)) = FEASTS.iter().find(|(feast, _)| *feast == word) {
                pieces.push(part(len, Unit::Feast, *day, Style::Name));
            } else if matches!(word, "au" | "et" | "a" | "ou") {
                pieces.push(Piece::Join);
            } else if matches!(word, "de" | "du" | "le" | "l" | "annee" | "jour" | "d" | "la") {
                pieces.push(Piece::Mark(false));
            } else {
                let (len, value) = words_number(rest)?;
                let unit = if value > 31 { Unit::Year } else { Unit::Day };
                pieces.push(part(len, unit, value, Style::Words));
                at += len;
                continue;
            }
            at += len;
        } else {
            match c {
                ',' | '&' | ';' => pieces.push(Piece::Join),
                '-' => pieces.push(Piece::Mark(true)),
                ' ' | '\n' | '.' | '/' | '|' | '\'' | '_' | '\\' => pieces.push(Piece::Mark(false)),
                _ => return None,
            }
            at += c.len_utf8();
        }
    }
    Some(pieces)
}

/// Length of a year that a line end cuts: `2\n023`; else of the digits before it.
fn over_line(text: &str, len: usize) -> usize {
    let Some(rest) = text[len..].strip_prefix('\n') else { return len };
    let more = rest.bytes().take_while(u8::is_ascii_digit).count();
    let year = format!("{}{}", &text[..len], &rest[..more]);
    let is_year = len < 4 && len + more == 4 && year.parse().is_ok_and(|year: i32| (1850..2100).contains(&year));
    if is_year { len + 1 + more } else { len }
}

/// Length of a word; of a month's name that a line end cuts, with it.
fn word_len(text: &str) -> usize {
    let len = text.find(|c: char| !(c.is_alphabetic() || c == '0')).unwrap_or(text.len());
    let rest = &text[len..];
    let Some(after) = rest.strip_prefix("-\n").or_else(|| rest.strip_prefix('\n')) else { return len };
    let more = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
    let joined = format!("{}{}", &text[..len], &after[..more]);
    if MONTHS.iter().any(|names| names[0] == joined) { len + (rest.len() - after.len()) + more } else { len }
}

/// Length of a run of digits, or of what a reader took for digits, with one real digit at least.
fn number_len(text: &str) -> Option<usize> {
    let len = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, 'o' | 'l' | 'i'))).unwrap_or(text.len());
    let run = &text[..len];
    let goes_on = text[len..].chars().next().is_some_and(char::is_alphabetic);
    if len > 0
        && run.bytes().any(|byte| byte.is_ascii_digit())
        && !(goes_on && run.bytes().any(|byte| byte.is_ascii_lowercase()))
    {
        return Some(len);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then_some(digits)
}

fn ocr_digit(c: char) -> char {
    match c {
        'o' => '0',
        'l' | 'i' => '1',
        _ => c,
    }
}

/// The month of a folded word, and the rank of its writing: 0 is the whole name.
fn month(word: &str) -> Option<(i32, usize)> {
    let exact = MONTHS
        .iter()
        .enumerate()
        .find_map(|(at, names)| names.iter().position(|name| *name == word).map(|rank| (at as i32 + 1, rank)));
    exact.or_else(|| {
        // Zeros and ones read for letters: `0ctobre`, `avri1` arrive here as words only when they hold no digit.
        let near = |name: &&str| word.len() >= 5 && crate::detect::closure::one_edit(name, word);
        MONTHS.iter().position(|names| names.first().is_some_and(near)).map(|at| (at as i32 + 1, 0))
    })
}

fn weekday(word: &str) -> Option<i32> {
    WEEKDAYS
        .iter()
        .position(|day| *day == word || (word.len() == 3 && day.starts_with(word) && word != "mar"))
        .map(|at| at as i32)
}

/// The longest run of words from the start that is a number, in bytes, and its value.
fn words_number(text: &str) -> Option<(usize, i32)> {
    let mut best = None;
    let ends = text.char_indices().filter(|(_, c)| !c.is_alphabetic()).map(|(at, _)| at).chain([text.len()]);
    for end in ends.take(9) {
        if let Some(value) = read_number(&text[..end]) {
            best = Some((end, value));
        }
    }
    best
}

/// Groups parts into dates.
fn assemble(pieces: Vec<Piece>) -> Option<DateText> {
    let mut parts: Vec<Part> = Vec::new();
    // What comes before each part: nothing, a mark, a hyphen, a join.
    let mut links: Vec<Link> = Vec::new();
    let mut link = Link::None;
    for piece in pieces {
        match piece {
            Piece::Part(part) => {
                parts.push(part);
                links.push(link);
                link = Link::None;
            }
            Piece::Join => link = Link::Join,
            Piece::Mark(hyphen) => {
                link = match link {
                    Link::Join => Link::Join,
                    _ if hyphen => Link::Hyphen,
                    Link::Hyphen => Link::Hyphen,
                    _ => Link::Mark,
                }
            }
        }
    }
    let named_month = parts.iter().any(|part| part.unit == Unit::Month);
    let mut groups = split(&parts, &links, named_month);
    for group in &mut groups {
        assign(&mut parts, group)?;
    }
    let mut points: Vec<Point> = groups.iter().map(|group| point(&parts, group)).collect();
    share(&mut points);
    sensible(DateText { parts, points })
}

#[derive(Clone, Copy, PartialEq)]
enum Link {
    None,
    Mark,
    Hyphen,
    Join,
}

/// Indexes of the parts of each date.
fn split(parts: &[Part], links: &[Link], named_month: bool) -> Vec<Vec<usize>> {
    let numeric = parts.iter().filter(|part| matches!(part.style, Style::Digits(_))).count();
    // `12-03-2021` is one date; `3-12 mars 2021`, `2015-2018`, `mars-avril 2020`, `12-13/03/21` are two.
    let hyphens = links.iter().filter(|link| **link == Link::Hyphen).count();
    let one_date = !named_month && numeric == 3 && hyphens == 2
        || !named_month && numeric == 2 && hyphens == 1 && parts.iter().any(|part| part.unit == Unit::Day);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, link) in links.iter().enumerate() {
        let same = |unit: Unit| at > 0 && parts[at - 1].unit == unit && parts[at].unit == unit;
        let new = match link {
            Link::Join => true,
            Link::Hyphen => !one_date && (same(Unit::Day) || same(Unit::Year) || same(Unit::Month)),
            _ => false,
        };
        match groups.last_mut() {
            Some(group) if !new && at > 0 => group.push(at),
            _ => groups.push(vec![at]),
        }
    }
    groups
}

/// Decides what each number of one date is: day, month or year, French order; a four-digit number first is ISO order.
fn assign(parts: &mut [Part], group: &mut [usize]) -> Option<()> {
    let months = group.iter().filter(|at| parts[**at].unit == Unit::Month).count();
    if months > 1 {
        return None;
    }
    let has_month = months == 1;
    let has_time = group.iter().any(|at| matches!(parts[*at].unit, Unit::Season | Unit::Feast));
    let numbers: Vec<usize> =
        group.iter().copied().filter(|at| matches!(parts[*at].unit, Unit::Day | Unit::Year)).collect();
    let years = numbers.iter().filter(|at| parts[**at].unit == Unit::Year).count();
    let units: &[Unit] = match (has_month || has_time, numbers.len()) {
        (_, 0) => &[],
        (true, 1) if has_time => &[Unit::Year],
        (true, 1) => {
            let after = group.iter().position(|at| parts[*at].unit == Unit::Month)
                < group.iter().position(|at| *at == numbers[0]);
            let two = matches!(parts[numbers[0]].style, Style::Digits(2)) && after;
            if years == 1 || two { &[Unit::Year] } else { &[Unit::Day] }
        }
        (true, 2) => &[Unit::Day, Unit::Year],
        (false, 1) => {
            if years == 1 {
                &[Unit::Year]
            } else {
                &[Unit::Day]
            }
        }
        (false, 2) if parts[numbers[1]].unit == Unit::Year => &[Unit::Month, Unit::Year],
        (false, 2) if parts[numbers[0]].unit == Unit::Year => &[Unit::Year, Unit::Month],
        (false, 2) if parts[numbers[1]].value > 12 && parts[numbers[1]].style == Style::Digits(2) => {
            &[Unit::Month, Unit::Year]
        }
        (false, 2) => &[Unit::Day, Unit::Month],
        (false, 3) if parts[numbers[0]].unit == Unit::Year => &[Unit::Year, Unit::Month, Unit::Day],
        (false, 3) => &[Unit::Day, Unit::Month, Unit::Year],
        _ => return None,
    };
    for (at, unit) in numbers.iter().zip(units) {
        let part = &mut parts[*at];
        part.unit = *unit;
        if let (Unit::Year, Style::Digits(digits)) = (*unit, part.style) {
            if digits == 1 {
                return None;
            }
            part.value = full_year(part.value, usize::from(digits));
        }
    }
    Some(())
}

fn point(parts: &[Part], group: &[usize]) -> Point {
    let find = |unit: Unit| group.iter().copied().find(|at| parts[*at].unit == unit);
    Point {
        weekday: find(Unit::Weekday),
        day: find(Unit::Day),
        month: find(Unit::Month),
        year: find(Unit::Year),
        time: find(Unit::Season).or(find(Unit::Feast)),
    }
}

/// `3 au 12 mars 2021`: what a date lacks is that of the next one.
fn share(points: &mut [Point]) {
    for at in (0..points.len().saturating_sub(1)).rev() {
        let next = points[at + 1];
        let this = &mut points[at];
        if this.time.is_none() && this.day.is_some() {
            this.month = this.month.or(next.month);
        }
        if this.month.is_some() || this.time.is_some() {
            this.year = this.year.or(next.year);
        }
    }
}

fn sensible(date: DateText) -> Option<DateText> {
    let in_range = |part: &Part| match part.unit {
        Unit::Day => (1..=31).contains(&part.value),
        Unit::Month => (1..=12).contains(&part.value),
        Unit::Year => (1850..=2100).contains(&part.value),
        _ => true,
    };
    let says = |point: &Point| point.month.is_some() || point.year.is_some() || point.time.is_some();
    (!date.points.is_empty() && date.parts.iter().all(in_range) && date.points.iter().all(says)).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn days(surface: &str) -> Vec<String> {
        let Some(date) = DateText::parse(surface) else { return vec!["none".to_owned()] };
        date.days(2000).map_or(vec!["impossible".to_owned()], |days| days.iter().map(NaiveDate::to_string).collect())
    }

    #[test]
    fn reads_every_writing() {
        for (surface, day) in [
            ("12/3/21", "2021-03-12"),
            ("12.03.2021", "2021-03-12"),
            ("12-03-2021", "2021-03-12"),
            ("2021-03-12", "2021-03-12"),
            ("12 mars 2021", "2021-03-12"),
            ("1er avril", "2000-04-01"),
            ("mars 2021", "2021-03-15"),
            ("03/2021", "2021-03-15"),
            ("2019", "2019-07-01"),
            ("quinze août deux mille dix-neuf", "2019-08-15"),
            ("premier avril mil neuf cent cinquante", "1950-04-01"),
            ("dec1993", "1993-12-15"),
            ("05nov", "2000-11-05"),
            ("120321", "2021-03-12"),
            ("12032021", "2021-03-12"),
            ("20210312", "2021-03-12"),
            ("2 9 0 2 1 9 9 9", "impossible"),
            ("2 8 0 2 1 9 9 9", "1999-02-28"),
            ("22|8|1923", "1923-08-22"),
            ("l2/O3/2O21", "2021-03-12"),
            ("été 2017", "2017-08-07"),
            ("Noël 2020", "2020-12-24"),
            ("12\nmars\n2021", "2021-03-12"),
            ("lundi 12 mars 2021", "2021-03-12"),
            ("31/02/2021", "impossible"),
            ("12 / 03 / 2021", "2021-03-12"),
            ("3 févr. 2020", "2020-02-03"),
            ("12/06/2\n023", "2023-06-12"),
            ("13 sep\ntembre 2024", "2024-09-13"),
            ("1 9 | 0 3 | 2 0 2 4", "2024-03-19"),
            ("0 | 4 | 1 | 9 | 6 | 6", "1966-04-15"),
            ("12 oct0bre 2015", "2015-10-12"),
            ("sept mars deux mille vingt", "2020-03-07"),
            ("sept 2020", "2020-09-15"),
        ] {
            assert_eq!(days(surface), [day], "{surface}");
        }
        assert_eq!(days("3 au 12 mars 2021"), ["2021-03-03", "2021-03-12"]);
        assert_eq!(days("3-12 mars 2021"), ["2021-03-03", "2021-03-12"]);
        assert_eq!(days("3, 4 et 5 mars 2021"), ["2021-03-03", "2021-03-04", "2021-03-05"]);
        assert_eq!(days("30 mars au 2 avril 2021"), ["2021-03-30", "2021-04-02"]);
        assert_eq!(days("mars-avril 2020"), ["2020-03-15", "2020-04-15"]);
        assert_eq!(days("2015-2018"), ["2015-07-01", "2018-07-01"]);
        assert_eq!(days("12 et 13/03/21"), ["2021-03-12", "2021-03-13"]);
        for surface in ["13/13", "45/01/2021", "mars", "12", "rue 2019", "L4-L5", "14h30", ""] {
            let read = days(surface);
            assert!(read == ["none"] || surface == "mars", "{surface} {read:?}");
        }
    }
}
