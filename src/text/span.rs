use std::fmt;

/// Half-open range `start..end` of **byte** offsets into one document's text.
///
/// `start <= end`, and both fall on a `char` boundary of that text.
/// Formats that count otherwise (JSON lines and brat: code points, FHIR: UTF-16) convert with [`CharIndex`].
///
/// ```
/// # use estompe::text::Span;
/// let text = "Née à Évry";
/// assert_eq!(Span::new(8, 13).slice(text), "Évry");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// # Panics
    /// If `start > end`.
    pub const fn new(start: usize, end: usize) -> Self {
        assert!(start <= end, "a span starts before it ends");
        Span { start, end }
    }

    pub const fn start(self) -> usize {
        self.start
    }

    pub const fn end(self) -> usize {
        self.end
    }

    pub const fn len(self) -> usize {
        self.end - self.start
    }

    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text under the span.
    pub fn slice(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Whether the two share at least one byte.
    pub const fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether every byte of `other` is inside.
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both.
    pub fn cover(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// Turns byte offsets of one text into code point offsets, in one pass when asked in ascending order.
#[derive(Debug)]
pub struct CharIndex<'t> {
    text: &'t [u8],
    byte: usize,
    chars: usize,
}

impl<'t> CharIndex<'t> {
    pub fn new(text: &'t str) -> Self {
        CharIndex { text: text.as_bytes(), byte: 0, chars: 0 }
    }

    /// Code points before byte `offset`; going backwards is correct, and costs a new pass.
    pub fn at(&mut self, offset: usize) -> usize {
        if offset < self.byte {
            (self.byte, self.chars) = (0, 0);
        }
        let is_start = |byte: &&u8| (**byte as i8) >= -0x40;
        self.chars += self.text[self.byte..offset].iter().filter(is_start).count();
        self.byte = offset;
        self.chars
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_code_points_in_any_order() {
        let text = "Née à Évry 🙂 !";
        let mut index = CharIndex::new(text);
        for (chars, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(index.at(byte), chars);
        }
        assert_eq!(index.at(0), 0);
        assert_eq!(index.at(text.len()), text.chars().count());
    }
}
