//! Inline markup of gold files: `Mme [Morel](NOM patient), IPP [8003214](IPP).`
//!
//! A mark is `[text](LABEL attributes…)`: the label in capitals, attributes after blanks. Any other bracket is
//! ordinary text. Marks do not nest and may run over line ends. Clinical mentions are written alike,
//! `[amiodarone](DRUG C01BD01 dose=200_mg change=stopped)`, and kept apart from what identifies.

use super::{Label, Span};

/// One marked span of the plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub span: Span,
    pub label: Label,
    /// What follows the label, as written.
    pub attributes: Vec<String>,
}

/// The plain text and its marks, in text order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Marked {
    pub text: String,
    /// What identifies.
    pub marks: Vec<Mark>,
    /// Clinical mentions; empty where a report does not carry any.
    pub mentions: Vec<Mark>,
}

impl std::fmt::Debug for Marked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Marked({} bytes, {} marks, {} mentions)", self.text.len(), self.marks.len(), self.mentions.len())
    }
}

/// A mark that does not close, nests, or marks nothing; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkupError {
    #[error("line {line}: a mark marks nothing")]
    Empty { line: usize },
    #[error("line {line}: a bracket opens inside a mark, or `](LABEL` closes none")]
    Unbalanced { line: usize },
    #[error("line {line}: the parenthesis after a mark does not close")]
    Unclosed { line: usize },
}

impl MarkupError {
    /// Where; lines count from 1.
    pub fn line(&self) -> usize {
        let (MarkupError::Empty { line } | MarkupError::Unbalanced { line } | MarkupError::Unclosed { line }) = self;
        *line
    }
}

/// Reads inline markup.
///
/// ```
/// # use estompe::text::markup;
/// let marked = markup::parse("Dr[MOREL](NOM soignant), [x] oui")?;
/// assert_eq!(marked.text, "DrMOREL, [x] oui");
/// assert_eq!(marked.marks[0].span.slice(&marked.text), "MOREL");
/// # Ok::<(), markup::MarkupError>(())
/// ```
///
/// # Errors
/// A broken mark, with its line; nothing is skipped in silence.
pub fn parse(source: &str) -> Result<Marked, MarkupError> {
    let line = |at: usize| source[..at].matches('\n').count() + 1;
    let mut marked = Marked { text: String::with_capacity(source.len()), marks: Vec::new(), mentions: Vec::new() };
    let mut copied = 0;
    let mut from = 0;
    while let Some(close) = source[from..].find("](").map(|at| at + from) {
        from = close + 2;
        let inside = &source[close + 2..];
        if !inside.starts_with(|c: char| c.is_ascii_uppercase()) {
            continue;
        }
        let Some(end) = inside.find(')') else { return Err(MarkupError::Unclosed { line: line(close) }) };
        let mut words = inside[..end].split(' ');
        let name = words.next().unwrap_or_default();
        if !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
            continue;
        }
        let Some(open) = source[copied..close].rfind('[').map(|at| at + copied) else {
            return Err(MarkupError::Unbalanced { line: line(close) });
        };
        if open + 1 == close {
            return Err(MarkupError::Empty { line: line(close) });
        }
        marked.text.push_str(&source[copied..open]);
        let start = marked.text.len();
        marked.text.push_str(&source[open + 1..close]);
        let attributes = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let label = Label::named(name);
        let list = if label.is_mention() { &mut marked.mentions } else { &mut marked.marks };
        list.push(Mark { span: Span::new(start, marked.text.len()), label, attributes });
        copied = close + 2 + end + 1;
        from = copied;
    }
    marked.text.push_str(&source[copied..]);
    Ok(marked)
}

/// Writes inline markup; the way back of [`parse`] for marks in text order that do not overlap.
pub fn write(marked: &Marked) -> String {
    let mut out = String::with_capacity(marked.text.len() + 12 * marked.marks.len());
    let mut copied = 0;
    let mut marks: Vec<&Mark> = marked.marks.iter().chain(&marked.mentions).collect();
    marks.sort_by_key(|mark| mark.span.start());
    for mark in marks {
        out.push_str(&marked.text[copied..mark.span.start()]);
        out.push('[');
        out.push_str(mark.span.slice(&marked.text));
        out.push_str("](");
        out.push_str(mark.label.as_str());
        for attribute in &mark.attributes {
            out.push(' ');
            out.push_str(attribute);
        }
        out.push(')');
        copied = mark.span.end();
    }
    out.push_str(&marked.text[copied..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_back() {
        let source = "[J.-P](PRENOM soignant). [Morel](NOM soignant) (cf. [1](voir)) [x](oui)\nné le [3\nmars](DATE)";
        let marked = parse(source).unwrap();
        assert_eq!(marked.marks.len(), 3);
        assert_eq!(write(&marked), source);
        let source = "[Morel](NOM patient) : [TA](LAB value=12/8 unit=cmHg) 12/8, vu le [3 mai](DATE)";
        let marked = parse(source).unwrap();
        assert_eq!((marked.marks.len(), marked.mentions.len()), (2, 1));
        assert_eq!(write(&marked), source);
    }

    #[test]
    fn refuses_broken_marks() {
        assert_eq!(parse("a\nb](NOM)"), Err(MarkupError::Unbalanced { line: 2 }));
        assert_eq!(parse("[](NOM)"), Err(MarkupError::Empty { line: 1 }));
        assert_eq!(parse("[a](NOM"), Err(MarkupError::Unclosed { line: 1 }));
    }
}
