//! Surrogates of street lines and institutions: their form stays, their names change.

use super::case::{Writing, bare_key};
use super::draw::Unit;
use super::places::{Places, key_of_words, town_key};
use super::pools::{self, INSTITUTIONS, Phrases, STREETS, Town, is_complement};
use crate::lexicon::{Facts, Words};
use rustc_hash::FxHashSet;

const TRIES: usize = 60;

/// What phrases are written with.
pub(super) struct Writer<'d> {
    pub(super) unit: &'d Unit,
    pub(super) words: &'d Words,
    pub(super) writing: Writing,
    pub(super) avoid: &'d FxHashSet<&'d str>,
    pub(super) places: &'d Places<'d>,
}

/// A word of a phrase, with where it stands.
#[derive(Clone, Copy, Debug)]
struct Piece<'s> {
    start: usize,
    end: usize,
    text: &'s str,
}

/// How a name hangs on what is before it: `rue de la …` is article `la` with a `de`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Link {
    article: &'static str,
    de: bool,
    /// Words it takes.
    words: usize,
}

impl Writer<'_> {
    /// An institution: type kept, town or name replaced. `before` is what precedes the span, for its article.
    pub(super) fn institution(&self, surface: &str, before: &str) -> Option<String> {
        let pieces = pieces(surface);
        let kept = self.leading(&pieces, surface, Facts::is_institution_type);
        let rest = &pieces[kept..];
        let Some(first) = rest.first() else { return self.unnamed(surface) };
        let link = link(rest);
        let mut name = &rest[link.words.min(rest.len() - 1)..];
        // `CH de proximité de Vendôme`: what stands between belongs to the name.
        if name.is_empty() {
            name = rest;
        }
        let all: Vec<&str> = name.iter().map(|piece| piece.text).collect();
        let key = key_of_words(&all);
        let head = &surface[..first.start];
        if let Some(acronym) = self.acronym(surface, kept, &all) {
            return Some(acronym);
        }
        let written = &surface[name[0].start..];
        let de_town = link.de && link.article == "-";
        if let Some(town) = self.town_in(&all, de_town, &key) {
            let joined = join(Link { article: "-", ..link }, &town);
            return Some(head.to_owned() + &self.phrase(&joined, written, surface));
        }
        let link = if kept == 0 && link.words == 0 { Link { article: article_before(before), ..link } } else { link };
        let name = self.named(&INSTITUTIONS, link.article, "etablissement", &key)?;
        let joined = if link.words == 0 { name.to_owned() } else { join(link, name) };
        Some(head.to_owned() + &self.phrase(&joined, written, surface))
    }

    /// A street line: types, complements and layout kept; numbers, letters and names replaced.
    pub(super) fn address(&self, surface: &str) -> Option<String> {
        let mut out = String::with_capacity(surface.len() + 8);
        let mut draw = self.unit.draw("numero", &bare_key(surface));
        for (segment, mark) in segments(surface) {
            let pieces = pieces(segment);
            let (mut at, mut copied) = (0, 0);
            let mut kept_before = false;
            while at < pieces.len() {
                let piece = pieces[at];
                let key = bare_key(piece.text);
                if piece.text.starts_with(|c: char| c.is_ascii_digit()) || is_lone_letter(&pieces, at, kept_before) {
                    out.push_str(&segment[copied..piece.start]);
                    out.push_str(&self.number(&mut draw, piece.text));
                    copied = piece.end;
                    kept_before = false;
                    at += 1;
                } else if let Some(count) = self.kept(&pieces[at..]) {
                    at += count;
                    kept_before = true;
                } else if is_complement(&key) {
                    at += 1;
                    kept_before = true;
                } else {
                    let end = self.end_of_name(&pieces, at);
                    out.push_str(&segment[copied..piece.start]);
                    let written = &segment[piece.start..pieces[end - 1].end];
                    out.push_str(&self.street(&pieces[at..end], written, surface)?);
                    copied = pieces[end - 1].end;
                    kept_before = false;
                    at = end;
                }
            }
            out.push_str(&segment[copied..]);
            out.push_str(mark);
        }
        (out != surface).then_some(out)
    }

    /// The words of a street type that start here.
    fn kept(&self, pieces: &[Piece<'_>]) -> Option<usize> {
        longest(self.words, pieces, Facts::is_street_type)
    }

    /// A name goes on to the next number or complement.
    fn end_of_name(&self, pieces: &[Piece<'_>], at: usize) -> usize {
        let stops = |piece: &Piece<'_>| {
            let key = bare_key(piece.text);
            key.len() > 2 && is_complement(&key) || piece.text.starts_with(|c: char| c.is_ascii_digit())
        };
        (at + 1..pieces.len()).find(|next| stops(&pieces[*next])).unwrap_or(pieces.len())
    }

    fn street(&self, pieces: &[Piece<'_>], written: &str, surface: &str) -> Option<String> {
        let link = link(pieces);
        let name = &pieces[link.words.min(pieces.len() - 1)..];
        let key = key_of_words(&name.iter().map(|piece| piece.text).collect::<Vec<_>>());
        let article = if link.de && link.article == "-" { "de" } else { link.article };
        let name = self.named(&STREETS, article, "voie", &key)?;
        let joined = if link.words == 0 { name.to_owned() } else { join(link, name) };
        let joined = if written.contains('-') { hyphened(&joined, link) } else { joined };
        Some(self.phrase(&joined, written, surface))
    }

    /// Another number of that length, with its letters: `12`, `3e`, `1er`, `B`.
    fn number(&self, draw: &mut super::draw::Draw, written: &str) -> String {
        let digits = written.bytes().take_while(u8::is_ascii_digit).count();
        let tail = &written[digits..];
        if digits == 0 {
            let letter = char::from(b"ABCDEFGH"[draw.below(8)]);
            let other = if written.eq_ignore_ascii_case(&letter.to_string()) { 'J' } else { letter };
            return if written.chars().all(char::is_lowercase) {
                other.to_ascii_lowercase().to_string()
            } else {
                other.to_string()
            };
        }
        let ordinal = bare_key(tail);
        let first = if ordinal == "er" || ordinal == "ere" { b'2' } else { b'1' };
        loop {
            let mut new: Vec<u8> = (0..digits).map(|_| draw.digit()).collect();
            if written.starts_with('0') && digits > 1 {
                new[0] = b'0';
            } else if new[0] < first {
                new[0] = first + draw.below(usize::from(b'9' - first) + 1) as u8;
            }
            let new = String::from_utf8(new).expect("digits");
            if new == written[..digits] || new == "1" && !tail.is_empty() {
                continue;
            }
            return match ordinal.as_str() {
                "er" | "ere" => new + "e",
                _ => new + tail,
            };
        }
    }

    fn phrase(&self, new: &str, written: &str, surface: &str) -> String {
        // One word in capitals says nothing of the case of the others: the whole span does.
        let pattern = if written.chars().filter(|c| c.is_alphabetic()).count() > 3 { written } else { surface };
        self.writing.phrase(new, pattern)
    }

    /// A name of a list that no word of the document is.
    fn named(&self, list: &'static Phrases, article: &str, class: &str, key: &str) -> Option<&'static str> {
        let names = list.with(article);
        let mut draw = self.unit.draw(class, key);
        (0..TRIES).map(|_| names(draw.below(1 << 20))).find(|name| self.is_free(name, key))
    }

    fn is_free(&self, name: &str, key: &str) -> bool {
        let name = pools::place_key(name);
        let tells = |word: &&str| word.len() >= 4 && !matches!(*word, "saint" | "sainte");
        !name.split(' ').filter(tells).any(|word| self.avoid.contains(word) || key.split(' ').any(|one| one == word))
    }

    /// How many pieces from the start the longest kept phrase takes.
    fn leading(&self, pieces: &[Piece<'_>], surface: &str, wanted: fn(Facts) -> bool) -> usize {
        let mut kept = 0;
        while kept < pieces.len() {
            let Some(count) = longest(self.words, &pieces[kept..], wanted) else { break };
            // `hôpital, clinique` are two things; only what stands side by side is one type.
            if kept > 0 && surface[pieces[kept - 1].end..pieces[kept].start].trim() != "" {
                break;
            }
            kept += count;
        }
        kept
    }

    /// The town a name holds, replaced; `de` before it makes a place of any name.
    fn town_in(&self, words: &[&str], de: bool, key: &str) -> Option<String> {
        for count in (1..=words.len()).rev() {
            let town = town_key(&words[..count].join(" "));
            let known = Town::named(&town).is_some_and(|found| found.class() >= 3 || de);
            if known && (de || count == words.len() || Town::named(&town).is_some_and(|found| found.class() >= 7)) {
                return self.places.place(&town).map(|place| place.name.to_owned());
            }
        }
        if de { self.places.place(key).map(|place| place.name.to_owned()) } else { None }
    }

    /// `CHUV`: letters for letters.
    fn acronym(&self, surface: &str, kept: usize, words: &[&str]) -> Option<String> {
        let [word] = words else { return None };
        let capitals = word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let alone = kept == 0 && capitals && word.len() >= 2;
        alone.then(|| super::numbers::shape(self.unit.draw("sigle", word), surface, self.avoid)).flatten()
    }

    /// A type with no name: letters would say nothing, so a name is invented for it.
    fn unnamed(&self, surface: &str) -> Option<String> {
        let key = bare_key(surface);
        let name = self.named(&INSTITUTIONS, "-", "etablissement", &key)?;
        Some(self.writing.phrase(name, surface))
    }
}

/// Words with their places; an apostrophe ends the word before it.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric();
        if inside && start.is_none() {
            start = Some(at);
        }
        if !inside && let Some(from) = start.take() {
            pieces.push(Piece { start: from, end: at, text: &text[from..at] });
        }
    }
    pieces
}

/// Cuts a street line at its commas, bars and line ends; each segment with the mark that ends it.
fn segments(text: &str) -> Vec<(&str, &str)> {
    let mut segments = Vec::new();
    let mut from = 0;
    for (at, mark) in text.match_indices([',', ';', '\n', '\r', '(', ')', '/']).chain(text.match_indices(" - ")) {
        segments.push((at, mark.len()));
    }
    segments.sort_unstable();
    let mut parts = Vec::with_capacity(segments.len() + 1);
    for (at, len) in segments {
        if at < from {
            continue;
        }
        parts.push((&text[from..at], &text[at..at + len]));
        from = at + len;
    }
    parts.push((&text[from..], ""));
    parts
}

/// The longest phrase of the lists, of at most six words, that starts a sequence.
fn longest(words: &Words, pieces: &[Piece<'_>], wanted: fn(Facts) -> bool) -> Option<usize> {
    let mut phrase = String::new();
    let mut found = None;
    for (at, piece) in pieces.iter().take(6).enumerate() {
        if at > 0 {
            phrase.push(' ');
        }
        phrase.push_str(&bare_key(piece.text));
        if wanted(words.facts(&phrase)) {
            found = Some(at + 1);
        }
    }
    found
}

/// `B` in `bât. B`: one letter after a word of form, or after a number.
fn is_lone_letter(pieces: &[Piece<'_>], at: usize, kept_before: bool) -> bool {
    let text = pieces[at].text;
    let single = text.chars().count() == 1 && text.chars().all(|c| c.is_ascii_alphabetic());
    let after_number = at > 0 && pieces[at - 1].text.ends_with(|c: char| c.is_ascii_digit());
    let lower_article = matches!(text, "l" | "d" | "à" | "a");
    single && !lower_article && (kept_before || after_number)
}

fn link(pieces: &[Piece<'_>]) -> Link {
    let word = |at: usize| pieces.get(at).map(|piece| bare_key(piece.text)).unwrap_or_default();
    let (first, second) = (word(0), word(1));
    let (article, de, words) = match (first.as_str(), second.as_str()) {
        ("du", _) => ("le", true, 1),
        ("des", _) => ("les", true, 1),
        ("de", "la") => ("la", true, 2),
        ("de", "l") => ("l'", true, 2),
        ("de", "le") => ("le", true, 2),
        ("de", "les") => ("les", true, 2),
        ("de" | "d", _) => ("-", true, 1),
        ("le", _) => ("le", false, 1),
        ("la", _) => ("la", false, 1),
        ("les", _) => ("les", false, 1),
        ("l", _) => ("l'", false, 1),
        _ => ("-", false, 0),
    };
    if words < pieces.len() { Link { article, de, words } } else { Link { article: "-", de: false, words: 0 } }
}

/// A name with its article and preposition, contracted.
fn join(link: Link, name: &str) -> String {
    let vowel = pools::place_key(name).starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
    match (link.article, link.de) {
        ("le", true) => format!("du {name}"),
        ("les", true) => format!("des {name}"),
        ("la", true) => format!("de la {name}"),
        ("l'", true) => format!("de l'{name}"),
        ("-", true) if vowel => format!("d'{name}"),
        ("-", true) => format!("de {name}"),
        ("le", false) => format!("Le {name}"),
        ("les", false) => format!("Les {name}"),
        ("la", false) => format!("La {name}"),
        ("l'", false) => format!("L'{name}"),
        _ => name.to_owned(),
    }
}

/// `Marcel-Dauvin` where the original has hyphens.
fn hyphened(name: &str, link: Link) -> String {
    if link.words == 0 { name.replace(' ', "-") } else { name.to_owned() }
}

/// The article right before a name: that of `la Timone` when the span is `Timone`.
fn article_before(before: &str) -> &'static str {
    let tail = before.trim_end();
    let word = tail.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    match bare_key(word).as_str() {
        "la" => "la",
        "le" | "du" | "au" => "le",
        "les" | "des" | "aux" => "les",
        _ if tail.ends_with(['\'', '’']) => "l'",
        _ => "-",
    }
}
