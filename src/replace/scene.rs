//! One document being replaced: what its values are derived from, and the operator of each label.

use chrono::Datelike as _;
use rustc_hash::FxHashSet;

use super::cipher::Cipher;
use super::dates;
use super::draw::{Draw, Unit};
use super::key::{ProjectKey, hex};
use super::mail;
use super::names::Cast;
use super::numbers::{self, Birth, Digits};
use super::phrases::Writer;
use super::places::{Places, keep_breaks};
use super::policy::{Operator, Policy, Precision};
use crate::detect::Detection;
use crate::detect::date::DateText;
use crate::lexicon::Words;
use crate::replace::case::{Writing, bare_key};
use crate::text::{Document, Label, TokenKind};

/// The year of dates without one, where nothing in the document says better.
const ANY_YEAR: i32 = 2020;

/// What the values of one document depend on, and nothing else.
pub(super) struct Scene<'d> {
    pub(super) doc: &'d Document,
    pub(super) found: &'d [Detection],
    pub(super) policy: &'d Policy,
    pub(super) words: &'d Words,
    pub(super) cipher: &'d Cipher,
    pub(super) unit: &'d Unit,
    pub(super) writing: Writing,
    pub(super) avoid: &'d FxHashSet<&'d str>,
    pub(super) cast: Cast<'d>,
    pub(super) places: Places<'d>,
    /// The patient's shift.
    pub(super) days: i32,
    pub(super) year: i32,
    /// The key of a NIR whose last two digits are a span of their own.
    pub(super) pending_key: Option<String>,
}

/// The unit of coherence of a document.
pub(super) fn unit(key: &ProjectKey, doc: &Document) -> Unit {
    Unit::new(key, doc.patient(), doc.id())
}

/// Every word and number of the document and of what is known of its people, folded.
pub(super) fn words_of(doc: &Document) -> FxHashSet<&str> {
    let view = doc.view();
    let mut words = FxHashSet::with_capacity_and_hasher(view.tokens.len() / 2, rustc_hash::FxBuildHasher);
    let long = view.tokens.iter().filter(|token| token.len() > 1 && token.kind != TokenKind::Mark);
    words.extend(long.map(|token| token.text(&view.normalized)));
    words
}

/// The number of days a patient's dates move by: within the policy's bounds, either way, never 0, and never a whole year where the
/// bounds leave a choice: `le 3 mars` would stay as it is.
pub(super) fn shift_of(unit: &Unit, policy: &Policy) -> i32 {
    let mut draw = unit.draw("dates", "");
    let step = if policy.whole_weeks { 7 } else { 1 };
    let (min, max) = (policy.days.0.div_ceil(step), policy.days.1 / step);
    let steps = min + draw.below((max - min + 1) as usize) as u32;
    let is_year = |steps: u32| (step * steps).is_multiple_of(365) || (step * steps).is_multiple_of(366);
    let days = (step * if is_year(steps) && steps > min { steps - 1 } else { steps }) as i32;
    if draw.below(2) == 0 { days } else { -days }
}

/// The year of dates that have none: the report's own, else the latest of its dates.
pub(super) fn reference_year(doc: &Document, found: &[Detection]) -> i32 {
    let year = |text: &str| {
        let date = DateText::parse(text)?;
        let years = date.points.iter().filter_map(|point| date.value(point.year));
        years.filter(|year| (1900..=2100).contains(year)).max()
    };
    let dates = || found.iter().filter(|one| one.label == Label::DATE).map(|one| one.span.slice(doc.text()));
    // Years of four digits are seen without reading the dates.
    let written = || dates().filter_map(four_digits).max().or_else(|| dates().filter_map(year).max());
    let stamp = doc.date().and_then(|date| year(date.split(['T', ' ']).next().unwrap_or(date)));
    stamp.or_else(written).unwrap_or(ANY_YEAR)
}

/// A year from 1900 to 2100 in four digits on their own.
fn four_digits(text: &str) -> Option<i32> {
    let years = text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 4);
    years.filter_map(|run| run.parse().ok()).filter(|year| (1900..=2100).contains(year)).max()
}

impl Scene<'_> {
    /// What stands for a detection; a mask where nothing better can be made.
    pub(super) fn replace(&mut self, at: usize) -> String {
        let detection = &self.found[at];
        let (label, surface) = (detection.label, detection.span.slice(self.doc.text()));
        let tag = || format!("<{label}>");
        match self.policy.operator(label) {
            Operator::Keep => surface.to_owned(),
            Operator::Tag => tag(),
            Operator::Mask => self.policy.mask.clone(),
            Operator::Shift => self.shifted(surface).unwrap_or_else(tag),
            Operator::Generalise => self.generalised(at).unwrap_or_else(tag),
            Operator::Hash => {
                let bytes = self.unit.bytes(&format!("hash {label}"), &bare_key(surface));
                format!("<{label}:{}>", hex(&bytes[..6]))
            }
            Operator::Encrypt => self.cipher.encrypt(self.unit, label, surface),
            Operator::Surrogate => match self.surrogate(at) {
                Some(new) if new != surface => new,
                _ => self.policy.mask.clone(),
            },
        }
    }

    fn shifted(&self, surface: &str) -> Option<String> {
        let shift = |text: &str| dates::shift(text, self.days, self.year);
        // A word cut at the line's end, letters read for digits, digits each apart: read without, written back likewise.
        shift(surface)
            .or_else(|| Some(keep_breaks(shift(&uncut(surface)?)?, surface)))
            .or_else(|| shift(&reread(surface)))
            .or_else(|| {
                let digits = Digits::of(surface);
                let only = !surface.contains(|c: char| c.is_alphabetic() && !matches!(c, 'O' | 'o' | 'l' | 'I'));
                let moved = (digits.len() == 8 && only).then(|| shift(&digits.compact()))??;
                Some(digits.fill(moved.as_bytes()))
            })
    }

    fn generalised(&self, at: usize) -> Option<String> {
        let detection = &self.found[at];
        let surface = detection.span.slice(self.doc.text());
        match detection.label {
            Label::DATE_NAISSANCE => dates::year(&uncut(surface).unwrap_or_else(|| surface.to_owned())),
            Label::DATE => {
                let whole = uncut(surface).unwrap_or_else(|| surface.to_owned());
                match self.policy.precision {
                    Precision::Month => dates::generalise(&whole),
                    Precision::Year => dates::year(&whole),
                }
            }
            Label::ZIP => Places::department_code(surface),
            Label::VILLE => {
                let name = self.places.department(self.found, at)?;
                Some(self.writing.phrase(name, surface))
            }
            Label::AGE90 => Some(self.age(surface)),
            _ => None,
        }
    }

    /// All ages of 90 and more are one: the band, in words where the original is and the band is a number.
    fn age(&self, surface: &str) -> String {
        let worded = !surface.contains(|c: char| c.is_ascii_digit());
        if worded && self.policy.band == "90" {
            return self.writing.phrase("quatre-vingt-dix", surface);
        }
        self.policy.band.clone()
    }

    fn surrogate(&mut self, at: usize) -> Option<String> {
        let (doc, detection) = (self.doc, &self.found[at]);
        let surface = detection.span.slice(doc.text());
        let writer = || Writer {
            unit: self.unit,
            words: self.words,
            writing: self.writing,
            avoid: self.avoid,
            places: &self.places,
        };
        let new = match detection.label {
            Label::NOM | Label::PRENOM => return self.cast.render(at, detection),
            Label::VILLE => self.places.town(surface),
            Label::ZIP => self.places.postcode(self.found, at).or_else(|| self.shape(surface, "zip")),
            Label::ADRESSE => writer().address(surface),
            Label::HOPITAL => writer().institution(surface, &doc.text()[..detection.span.start()]),
            Label::TEL => numbers::phone(self.number_draw("tel", surface), surface, self.avoid),
            Label::MAIL => mail::mail(self.unit, &self.cast, surface),
            Label::URL => mail::url(self.unit, surface),
            Label::SECU => return self.social(surface),
            Label::RPPS | Label::ADELI | Label::FINESS => {
                numbers::registered(self.number_draw(detection.label.as_str(), surface), surface, self.avoid)
            }
            Label::AGE90 => Some(self.age(surface)),
            Label::ID if numbers::is_iban(surface) => {
                numbers::iban(self.unit.draw("iban", &bare_key(surface)), surface, self.avoid)
            }
            Label::IPP | Label::NDA | Label::ID => self.shape(surface, detection.label.as_str()),
            label if surface.contains(|c: char| c.is_ascii_digit()) => self.shape(surface, label.as_str()),
            label => Some(format!("<{label}>")),
        };
        new.map(|new| keep_breaks(new, surface))
    }

    fn shape(&self, surface: &str, class: &str) -> Option<String> {
        numbers::shape(self.unit.draw(class, &Digits::of(surface).key()), surface, self.avoid)
    }

    /// By the digits alone, without the prefix of the country, so that every writing of a number has one surrogate.
    fn number_draw(&self, class: &str, surface: &str) -> Draw {
        let digits = Digits::of(surface).compact();
        let national = digits.trim_start_matches("0033").trim_start_matches("33").trim_start_matches('0');
        self.unit.draw(class, if national.is_empty() { &digits } else { national })
    }

    /// A social security number, of the sex of the original and of the month of the shifted birth date.
    fn social(&mut self, surface: &str) -> Option<String> {
        let digits = Digits::of(surface);
        if digits.len() == 2
            && let Some(key) = self.pending_key.take()
        {
            return Some(digits.fill(key.as_bytes()));
        }
        let compact = digits.key();
        let number: String = compact.chars().take(13).collect();
        let born = |birth: Birth| self.born(birth);
        match numbers::nir(self.unit.draw("nir", &number), surface, born) {
            Some((new, key)) => {
                self.pending_key = (compact.len() == 13).then_some(key);
                Some(new)
            }
            None => self.shape(surface, "nir"),
        }
    }

    /// Where the month of a NIR moves: with the birth date that has it, else with the middle of the month.
    fn born(&self, birth: Birth) -> Birth {
        let text = self.doc.text();
        let written = self.found.iter().filter(|one| one.label == Label::DATE_NAISSANCE);
        let written = written.map(|one| one.span.slice(text));
        let known = self.doc.known().0.iter().filter(|(label, _)| *label == Label::DATE_NAISSANCE);
        let known = known.map(|(_, value)| value.as_str());
        let day =
            known.chain(written.take(40)).filter_map(|date| DateText::parse(date)?.days(self.year)?.first().copied());
        let same = |day: &chrono::NaiveDate| {
            day.month() == u32::from(birth.month) && day.year().rem_euclid(100) == i32::from(birth.year)
        };
        let middle = || chrono::NaiveDate::from_ymd_opt(1900 + i32::from(birth.year), u32::from(birth.month), 15);
        let moved = day.into_iter().find(same).or_else(middle).and_then(|day| dates::add(day, self.days));
        match moved {
            Some(day) => Birth { year: day.year().rem_euclid(100) as u8, month: day.month() as u8 },
            None => birth,
        }
    }
}

/// The text without line ends inside a word, with or without the hyphen of a cut; `None` if there is none.
fn uncut(surface: &str) -> Option<String> {
    let at = surface.find(['\n', '\r'])?;
    let head = surface[..at].trim_end();
    let head = head.strip_suffix(['-', '\u{ad}']).unwrap_or(head);
    Some(head.to_owned() + surface[at..].trim_start())
}

/// Letters read for digits and digits read for letters, put right; `rn` for `m`.
fn reread(surface: &str) -> String {
    let mut out = String::with_capacity(surface.len());
    for run in surface.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let letters = run.chars().filter(|c| c.is_alphabetic() && !matches!(c, 'O' | 'o' | 'l' | 'I')).count();
        if letters >= 2 {
            out.push_str(&run.replace('0', "o").replace('1', "l").replace("rn", "m"));
        } else if letters == 0 {
            out.extend(run.chars().map(|c| match c {
                'O' | 'o' => '0',
                'l' | 'I' => '1',
                _ => c,
            }));
        } else {
            out.push_str(run);
        }
    }
    out
}
