//! Surrogates of street lines and institutions: their form stays, their names change.

use super::case::{Writing, bare_key, unread};
use super::draw::Unit;
use super::numbers::{self, Digits};
use super::places::{Places, key_of_words, town_key};
use super::pools::{self, INSTITUTIONS, Phrases, STREETS, Town, is_complement, is_type};
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
        let surface = &*unread(surface);
        let pieces = pieces(surface);
        let kept = self.leading(&pieces, surface);
        let rest = &pieces[kept..];
        let Some(first) = rest.first() else { return self.unnamed(&pieces, surface) };
        let link = link(rest);
        let name = &rest[link.words.min(rest.len() - 1)..];
        let all: Vec<&str> = name.iter().map(|piece| piece.text).collect();
        let key = key_of_words(&all);
        let head = &surface[..first.start];
        if let Some(acronym) = self.acronym(surface, kept, &all) {
            return Some(acronym);
        }
        let (joint, written) = (&surface[first.start..name[0].start], &surface[name[0].start..]);
        if let Some(town) = self.town_in(&all, link, &key) {
            let town = self.phrase(town, written, surface);
            return Some(
                head.to_owned()
                    + &join(Link { article: "-", de: link.de || link.article != "-", ..link }, joint, &town),
            );
        }
        let article = if kept == 0 && link.words == 0 { article_before(before) } else { link.article };
        let name = self.phrase(self.named(&INSTITUTIONS, article, "etablissement", &key)?, written, surface);
        Some(head.to_owned() + &if link.words == 0 { name } else { join(link, joint, &name) })
    }

    /// A street line: types, complements and layout kept; numbers, letters and names replaced.
    pub(super) fn address(&self, surface: &str) -> Option<String> {
        let surface = &*unread(surface);
        let mut out = String::with_capacity(surface.len() + 8);
        let mut draw = self.unit.draw("numero", &bare_key(surface));
        for (segment, mark) in segments(surface) {
            let pieces = pieces(segment);
            let (mut at, mut copied) = (0, 0);
            let (mut kept_before, mut typed) = (false, false);
            while at < pieces.len() {
                let piece = pieces[at];
                let key = bare_key(piece.text);
                if piece.text.contains(|c: char| c.is_ascii_digit()) || is_lone_letter(&pieces, at, kept_before) {
                    out.push_str(&segment[copied..piece.start]);
                    out.push_str(&self.number(&mut draw, piece.text));
                    copied = piece.end;
                    kept_before = false;
                    at += 1;
                } else if let Some(count) = self.kept(&pieces[at..]) {
                    at += count;
                    kept_before = true;
                    typed = true;
                } else if is_complement(&key) || is_box(&pieces[at..]) {
                    at += 1 + usize::from(!is_complement(&key));
                    kept_before = true;
                    typed = false;
                } else {
                    let end = self.end_of_name(&pieces, at);
                    out.push_str(&segment[copied..piece.start]);
                    let written = &segment[piece.start..pieces[end - 1].end];
                    out.push_str(&self.street(&pieces[at..end], written, surface, typed)?);
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
            let form = is_complement(&key) && (key.len() > 2 || matches!(key.as_str(), "bp" | "cs"));
            form || piece.text.starts_with(|c: char| c.is_ascii_digit())
        };
        // `rue de la Tour`: after an article, a word of form is a name.
        let first = at + 1 + link(&pieces[at..]).words;
        (first..pieces.len()).find(|next| stops(&pieces[*next]) || is_box(&pieces[*next..])).unwrap_or(pieces.len())
    }

    /// A street's name; that of a place where no type of street comes before.
    fn street(&self, pieces: &[Piece<'_>], written: &str, surface: &str, typed: bool) -> Option<String> {
        let link = link(pieces);
        let name = &pieces[link.words.min(pieces.len() - 1)..];
        let key = key_of_words(&name.iter().map(|piece| piece.text).collect::<Vec<_>>());
        let bare = link.article == "-" && (link.de || !typed);
        let new = self.named(&STREETS, if bare { "de" } else { link.article }, "voie", &key)?;
        let at = name[0].start - pieces[0].start;
        let new = if written[at..].contains('-') { new.replace(' ', "-") } else { new.to_owned() };
        let new = self.phrase(&new, &written[at..], surface);
        Some(if link.words == 0 { new } else { join(link, &written[..at], &new) })
    }

    /// Another number of that length, with its letters: `12`, `3e`, `1er`, `B`.
    fn number(&self, draw: &mut super::draw::Draw, written: &str) -> String {
        let digits = written.bytes().take_while(u8::is_ascii_digit).count();
        let tail = &written[digits..];
        if written.bytes().any(|byte| byte.is_ascii_digit()) && (digits == 0 || Digits::of(written).len() > digits) {
            // `B13`, `4Ol27`
            return numbers::shape(draw.clone(), written, self.avoid).unwrap_or_else(|| "1".to_owned());
        }
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
            } else if new[0] < first || digits == 3 {
                let last = if digits == 3 { b'3' } else { b'9' };
                new[0] = first + draw.below(usize::from(last - first) + 1) as u8;
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

    /// In the case of what it replaces; a name in lower case inside a phrase that has capitals is a name all the same.
    fn phrase(&self, new: &str, written: &str, surface: &str) -> String {
        let letters = written.chars().filter(|c| c.is_alphabetic()).count();
        let lower = !written.chars().any(char::is_uppercase);
        self.writing.phrase(new, if letters > 1 && !lower { written } else { surface })
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

    /// How many pieces from the start say what the institution is.
    fn leading(&self, pieces: &[Piece<'_>], surface: &str) -> usize {
        let mut kept = 0;
        while kept < pieces.len() {
            let Some(count) = longest(self.words, &pieces[kept..], Facts::is_institution_type) else { break };
            // `hôpital, clinique` are two things; only what stands side by side is one type.
            if kept > 0 && !surface[pieces[kept - 1].end..pieces[kept].start].trim().is_empty() {
                break;
            }
            kept += count;
        }
        let general = kept == 0 && pieces.len() > 1 && is_type(&bare_key(pieces[0].text));
        if general { 1 } else { kept }
    }

    /// The town a name is or starts with, replaced; after a bare `de` any name is that of a place.
    fn town_in(&self, words: &[&str], link: Link, key: &str) -> Option<&'static str> {
        let place = |key: &str| self.places.place(key).map(|place| place.name);
        if link.article != "-" {
            // `de La Rochelle`, `du Havre`: the article is the town's.
            let article = link.article.trim_end_matches('\'');
            let town = town_key(&format!("{article} {}", words.join(" ")));
            return Town::named(&town).filter(|town| town.class() >= 5).and_then(|_| place(&town));
        }
        for count in (1..=words.len()).rev() {
            let town = town_key(&words[..count].join(" "));
            let Some(class) = Town::named(&town).map(Town::class) else { continue };
            // `clinique Saint-Jean` is a saint's; `CHU Grenoble Alpes` starts with a large town.
            let whole = count == words.len() && class >= 3 && !town.starts_with("saint");
            if link.de || whole || class >= 7 {
                return place(&town);
            }
        }
        if link.de { place(key) } else { None }
    }

    /// `CHUV`: letters for letters.
    fn acronym(&self, surface: &str, kept: usize, words: &[&str]) -> Option<String> {
        let [word] = words else { return None };
        let capitals = word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let word_like = self.words.facts(&bare_key(word)).is_ordinary();
        let alone = kept == 0 && capitals && word.len() >= 2 && !word_like;
        alone.then(|| numbers::shape(self.unit.draw("sigle", word), surface, self.avoid)).flatten()
    }

    /// A type with no name, `hôpital des Enfants`: its first word, and a name that is invented.
    fn unnamed(&self, pieces: &[Piece<'_>], surface: &str) -> Option<String> {
        let name = self.named(&INSTITUTIONS, "-", "etablissement", &bare_key(surface))?;
        let name = self.writing.phrase(name, surface);
        let alone = longest(self.words, &pieces[..pieces.len().min(1)], Facts::is_institution_type).is_some();
        let head = if alone && pieces.len() > 1 { &surface[..pieces[0].end] } else { "" };
        Some(if head.is_empty() { name } else { format!("{head} {name}") })
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

/// `B.P.`
fn is_box(pieces: &[Piece<'_>]) -> bool {
    let letter = |at: usize, wanted: &str| {
        pieces.get(at).is_some_and(|piece: &Piece<'_>| piece.text.eq_ignore_ascii_case(wanted))
    };
    letter(0, "b") && letter(1, "p") || letter(0, "c") && letter(1, "s")
}

/// A name with its article and preposition, contracted, in the case of those it had (`joint`).
fn join(link: Link, joint: &str, name: &str) -> String {
    let vowel = pools::place_key(name).starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
    let words = match (link.article, link.de) {
        ("le", true) => "du ",
        ("les", true) => "des ",
        ("la", true) => "de la ",
        ("l'", true) => "de l'",
        ("-", true) if vowel => "d'",
        ("-", true) => "de ",
        ("le", false) => "le ",
        ("les", false) => "les ",
        ("la", false) => "la ",
        ("l'", false) => "l'",
        _ => "",
    };
    let upper = joint.chars().any(char::is_uppercase);
    let all = upper && !joint.chars().any(char::is_lowercase) && name.chars().filter(|c| c.is_lowercase()).count() == 0;
    match (all, upper && !link.de) {
        (true, _) => words.to_uppercase() + name,
        (_, true) => words[..1].to_uppercase() + &words[1..] + name,
        _ => words.to_owned() + name,
    }
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
