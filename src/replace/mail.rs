//! Surrogates of mail and web addresses: the local part follows the names of the document, the host does not exist.

use super::case::bare_key;
use super::draw::Unit;
use super::names::Cast;
use super::pools::{self, DOMAINS, is_mailbox};

/// A mail address; names of the document become their surrogates, functions (`secretariat`) stay.
pub(super) fn mail(unit: &Unit, cast: &Cast<'_>, surface: &str) -> Option<String> {
    let marks = ["@", "(at)", "[at]", " at ", "(a)"];
    let lower = surface.to_ascii_lowercase();
    let Some((at, mark)) = marks.iter().find_map(|mark| lower.find(mark).map(|at| (at, *mark))) else {
        let new = format!("{}@{}", local(unit, cast, surface), host(unit, surface));
        return (new != surface).then_some(new);
    };
    let (left, right) = (&surface[..at], &surface[at + mark.len()..]);
    let blank_after = &right[..right.len() - right.trim_start().len()];
    let blank_before = &left[left.trim_end().len()..];
    let new = format!(
        "{}{blank_before}{}{blank_after}{}",
        local(unit, cast, left.trim_end()),
        &surface[at..at + mark.len()],
        host(unit, right)
    );
    (new != surface).then_some(if capitals(surface) { new.to_uppercase() } else { new })
}

/// A web address: scheme and `www.` stay, the host is invented, each step of the path becomes other letters.
pub(super) fn url(unit: &Unit, surface: &str) -> Option<String> {
    let scheme = surface.find("://").map_or(0, |at| at + 3);
    let rest = &surface[scheme..];
    let www = if rest.to_ascii_lowercase().starts_with("www.") { 4 } else { 0 };
    let rest = &rest[www..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let mut out = surface[..scheme + www].to_owned() + &host(unit, &rest[..end]);
    let mut draw = unit.draw("url", surface);
    for c in rest[end..].chars() {
        out.push(match c {
            _ if c.is_ascii_digit() => char::from(draw.digit()),
            _ if c.is_alphanumeric() => char::from(b"abcdefghijklmnopqrstuvwxyz"[draw.below(26)]),
            _ => c,
        });
    }
    (out != surface).then_some(if capitals(surface) { out.to_uppercase() } else { out })
}

fn capitals(text: &str) -> bool {
    !text.chars().any(char::is_lowercase)
}

/// `hopital-fictif.invalid`: the same for the same host of a patient.
fn host(unit: &Unit, host: &str) -> String {
    let mut draw = unit.draw("domaine", &bare_key(host));
    format!("{}.invalid", DOMAINS.get(draw.below(DOMAINS.len())))
}

fn local(unit: &Unit, cast: &Cast<'_>, local: &str) -> String {
    let words: Vec<String> = local.split(|c: char| !c.is_alphanumeric()).map(bare_key).collect();
    let last = words.iter().find(|word| word.len() > 2 && cast.folded(word).is_some());
    let mut out = String::with_capacity(local.len() + 8);
    let mut rest = local;
    for word in &words {
        let start = rest.find(char::is_alphanumeric).unwrap_or(rest.len());
        out.push_str(&rest[..start]);
        let end = rest[start..].find(|c: char| !c.is_alphanumeric()).map_or(rest.len(), |len| start + len);
        if start < end {
            out.push_str(&part(unit, cast, word, last.map(String::as_str)));
        }
        rest = &rest[end..];
        // Two marks in a row make an empty word between them.
        if word.is_empty() && rest.starts_with(|c: char| !c.is_alphanumeric()) {
            let mark = rest.chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..mark]);
            rest = &rest[mark..];
        }
    }
    out.push_str(rest);
    out
}

/// What stands for one word of a local part.
fn part(unit: &Unit, cast: &Cast<'_>, word: &str, last: Option<&str>) -> String {
    if let Some(name) = cast.folded(word) {
        return name;
    }
    if is_mailbox(word) {
        return word.to_owned();
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        let mut draw = unit.draw("mail-numero", word);
        return word.bytes().map(|_| char::from(draw.digit())).collect();
    }
    let initials = |letters: &str, last: &str| {
        cast.initials_beside(letters, last).unwrap_or_else(|| {
            let mut draw = unit.draw("initiale", &format!("{letters}|{last}"));
            letters.chars().map(|_| char::from(b"abcdefghjlmnprst"[draw.below(16)])).collect()
        })
    };
    if word.len() <= 2 {
        return initials(word, last.unwrap_or_default());
    }
    if let Some((name, at_end)) = cast.part_of(word)
        && let Some(new) = cast.folded(name)
    {
        let rest = if at_end { &word[..word.len() - name.len()] } else { &word[name.len()..] };
        let rest = match cast.folded(rest) {
            Some(first) => first,
            None if rest.len() <= 2 => initials(rest, name),
            None => part(unit, cast, rest, Some(name)),
        };
        return if at_end { rest + &new } else { new + &rest };
    }
    let mut draw = unit.draw("nom", word);
    bare_key(pools::LAST.get(draw.below(pools::LAST.len())))
}
