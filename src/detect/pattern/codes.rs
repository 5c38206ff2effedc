//! Numbers that nothing announces: runs of digits and letters that medicine does not write.

use regex::bytes::Regex;
use std::sync::LazyLock;

use crate::detect::check;
use crate::text::{Document, Shape, TokenKind, View};

/// Longest run that is looked at, in bytes.
const LONGEST: usize = 48;

/// Runs that are codes by their shape alone: `TEP-21-001684`, `24H15027-1`, `9687929913`.
pub(super) fn shaped(doc: &Document, text: &[u8], mut take: impl FnMut(usize, usize, f32)) {
    let view = doc.view();
    let mut done = 0;
    for (rank, token) in view.tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Number) {
        if let Some((start, end, score)) = spaced(view, rank)
            && !is_quantity(&text[end..])
        {
            take(start, end, score);
            done = done.max(end);
            continue;
        }
        let at = token.start as usize;
        if at < done {
            continue;
        }
        let (start, end) = run(text, at);
        done = end;
        if end - start > LONGEST {
            // Longer than any code: still a number that nothing in medicine is as long as.
            if text[start..end].iter().all(u8::is_ascii_digit) {
                take(start, end, 0.5);
            }
            continue;
        }
        let Ok(run) = std::str::from_utf8(&text[start..end]) else { continue };
        if is_code(doc, view, run, start, end) && !is_quantity(&text[end..]) {
            take(start, end, 0.6);
        }
    }
}

/// A plate `AB-123-CD`, a donation `G0119 24 018 773 4 K`, a serial number `PVX 604417 S`, around a number.
fn spaced(view: &View, at: usize) -> Option<(usize, usize, f32)> {
    let token = |at: usize| view.tokens.get(at);
    let upper = |at: usize, least: usize, most: usize| {
        token(at).filter(|token| {
            matches!(token.shape, Shape::Upper | Shape::Initial)
                && (least..=most).contains(&token.len())
                && token.is_word()
        })
    };
    let mark = |at: usize| token(at).is_some_and(|token| token.text(&view.normalized) == "-" && !token.spaced);
    let number =
        |at: usize, len: usize| token(at).filter(|token| token.kind == TokenKind::Number && token.len() == len);
    let near = |at: usize| token(at).is_some_and(|next| at > 0 && next.start <= view.tokens[at - 1].end + 1);
    let (first, len) = (at.checked_sub(1)?, view.tokens[at].len());
    if len == 3 && at >= 2 && mark(first) && mark(at + 1) {
        let (a, b) = (upper(at - 2, 2, 2)?, upper(at + 2, 2, 2)?);
        return Some((a.start as usize, b.end as usize, 0.85));
    }
    if len == 4 && !view.tokens[at].spaced {
        let letter = upper(first, 1, 1)?;
        number(at + 1, 2).and(number(at + 2, 3))?;
        let mut last = number(at + 3, 3).map(|_| at + 3)?;
        while near(last + 1) && token(last + 1).is_some_and(|next| next.len() == 1 && next.kind != TokenKind::Line) {
            let slash = token(last + 1).is_some_and(|next| next.kind == TokenKind::Mark);
            if slash && !(token(last + 1)?.text(&view.normalized) == "/" && number(last + 2, 3).is_some()) {
                break;
            }
            last += if slash { 2 } else { 1 };
        }
        return Some((letter.start as usize, view.tokens[last].end as usize, 0.85));
    }
    if (6..=8).contains(&len) && near(at) && view.tokens[at].spaced {
        let letters = upper(first, 2, 4)?;
        let tail = upper(at + 1, 1, 1).filter(|_| near(at + 1));
        let end = tail.map_or(view.tokens[at].end, |tail| tail.end);
        return Some((letters.start as usize, end as usize, 0.55));
    }
    None
}

/// The run of letters, digits, hyphens and slashes around a byte, without marks at its ends.
fn run(text: &[u8], at: usize) -> (usize, usize) {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'_');
    let mark = |byte: u8| matches!(byte, b'-' | b'/' | b'_');
    let mut start = at - text[..at].iter().rev().take(LONGEST + 1).take_while(|byte| inside(byte)).count();
    let mut end = at + text[at..].iter().take_while(|byte| inside(byte)).count();
    while start < end && mark(text[start]) {
        start += 1;
    }
    while start < end && mark(text[end - 1]) {
        end -= 1;
    }
    (start, end.max(at + 1))
}

fn is_code(doc: &Document, view: &View, run: &str, start: usize, end: usize) -> bool {
    let digits = check::digits(run).count();
    if digits < 4 {
        return false;
    }
    let letters = run.bytes().filter(u8::is_ascii_alphabetic).count();
    let parts: Vec<&str> = run.split(['-', '/', '_']).collect();
    if is_date_shape(&parts) || !check::identifying(run) {
        return false;
    }
    let sized = |least: usize| parts.iter().any(|part| part.len() >= least);
    if letters == 0 {
        return match parts.as_slice() {
            [_] => digits >= 7,
            // `4000-10000` and `8500/3` are a range and a morphology; `2503-0118` and `18/07731` are numbers.
            [a, b] => {
                digits >= 6
                    && (sized(6) || (b.starts_with('0') && b.len() >= 3) || (a.starts_with('0') && a.len() >= 3))
            }
            _ => digits >= 6 && sized(3),
        };
    }
    let capitals = !view.normalized.original(start, end).slice(doc.text()).chars().any(char::is_lowercase);
    let known = KNOWN.is_match(run.as_bytes());
    let longest = run.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    !known
        && (capitals || digits >= 5)
        && letters <= digits + 3
        && match parts.len() {
            1 => longest >= 4 && letters <= 5,
            2 => longest >= 3 && digits >= 4,
            _ => digits >= 4 && (longest >= 3 || digits >= 6),
        }
}

/// `12/03/2021`, `2021-03-12`, `03/2021`
fn is_date_shape(parts: &[&str]) -> bool {
    let lens: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    digits && matches!(lens.as_slice(), [1 | 2, 1 | 2, 2 | 4] | [4, 1 | 2, 1 | 2] | [1 | 2, 4])
}

/// What medicine and its standards write with letters and digits.
static KNOWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:n[mcpgrt]_\d+|(?:ipp|nda|iep|nip|tel|fax|rpps|ins|nir|finess)\d+|[rld]?\d{3,4}(?:-\d{1,3}){1,2}|(?:b|f|ch|l|d|lu|mc)-\d{4,5}|m?\d{4}/\d|rs\d+|nct\d+|iso-?\d+|en-?\d+|nf-?.*|eudract.*|pmid-?\d*|doi.*|chr.*|c\d\d[a-z]{2}\d\d|",
        r"[a-z]\d\d[a-z]{2}\d\d|[a-z]{4}\d{3}|[a-z]?\d{1,3}[a-z]{1,3}|cyp\d.*|hla.*|dr[bq].*|[a-z]{1,4}\d?[-/]\d{1,2}(?:-\d{1,2})?|",
        r"\d{1,2}h\d{0,2}(?:-\d{1,2}h\d{0,2})?|\d+x\d+|\d{4,5}-\d|covid.*|sars.*|h\d+n\d+|\d+(?:mg|ml|ui|kg|g|mm|cm|ch|fr|j|h|s|mmol|kcal|cc|gy|mbq|bpm)(?:/.*)?|\d{4}t\d+|",
        r"\d+(?:er|e|eme|ans|bis|ter)?)$"
    ))
    .expect("a fixed expression")
});

/// A unit right after says that the number is an amount.
fn is_quantity(after: &[u8]) -> bool {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[ ]?(?:mg|ml|g/|ui\b|u/|/mm|/m|/u|/l|kcal|%|copies|cop|[.,]\d|mmol|ng|pg|ug|elements|hematies|leuco|cellules|cell|ufc|euros|x ?10)")
            .expect("a fixed expression")
    });
    UNIT.is_match(after)
}

/// Further numbers of a list that begins with a found one: `231005-4471 et 231005-4472`.
pub(super) fn list_after(text: &[u8], end: usize, mut take: impl FnMut(usize, usize)) {
    static NEXT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?-u)^(?:[ ]?(?:,|;|/|\+|&)[ ]?|[ ]\([a-z]{1,12}\),?[ ]?|[ ])(?:et |a |ou |puis )?((?:[a-z]{1,8}-?)?\d[a-z0-9]*(?:[\-/.][a-z0-9]+|[ ]\d{2,}){0,6})\b")
            .expect("a fixed expression")
    });
    let mut at = end;
    for _ in 0..20 {
        let rest = &text[at..text.len().min(at + 80)];
        let Some(found) = NEXT.captures(rest).and_then(|captures| captures.get(1)) else { return };
        let Ok(value) = std::str::from_utf8(found.as_bytes()) else { return };
        if !check::code(value) || is_quantity(&rest[found.end()..]) {
            return;
        }
        take(at + found.start(), at + found.end());
        at += found.end();
    }
}

/// An announced number without the ordinary words before and after that the expression took along.
pub(super) fn trimmed(doc: &Document, view: &View, text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    const FIELDS: [&[u8]; 14] = [
        b"ss", b"rpps", b"ald", b"nir", b"ipp", b"nda", b"cns", b"lot", b"ref", b"dm", b"id", b"adeli", b"amc", b"mdph",
    ];
    loop {
        let word = text[start..end].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let rest = text[start..end].iter().filter(|byte| byte.is_ascii_digit()).count();
        let field = rest >= 6 && FIELDS.contains(&&text[start..start + word]);
        let blank = start + word < end && text[start + word] == b' ';
        let original = view.normalized.original(start, start + word).slice(doc.text());
        if word == 0 || !blank || (word <= 4 && !field && !original.chars().any(char::is_lowercase)) {
            break;
        }
        start += word + 1;
    }
    loop {
        let word = text[start..end].iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let blank = end - start > word && text[end - word - 1] == b' ';
        let original = view.normalized.original(end - word, end).slice(doc.text());
        if word == 0 || !blank || !original.chars().any(char::is_lowercase) {
            break;
        }
        end -= word + 1;
    }
    while start < end && matches!(text[start], b' ' | b'-' | b'.' | b'/' | b'_' | b':') {
        start += 1;
    }
    while start < end && matches!(text[end - 1], b' ' | b'-' | b'.' | b'/' | b'_' | b':') {
        end -= 1;
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_all_words_stays_whole() {
        let doc = Document::new("d", "abc 123456");
        let trim = |start, end| trimmed(&doc, doc.view(), doc.text().as_bytes(), start, end);
        assert_eq!(trim(0, 3), (0, 3));
        assert_eq!(trim(0, 10), (4, 10));
    }
}
