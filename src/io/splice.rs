use std::ops::Range;

/// The raw bytes of a line or row, where its text is, and what must not be written.
pub(super) struct Splice {
    /// With its line ending, if it has one.
    pub(super) raw: Box<[u8]>,
    /// The raw text value, quotes included.
    pub(super) text: Range<usize>,
    /// The known identity with one of its separators; never over `text`.
    pub(super) cut: Option<Range<usize>>,
}

impl Splice {
    /// Appends the line with `value` for text, or with its own raw text where it is unchanged.
    pub(super) fn write(&self, value: Option<&[u8]>, out: &mut Vec<u8>) {
        let value = value.unwrap_or(&self.raw[self.text.clone()]);
        match &self.cut {
            Some(cut) if cut.end <= self.text.start => {
                out.extend_from_slice(&self.raw[..cut.start]);
                out.extend_from_slice(&self.raw[cut.end..self.text.start]);
                out.extend_from_slice(value);
                out.extend_from_slice(&self.raw[self.text.end..]);
            }
            Some(cut) => {
                out.extend_from_slice(&self.raw[..self.text.start]);
                out.extend_from_slice(value);
                out.extend_from_slice(&self.raw[self.text.end..cut.start]);
                out.extend_from_slice(&self.raw[cut.end..]);
            }
            None => {
                out.extend_from_slice(&self.raw[..self.text.start]);
                out.extend_from_slice(value);
                out.extend_from_slice(&self.raw[self.text.end..]);
            }
        }
    }
}
