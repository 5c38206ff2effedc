//! What breaks the annotation guide, and what looks as if it did.

mod marks;
mod terminologies;
mod unmarked;

pub use terminologies::{Terminologies, TerminologyError};

use crate::text::Span;
use crate::text::markup;

/// What is wrong with one report, and on which of its lines (from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: usize,
    pub severity: Severity,
    /// Quotes the report, which is an invented one.
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Breaks the guide.
    Error,
    /// To be looked at.
    Warning,
}

/// Everything that is wrong with one annotated report, errors first, then by line.
pub fn check(source: &str, terminologies: &Terminologies) -> Vec<Fault> {
    let marked = match markup::parse(source) {
        Ok(marked) => marked,
        Err(error) => {
            return vec![Fault { line: error.line(), severity: Severity::Error, message: error.to_string() }];
        }
    };
    let mut faults = Vec::new();
    let mut push = |span: Span, severity: Severity, message: String| {
        let line = marked.text[..span.start()].matches('\n').count() + 1;
        faults.push(Fault { line, severity, message });
    };
    for mark in &marked.marks {
        marks::mark_faults(&marked.text, mark).into_iter().for_each(|fault| push(mark.span, Severity::Error, fault));
    }
    for mention in &marked.mentions {
        let errors = marks::mention_faults(&marked.text, mention);
        errors.into_iter().for_each(|fault| push(mention.span, Severity::Error, fault));
        let unknown = terminologies.unknown_codes(mention);
        let message = |code: &str| format!("`{code}` is no code of the terminology of {}", mention.label);
        // The list of drugs lacks the newest and some of the oldest.
        let severity = if mention.label.as_str() == "DRUG" { Severity::Warning } else { Severity::Error };
        unknown.iter().for_each(|code| push(mention.span, severity, message(code)));
    }
    unmarked::find(&marked).into_iter().for_each(|(span, what)| push(span, Severity::Warning, what));
    faults.sort_by_key(|fault| (fault.severity, fault.line));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_breaks_the_guide() {
        let messages = |source: &str| -> Vec<(Severity, usize)> {
            check(source, &Terminologies::default()).into_iter().map(|fault| (fault.severity, fault.line)).collect()
        };
        use Severity::{Error, Warning};
        assert_eq!(messages("Dr [Morel](NOM soignant), le [12/03/2021](DATE)"), []);
        assert_eq!(messages("[Morel](NOM)"), [(Error, 1)]);
        assert_eq!(messages("a\n[Morel ](NOM patient)"), [(Error, 2)]);
        assert_eq!(messages("[x](TRUC)"), [(Error, 1)]);
        assert_eq!(messages("[12/03/2021](DATE patient)"), [(Error, 1)]);
        assert_eq!(messages("[HTA](DIAG I10 negated) [TA](LAB value=12/8 unit=cmHg)"), []);
        assert_eq!(
            messages("[HTA](DIAG)\n[HTA](DIAG I10 absent)\n[TA](LAB valeur=3)"),
            [(Error, 1), (Error, 2), (Error, 3)]
        );
        assert_eq!(messages("[Morel](NOM patient\n"), [(Error, 1)]);
        assert_eq!(messages("a\nb\n[a [b](NOM patient) c](VILLE)"), [(Error, 3)]);
        assert_eq!(messages("[(Évry](VILLE)\n[Évry!](VILLE)"), [(Error, 1), (Error, 2)]);
        // Towns, years and diseases that are marked and not; look-alikes; each place once.
        assert_eq!(messages("[Évry](VILLE)\nà Évry"), [(Warning, 2)]);
        assert_eq!(messages("en [2019](DATE), [HTA](DIAG I10), 20190\nen 2019\nHTA, HTAP"), [(Warning, 2)]);
        assert_eq!(messages("[hypertension](DIAG I10)\nhypertension"), [(Warning, 2)]);
        for alike in
            ["3 mars", "12/03/21", "03/2021", "+33 6 39 98 11 22", "a.b@c.invalid", "www.x.invalid", "12345678"]
        {
            assert_eq!(messages(&format!("vu {alike} a")), [(Warning, 1)], "{alike}");
        }
        assert_eq!(messages("TA 12/8, 1,5 mg/j, 38.5, 100000"), []);
        assert_eq!(messages("M. [Morel](NOM patient)\nMOREL va bien, vu le 12/03/2021"), [(Warning, 2), (Warning, 2)]);
    }
}
