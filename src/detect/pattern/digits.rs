//! Letters that a scanner read for digits: `2O21`, `l2/O3`, `O6.39.98.l7.2O`.

use std::borrow::Cow;

use crate::text::{Document, Token, TokenKind, View};

/// The folded text with `o`, `l` and `I` as digits where they stand in a number; as many bytes as before.
pub(super) fn digits(doc: &Document) -> Cow<'_, [u8]> {
    let view = doc.view();
    let mut text = Cow::Borrowed(view.normalized.bytes());
    for at in 0..view.tokens.len() {
        if !looks(doc, view, at) || !stands(doc, view, at) {
            continue;
        }
        let token = &view.tokens[at];
        for byte in &mut text.to_mut()[token.start as usize..token.end as usize] {
            *byte = if *byte == b'o' { b'0' } else { b'1' };
        }
    }
    text
}

/// Whether a word holds only letters that look like digits: `o`, `O`, `l`, `I`.
fn looks(doc: &Document, view: &View, at: usize) -> bool {
    let token = &view.tokens[at];
    token.kind == TokenKind::Word
        && token.len() <= 4
        && (token.start as usize..token.end as usize).all(|byte| match view.normalized.bytes()[byte] {
            b'o' => true,
            b'l' => doc.text().as_bytes()[view.normalized.origin(byte)] == b'l',
            b'i' => doc.text().as_bytes()[view.normalized.origin(byte)] == b'I',
            _ => false,
        })
}

/// Whether such a word is part of a number: tied to digits and nothing else, or alone between numbers.
fn stands(doc: &Document, view: &View, at: usize) -> bool {
    let tokens = &view.tokens;
    let tied = |a: usize, b: usize| {
        tokens[a].end == tokens[b].start && matches!(tokens[b].kind, TokenKind::Word | TokenKind::Number)
    };
    let number = |at: usize| tokens[at].kind == TokenKind::Number;
    let (mut first, mut last) = (at, at);
    while first > 0 && at - first < 8 && tied(first - 1, first) && tokens[first - 1].kind != TokenKind::Mark {
        first -= 1;
        if tokens[first].kind == TokenKind::Line {
            first += 1;
            break;
        }
    }
    while last + 1 < tokens.len() && last - at < 8 && tied(last, last + 1) {
        last += 1;
    }
    let whole = (first..=last).all(|at| number(at) || looks(doc, view, at));
    if !whole {
        return false;
    }
    if (first..=last).any(number) {
        return true;
    }
    // `O l 99`, `10/l0/24` are numbers; `il 3`, `l'an`, `o 12` are not.
    if first != last && !(first..=last).all(|at| tokens[at].len() == 1) {
        return false;
    }
    let text = &view.normalized.bytes()[tokens[first].start as usize..tokens[last].end as usize];
    let folded = || doc.text().as_bytes()[view.normalized.origin(tokens[first].start as usize)];
    if matches!(text, b"il" | b"li" | b"i") || (text == b"o" && folded() != b'O') {
        return false;
    }
    let number = |token: Option<&Token>| token.is_some_and(|token| token.kind == TokenKind::Number);
    let joint = |at: usize| {
        tokens.get(at).is_some_and(|token| {
            token.kind == TokenKind::Mark && matches!(token.text(&view.normalized), "." | "/" | "-" | "|")
        })
    };
    // A letter like it, alone, beside a number: `O l 9 9 O O 2 7`.
    let near = |at: usize| {
        let token = tokens.get(at);
        number(token) || token.is_some_and(|token| token.len() <= 2) && looks(doc, view, at)
    };
    let after = number(tokens.get(last + 1))
        || (joint(last + 1) && near(last + 2))
        || (near(last + 1) && (2..6).any(|step| number(tokens.get(last + step))));
    let before = first > 0
        && (number(tokens.get(first - 1))
            || (joint(first - 1) && first > 1 && near(first - 2))
            || (near(first - 1) && first > 1 && number(tokens.get(first - 2))));
    if text.len() == 1 { after && (before || text == b"o" || text == b"l") || before } else { after || before }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_among_digits_are_digits() {
        for (text, wanted) in [
            ("l2/O3/2O21", "12/03/2021"),
            ("O6.39.98.l7.2O", "06.39.98.17.20"),
            ("le lO/IO/2O22", "le 10/10/2022"),
            ("O l 9 9", "0 1 9 9"),
            ("L5-S1, SpO2 98, il 3, B12, l'an", "l5-s1, spo2 98, il 3, b12, l'an"),
        ] {
            let doc = Document::new("d", text);
            assert_eq!(std::str::from_utf8(&digits(&doc)), Ok(wanted));
        }
    }
}
