use std::collections::BTreeMap;

use super::Tally;
use super::figures::{Over, Spec};

/// Which sum stands in which column.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns(BTreeMap<String, usize>);

impl Columns {
    pub(super) fn of<'t>(tallies: impl IntoIterator<Item = &'t Tally>) -> Self {
        let mut columns = Columns::default();
        for (name, _) in tallies.into_iter().flat_map(Tally::iter) {
            if !columns.0.contains_key(name) {
                columns.0.insert(name.to_owned(), columns.0.len());
            }
        }
        columns
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// One document, as columns and sums.
    pub(super) fn row(&self, tally: &Tally) -> Vec<(u32, f64)> {
        tally.iter().filter_map(|(name, count)| Some((*self.0.get(name)? as u32, count as f64))).collect()
    }

    /// What follows `name/` in the columns, in alphabetical order: the labels that have that sum.
    pub(super) fn of_name<'c>(&'c self, name: &str) -> impl Iterator<Item = &'c str> {
        let from = format!("{name}/");
        let own = self.0.range(from.clone()..).take_while(move |(column, _)| column.starts_with(&from));
        own.filter_map(|(column, _)| column.split_once('/').map(|(_, label)| label))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The labels that either of two names has.
    pub(super) fn labels(&self, names: &[&str]) -> Vec<String> {
        let all: std::collections::BTreeSet<&str> = names.iter().flat_map(|name| self.of_name(name)).collect();
        all.into_iter().map(str::to_owned).collect()
    }
}

/// Columns and factors.
type Terms = Vec<(usize, f64)>;

/// A [`Spec`] over given columns.
#[derive(Clone, Debug)]
pub(super) struct Formula {
    parts: Vec<Part>,
    is_mean: bool,
    empty: f64,
}

#[derive(Clone, Debug)]
struct Part {
    above: Terms,
    below: Terms,
    /// Where these sum to zero, the part is no part of a mean.
    present: Terms,
}

/// A formula's value, and what it is the ratio of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ratio {
    pub(super) value: f64,
    pub(super) above: f64,
    pub(super) below: f64,
}

impl Formula {
    /// The formula of a spec, for `of` (a label, a type…) where it is of one.
    pub(super) fn new(spec: &Spec, columns: &Columns, of: &str) -> Self {
        let part = |of: &str, present: Terms| Part {
            above: terms(spec.above(), columns, of),
            below: terms(spec.below(), columns, of),
            present,
        };
        let (parts, is_mean) = match spec.over_what() {
            Over::Labels(scheme) => {
                let (gold, pred) = (format!("{scheme}.gold"), format!("{scheme}.pred"));
                let present = format!("{gold}/{{}} + {pred}/{{}}");
                let labels = columns.labels(&[&gold, &pred]);
                let parts = labels.iter().map(|label| part(label, terms(&present, columns, label)));
                (parts.collect(), true)
            }
            _ => (vec![part(of, Terms::new())], false),
        };
        Formula { parts, is_mean, empty: spec.empty() }
    }

    /// The columns it reads; some more than once.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        let terms = self.parts.iter().flat_map(|part| [&part.above, &part.below, &part.present]);
        terms.flatten().map(|(column, _)| *column)
    }

    pub(super) fn ratio(&self, sums: &[f64]) -> Ratio {
        // From +0: the sum of nothing would be -0.
        let add = |terms: &Terms| terms.iter().fold(0.0, |sum, (column, factor)| sum + sums[*column] * factor);
        let ratio = |above: f64, below: f64| if below > 0.0 { above / below } else { self.empty };
        if !self.is_mean {
            let (above, below) = (add(&self.parts[0].above), add(&self.parts[0].below));
            return Ratio { value: ratio(above, below), above, below };
        }
        let present = self.parts.iter().filter(|part| add(&part.present) > 0.0);
        let (above, below) = present
            .map(|part| ratio(add(&part.above), add(&part.below)))
            .fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        Ratio { value: ratio(above, below), above, below }
    }
}

/// Reads `a + 2*b - c/{}`; sums that no document has are zero.
fn terms(source: &str, columns: &Columns, of: &str) -> Terms {
    let mut terms = Terms::new();
    let mut sign = 1.0;
    for word in source.split(' ') {
        match word {
            "+" => sign = 1.0,
            "-" => sign = -1.0,
            _ => {
                let (factor, name) = match word.split_once('*') {
                    Some((factor, name)) if !name.is_empty() => (factor.parse().unwrap_or(1.0), name),
                    _ => (1.0, word),
                };
                if let Some(name) = name.strip_suffix("/*") {
                    for of in columns.of_name(name) {
                        terms.extend(columns.0.get(&format!("{name}/{of}")).map(|column| (*column, sign * factor)));
                    }
                } else {
                    terms.extend(columns.0.get(&name.replace("{}", of)).map(|column| (*column, sign * factor)));
                }
            }
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sums_factors_labels_and_all_of_them() {
        let mut tally = Tally::default();
        for (name, count) in [("a/X", 3), ("a/Y", 4), ("a.b/Z", 100), ("b", 5)] {
            tally.add(name, count);
        }
        let columns = Columns::of([&tally]);
        let mut sums = vec![0.0; columns.len()];
        columns.row(&tally).into_iter().for_each(|(column, count)| sums[column as usize] = count);
        let value = |source: &str, of: &str| -> f64 {
            terms(source, &columns, of).iter().map(|(column, factor)| sums[*column] * factor).sum()
        };
        assert_eq!(value("a/{} + 2*b - nothing", "Y"), 14.0);
        assert_eq!(value("2*a/* - b", ""), 9.0);
        assert_eq!(value("0.5*a/X", ""), 1.5);
    }

    #[test]
    fn a_mean_is_over_the_labels_that_are_there() {
        let spec = super::super::figures::WHOLE.iter().find(|spec| spec.name == "span_macro_precision").unwrap();
        let mut tally = Tally::default();
        // X: 1 of 2; Y: predicted never, so 0 as seqeval has it.
        for (name, count) in [("spans.gold/X", 3), ("spans.pred/X", 2), ("spans.exact/X", 1), ("spans.gold/Y", 1)] {
            tally.add(name, count);
        }
        let columns = Columns::of([&tally]);
        let mut sums = vec![0.0; columns.len()];
        columns.row(&tally).into_iter().for_each(|(column, count)| sums[column as usize] = count);
        assert_eq!(Formula::new(spec, &columns, "").ratio(&sums), Ratio { value: 0.25, above: 0.5, below: 2.0 });
        sums.fill(0.0);
        assert_eq!(Formula::new(spec, &columns, "").ratio(&sums).value, 0.0);
    }
}
