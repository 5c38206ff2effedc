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
    let bytes = text.as_bytes();
    let char_at = |at: usize| text[at..].chars().next().unwrap_or(' ');
    let mut at = 0;
    while at < bytes.len() {
        let (start, first) = (at, bytes[at]);
        if first == b' ' {
            spaced = true;
            at += 1;
            continue;
        }
        let mut case = Case::default();
        let (kind, len) = match first {
            b'\n' => (TokenKind::Line, 1),
            b'0'..=b'9' => (TokenKind::Number, 1),
            b'a'..=b'z' | b'A'..=b'Z' => (TokenKind::Word, 1),
            0..0x80 => (TokenKind::Mark, 1),
            _ => {
                let c = char_at(at);
                (if c.is_alphabetic() { TokenKind::Word } else { TokenKind::Mark }, c.len_utf8())
            }
        };
        at += len;
        if kind == TokenKind::Number {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        } else if kind == TokenKind::Word {
            case.push(is_upper(original, view, start));
            while at < bytes.len() {
                let len = match bytes[at] {
                    b'a'..=b'z' | b'A'..=b'Z' => 1,
                    0..0x80 => break,
                    _ => match char_at(at) {
                        c if c.is_alphabetic() => c.len_utf8(),
                        _ => break,
                    },
                };
                if view.origin(at) != view.origin(at - 1) {
                    let upper = is_upper(original, view, at);
                    if upper && case.last_is_lower && case.len > 1 {
                        break;
                    }
                    case.push(upper);
                }
                at += len;
            }
        }
        tokens.push(Token { start: start as u32, end: at as u32, kind, shape: case.shape(), spaced });
        spaced = kind == TokenKind::Line;
    }
    tokens
}

fn is_upper(original: &str, view: &Normalized, at: usize) -> bool {
    let origin = view.origin(at);
    let byte = original.as_bytes()[origin];
    if byte.is_ascii_lowercase() && byte != b'l' {
        return false;
    }
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
