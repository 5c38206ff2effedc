use std::path::Path;

use super::kinds::kind;
use super::{Labels, ReadError, Root, read_text};
use crate::eval::case::Places;
use crate::eval::{Annotated, Mention, Tagged};
use crate::text::markup::{self, Mark, Marked};

/// A report in inline markup; its series is its folder, its kind what the file's name tells.
pub(super) fn read_markup(root: &Root, path: &Path, labels: &mut Labels) -> Result<Annotated, ReadError> {
    let source = read_text(path)?;
    let marked = markup::parse(&source)
        .map_err(|fault| ReadError::Broken { path: path.to_owned(), reason: fault.to_string() })?;
    let series = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    let doc = of_markup(&root.id(path), marked);
    Ok(Annotated { series, kind: kind(path), spans: known(doc.spans, labels), ..doc })
}

/// Short texts in inline markup, apart by blank lines; ids are `file#1`, `file#2`…
pub(super) fn read_templates(root: &Root, path: &Path, labels: &mut Labels) -> Result<Vec<Annotated>, ReadError> {
    let source = read_text(path)?.replace("\r\n", "\n");
    let mut documents = Vec::new();
    let mut line = 1;
    for block in source.split("\n\n") {
        let text = block.trim_matches('\n');
        if !text.trim().is_empty() {
            let marked = markup::parse(text).map_err(|fault| ReadError::Line {
                path: path.to_owned(),
                line: line + block.len() - block.trim_start_matches('\n').len(),
                reason: fault.to_string(),
            })?;
            let doc = of_markup(&format!("{}#{}", root.id(path), documents.len() + 1), marked);
            documents.push(Annotated { spans: known(doc.spans, labels), ..doc });
        }
        line += block.matches('\n').count() + 2;
    }
    Ok(documents)
}

fn known(spans: Vec<Tagged>, labels: &mut Labels) -> Vec<Tagged> {
    let mapped = spans.into_iter().filter_map(|one| Some(Tagged { label: labels.of(one.label.as_str())?, ..one }));
    mapped.collect()
}

/// What a parsed report says, under an id.
pub fn of_markup(id: &str, marked: Marked) -> Annotated {
    let places = Places::new(&marked.text);
    let span = |mark: &Mark| {
        let chars = places.chars(mark.span);
        (chars.start(), chars.end())
    };
    let spans = marked.marks.iter().map(|mark| {
        let (start, end) = span(mark);
        Tagged { start, end, label: mark.label, score: None, rule: String::new() }
    });
    let mentions = marked.mentions.iter().map(|mark| {
        let (start, end) = span(mark);
        Mention { start, end, ..mention(mark.label.as_str(), &mark.attributes) }
    });
    Annotated {
        id: id.to_owned(),
        spans: spans.collect(),
        mentions: Some(mentions.collect()),
        text: Some(marked.text),
        ..Annotated::default()
    }
}

/// `I10+E11.9 negated value=132` as codes, qualifiers and attributes; `_` stands for a blank.
pub(super) fn mention(of: &str, words: &[String]) -> Mention {
    let mut mention = Mention { of: of.to_owned(), ..Mention::default() };
    for (at, word) in words.iter().enumerate() {
        match word.split_once('=') {
            Some((name, value)) => drop(mention.attributes.insert(name.to_owned(), value.replace('_', " "))),
            None if at == 0 && word.starts_with(|c: char| c.is_ascii_uppercase()) => {
                mention.codes = word.split('+').map(str::to_owned).collect();
            }
            None => mention.qualifiers.push(word.clone()),
        }
    }
    mention
}
