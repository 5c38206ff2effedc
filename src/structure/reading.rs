//! A document as structuring reads it: words, sentences, sections.

use std::ops::Range;

use super::pack::{is_article, is_stop};
use super::terms::{Found, Sort, Terms, UNKNOWN};
use crate::text::{Document, Normalized, Shape, Span, Token, TokenKind};

/// A run of letters or of digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Its number in the table of terms.
    pub(super) id: u32,
    /// Bytes of the folded text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_stop: bool,
    pub(super) is_article: bool,
    pub(super) is_modifier: bool,
    pub(super) is_number: bool,
    /// Whether a mark or the end of a sentence parts it from the word before.
    pub(super) is_apart: bool,
    /// Whether it is the first of its line.
    pub(super) heads_line: bool,
    pub(super) sentence: u32,
    pub(super) section: u16,
    /// How many sentences began since its section did.
    pub(super) since_title: u32,
}

/// How far a sentence is looked at, in words.
pub(super) const REACH: usize = 60;

/// The words of a document, and the kinds of its sections.
pub(super) struct Reading<'d> {
    pub(super) doc: &'d Document,
    pub(super) text: &'d str,
    pub(super) words: Vec<Word>,
    /// By the number that words carry; the first is no section.
    pub(super) sections: Vec<&'static str>,
    /// The latest year that the report names: its own, or the one after.
    pub(super) last_year: u16,
}

impl<'d> Reading<'d> {
    pub(super) fn new(doc: &'d Document, terms: &Terms) -> Self {
        let view = doc.view();
        let mut reading =
            Reading { doc, text: view.normalized.text(), words: words(doc, terms), sections: vec![""], last_year: 0 };
        reading.last_year = (0..reading.words.len()).filter_map(|at| reading.year(at)).max().unwrap_or(0);
        reading.find_sections(terms);
        reading
    }

    pub(super) fn normalized(&self) -> &'d Normalized {
        &self.doc.view().normalized
    }

    /// Some words as the folded text has them, with what stands between.
    pub(super) fn slice(&self, words: Range<usize>) -> &'d str {
        &self.text[self.words[words.start].start..self.words[words.end - 1].end]
    }

    /// The same in the original text.
    pub(super) fn original(&self, words: &Range<usize>) -> Span {
        self.normalized().original(self.words[words.start].start, self.words[words.end - 1].end)
    }

    /// What stands between a word and the one before.
    pub(super) fn gap(&self, at: usize) -> &'d str {
        let from = at.checked_sub(1).map_or(0, |before| self.words[before].end);
        &self.text[from..self.words.get(at).map_or(self.text.len(), |word| word.start)]
    }

    /// The year that a word is, if it is one.
    pub(super) fn year(&self, at: usize) -> Option<u16> {
        let word = &self.words[at];
        let year = (word.is_number && word.end - word.start == 4).then(|| self.slice(at..at + 1).parse().ok())??;
        (1920..=2045).contains(&year).then_some(year)
    }

    /// The kind of section of a word, empty if none is known.
    pub(super) fn section(&self, at: usize) -> &'static str {
        self.sections[usize::from(self.words[at].section)]
    }

    /// Ranks of the words of the sentence of a word, at most [`REACH`] on each side.
    pub(super) fn sentence(&self, at: usize) -> Range<usize> {
        let number = self.words[at].sentence;
        let (first, last) = (at.saturating_sub(REACH), (at + REACH).min(self.words.len()));
        let start =
            self.words[first..at].iter().rposition(|word| word.sentence != number).map_or(first, |one| first + one + 1);
        let end = self.words[at..last].iter().position(|word| word.sentence != number).map_or(last, |one| at + one);
        start..end
    }

    /// The folded text after a byte, to the end of the line, and not far.
    pub(super) fn line_after(&self, at: usize) -> &'d str {
        let mut end = self.text.len().min(at + 160);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.text[at..end].split('\n').next().unwrap_or_default()
    }

    /// A title is the first words of a line, and a colon or the end of the line follows it.
    fn find_sections(&mut self, terms: &Terms) {
        let (mut current, mut is_inline) = (0, false);
        let mut found: Vec<Found> = Vec::new();
        for at in 0..self.words.len() {
            if self.words[at].heads_line {
                if is_inline && self.gap(at).matches('\n').count() > 1 {
                    current = 0;
                }
                found.clear();
                terms.cues(&self.words, at, &mut found);
                let title = found.iter().rev().find(|one| one.term.sort == Sort::Title && self.ends_title(one.end));
                if let Some(title) = title {
                    let kind = title.term.code;
                    let known = self.sections.iter().position(|section| *section == kind);
                    current = known.unwrap_or_else(|| {
                        self.sections.push(kind);
                        self.sections.len() - 1
                    });
                    is_inline = !self.gap(title.end).contains('\n');
                } else if self.is_heading(at) {
                    current = 0;
                }
            }
            self.words[at].section = current as u16;
            self.words[at].since_title = match at.checked_sub(1).map(|before| self.words[before]) {
                Some(before) if before.section == self.words[at].section => {
                    before.since_title + u32::from(before.sentence != self.words[at].sentence)
                }
                _ => 0,
            };
        }
    }

    /// Whether the line that a word heads is a title that no list knows: capitals alone, below an empty line.
    fn is_heading(&self, at: usize) -> bool {
        let line = self.line_after(self.words[at].start);
        let line =
            self.normalized().original(self.words[at].start, self.words[at].start + line.len()).slice(self.doc.text());
        let title = line.split(':').next().unwrap_or_default();
        let capitals = title.chars().filter(|c| c.is_uppercase()).count();
        self.gap(at).matches('\n').count() > 1 && capitals >= 6 && title.chars().all(|c| !c.is_lowercase())
    }

    fn ends_title(&self, end: usize) -> bool {
        let gap = self.gap(end);
        gap.contains('\n') || gap.contains(':') || end == self.words.len()
    }
}

fn words(doc: &Document, terms: &Terms) -> Vec<Word> {
    let view = doc.view();
    let (text, tokens) = (view.normalized.text(), &view.tokens);
    let mut words: Vec<Word> = Vec::with_capacity(tokens.len());
    let (mut sentence, mut is_apart, mut heads_line, mut at) = (0, true, true, 0);
    while at < tokens.len() {
        let token = &tokens[at];
        match token.kind {
            TokenKind::Word | TokenKind::Number => {
                let mut end = at + 1;
                // `HbA` is one word here.
                while token.is_word()
                    && end < tokens.len()
                    && tokens[end].is_word()
                    && tokens[end].start == tokens[end - 1].end
                {
                    end += 1;
                }
                let (from, to) = (token.start as usize, tokens[end - 1].end as usize);
                let folded = &text[from..to];
                let id = terms.word(folded);
                words.push(Word {
                    id,
                    start: from,
                    end: to,
                    is_article: is_article(folded),
                    is_stop: is_stop(folded) && !is_letter(text, token, tokens.get(end)),
                    is_modifier: id != UNKNOWN && terms.is(id, Sort::Modifier),
                    is_number: token.kind == TokenKind::Number,
                    is_apart,
                    heads_line,
                    sentence,
                    section: 0,
                    since_title: 0,
                });
                (is_apart, heads_line, at) = (false, false, end);
                continue;
            }
            TokenKind::Line => {
                heads_line = true;
                if !is_wrapped(tokens, at) {
                    (is_apart, sentence) = (true, sentence + 1);
                }
            }
            TokenKind::Mark => {
                let mark = &text[token.start as usize..token.end as usize];
                let next_is_spaced = tokens.get(at + 1).is_none_or(|next| next.spaced || next.kind == TokenKind::Line);
                is_apart |= match mark {
                    "'" | "*" => false,
                    "-" => token.spaced || next_is_spaced,
                    "." => next_is_spaced || words.last().is_none_or(|word| word.end - word.start > 1),
                    _ => true,
                };
                let ends = match mark {
                    "." => next_is_spaced && !is_abbreviation(text, words.last()),
                    "!" | "?" | ";" => true,
                    _ => false,
                };
                sentence += u32::from(ends);
            }
        }
        at += 1;
    }
    words
}

/// The A of `hépatite A`, the D of `vitamine D`: capitals that no apostrophe follows.
fn is_letter(text: &str, token: &Token, next: Option<&Token>) -> bool {
    let elided = next.is_some_and(|next| text[next.start as usize..].starts_with('\''));
    token.shape == Shape::Initial && !elided
}

/// Whether a line ending only wraps prose: the line is long, and what follows goes on in lower case.
fn is_wrapped(tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return false };
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let ends = before.is_none_or(|before| before.kind == TokenKind::Line);
    let line = tokens[..at].iter().rposition(|token| token.kind == TokenKind::Line).map_or(0, |line| line + 1);
    let length = tokens[at].start.saturating_sub(tokens.get(line).map_or(0, |first| first.start));
    let goes_on = next.is_word() && (next.shape == Shape::Lower || length > 70);
    !ends && goes_on && length > 40
}

/// `Dr.`, `cf.`, `inj.`, `M.`: a point that ends no sentence.
fn is_abbreviation(text: &str, word: Option<&Word>) -> bool {
    let Some(word) = word else { return false };
    let folded = &text[word.start..word.end];
    !word.is_number
        && (folded.len() == 1
            || matches!(
                folded,
                "dr" | "pr"
                    | "mr"
                    | "mme"
                    | "mlle"
                    | "cf"
                    | "inj"
                    | "cp"
                    | "cpr"
                    | "gel"
                    | "ex"
                    | "env"
                    | "tel"
                    | "ref"
                    | "no"
                    | "av"
                    | "st"
                    | "ste"
                    | "min"
                    | "max"
                    | "resp"
                    | "vs"
                    | "incl"
                    | "ca"
            ))
}
