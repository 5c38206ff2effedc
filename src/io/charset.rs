use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_8859_15, WINDOWS_1252};

/// An encoding that French hospital files use. All are bijective here: what is decoded is encoded back to the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// Also stands for ISO-8859-1. Its five undefined bytes are the C1 controls of the same number.
    Windows1252,
    /// ISO-8859-15.
    Latin9,
}

impl Charset {
    /// The names that [`Charset::named`] knows first.
    pub const NAMES: [&'static str; 5] = ["utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-15"];

    /// The charset of that name, whatever its case.
    pub fn named(name: &str) -> Option<Charset> {
        match name.to_ascii_lowercase().replace(['-', '_'], "").as_str() {
            "utf8" => Some(Charset::Utf8),
            "utf16le" => Some(Charset::Utf16Le),
            "utf16be" => Some(Charset::Utf16Be),
            "windows1252" | "cp1252" | "latin1" | "iso88591" => Some(Charset::Windows1252),
            "latin9" | "iso885915" => Some(Charset::Latin9),
            _ => None,
        }
    }

    /// The charset of a byte order mark at the start.
    pub(super) fn of_bom(bytes: &[u8]) -> Option<Charset> {
        match bytes {
            [0xef, 0xbb, 0xbf, ..] => Some(Charset::Utf8),
            [0xff, 0xfe, ..] => Some(Charset::Utf16Le),
            [0xfe, 0xff, ..] => Some(Charset::Utf16Be),
            _ => None,
        }
    }

    /// The byte order mark, empty where the charset has none.
    pub(super) const fn bom(self) -> &'static [u8] {
        match self {
            Charset::Utf8 => &[0xef, 0xbb, 0xbf],
            Charset::Utf16Le => &[0xff, 0xfe],
            Charset::Utf16Be => &[0xfe, 0xff],
            Charset::Windows1252 | Charset::Latin9 => &[],
        }
    }

    /// Tells the charset of bytes without byte order mark.
    ///
    /// UTF-8 by its validity, UTF-16 by its NULs, ISO-8859-15 by its `œ` and `€`, Windows-1252 otherwise. None for a mix of UTF-8
    /// and something else: read as one, it would hide the accented names of the other.
    pub(super) fn detect(bytes: &[u8]) -> Option<Charset> {
        if let Some(wide) = wide(bytes) {
            return Some(wide);
        }
        if std::str::from_utf8(bytes).is_ok() {
            return Some(Charset::Utf8);
        }
        if bytes.utf8_chunks().any(|chunk| chunk.valid().chars().any(is_french)) {
            return None;
        }
        Some(if is_latin9(bytes) { Charset::Latin9 } else { Charset::Windows1252 })
    }

    /// The text of bytes without byte order mark; none if they are not of this charset.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Charset::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Charset::Utf16Le => decode_wide(bytes, u16::from_le_bytes).map(Cow::Owned),
            Charset::Utf16Be => decode_wide(bytes, u16::from_be_bytes).map(Cow::Owned),
            Charset::Windows1252 => Some(WINDOWS_1252.decode_without_bom_handling(bytes).0),
            Charset::Latin9 => Some(ISO_8859_15.decode_without_bom_handling(bytes).0),
        }
    }

    /// The bytes of a text, without byte order mark; none if one of its characters is not in this charset.
    pub(super) fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self {
            Charset::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Charset::Utf16Le => Some(Cow::Owned(text.encode_utf16().flat_map(u16::to_le_bytes).collect())),
            Charset::Utf16Be => Some(Cow::Owned(text.encode_utf16().flat_map(u16::to_be_bytes).collect())),
            Charset::Windows1252 => encode_byte(WINDOWS_1252, text),
            Charset::Latin9 => encode_byte(ISO_8859_15, text),
        }
    }
}

fn encode_byte(encoding: &'static Encoding, text: &str) -> Option<Cow<'static, [u8]>> {
    let (bytes, _, unmappable) = encoding.encode(text);
    (!unmappable).then(|| Cow::Owned(bytes.into_owned()))
}

fn decode_wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let whole = rest.is_empty().then_some(pairs)?;
    char::decode_utf16(whole.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>().ok()
}

/// UTF-16 without mark: most units have a NUL on the same side, none on the other.
fn wide(bytes: &[u8]) -> Option<Charset> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if pairs.len() < 2 || !rest.is_empty() {
        return None;
    }
    let nuls = |side: usize| pairs.iter().take(4096).filter(|pair| pair[side] == 0).count();
    let most = pairs.len().min(4096) * 7 / 10;
    match (nuls(0), nuls(1)) {
        (0, odd) if odd > most => Some(Charset::Utf16Le),
        (even, 0) if even > most => Some(Charset::Utf16Be),
        _ => None,
    }
}

/// What a French text in UTF-8 has beyond ASCII. Two such bytes in a row mean nothing in the one-byte charsets (`Ã©`).
fn is_french(c: char) -> bool {
    matches!(c, '\u{a0}'..='\u{17f}' | '€' | '\u{2010}'..='\u{2026}')
}

/// `œ`, `Œ` inside a word or `€` after a figure, and no byte that only Windows-1252 uses.
fn is_latin9(bytes: &[u8]) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0xc0);
    let before = |at: usize| at.checked_sub(1).map(|at| &bytes[at]);
    let says_so = |(at, byte): (usize, &u8)| match byte {
        0xbc | 0xbd => is_letter(before(at)) || is_letter(bytes.get(at + 1)),
        0xa4 => before(at).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | 0xa0)),
        _ => false,
    };
    !bytes.iter().any(|byte| (0x80..0xa0).contains(byte)) && bytes.iter().enumerate().any(says_so)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tells_charsets_apart() {
        assert_eq!(Charset::detect("Née à Évry".as_bytes()), Some(Charset::Utf8));
        assert_eq!(Charset::detect(b"N\xe9e \xe0 \xc9vry, c\x9cur"), Some(Charset::Windows1252));
        assert_eq!(Charset::detect(b"c\xbdur, 12 \xa4"), Some(Charset::Latin9));
        assert_eq!(Charset::detect(b"\xc9TAT D\xc9C\xc9D\xc9\xa0: 1\xbd cp"), Some(Charset::Windows1252));
        assert_eq!(
            Charset::detect("Née à\u{a0}: ".as_bytes().iter().chain(b"\xe9").copied().collect::<Vec<_>>().as_slice()),
            None
        );
        assert_eq!(Charset::detect(&Charset::Utf16Be.encode("Né à").unwrap()), Some(Charset::Utf16Be));
        assert_eq!(Charset::detect(&Charset::Utf16Le.encode("Né à").unwrap()), Some(Charset::Utf16Le));
        assert_eq!(Charset::detect(b"a\0b\0\0\0"), Some(Charset::Utf8));
        assert_eq!(Charset::detect(b""), Some(Charset::Utf8));
    }

    #[test]
    fn refuses_what_a_charset_cannot_hold() {
        assert!(Charset::Windows1252.encode("Łódź").is_none());
        assert!(Charset::Latin9.encode("’").is_none());
        assert!(Charset::Utf16Le.decode(b"\x00\xd8").is_none());
        assert!(Charset::Utf16Le.decode(b"abc").is_none());
    }

    #[test]
    fn every_name_is_known() {
        assert!(Charset::NAMES.iter().all(|name| Charset::named(name).is_some()));
    }

    proptest! {
        /// Bytes of a one-byte charset survive, the undefined ones too.
        #[test]
        fn one_byte_charsets_keep_every_byte(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            for charset in [Charset::Windows1252, Charset::Latin9] {
                let text = charset.decode(&bytes).unwrap();
                prop_assert_eq!(charset.encode(&text).unwrap().into_owned(), bytes.clone());
            }
        }

        /// Whatever is told, what is decoded is encoded back.
        #[test]
        fn detection_loses_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Some(charset) = Charset::detect(&bytes)
                && let Some(text) = charset.decode(&bytes)
            {
                prop_assert_eq!(charset.encode(&text).unwrap().into_owned(), bytes.clone());
            }
        }
    }
}
