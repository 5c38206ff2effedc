use super::Normalized;

/// A run of letters, a run of digits, one mark, or one line ending of the [`Normalized`] view.
///
/// Letters split where the original goes from lower to upper case, so that `DrMorel` is two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Bytes of the normalized view.
    pub start: u32,
    pub end: u32,
    pub kind: TokenKind,
    pub shape: Shape,
    /// Whether a blank or a line ending (or the start) comes right before.
    pub spaced: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    Number,
    Mark,
    Line,
}

/// The case of a word in the original text; `Lower` for what has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `morel`
    Lower,
    /// `Morel`
    Title,
    /// `MOREL`, two letters or more
    Upper,
    /// `M`
    Initial,
    /// `mOREL`
    Mixed,
}

impl Shape {
    /// Whether the word starts with a capital.
    pub fn is_capital(self) -> bool {
        matches!(self, Shape::Title | Shape::Upper | Shape::Initial)
    }
}

impl Token {
    /// The folded text of the token.
    pub fn text<'v>(&self, view: &'v Normalized) -> &'v str {
        &view.text()[self.start as usize..self.end as usize]
    }

    pub fn is_word(&self) -> bool {
        self.kind == TokenKind::Word
    }

    /// Length in bytes of the folded text.
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

pub(super) fn tokens(original: &str, view: &Normalized) -> Vec<Token> {
    let text = view.text();
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4);
    let mut spaced = true;
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c == ' ' {
            spaced = true;
            continue;
        }
        let kind = match c {
            '\n' => TokenKind::Line,
            _ if c.is_ascii_digit() => TokenKind::Number,
            _ if c.is_alphabetic() => TokenKind::Word,
            _ => TokenKind::Mark,
        };
        let mut end = start + c.len_utf8();
        let mut case = Case::default();
        if kind == TokenKind::Word {
            case.push(is_upper(original, view, start));
        }
        while let Some(&(at, next)) = chars.peek() {
            let goes_on = match kind {
                TokenKind::Word => next.is_alphabetic(),
                TokenKind::Number => next.is_ascii_digit(),
                _ => false,
            };
            if !goes_on {
                break;
            }
            if kind == TokenKind::Word && view.origin(at) != view.origin(at - 1) {
                let upper = is_upper(original, view, at);
                if upper && case.last_is_lower && case.len > 1 {
                    break;
                }
                case.push(upper);
            }
            end = at + next.len_utf8();
            chars.next();
        }
        tokens.push(Token { start: start as u32, end: end as u32, kind, shape: case.shape(), spaced });
        spaced = kind == TokenKind::Line;
    }
    tokens
}

fn is_upper(original: &str, view: &Normalized, at: usize) -> bool {
    let origin = view.origin(at);
    let byte = original.as_bytes()[origin];
    if byte.is_ascii() {
        let folded = view.bytes()[at];
        // What a scanner misread has the case of its neighbours.
        let misread = byte == b'l' && folded == b'i' || byte == b'0' && folded == b'o';
        let upper =
            |at: Option<usize>| at.and_then(|at| original.as_bytes().get(at)).is_some_and(u8::is_ascii_uppercase);
        return byte.is_ascii_uppercase() || misread && (upper(origin.checked_add(1)) || upper(origin.checked_sub(1)));
    }
    original[origin..].chars().next().is_some_and(char::is_uppercase)
}

#[derive(Default)]
struct Case {
    len: usize,
    uppers: usize,
    first_is_upper: bool,
    last_is_lower: bool,
}

impl Case {
    fn push(&mut self, upper: bool) {
        self.first_is_upper |= upper && self.len == 0;
        self.uppers += usize::from(upper);
        self.len += 1;
        self.last_is_lower = !upper;
    }

    fn shape(&self) -> Shape {
        match (self.first_is_upper, self.uppers) {
            (_, 0) => Shape::Lower,
            (true, 1) if self.len == 1 => Shape::Initial,
            (true, 1) => Shape::Title,
            (_, uppers) if uppers == self.len => Shape::Upper,
            _ => Shape::Mixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::View;

    #[test]
    fn splits_words_numbers_marks_and_glued_titles() {
        let view = View::new("DrMOREL J.-P. né le 3/4\r\nÉté");
        let texts: Vec<&str> = view.tokens.iter().map(|token| token.text(&view.normalized)).collect();
        assert_eq!(texts, ["dr", "morel", "j", ".", "-", "p", ".", "ne", "le", "3", "/", "4", "\n", "ete"]);
        assert_eq!(view.tokens[1].shape, Shape::Upper);
        assert!(!view.tokens[1].spaced);
        assert_eq!(view.tokens[2].shape, Shape::Initial);
        assert_eq!(view.tokens[13].shape, Shape::Title);
    }
}
