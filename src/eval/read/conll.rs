use std::path::Path;

use super::{Labels, ReadError, Root, read_text};
use crate::eval::{Annotated, Tagged};

/// Tokens in the first column, tags in the last one. The text is the tokens with one blank between them and one line per sentence.
///
/// Documents start at `-DOCSTART-` or `# newdoc`, with the id after `id =` if there is one; without them, the file is one document.
pub(super) fn read(root: &Root, path: &Path, labels: &mut Labels) -> Result<Vec<Annotated>, ReadError> {
    let source = read_text(path)?;
    let mut documents: Vec<Building> = Vec::new();
    for (at, line) in source.lines().enumerate() {
        if line.starts_with("-DOCSTART-") || line.starts_with("# newdoc") {
            let id = line.split_once("id =").map(|(_, id)| id.trim().to_owned());
            documents.push(Building { id, ..Building::default() });
            continue;
        }
        if line.starts_with("# ") && line.contains('=') {
            continue;
        }
        if documents.is_empty() {
            documents.push(Building::default());
        }
        let building = documents.last_mut().expect("one was just pushed");
        let mut columns = line.split(['\t', ' ']).filter(|column| !column.is_empty());
        match (columns.next(), columns.next_back()) {
            (Some(token), Some(tag)) => building.token(token, tag),
            (None, _) => building.sentence(),
            (Some(_), None) => {
                let reason = "one column, where a token and a tag belong".to_owned();
                return Err(ReadError::Line { path: path.to_owned(), line: at + 1, reason });
            }
        }
    }
    let several = documents.len() > 1;
    let name = root.id(path);
    let numbered = documents.into_iter().zip(1..).map(|(building, number)| {
        let id = building.id.clone().unwrap_or_else(|| if several { format!("{name}#{number}") } else { name.clone() });
        building.finish(id, labels)
    });
    Ok(numbered.collect())
}

/// Whether the first lines are tokens with tags.
pub(super) fn looks_like(text: &str) -> bool {
    let mut lines =
        text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with(['#', '-'])).take(20).peekable();
    let is_tagged = |line: &str| {
        let columns: Vec<&str> = line.split(['\t', ' ']).filter(|column| !column.is_empty()).collect();
        columns.len() >= 2 && columns.last().is_some_and(|tag| Tag::of(tag).is_some())
    };
    lines.peek().is_some() && lines.all(is_tagged)
}

/// `B-NOM`, taken apart; begins and ends say whether a span must start or stop here.
struct Tag<'t> {
    label: &'t str,
    begins: bool,
    ends: bool,
}

impl<'t> Tag<'t> {
    /// `None` for a tag of another kind; an empty label for `O`.
    fn of(tag: &'t str) -> Option<Self> {
        if tag == "O" {
            return Some(Tag { label: "", begins: true, ends: true });
        }
        let (prefix, label) = tag.split_once('-')?;
        let (begins, ends) = match prefix {
            "B" => (true, false),
            "I" => (false, false),
            "L" | "E" => (false, true),
            "U" | "S" => (true, true),
            _ => return None,
        };
        Some(Tag { label, begins, ends })
    }
}

#[derive(Default)]
struct Building {
    id: Option<String>,
    text: String,
    chars: usize,
    /// Start, end, label.
    spans: Vec<(usize, usize, String)>,
    /// Whether the last span may go on.
    open: bool,
    breaks: bool,
}

impl Building {
    fn token(&mut self, token: &str, tag: &str) {
        if !self.text.is_empty() {
            self.text.push(if self.breaks { '\n' } else { ' ' });
            self.chars += 1;
        }
        self.breaks = false;
        let start = self.chars;
        self.text.push_str(token);
        self.chars += token.chars().count();
        // A tag without prefix is one of an inside.
        let tag = Tag::of(tag).unwrap_or(Tag { label: tag, begins: false, ends: false });
        let goes_on = self.open && !tag.begins && self.spans.last().is_some_and(|(.., label)| label == tag.label);
        match self.spans.last_mut() {
            Some(last) if goes_on => last.1 = self.chars,
            _ if !tag.label.is_empty() => self.spans.push((start, self.chars, tag.label.to_owned())),
            _ => {}
        }
        self.open = !tag.label.is_empty() && !tag.ends;
    }

    fn sentence(&mut self) {
        (self.breaks, self.open) = (true, false);
    }

    fn finish(self, id: String, labels: &mut Labels) -> Annotated {
        let spans = self.spans.into_iter().filter_map(|(start, end, label)| {
            Some(Tagged { start, end, label: labels.of(&label)?, score: None, rule: String::new() })
        });
        Annotated { id, spans: spans.collect(), text: Some(self.text), ..Annotated::default() }
    }
}
