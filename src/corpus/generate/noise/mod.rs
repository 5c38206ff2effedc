//! What happens to reports on their way: shortened, mistyped, scanned, wrapped, laid out in columns. Each operator changes a draft in place
//! and keeps every mark exact; only [`Operator::Header`] adds marks, and only [`Operator::Columns`] changes their order.

mod abbreviations;
mod blanks;
mod layout;
mod letters;
mod zones;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::dice::Dice;
use super::draft::Draft;
use super::settings::Dose;

pub(super) use letters::without_accents;

/// One kind of noise, in the order they act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Operator {
    /// A line of the letterhead and the patient's line come again, with a page number.
    Header,
    /// Of lines `field: value`, first all fields, then all values.
    Columns,
    Abbreviation,
    /// Letters swapped, dropped, doubled, or those of a neighbouring key.
    Typos,
    /// No accent is left.
    Accents,
    /// All capitals, or none.
    Case,
    /// Blanks lost after titles and marks, doubled, or put between the letters of capitals.
    Spaces,
    /// What a reader of scanned pages takes for something else.
    Ocr,
    /// Lines cut at a width, words sometimes with a hyphen.
    Wrap,
}

impl Operator {
    pub(super) const ALL: [Operator; 9] = [
        Operator::Header,
        Operator::Columns,
        Operator::Abbreviation,
        Operator::Typos,
        Operator::Accents,
        Operator::Case,
        Operator::Spaces,
        Operator::Ocr,
        Operator::Wrap,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Operator::Header => "header",
            Operator::Columns => "columns",
            Operator::Abbreviation => "abbreviation",
            Operator::Typos => "typos",
            Operator::Accents => "accents",
            Operator::Case => "case",
            Operator::Spaces => "spaces",
            Operator::Ocr => "ocr",
            Operator::Wrap => "wrap",
        }
    }

    /// Acts on a draft; `rate` is how often, on what it could act on.
    pub(super) fn apply(self, draft: &mut Draft, rate: f64, dice: &mut Dice) {
        match self {
            Operator::Header => layout::repeat_header(draft, dice),
            Operator::Columns => layout::split_columns(draft),
            Operator::Abbreviation => abbreviations::abbreviate(draft, rate, dice),
            Operator::Typos => letters::mistype(draft, rate, dice),
            Operator::Accents => letters::drop_accents(draft),
            Operator::Case => letters::change_case(draft, dice),
            Operator::Spaces => blanks::misplace(draft, rate, dice),
            Operator::Ocr => letters::misread(draft, rate, dice),
            Operator::Wrap => blanks::wrap(draft, rate, dice),
        }
    }
}

/// Acts with each operator of a level on its share of drafts; `dice` gives the choices of each.
pub(super) fn disturb(draft: &mut Draft, level: &BTreeMap<Operator, Dose>, dice: impl Fn(&str) -> Dice) {
    for operator in Operator::ALL {
        let Some(dose) = level.get(&operator) else { continue };
        let mut dice = dice(operator.as_str());
        if dice.happens(dose.documents) {
            operator.apply(draft, dose.rate, &mut dice);
        }
    }
}

#[cfg(test)]
mod tests;
