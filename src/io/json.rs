//! Reads one line of JSON without building it: where each member of the outermost object is, so that all else stays as it is.

use std::borrow::Cow;
use std::ops::Range;

use super::fault::RejectReason;

/// Levels of nesting; the same as serde_json's.
const DEEPEST: usize = 127;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Integer,
    Number,
    Bool,
    Null,
    Nested,
}

/// One member of the outermost object.
pub(super) struct Member<'l> {
    pub(super) name: Cow<'l, str>,
    /// Where its name starts, at the quote.
    pub(super) start: usize,
    /// Where the member before ends; none for the first.
    pub(super) before: Option<usize>,
    pub(super) value: Range<usize>,
    pub(super) kind: Kind,
}

/// Calls `each` for every member, in order; only blanks may be around the object, and a byte order mark before it (files that were put
/// together).
///
/// # Errors
/// What JSON does not allow, more than 127 levels, a lone surrogate; or the first error of `each`.
pub(super) fn members<'l>(
    line: &'l str,
    mut each: impl FnMut(Member<'l>) -> Result<(), RejectReason>,
) -> Result<(), RejectReason> {
    let mark = if line.starts_with('\u{feff}') { 3 } else { 0 };
    let mut scan = Scan { bytes: line.as_bytes(), at: mark };
    scan.blanks();
    scan.expect(b'{')?;
    scan.blanks();
    let mut before = None;
    if !scan.take(b'}') {
        loop {
            let start = scan.at;
            let name = scan.string()?;
            scan.blanks();
            scan.expect(b':')?;
            scan.blanks();
            let from = scan.at;
            let kind = scan.value()?;
            let value = from..scan.at;
            let name = unescape(&line[name])?;
            each(Member { name, start, before, value: value.clone(), kind })?;
            before = Some(value.end);
            scan.blanks();
            if scan.take(b'}') {
                break;
            }
            scan.expect(b',')?;
            scan.blanks();
        }
    }
    scan.blanks();
    if scan.at == scan.bytes.len() { Ok(()) } else { Err(scan.malformed()) }
}

/// The value of a string as written, quotes included.
///
/// # Errors
/// None for a string that [`members`] has seen.
pub(super) fn unescape(quoted: &str) -> Result<Cow<'_, str>, RejectReason> {
    let inside = quoted.get(1..quoted.len() - 1).ok_or(RejectReason::Malformed { at: 1 })?;
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(inside));
    }
    serde_json::from_str(quoted).map(Cow::Owned).map_err(|error| RejectReason::Malformed { at: error.column() })
}

/// Every string inside a value, as written, without quotes; names of nested members too.
pub(super) fn strings(value: &str, mut each: impl FnMut(&str)) {
    let mut scan = Scan { bytes: value.as_bytes(), at: 0 };
    while let Some(quote) = memchr::memchr(b'"', &scan.bytes[scan.at..]) {
        scan.at += quote;
        let Ok(string) = scan.string() else { return };
        each(&value[string.start + 1..string.end - 1]);
    }
}

struct Scan<'l> {
    bytes: &'l [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn malformed(&self) -> RejectReason {
        RejectReason::Malformed { at: self.at + 1 }
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), RejectReason> {
        if self.take(byte) { Ok(()) } else { Err(self.malformed()) }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Kind, RejectReason> {
        match self.peek() {
            Some(b'{' | b'[') => self.nested().map(|()| Kind::Nested),
            _ => self.scalar(),
        }
    }

    fn scalar(&mut self) -> Result<Kind, RejectReason> {
        match self.peek() {
            Some(b'"') => self.string().map(|_| Kind::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true", Kind::Bool),
            Some(b'f') => self.word(b"false", Kind::Bool),
            Some(b'n') => self.word(b"null", Kind::Null),
            _ => Err(self.malformed()),
        }
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Result<Kind, RejectReason> {
        if !self.bytes[self.at..].starts_with(word) {
            return Err(self.malformed());
        }
        self.at += word.len();
        Ok(kind)
    }

    /// Arrays and objects, without recursion: the stack holds the bracket that closes each.
    fn nested(&mut self) -> Result<(), RejectReason> {
        let mut stack: Vec<u8> = Vec::new();
        loop {
            let opened = match self.peek() {
                Some(b'{') => Some(b'}'),
                Some(b'[') => Some(b']'),
                _ => None,
            };
            if let Some(close) = opened {
                self.at += 1;
                stack.push(close);
                // The outermost object is one level more.
                if stack.len() + 1 > DEEPEST {
                    return Err(RejectReason::TooDeep);
                }
                self.blanks();
                if self.peek() != Some(close) {
                    self.name_inside(close)?;
                    continue;
                }
            } else {
                self.scalar()?;
            }
            loop {
                let Some(close) = stack.last().copied() else { return Ok(()) };
                self.blanks();
                if self.take(b',') {
                    self.blanks();
                    self.name_inside(close)?;
                    break;
                }
                self.expect(close)?;
                stack.pop();
                if stack.is_empty() {
                    return Ok(());
                }
            }
        }
    }

    /// In an object, the name before a value.
    fn name_inside(&mut self, close: u8) -> Result<(), RejectReason> {
        if close == b'}' {
            self.string()?;
            self.blanks();
            self.expect(b':')?;
            self.blanks();
        }
        Ok(())
    }

    /// Where a string is, quotes included.
    fn string(&mut self) -> Result<Range<usize>, RejectReason> {
        let start = self.at;
        self.expect(b'"')?;
        loop {
            let rest = &self.bytes[self.at..];
            let stop = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            if let Some(control) = rest[..stop].iter().position(|byte| *byte < b' ') {
                self.at += control;
                return Err(self.malformed());
            }
            self.at += stop;
            if self.take(b'"') {
                return Ok(start..self.at);
            }
            self.escape()?;
        }
    }

    fn escape(&mut self) -> Result<(), RejectReason> {
        self.expect(b'\\')?;
        if !self.take(b'u') {
            let known = matches!(self.peek(), Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'));
            self.at += usize::from(known);
            return if known { Ok(()) } else { Err(self.malformed()) };
        }
        match self.unit()? {
            0xd800..0xdc00 => {
                if !self.bytes[self.at..].starts_with(b"\\u") {
                    return Err(RejectReason::LoneSurrogate);
                }
                self.at += 2;
                let low = self.unit()?;
                if (0xdc00..0xe000).contains(&low) { Ok(()) } else { Err(RejectReason::LoneSurrogate) }
            }
            0xdc00..0xe000 => Err(RejectReason::LoneSurrogate),
            _ => Ok(()),
        }
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, RejectReason> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16)).ok_or_else(|| self.malformed())?;
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn digits(&mut self) -> Result<(), RejectReason> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.malformed()) }
    }

    fn number(&mut self) -> Result<Kind, RejectReason> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        let mut kind = Kind::Integer;
        if self.take(b'.') {
            kind = Kind::Number;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            kind = Kind::Number;
            self.at += 1;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        Ok(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(line: &str) -> Result<Vec<(String, Kind)>, RejectReason> {
        let mut all = Vec::new();
        members(line, |member| {
            all.push((member.name.into_owned(), member.kind));
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn finds_members_whatever_is_inside() {
        let line = r#" {"a\u0062":[1,{"c":"}"}],"d" : -1.5e3,"e":12,"f":"\ud83d\ude00","g":{},"h":null} "#;
        let kinds = [Kind::Nested, Kind::Number, Kind::Integer, Kind::String, Kind::Nested, Kind::Null];
        let found = names(&format!("\u{feff}{line}")).unwrap();
        assert_eq!(found[0].0, "ab");
        assert_eq!(found.iter().map(|(_, kind)| *kind).collect::<Vec<_>>(), kinds);
    }

    #[test]
    fn refuses_without_recursion() {
        assert_eq!(names(&format!("{{\"a\":{}", "[".repeat(100_000))), Err(RejectReason::TooDeep));
        assert_eq!(names(r#"{"a":"\ud800"}"#), Err(RejectReason::LoneSurrogate));
        assert_eq!(names(r#"{"a":"\udc00"}"#), Err(RejectReason::LoneSurrogate));
        assert_eq!(names(r#"{"a":"\ud800\u0041"}"#), Err(RejectReason::LoneSurrogate));
        for bad in ["", "[]", "{", "{}x", r#"{"a"}"#, r#"{"a":01}"#, r#"{"a":1,}"#, "{\"a\":\"\u{1}\"}", r#"{"a":tru}"#]
        {
            assert!(matches!(names(bad), Err(RejectReason::Malformed { .. })), "{bad}");
        }
    }

    proptest! {
        /// What serde_json takes for an object, and nothing else, is taken; members are those it finds.
        #[test]
        fn agrees_with_serde_json(line in r#"\{("a\\?[n"]?"|[\[\]{},:]|"(\\u[dD][89cC]00|é|\\n)?"|[-0-9.eE]{1,3}|true|null| ){0,12}\}"#) {
            let theirs = serde_json::from_str::<serde_json::Value>(&line);
            let ours = names(&line);
            prop_assert_eq!(theirs.is_ok(), ours.is_ok(), "{:?} {:?}", theirs, ours);
        }

        #[test]
        fn agrees_with_serde_json_on_sound_lines(pairs in proptest::collection::vec(("[a-zé\"\\\\\n]{0,4}", -9i64..9), 0..5), depth in 0usize..130) {
            let mut line = serde_json::json!(pairs.clone()).to_string();
            line = format!("{{\"x\":{}{line}{},\"y\":1}}", "[".repeat(depth), "]".repeat(depth));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&line).is_ok(), names(&line).is_ok());
        }
    }
}
