use std::sync::Arc;

use crate::detect::{Detection, Findings, Veto};
use crate::lexicon::{Facts, Lookup, Words};
use crate::text::{Document, Label, Role, Shape, Span, Token, TokenKind, View};

/// One document with what the lists say of each token, and what has been claimed so far.
pub(super) struct Scene<'d> {
    original: &'d str,
    pub(super) view: &'d View,
    pub(super) tokens: &'d [Token],
    pub(super) lookup: Arc<Lookup>,
    words: &'d Words,
    /// Line number of each token.
    lines: Vec<u32>,
    /// Whether a line says nothing by its capitals.
    upper: Vec<bool>,
    /// Whether a line has four words or more, and not one like `Nantes`.
    lower: Vec<bool>,
    /// Whether the whole text is written without capitals.
    pub(super) uncased: bool,
    taken: Vec<bool>,
    shield: Vec<bool>,
    pub(super) findings: Findings,
    priority_of: &'d dyn Fn(Label) -> u8,
}

impl<'d> Scene<'d> {
    pub(super) fn new(doc: &'d Document, words: &'d Words, priority_of: &'d dyn Fn(Label) -> u8) -> Self {
        let view = doc.view();
        let tokens = view.tokens.as_slice();
        let mut scene = Scene {
            original: doc.text(),
            view,
            tokens,
            lookup: words.look_up_once(view),
            words,
            lines: Vec::with_capacity(tokens.len()),
            upper: Vec::new(),
            lower: Vec::new(),
            uncased: false,
            taken: vec![false; tokens.len()],
            shield: vec![false; tokens.len()],
            findings: Findings::default(),
            priority_of,
        };
        scene.measure_case();
        scene.raise_shield();
        scene
    }

    fn measure_case(&mut self) {
        let mut line = 0;
        // Letters of words of two letters or more: in capitals, and in all.
        let mut counts: Vec<(usize, usize)> = vec![(0, 0)];
        // Words like `Nantes`, and all.
        let mut titles: Vec<(u32, u32)> = vec![(0, 0)];
        for token in self.tokens {
            self.lines.push(line);
            if token.kind == TokenKind::Line {
                line += 1;
                counts.push((0, 0));
                titles.push((0, 0));
            } else if token.is_word() && token.len() > 1 {
                let (title, words) = &mut titles[line as usize];
                *words += 1;
                *title += u32::from(token.shape == Shape::Title);
                let (capitals, all) = &mut counts[line as usize];
                *all += token.len();
                *capitals += match token.shape {
                    Shape::Upper => token.len(),
                    Shape::Title => 1,
                    _ => 0,
                };
            }
        }
        self.upper = counts.iter().map(|(capitals, all)| *all > 0 && capitals * 100 >= all * 82).collect();
        self.lower = titles.iter().map(|(title, words)| *title == 0 && *words > 3).collect();
        let words = self.tokens.iter().filter(|token| token.is_word() && token.len() > 2);
        let (titles, lowers) = words.fold((0, 0), |(titles, lowers), token| match token.shape {
            Shape::Title => (titles + 1, lowers),
            Shape::Lower => (titles, lowers + 1),
            _ => (titles, lowers),
        });
        self.uncased = lowers > 3 && titles * 100 < lowers;
    }

    /// Marks what is an eponym, a drug or another word of medicine where it stands.
    fn raise_shield(&mut self) {
        for at in 0..self.tokens.len() {
            if !self.tokens[at].is_word() {
                continue;
            }
            let triggered = self.triggered(at);
            let shields = |facts: Facts| {
                facts.is_drug() || facts.is_medical() || facts.is_eponym_alone() || (facts.is_eponym() && triggered)
            };
            if let Some(phrase) = self.lookup.longest(at, shields) {
                self.shield[at..phrase.end].fill(true);
            } else if triggered
                && self.facts(at).first_name() < 7
                && (self.facts(at).town() < 12 || self.facts(at).is_eponym() || self.is_scored(at))
                && self.tokens[at].shape.is_capital()
            {
                self.shield[at] = true;
            }
        }
        // What a hyphen ties to an eponym is part of it.
        for at in 1..self.tokens.len().saturating_sub(1) {
            if self.is_mark(at, "-")
                && !self.tokens[at].spaced
                && !self.tokens[at + 1].spaced
                && self.shield[at - 1]
                && self.tokens[at + 1].is_word()
            {
                self.shield[at + 1] = true;
            }
        }
    }

    /// Whether a score or a grade may bear the name: `score de Deauville`, `grade B de Los Angeles`.
    fn is_scored(&self, at: usize) -> bool {
        let from = at.saturating_sub(4);
        (from..at).any(|before| {
            let text = self.tokens[before].text(&self.view.normalized);
            matches!(
                text,
                "score"
                    | "scores"
                    | "grade"
                    | "stade"
                    | "stades"
                    | "criteres"
                    | "classification"
                    | "protocole"
                    | "echelle"
                    | "indice"
                    | "test"
                    | "syndrome"
                    | "maladie"
                    | "virus"
                    | "fievre"
                    | "consensus"
                    | "conference"
                    | "convention"
                    | "declaration"
                    | "regime"
                    | "essai"
                    | "etude"
            )
        })
    }

    /// Whether an eponym's trigger stands before token `at`: `maladie de`, `signe d'`, `score`; or right after it.
    fn triggered(&self, at: usize) -> bool {
        let mut before = at;
        for _ in 0..3 {
            let Some(previous) = before.checked_sub(1) else { break };
            before = previous;
            let token = &self.tokens[before];
            if token.kind == TokenKind::Word {
                if self.lookup.word(before).is_trigger_before() {
                    return true;
                }
                if !matches!(token.text(&self.view.normalized), "de" | "d" | "du" | "des" | "l" | "la" | "le") {
                    break;
                }
            } else if !self.is_mark(before, "'") && !self.is_mark(before, "-") {
                break;
            }
        }
        self.tokens.get(at + 1).is_some_and(|next| next.is_word() && self.lookup.word(at + 1).is_trigger_after())
    }

    /// The folded text of a token; nothing past the last one.
    pub(super) fn text(&self, at: usize) -> &'d str {
        self.tokens.get(at).map_or("", |token| token.text(&self.view.normalized))
    }

    pub(super) fn facts(&self, at: usize) -> Facts {
        self.lookup.word(at)
    }

    /// What the lists say of a word that is not a token.
    pub(super) fn name_facts(&self, folded: &str) -> Facts {
        self.words.facts(folded)
    }

    /// Whether a word is a title here; `Pré` is no `Pre`.
    pub(super) fn is_title(&self, at: usize) -> bool {
        self.facts(at).is_title()
            && !(matches!(self.text(at), "pre" | "dre") && !self.span(at, at + 1).slice(self.original).is_ascii())
    }

    pub(super) fn is_mark(&self, at: usize, mark: &str) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.kind == TokenKind::Mark && token.text(&self.view.normalized) == mark)
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(Token::is_word)
    }

    pub(super) fn is_line(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|token| token.kind == TokenKind::Line)
    }

    pub(super) fn is_number(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Number)
    }

    /// Whether capitals tell nothing on the line of a token.
    pub(super) fn is_upper_line(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| self.upper[*line as usize])
    }

    /// Whether the line of a token is written without capitals.
    pub(super) fn is_lower_line(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| self.lower[*line as usize])
    }

    pub(super) fn is_capital(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.shape.is_capital())
    }

    pub(super) fn is_free(&self, at: usize) -> bool {
        self.taken.get(at).is_none_or(|taken| !taken)
    }

    pub(super) fn is_shielded(&self, at: usize) -> bool {
        self.shield.get(at).is_some_and(|shield| *shield)
    }

    /// Whether a word is shielded by more than being an eponym somewhere: a first name beside it lifts that.
    pub(super) fn is_barred(&self, at: usize) -> bool {
        let facts = self.facts(at);
        let eponym_only = facts.is_eponym() && !facts.is_drug() && !facts.is_medical() && !self.triggered(at);
        self.shield[at] && !eponym_only
    }

    /// Whether a capital here is only that of a sentence, a list item or a line.
    pub(super) fn starts_sentence(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return true };
        match self.tokens[before].kind {
            TokenKind::Line => true,
            TokenKind::Mark => {
                matches!(
                    self.text(before),
                    "." | "!" | "?" | ":" | "*" | "\"" | "-" | ">" | "/" | "(" | ";" | "[" | "=" | "+"
                ) && (self.tokens[at].spaced || self.text(before) != "-")
            }
            TokenKind::Number => before == 0 || self.is_line(before - 1),
            TokenKind::Word => false,
        }
    }

    /// Whether a wide blank, as between columns, stands before a token.
    pub(super) fn after_gap(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or(0, |before| self.tokens[before].end);
        self.tokens.get(at).is_some_and(|token| token.start >= before + 3)
    }

    /// Whether a word is `II`, `IV`, `VI`: a grade, not a name.
    pub(super) fn is_roman(&self, at: usize) -> bool {
        self.tokens[at].shape != Shape::Lower
            && self.tokens[at].len() <= 4
            && self.tokens[at].shape != Shape::Title
            && self.text(at).bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'))
    }

    /// Whether the original of a word ends with an accented e: `Marié` is no `Marie`.
    pub(super) fn is_participle(&self, at: usize) -> bool {
        matches!(self.text(at), "marie" | "maries" | "mariee" | "mariees") && {
            let span = self.span(at, at + 1);
            let word = span.slice(self.original);
            word.contains('é') || word.contains('É')
        }
    }

    /// The original span of tokens `from..to`.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        self.view.normalized.original(self.tokens[from].start as usize, self.tokens[to - 1].end as usize)
    }

    /// Whether the latest claim that covers a token has one of these labels.
    pub(super) fn is_last_claimed(&self, at: usize, labels: &[Label]) -> bool {
        let span = self.span(at, at + 1);
        let claims = self.findings.found.iter().rev().take(60);
        claims.into_iter().find(|claim| claim.span.overlaps(span)).is_some_and(|claim| labels.contains(&claim.label))
    }

    /// Claims tokens `from..to` and keeps weaker rules away from them.
    pub(super) fn claim(
        &mut self,
        from: usize,
        to: usize,
        label: Label,
        score: f32,
        rule: &'static str,
        role: Option<Role>,
    ) {
        let detection =
            Detection { span: self.span(from, to), label, score, priority: (self.priority_of)(label), rule, role };
        self.findings.found.push(detection);
        self.taken[from..to].fill(true);
    }

    pub(super) fn veto(&mut self, from: usize, to: usize, label: Label, rule: &'static str, reason: &'static str) {
        self.findings.vetoed.push(Veto { span: self.span(from, to), label, rule, reason });
    }
}
