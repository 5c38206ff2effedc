use std::fmt;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::Span;

/// The text in lower case, without accents, ligatures, odd blanks or odd quotes, and the way back for every byte.
///
/// What has an ASCII equivalent becomes it; other letters are lower-cased and keep their UTF-8 bytes. Every line ending
/// (`\r\n`, `\r`, `\n`, form feed, U+2028) is one `\n`. Marks that show nothing (combining accents, zero-width characters,
/// soft hyphens, BOM) are dropped. Bullets and the degree sign are `*`.
///
/// ```
/// # use estompe::text::Normalized;
/// let text = "Sœur d’Éloïse";
/// let view = Normalized::new(text);
/// assert_eq!(view.text(), "soeur d'eloise");
/// assert_eq!(view.original(8, 14).slice(text), "Éloïse");
/// ```
#[derive(Clone)]
pub struct Normalized {
    text: String,
    /// For each byte of `text`, where the character that made it starts in the original; one more entry for the end.
    back: Vec<u32>,
}

impl Normalized {
    /// # Panics
    /// If the text is 4 GiB or more; readers refuse such documents long before.
    pub fn new(original: &str) -> Self {
        assert!(u32::try_from(original.len()).is_ok(), "documents are bounded far below 4 GiB");
        let bytes = original.as_bytes();
        let mut text = String::with_capacity(original.len() + 8);
        let mut back: Vec<u32> = Vec::with_capacity(original.len() + 9);
        let mut at = 0;
        while at < bytes.len() {
            // Printable ASCII that nobody misreads, as one piece.
            let plain = bytes[at..].iter().take_while(|byte| PLAIN[usize::from(**byte)]).count();
            let from = text.len();
            text.push_str(&original[at..at + plain]);
            text[from..].make_ascii_lowercase();
            back.extend(at as u32..(at + plain) as u32);
            at += plain;
            let Some(c) = original[at..].chars().next() else { break };
            let before = text.len();
            if c.is_ascii() && c > '\u{1f}' {
                text.push(misread(bytes, at, c.to_ascii_lowercase()));
            } else if !(c == '\n' && at > 0 && bytes[at - 1] == b'\r') {
                push_folded(c, &mut text);
            }
            (before..text.len()).for_each(|_| back.push(at as u32));
            at += c.len_utf8();
        }
        back.push(original.len() as u32);
        Normalized { text, back }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The original span under bytes `start..end` of the view; a character half inside is taken whole.
    pub fn original(&self, start: usize, end: usize) -> Span {
        let from = self.back[start];
        if start >= end {
            return Span::new(from as usize, from as usize);
        }
        let last = self.back[end - 1];
        let mut next = end;
        while next + 1 < self.back.len() && self.back[next] == last {
            next += 1;
        }
        Span::new(from as usize, self.back[next] as usize)
    }

    /// Where the character that made byte `at` of the view starts in the original.
    pub fn origin(&self, at: usize) -> usize {
        self.back[at] as usize
    }

    /// The bytes of the view made by the characters of an original span.
    pub fn forward(&self, span: Span) -> (usize, usize) {
        let at = |offset: usize| self.back.partition_point(|&origin| (origin as usize) < offset);
        (at(span.start()).min(self.text.len()), at(span.end()).min(self.text.len()))
    }
}

impl fmt::Debug for Normalized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Normalized({} bytes)", self.text.len())
    }
}

/// The folded form of a word or phrase, as [`Normalized`] folds it.
pub fn fold(text: &str) -> String {
    Normalized::new(text).text
}

/// Bytes that stay as they are but for their case: printable ASCII without `l`, `0` and `1`.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0x20;
    while byte < 0x80 {
        plain[byte] = !matches!(byte as u8, b'l' | b'0' | b'1');
        byte += 1;
    }
    plain
};

/// What a scanner read for a letter, inside a word: `HOSPlTALIER`, `R0UEN`, `c1inique`, `dr0ite`; else the character itself.
fn misread(bytes: &[u8], at: usize, c: char) -> char {
    let byte = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let before = |steps: usize| byte(at.checked_sub(steps));
    let after = |steps: usize| byte(at.checked_add(steps));
    let upper = |byte: u8| byte.is_ascii_uppercase();
    let lower = |byte: u8| byte.is_ascii_lowercase();
    match c {
        // `PAlN`, `lPP`; `mlU` and `dlP` are nothing.
        'l' if upper(after(1)) && (upper(before(1)) || upper(after(2)) && !before(1).is_ascii_alphanumeric()) => 'i',
        // Not in `T2N0M0`, not in codes.
        '0' if upper(before(1)) && upper(after(1)) => {
            let stage = matches!(before(1), b'T' | b'N' | b'M') && !upper(before(2));
            let word = upper(before(2)) || upper(after(2)) && !before(2).is_ascii_digit();
            if word && !stage { 'o' } else { c }
        }
        '0' if lower(before(1)) && lower(after(1)) => 'o',
        '1' if lower(before(1)) && lower(after(1)) && lower(after(2)) => 'l',
        _ => c,
    }
}

fn push_folded(c: char, out: &mut String) {
    match c {
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{0}' => out.push(' '),
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {}
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2bc}' | '\u{b4}' | '\u{2032}' => out.push('\''),
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => out.push('e'),
        'à' | 'â' | 'ä' | 'À' | 'Â' | 'Ä' => out.push('a'),
        'ç' | 'Ç' => out.push('c'),
        'î' | 'ï' | 'Î' | 'Ï' => out.push('i'),
        'ô' | 'ö' | 'Ô' | 'Ö' => out.push('o'),
        'ù' | 'û' | 'ü' | 'Ù' | 'Û' | 'Ü' => out.push('u'),
        '«' | '»' | '\u{201c}'..='\u{201f}' | '\u{2033}' => out.push('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{ff0d}' => out.push('-'),
        '\u{2022}' | '\u{25cf}' | '\u{b7}' => out.push('*'),
        '…' => out.push_str("..."),
        '°' | 'º' => out.push('*'),
        'œ' | 'Œ' => out.push_str("oe"),
        'æ' | 'Æ' => out.push_str("ae"),
        'ß' => out.push_str("ss"),
        'ø' | 'Ø' => out.push('o'),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
        'ı' => out.push('i'),
        'µ' => out.push('u'),
        _ if c < ' ' || c == '\u{7f}' => out.push(' '),
        _ => decompose_compatible(c, |part| {
            if part == '\u{2019}' {
                out.push('\'');
            } else if !is_combining_mark(part) {
                out.extend(part.to_lowercase().filter(|low| !is_combining_mark(*low)));
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_what_french_files_hold() {
        assert_eq!(fold("Œdème d’Élise\u{a0}: ﬁèvre À\r\nB\u{301}"), "oedeme d'elise : fievre a\nb");
        assert_eq!(fold("n° 12 – 3 µg"), "n* 12 - 3 ug");
    }

    #[test]
    fn reads_what_a_scanner_misread() {
        assert_eq!(fold("HOSPlTALIER R0UEN PAlN c1inique dr0ite lPP"), "hospitalier rouen pain clinique droite ipp");
        assert_eq!(
            fold("pT2N0M0 T2N0MX 24H0765 CA15 il 0,5 PaO2 l'IRM tp53 brca1"),
            "pt2n0m0 t2n0mx 24h0765 ca15 il 0,5 pao2 l'irm tp53 brca1"
        );
    }

    #[test]
    fn a_line_ending_of_two_bytes_stays_outside_the_word_before() {
        let view = Normalized::new("AB\r\nC");
        assert_eq!(view.text(), "ab\nc");
        assert_eq!(view.original(0, 2), Span::new(0, 2));
        assert_eq!(view.original(2, 3), Span::new(2, 4));
        assert_eq!(view.original(3, 4), Span::new(4, 5));
    }

    proptest! {
        /// Every span of the view maps to whole characters of the original, in order, and the whole to the whole.
        #[test]
        fn maps_back(text in "[a-zÀ-ÿœŒ’ \r\n\u{ad}\u{301}é🙂½ﬁ…]{0,40}") {
            let view = Normalized::new(&text);
            let ends: Vec<usize> = (0..=view.text().len()).filter(|at| view.text().is_char_boundary(*at)).collect();
            for pair in ends.windows(2) {
                let span = view.original(pair[0], pair[1]);
                prop_assert!(text.is_char_boundary(span.start()) && text.is_char_boundary(span.end()));
                let word: String = text[span.start()..].chars().take(1).collect();
                prop_assert!(fold(&word).contains(&view.text()[pair[0]..pair[1]]));
            }
            prop_assert_eq!(view.original(0, view.text().len()).end(), if view.text().is_empty() { view.origin(0) } else { text.len() });
        }
    }
}
