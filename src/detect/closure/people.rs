//! People of the document under their initials and their logins.

use rustc_hash::FxHashSet;

use super::{CONFIDENT, Covered};
use crate::detect::{Detection, Findings};
use crate::lexicon::Lookup;
use crate::text::{Document, Label, Shape, Token, TokenKind, View};

/// `A. B.`, `AB =`, `visa AB` where somebody's names start so; `amorel`, `ADM_MOREL` where somebody is called Morel.
pub(super) fn close(doc: &Document, lookup: &Lookup, findings: &Findings) -> Vec<Detection> {
    let mut names: Vec<&Detection> = findings.found.iter().filter(|one| one.label.is_name()).collect();
    names.sort_unstable_by_key(|one| one.span.start());
    let Some(priority) = names.iter().map(|one| one.priority).max() else { return Vec::new() };
    let page = Page { view: doc.view(), lookup, covered: Covered::new(&findings.found), priority };
    let mut found = Vec::new();
    page.initials(&pairs(page.view, &names), &mut found);
    page.logins(&logins(page.view, &names), &mut found);
    found
}

struct Page<'d> {
    view: &'d View,
    lookup: &'d Lookup,
    covered: Covered,
    priority: u8,
}

impl Page<'_> {
    fn mark(&self, at: usize, mark: &str) -> bool {
        self.view
            .tokens
            .get(at)
            .is_some_and(|token| token.kind == TokenKind::Mark && token.text(&self.view.normalized) == mark)
    }

    fn is_free(&self, token: &Token) -> bool {
        let span = self.view.normalized.original(token.start as usize, token.end as usize);
        !self.covered.holds(span.start(), span.end())
    }

    fn push(&self, found: &mut Vec<Detection>, from: usize, to: usize, label: Label, rule: &'static str) {
        let (start, end) = (self.view.tokens[from].start as usize, self.view.tokens[to - 1].end as usize);
        let span = self.view.normalized.original(start, end);
        found.push(Detection { span, label, score: 0.8, priority: self.priority, rule, role: None });
    }

    fn initials(&self, pairs: &FxHashSet<(u8, u8)>, found: &mut Vec<Detection>) {
        let tokens = &self.view.tokens;
        let letter = |at: usize| {
            tokens
                .get(at)
                .filter(|token| token.shape == Shape::Initial)
                .map(|token| token.text(&self.view.normalized).as_bytes()[0])
        };
        let fits = |a: u8, b: u8| pairs.contains(&(a, b)) || pairs.contains(&(b, a));
        for (at, token) in tokens.iter().enumerate() {
            if token.shape == Shape::Initial {
                let second = if self.mark(at + 2, "-") { at + 3 } else { at + 2 };
                let (Some(a), Some(b)) = (letter(at), letter(second)) else { continue };
                let dotted = self.mark(at + 1, ".") && tokens[second].start <= tokens[at + 1].end + 2;
                let longer = self.mark(second + 1, ".") && letter(second + 2).is_some() && !tokens[second + 2].spaced
                    || at > 1 && self.mark(at - 1, ".") && letter(at - 2).is_some() && !token.spaced;
                if dotted && !longer && fits(a, b) && self.is_free(token) && self.is_free(&tokens[second]) {
                    self.push(found, at, at + 1, Label::PRENOM, "closure/initials");
                    self.push(found, second, second + 1, Label::NOM, "closure/initials");
                }
            } else if token.shape == Shape::Upper && token.len() == 2 && self.is_free(token) {
                let text = token.text(&self.view.normalized).as_bytes();
                if fits(text[0], text[1]) && self.signs(at) {
                    self.push(found, at, at + 1, Label::PRENOM, "closure/initials");
                }
            }
        }
    }

    /// Whether two capitals stand where somebody signs.
    fn signs(&self, at: usize) -> bool {
        let tokens = &self.view.tokens;
        let facts = self.lookup.word(at);
        if facts.is_title() || facts.is_field() || facts.is_function() || facts.is_particle() {
            return false;
        }
        let mut before = at;
        while before > 0 && at - before < 3 && tokens[before - 1].kind == TokenKind::Mark {
            before -= 1;
        }
        let scribe = before > 0 && tokens[before - 1].is_word() && self.lookup.word(before - 1).is_scribe();
        let defined = self.mark(at + 1, "=");
        let bracketed = at > 0 && self.mark(at - 1, "(") && self.mark(at + 1, ")");
        let ends = tokens.get(at + 1).is_none_or(|next| next.kind == TokenKind::Line);
        let after_sentence = at > 0 && tokens[at].spaced && (self.mark(at - 1, ".") || self.mark(at - 1, "»"));
        scribe || (defined || bracketed || ends && after_sentence) && !facts.is_medical() && !facts.is_ordinary()
    }

    fn logins(&self, logins: &FxHashSet<String>, found: &mut Vec<Detection>) {
        if logins.is_empty() {
            return;
        }
        let tokens = &self.view.tokens;
        for (at, token) in tokens.iter().enumerate() {
            if !token.is_word() || token.len() < 5 || token.shape == Shape::Title {
                continue;
            }
            let facts = self.lookup.word(at);
            if facts.is_ordinary() || facts.is_medical() || facts.is_drug() {
                continue;
            }
            let text = token.text(&self.view.normalized);
            let len = text.len();
            let glued = |a: usize, b: usize| tokens.get(b).is_some_and(|next| next.start == tokens[a].end);
            let whole = logins.contains(text);
            let part = |from: usize, to: usize| text.get(from..to).is_some_and(|part| logins.contains(part));
            let inside = part(1, len) || part(2, len) || part(0, len - 1) || part(0, len - 2);
            if !whole && !(inside && self.is_free(token)) {
                continue;
            }
            // `ADM_CHAURIS`, `cervellin_r`, `s.gervat`, `ABAGNARA2`
            let (mut from, mut to) = (at, at + 1);
            let lower_dot = |mark: usize| self.mark(mark, ".") && token.shape == Shape::Lower;
            let code = |at: usize| self.lookup.word(at).is_medical() || self.lookup.word(at).is_ordinary();
            if at > 1
                && !code(at - 2)
                && (self.mark(at - 1, "_") || lower_dot(at - 1))
                && glued(at - 1, at)
                && glued(at - 2, at - 1)
                && tokens[at - 2].is_word()
            {
                from = at - 2;
            }
            if (self.mark(at + 1, "_") || self.mark(at + 1, ".")) && glued(at, at + 1) && glued(at + 1, at + 2) {
                let short = &tokens[at + 2];
                if short.is_word() && short.len() == 1 {
                    to = at + 3;
                }
            } else if glued(at, at + 1) && tokens[at + 1].kind == TokenKind::Number && tokens[at + 1].len() <= 2 {
                to = at + 2;
            }
            if !whole || from < at || to > at + 1 {
                self.push(found, from, to, Label::NOM, "closure/login");
            }
        }
    }
}

/// First letters of each first name and the last name beside it.
fn pairs(view: &View, names: &[&Detection]) -> FxHashSet<(u8, u8)> {
    let first = |one: &Detection| {
        let (start, end) = view.normalized.forward(one.span);
        view.normalized.text()[start..end].bytes().next()
    };
    let mut pairs = FxHashSet::default();
    for two in names.windows(2) {
        if two[0].label == two[1].label || two[1].span.start() > two[0].span.end() + 3 {
            continue;
        }
        if let (Some(a), Some(b)) = (first(two[0]), first(two[1])) {
            pairs.insert((a, b));
        }
    }
    pairs
}

/// Last names as a login writes them: `legreves`, `babaahmed`.
fn logins(view: &View, names: &[&Detection]) -> FxHashSet<String> {
    let mut logins = FxHashSet::default();
    for name in names.iter().filter(|one| one.label == Label::NOM && one.score >= CONFIDENT).take(500) {
        let (start, end) = view.normalized.forward(name.span);
        let text = &view.normalized.text()[start..end];
        let joined: String = text.chars().filter(|c| c.is_alphabetic()).collect();
        for part in text.split(|c: char| !c.is_alphabetic()).chain([joined.as_str()]) {
            if part.len() >= 4 {
                logins.insert(part.to_owned());
            }
        }
    }
    logins
}
