//! As many reports as wanted from those written by hand: every identity redrawn, coherently; other writings; noise. Marks follow exactly.
//!
//! A copy depends on the seed, its report and its number alone: not on threads, nor on how many copies are made.

mod dice;
mod draft;
mod emit;
mod names;
mod noise;
mod redraw;
mod settings;
mod writings;

pub use emit::{annotations, line};

use std::collections::BTreeMap;

use dice::Dice;
use draft::{Draft, Edit};
use noise::Operator;
use redraw::{Original, Redraw};
use settings::{Dose, Probabilities};

use crate::lexicon::Words;
use crate::replace::ReplaceError;
use crate::text::markup::Marked;

/// An annotated report to make copies of.
#[derive(Clone, Debug)]
pub struct Source {
    /// The folder it lies in.
    pub series: String,
    /// Its file, without the ending.
    pub name: String,
    pub marked: Marked,
}

/// A report made from another one.
#[derive(Clone, Debug)]
pub struct Copy {
    pub series: String,
    /// Of the report it was made from.
    pub name: String,
    /// How many copies of that report come before it.
    pub number: u64,
    pub marked: Marked,
}

impl Copy {
    /// `l-ouest/03-gastroenterologie#12`: unique within a seed.
    pub fn id(&self) -> String {
        format!("{}/{}#{}", self.series, self.name, self.number)
    }
}

/// Makes copies.
pub struct Generator {
    seed: u64,
    originals: Vec<Original>,
    /// The reports in the order they are copied, which the seed decides: few copies are of all series.
    order: Vec<usize>,
    redraw: Redraw,
    probabilities: Probabilities,
    level: BTreeMap<Operator, Dose>,
}

impl std::fmt::Debug for Generator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Generator({} reports, seed {})", self.originals.len(), self.seed)
    }
}

/// Why there are no copies.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    #[error("no level of noise is called `{name}`; levels: {known}")]
    UnknownLevel { name: String, known: String },
    #[error("there is no report to copy")]
    NoReport,
}

/// The levels of noise there are.
pub fn levels() -> Vec<String> {
    Probabilities::embedded().noise.into_keys().collect()
}

impl Generator {
    /// Copies of `sources`, with a level of noise of [`levels`].
    ///
    /// # Errors
    /// [`GenerateError`].
    pub fn new(sources: Vec<Source>, seed: u64, level: &str) -> Result<Self, GenerateError> {
        let probabilities = Probabilities::embedded();
        let Some(level) = probabilities.noise.get(level).cloned() else {
            return Err(GenerateError::UnknownLevel { name: level.to_owned(), known: levels().join(", ") });
        };
        if sources.is_empty() {
            return Err(GenerateError::NoReport);
        }
        let originals: Vec<Original> = sources.into_iter().map(Original::new).collect();
        let mut dice = Dice::new(seed, &["order"]);
        let mut order: Vec<usize> = (0..originals.len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at + 1));
        }
        Ok(Generator { seed, originals, order, redraw: Redraw::new(seed, Words::embedded()), probabilities, level })
    }

    /// The copy of that rank, from 0: all reports once, then all again.
    ///
    /// # Errors
    /// Marks that lie outside of their text, which [`markup`](crate::text::markup) never makes.
    pub fn copy(&self, rank: u64) -> Result<Copy, ReplaceError> {
        let count = self.order.len() as u64;
        let (number, turn) = (rank / count, rank % count);
        let original = &self.originals[self.order[turn as usize]];
        let (series, name) = (&original.series, &original.name);
        let copy = Copy { series: series.clone(), name: name.clone(), number, marked: Marked::default() };
        let dice = |stage: &str| Dice::new(self.seed, &[series, name, &number.to_string(), stage]);
        let mut draft = self.redraw.draw(original, &copy.id(), &mut dice("redraw"))?;
        writings::vary(&mut draft, &self.probabilities.writings, &mut dice("writings"));
        noise::disturb(&mut draft, &self.level, dice);
        unlike_marks(&mut draft);
        Ok(Copy { marked: draft.into_marked(), ..copy })
    }
}

/// Parts `](X`, which inline markup would read as a mark where capitals made it so.
fn unlike_marks(draft: &mut Draft) {
    let looks = |at: &usize| draft.text[at + 2..].starts_with(|c: char| c.is_ascii_uppercase());
    let found = draft.text.match_indices("](").map(|(at, _)| at).filter(looks);
    let edits = found.map(|at| Edit::new(at + 1..at + 1, " ")).collect();
    draft.apply(edits);
}

#[cfg(test)]
mod tests;
