//! Reads a run of name words: `J.-P. de La Tour`, `MOREL Jean`, `Marie-Claire Ben Salah`.

use super::scene::Scene;
use crate::text::{Label, Role, Shape, TokenKind};

/// How sure it is that a name starts here, before looking at it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Announced {
    /// By a job or a verb: the word must look like a name.
    Weakly,
    /// By a title, a field name or a colon: the word is a name unless it cannot be.
    Strongly,
}

/// One piece of a name, as tokens.
#[derive(Clone, Copy, Debug)]
struct Part {
    from: usize,
    to: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Initial,
    Word {
        given: bool,
        upper: bool,
    },
    /// A particle and its word.
    Particled,
}

/// Name words from one token on.
pub(super) struct Sequence {
    parts: Vec<Part>,
    /// One past the last token.
    pub(super) end: usize,
}

const LONGEST: usize = 6;

impl Sequence {
    /// The name that starts at token `at`, if one does.
    pub(super) fn read(scene: &Scene<'_>, at: usize, announced: Announced) -> Option<Sequence> {
        let mut parts: Vec<Part> = Vec::new();
        let mut end = at;
        let mut next = at;
        while parts.len() < LONGEST {
            let Some(part) = part(scene, next, announced, parts.last().copied(), parts.is_empty()) else { break };
            end = part.to;
            parts.push(part);
            // `Morel, Jean` and `J. Morel` go on; anything else must follow directly.
            next = end;
            if part.kind == Kind::Initial && scene.is_mark(next, ".") {
                next += 1;
            }
            if scene.is_line(next) || scene.after_gap(next) {
                break;
            }
            // `Savanah F. La compagne`: the letter ends the name.
            let ended = part.kind == Kind::Initial && parts.len() > 1 && scene.is_word(next);
            if ended && (scene.facts(next).is_ordinary() || scene.facts(next).is_particle()) {
                break;
            }
        }
        let named = parts.iter().any(|part| part.kind != Kind::Initial);
        if !(named || announced == Announced::Strongly && !parts.is_empty()) {
            return None;
        }
        Some(Sequence { parts, end })
    }

    /// Claims each piece, as first or last name.
    pub(super) fn claim(
        &self,
        scene: &mut Scene<'_>,
        score: f32,
        rule: &'static str,
        role: Option<Role>,
        alone: Label,
    ) {
        let labels = self.labels(scene, alone);
        let mut at = 0;
        while at < self.parts.len() {
            // Neighbouring pieces of one label are one span.
            let mut last = at;
            while last + 1 < self.parts.len() && labels[last + 1] == labels[at] && self.touch(scene, last) {
                last += 1;
            }
            scene.claim(self.parts[at].from, self.parts[last].to, labels[at], score, rule, role);
            at = last + 1;
        }
    }

    fn touch(&self, scene: &Scene<'_>, part: usize) -> bool {
        let (a, b) = (self.parts[part], self.parts[part + 1]);
        b.from == a.to || (b.from == a.to + 1 && scene.is_mark(a.to, "."))
    }

    /// Whether any word of it is borne by somebody, or no list knows it.
    pub(super) fn is_plausible(&self, scene: &Scene<'_>) -> bool {
        self.parts.iter().filter(|part| part.kind != Kind::Initial).any(|part| {
            (part.from..part.to).filter(|at| scene.is_word(*at)).any(|at| {
                let facts = scene.facts(at);
                !facts.is_ordinary()
                    || facts.likelihood().is_some_and(|likely| likely >= 0.2)
                    || facts.first_name() >= 9
            })
        })
    }

    pub(super) fn is_shielded(&self, scene: &Scene<'_>) -> bool {
        self.parts.iter().all(|part| (part.from..part.to).all(|at| scene.is_shielded(at)))
    }

    fn labels(&self, scene: &Scene<'_>, alone: Label) -> Vec<Label> {
        let words: Vec<usize> = (0..self.parts.len()).filter(|at| self.parts[*at].kind != Kind::Initial).collect();
        let mut labels = vec![Label::PRENOM; self.parts.len()];
        let given = |at: usize| matches!(self.parts[at].kind, Kind::Word { given: true, .. });
        let upper = |at: usize| matches!(self.parts[at].kind, Kind::Word { upper: true, .. } | Kind::Particled if self.is_upper(scene, at));
        match words.as_slice() {
            [] => {}
            [only] => {
                let initials = self.parts.len() > 1;
                labels[*only] = if initials { Label::NOM } else { alone };
            }
            _ => {
                let some_upper = words.iter().any(|at| upper(*at));
                let all_upper = words.iter().all(|at| upper(*at));
                let shape_tells = some_upper && !all_upper;
                let first_given = words.iter().position(|at| given(*at));
                for (rank, at) in words.iter().enumerate() {
                    let is_last_name = if shape_tells {
                        upper(*at)
                    } else if self.parts[*at].kind == Kind::Particled {
                        true
                    } else if given(words[0]) && !words.iter().all(|at| given(*at)) {
                        // Jean Pierre Morel: given names lead, the rest follows.
                        !words[..=rank].iter().all(|at| given(*at))
                    } else if words.iter().all(|at| given(*at)) {
                        rank + 1 == words.len()
                    } else {
                        // Morel Jean: what is not given leads.
                        first_given.is_none_or(|first| rank < first || !given(*at))
                    };
                    if is_last_name {
                        labels[*at] = Label::NOM;
                    }
                }
                if words.iter().all(|at| labels[*at] == Label::PRENOM) {
                    labels[words[words.len() - 1]] = Label::NOM;
                }
            }
        }
        labels
    }

    fn is_upper(&self, scene: &Scene<'_>, part: usize) -> bool {
        let part = self.parts[part];
        (part.from..part.to)
            .rev()
            .find(|at| scene.is_word(*at))
            .is_some_and(|at| scene.tokens[at].shape == Shape::Upper)
    }
}

fn part(scene: &Scene<'_>, at: usize, announced: Announced, previous: Option<Part>, first: bool) -> Option<Part> {
    let token = scene.tokens.get(at)?;
    if token.kind != TokenKind::Word || !scene.is_free(at) {
        return None;
    }
    if !first && !token.spaced && !scene.is_mark(at - 1, ".") && !scene.is_word(at - 1) {
        return None;
    }
    if token.len() == 1
        && (scene.is_capital(at) || (scene.uncased && scene.is_mark(at + 1, ".")))
        && let Some(to) = initials(scene, at)
    {
        return Some(Part { from: at, to, kind: Kind::Initial });
    }
    if let Some(word) = after_particles(scene, at, announced, first) {
        let to = joined(scene, word);
        return Some(Part { from: at, to, kind: Kind::Particled });
    }
    if !accepts(scene, at, announced, first, previous) {
        return None;
    }
    let to = joined(scene, at);
    let given = scene.facts(at).first_name() >= 3 && is_rather_given(scene, at);
    Some(Part { from: at, to, kind: Kind::Word { given, upper: token.shape == Shape::Upper } })
}

/// One past the last letter of `J`, `J.-P`, `J.P`, `JP` is a word; `None` where the letter is no initial.
fn initials(scene: &Scene<'_>, at: usize) -> Option<usize> {
    let mut to = at + 1;
    loop {
        let mut next = to;
        while (scene.is_mark(next, ".") || scene.is_mark(next, "-")) && !scene.tokens[next].spaced {
            next += 1;
        }
        let letter = scene.tokens.get(next)?;
        if next > to && letter.is_word() && letter.len() == 1 && !letter.spaced && scene.is_capital(next) {
            to = next + 1;
        } else {
            return (scene.is_mark(to, ".") || scene.is_word(to)).then_some(to);
        }
    }
}

/// The name word after one or more particles that start at `at`.
fn after_particles(scene: &Scene<'_>, at: usize, announced: Announced, first: bool) -> Option<usize> {
    let mut next = at;
    while next < at + 4 && scene.is_word(next) && scene.facts(next).is_particle() {
        next += 1;
        while scene.is_mark(next, "'") || (scene.is_mark(next, "-") && !scene.tokens[next].spaced) {
            next += 1;
        }
    }
    if next == at || !scene.is_word(next) || !scene.is_free(next) || scene.is_line(next) {
        return None;
    }
    let facts = scene.facts(next);
    if facts.is_title() || facts.is_function() || facts.is_grammatical() {
        return None;
    }
    // `du service`, `de Nantes` after a whole name are not part of it; `Le Goff`, `de La Tour`, `Ben Salah` are.
    let particle_is_capital = scene.is_capital(at) && !scene.is_upper_line(at);
    let looks_like_name =
        !facts.is_ordinary() || facts.likelihood().is_some_and(|likely| likely >= 0.2) || facts.surname() >= 9;
    let is_phrase = scene.tokens[at].len() <= 3
        && scene.view.normalized.text()[scene.tokens[at].start as usize..].starts_with(|c: char| c.is_alphabetic());
    let capital = scene.is_capital(next) || (scene.uncased && looks_like_name);
    let ok = match (first, particle_is_capital) {
        (true, true) => capital,
        (true, false) if scene.is_upper_line(at) && announced == Announced::Strongly => capital,
        (true, false) => capital && announced == Announced::Strongly && looks_like_name,
        (false, true) => capital,
        (false, false) => {
            capital
                && looks_like_name
                && is_phrase
                && (facts.town() == 0 || announced == Announced::Strongly && facts.town() <= 9)
                && !facts.is_institution_type()
                && !scene.uncased
        }
    };
    ok.then_some(next)
}

/// One past a word and what hyphens or apostrophes tie to it, over a line end after a hyphen.
fn joined(scene: &Scene<'_>, at: usize) -> usize {
    let mut to = at + 1;
    loop {
        let tie = scene.is_mark(to, "-") || scene.is_mark(to, "'");
        if !tie || scene.tokens[to].spaced {
            return to;
        }
        let over_line = scene.is_mark(to, "-") && to + 2 < scene.tokens.len() && scene.is_line(to + 1);
        let next = if over_line { to + 2 } else { to + 1 };
        if !scene.is_word(next) || (!over_line && scene.tokens[next].spaced) {
            return to;
        }
        to = next + 1;
    }
}

/// Whether a capitalised word comes right after an announced or plain first name, in the same case or in capitals.
fn follows_given(scene: &Scene<'_>, previous: Option<Part>, at: usize) -> bool {
    let given = previous.is_some_and(|part| match part.kind {
        Kind::Word { given, .. } => given && scene.facts(part.from).first_name() >= 5,
        Kind::Initial => true,
        Kind::Particled => false,
    });
    given
        && !scene.uncased
        && !scene.is_upper_line(at)
        && matches!(scene.tokens[at].shape, Shape::Title | Shape::Upper)
        && scene.tokens[at].len() >= if scene.tokens[at].shape == Shape::Upper { 2 } else { 3 }
        && !scene.is_barred(at)
}

fn is_rather_given(scene: &Scene<'_>, at: usize) -> bool {
    let facts = scene.facts(at);
    facts.first_name() + 2 >= facts.surname()
}

fn accepts(scene: &Scene<'_>, at: usize, announced: Announced, first: bool, previous: Option<Part>) -> bool {
    let token = &scene.tokens[at];
    let facts = scene.facts(at);
    if token.len() < 2 || scene.is_roman(at) || facts.is_field() && facts.surname() < 6 {
        return false;
    }
    let strongly = announced == Announced::Strongly && first;
    let case_tells = !scene.uncased && !scene.is_upper_line(at) && scene.is_capital(at);
    // `M. Vu`, `Mme Tel`, `Monsieur Dessus`: under a capital, what a title announces is a name.
    let after_title = strongly && case_tells && at > 0 && (scene.is_title(at - 1) || scene.is_mark(at - 1, "."));
    if scene.is_title(at) && !(after_title && facts.surname() >= 3 && token.len() > 3)
        || (facts.is_function() && facts.surname() < 9)
        || (facts.is_grammatical() && !after_title && !follows_given(scene, previous, at))
    {
        return false;
    }
    // `MARS Rose`: a first name after a last name in capitals.
    let after_upper =
        previous.is_some_and(|part| matches!(part.kind, Kind::Word { upper: true, .. } | Kind::Particled));
    if after_upper && case_tells && token.shape == Shape::Title && facts.first_name() >= 9 && !facts.is_grammatical() {
        return true;
    }
    if follows_given(scene, previous, at) && !facts.is_function() && !scene.is_title(at) && !facts.is_medical() {
        return true;
    }
    let likely = facts.likelihood().unwrap_or(match facts.surname().max(facts.first_name()) {
        _ if !facts.is_ordinary() => 0.9,
        level if level >= 12 => 0.4,
        level if level >= 9 => 0.2,
        _ => 0.05,
    });
    // `dr tarde`, `DR PIED`: what a title announces is a name, though it is a word.
    let titled = strongly && at > 0 && scene.is_title(at - 1) && facts.surname() >= 3 && scene.text(at - 1).len() > 1;
    if titled && !facts.is_function() && !facts.is_cue_before() && !(scene.uncased && facts.surname() < 5) {
        return true;
    }
    if scene.uncased || !scene.is_capital(at) {
        let known = facts.surname() >= 2 || facts.first_name() >= 2;
        let floor = if scene.uncased && strongly { 0.15 } else { 0.5 };
        let lower_ok = scene.uncased || strongly;
        return lower_ok
            && likely >= floor
            && (known || strongly)
            && !facts.is_verb_only()
            && (strongly || !scene.is_shielded(at));
    }
    if scene.is_upper_line(at) {
        let field = strongly && at > 0 && scene.is_capital(at) && !facts.is_medical() && facts.surname() > 0;
        let floor = if field {
            0.0
        } else if strongly {
            0.04
        } else {
            0.5
        };
        return likely >= floor
            && !(facts.is_verb_only() && facts.surname() < 3)
            && (strongly || !scene.is_shielded(at));
    }
    if strongly {
        return !(facts.is_cue_before() && facts.surname() == 0);
    }
    // After a capitalised surname, an all-capitals neighbour goes on the name: `MOREL PETIT`.
    let follows_upper = previous.is_some_and(|part| matches!(part.kind, Kind::Word { upper: true, .. }));
    let floor = if follows_upper && token.shape == Shape::Upper { 0.05 } else { 0.2 };
    likely >= floor && !scene.is_shielded(at) && !facts.is_institution_type()
}
