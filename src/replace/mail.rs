//! Surrogates of mail and web addresses: the local part follows the names of the document, the host does not exist.

use std::ops::Range;

use super::case::{bare_key, unread};
use super::draw::Unit;
use super::names::Cast;
use super::pools::{self, DOMAINS, is_mailbox};

/// A mail address; names of the document become their surrogates, functions (`secretariat`) stay.
pub(super) fn mail(unit: &Unit, cast: &Cast<'_>, surface: &str) -> Option<String> {
    let marks = ["@", "(at)", "[at]", " at ", "(a)", "©", " arobase "];
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
    let local = &*unread(local);
    let runs = runs(local);
    let words: Vec<String> = runs.iter().map(|run| bare_key(&local[run.clone()])).collect();
    let last = words.iter().find(|word| word.len() > 2 && cast.folded(word).is_some());
    let mut out = String::with_capacity(local.len() + 8);
    let mut copied = 0;
    for (run, word) in runs.iter().zip(&words) {
        out.push_str(&local[copied..run.start]);
        out.push_str(&part(unit, cast, word, last.map(String::as_str)));
        copied = run.end;
    }
    out + &local[copied..]
}

/// Runs of letters, and of digits.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<(Range<usize>, bool)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        let (digit, end) = (c.is_ascii_digit(), at + c.len_utf8());
        match runs.last_mut() {
            Some((run, digits)) if run.end == at && *digits == digit => run.end = end,
            _ => runs.push((at..end, digit)),
        }
    }
    runs.into_iter().map(|(run, _)| run).collect()
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
    if word.len() <= 2 {
        return cast.letters_beside(word, last.unwrap_or_default());
    }
    if let Some((name, at_end)) = cast.part_of(word)
        && let Some(new) = cast.folded(name)
    {
        let rest = if at_end { &word[..word.len() - name.len()] } else { &word[name.len()..] };
        let rest = match cast.folded(rest) {
            Some(first) => first,
            None if rest.len() <= 2 => cast.letters_beside(rest, name),
            None => part(unit, cast, rest, Some(name)),
        };
        return if at_end { rest + &new } else { new + &rest };
    }
    let mut draw = unit.draw("nom", word);
    bare_key(pools::LAST.get(draw.below(pools::LAST.len())))
}
