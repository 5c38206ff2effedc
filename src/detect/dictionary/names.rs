//! Names: announced by a title, a field, a job or a relative; by their neighbours; or by nothing but their looks.

use super::scene::Scene;
use super::sequence::{Announced, Sequence};
use crate::text::{Label, Role, Shape, TokenKind};

/// Names that something announces; to be looked for before places.
pub(super) fn announced(scene: &mut Scene<'_>) {
    spaced_letters(scene);
    for at in 0..scene.tokens.len() {
        if scene.is_word(at) && scene.is_free(at) {
            signature(scene, at);
            dictation(scene, at);
            caret(scene, at);
        }
    }
    let mut at = 0;
    while at < scene.tokens.len() {
        if scene.is_word(at) && scene.is_free(at) {
            title(scene, at);
            cue(scene, at);
            relative(scene, at);
        }
        at += 1;
    }
    for at in 0..scene.tokens.len() {
        if scene.is_word(at) && scene.is_free(at) {
            function(scene, at);
        }
    }
    for at in 0..scene.tokens.len() {
        if scene.is_word(at) && scene.is_free(at) {
            login(scene, at);
        }
    }
}

/// Names that only their looks and neighbours tell; to be looked for after places.
pub(super) fn unannounced(scene: &mut Scene<'_>) {
    for at in 0..scene.tokens.len() {
        if scene.is_word(at) && scene.is_free(at) {
            pair(scene, at);
        }
    }
    for at in 0..scene.tokens.len() {
        if scene.is_word(at) && scene.is_free(at) {
            alone(scene, at);
        }
    }
}

/// `F.R.`, `S. F.`, `L.-A. M.`: initials that stand alone on a line, in a column, or in brackets.
fn signature(scene: &mut Scene<'_>, at: usize) {
    let opens = at == 0
        || scene.is_line(at - 1)
        || scene.after_gap(at)
        || scene.is_mark(at - 1, "(")
        || scene.text(at - 1) == "par";
    let initial =
        |at: usize| scene.is_word(at) && scene.tokens[at].shape == Shape::Initial && scene.is_mark(at + 1, ".");
    if !opens || !initial(at) || !scene.is_free(at) {
        return;
    }
    let mut letters = vec![at];
    let mut next = at + 2;
    while letters.len() < 4 {
        let letter = if scene.is_mark(next, "-") { next + 1 } else { next };
        if !initial(letter) || scene.after_gap(letter) {
            break;
        }
        letters.push(letter);
        next = letter + 2;
    }
    let closes = scene.is_line(next) || scene.after_gap(next) || scene.is_mark(next, ")") || scene.is_mark(next, ":");
    // `C.H.U.` and `S.A.` are no people.
    let dotted =
        letters.len() > 2 && !letters.windows(2).any(|pair| scene.tokens[pair[1]].spaced || pair[1] == pair[0] + 3);
    let note = letters.len() == 2
        && matches!((scene.text(at), scene.text(letters[1])), ("p", "s" | "j") | ("n", "b") | ("d", "n"));
    if letters.len() < 2 || dotted || !closes || note {
        return;
    }
    let last = letters[letters.len() - 1];
    let first_end = letters[letters.len() - 2] + 1;
    scene.claim(at, first_end, Label::PRENOM, 0.7, "name/signature", None);
    scene.claim(last, last + 1, Label::NOM, 0.7, "name/signature", None);
}

/// `AB/sm` after `Réf.` or at the head of a line, `frappe : MT`, `Dicté par PO le`: who dictates, who types.
fn dictation(scene: &mut Scene<'_>, at: usize) {
    let token = scene.tokens[at];
    if token.shape != Shape::Upper
        || token.len() > 3
        || at == 0
        || scene.is_number(at - 1)
        || scene.facts(at).is_title()
    {
        return;
    }
    let slash = scene.is_mark(at + 1, "/") && !scene.tokens[at + 1].spaced;
    let typist = slash
        && scene.is_word(at + 2)
        && scene.tokens[at + 2].shape == Shape::Lower
        && scene.tokens[at + 2].len() == 2
        && !scene.tokens[at + 2].spaced;
    let mut before = at - 1;
    while before > 0 && (scene.is_mark(before, ":") || scene.is_mark(before, ".") || scene.is_mark(before, "=")) {
        before -= 1;
    }
    if typist && (scene.is_line(at - 1) || matches!(scene.text(before), "ref" | "references" | "nref" | "reference")) {
        scene.claim(at, at + 1, Label::PRENOM, 0.85, "name/dictation", Some(Role::Soignant));
        scene.claim(at + 2, at + 3, Label::PRENOM, 0.85, "name/dictation", None);
        return;
    }
    // `frappe : MT`; a lone `par` says too little.
    let from = before.saturating_sub(1);
    let scribe = (from..=before).any(|word| {
        let phrase = scene.lookup.longest(word, |facts| facts.is_scribe());
        scene.is_word(word) && scene.text(word) != "par" && phrase.is_some_and(|phrase| phrase.end == before + 1)
    });
    let next = at + 1;
    let closes = scene.is_line(next)
        || scene.is_number(next)
        || scene.tokens[next].kind == TokenKind::Mark && !scene.is_mark(next, "-")
        || matches!(scene.text(next), "le" | "et" | "relu" | "ou");
    if scribe && closes && !scene.facts(at).is_field() && !scene.facts(at).is_function() {
        scene.claim(at, at + 1, Label::PRENOM, 0.85, "name/dictation", Some(Role::Soignant));
    }
}

/// `BELLISSEN^Mildred`, `DE LA BARDONNIE^Ysé^Ysé Marie`: the parts of a name as HL7 and DICOM write them.
fn caret(scene: &mut Scene<'_>, at: usize) {
    let opens = at > 0 && (scene.tokens[at - 1].kind == TokenKind::Mark || scene.is_number(at - 1));
    if !opens || !scene.is_capital(at) && scene.tokens[at].shape != Shape::Lower {
        return;
    }
    let mut end = at + 1;
    while end < at + 7 && !scene.is_mark(end, "^") {
        let tie = scene.is_mark(end, "-") || scene.is_mark(end, "'");
        if !scene.is_word(end) && !tie {
            return;
        }
        end += 1;
    }
    let given = end + 1;
    if !scene.is_mark(end, "^") || scene.tokens[end].spaced || !scene.is_word(given) || scene.tokens[given].spaced {
        return;
    }
    let (name, first) = (scene.facts(end - 1), scene.facts(given));
    let code = scene.tokens[given].shape == Shape::Upper && scene.tokens[given].len() <= 3;
    let known = first.first_name() >= 3 || name.surname() >= 1 && !first.is_ordinary() && !name.is_ordinary();
    if code || scene.tokens[given].len() < 2 || !known || first.is_relative() && first.first_name() < 5 {
        return;
    }
    scene.claim(at, end, Label::NOM, 0.95, "name/caret", None);
    let mut next = given;
    for _ in 0..6 {
        if !scene.is_word(next) || scene.is_title(next) {
            return;
        }
        let mut end = next + 1;
        while scene.is_mark(end, "-") && scene.is_word(end + 1) && !scene.tokens[end + 1].spaced {
            end += 2;
        }
        scene.claim(next, end, Label::PRENOM, 0.9, "name/caret", None);
        next = end;
        if scene.is_mark(next, "^") && !scene.tokens[next].spaced {
            next += 1;
        } else if scene.after_gap(next) {
            return;
        }
    }
}

/// `imprimé par flehaguez`, `login : mgilliocq`: an initial or two and a last name, as one word.
fn login(scene: &mut Scene<'_>, at: usize) {
    let token = scene.tokens[at];
    if token.len() < 5 || matches!(token.shape, Shape::Title | Shape::Initial) || at == 0 {
        return;
    }
    let facts = scene.facts(at);
    if facts.is_ordinary() || facts.is_medical() || facts.is_drug() || facts.is_field() || facts.first_name() >= 5 {
        return;
    }
    let mut before = at - 1;
    while before > 0 && scene.tokens[before].kind == TokenKind::Mark && at - before < 4 {
        before -= 1;
    }
    if !scene.is_word(before) || !(scene.facts(before).is_scribe() || scene.facts(before).is_cue_before()) {
        return;
    }
    let text = scene.text(at);
    let borne = |from: usize, to: usize| {
        text.get(from..to).is_some_and(|part| {
            part.len() >= 4 && {
                let facts = scene.name_facts(part);
                facts.surname() >= 2 && (!facts.is_ordinary() || facts.surname() >= 6)
            }
        })
    };
    let len = text.len();
    if borne(1, len) || borne(2, len) || borne(0, len - 1) || borne(0, len - 2) {
        let end = if scene.is_number(at + 1) && !scene.tokens[at + 1].spaced { at + 2 } else { at + 1 };
        scene.claim(at, end, Label::NOM, 0.8, "name/login", Some(Role::Soignant));
    }
}

/// `Dr Morel`, `Mme.DURAND`, `Drs Morel, Petit et Le Goff`.
fn title(scene: &mut Scene<'_>, at: usize) {
    let Some(title) = scene.lookup.longest(at, |facts| facts.is_title()) else { return };
    if title.end == at + 1 && !scene.is_title(at) {
        return;
    }
    let role = title.facts.role();
    // `m` and `me` are also words and units.
    let short = scene.text(at).len() <= 2;
    let case_free = matches!(scene.text(at), "dr" | "pr" | "mr");
    if short && !scene.is_capital(at) && !scene.uncased && !case_free {
        return;
    }
    // `7 MM`, `3 M`: a measure.
    if short && at > 0 && scene.is_number(at - 1) && !scene.is_mark(title.end, ".") {
        return;
    }
    let mut next = title.end;
    while scene.is_mark(next, ".") || scene.is_mark(next, ":") || scene.is_mark(next, ",") {
        next += 1;
    }
    // A second title or job: `M. le Dr Morel`, `Mme le Professeur`.
    if scene.is_word(next)
        && matches!(scene.text(next), "le" | "la")
        && scene.is_word(next + 1)
        && scene.is_title(next + 1)
    {
        return;
    }
    if scene.is_line(next) {
        next += 1;
        if !scene.is_word(next) || !scene.is_capital(next) || short && !matches!(scene.text(at), "dr" | "pr" | "mme") {
            return;
        }
    }
    // `Dr M. Ramery`: an initial, not `Monsieur`.
    let initial = |at: usize| {
        scene.tokens[at].len() == 1
            && scene.is_capital(at)
            && scene.is_mark(at + 1, ".")
            && title.facts.role().is_some()
    };
    if !scene.is_word(next) || (scene.is_title(next) && !initial(next)) {
        return;
    }
    // `Monsieur a été`
    if scene.tokens[next].len() == 1 && !scene.is_mark(next + 1, ".") && !scene.is_mark(next + 1, "-") {
        return;
    }
    if next > title.end && scene.after_gap(next) && scene.is_mark(title.end, ":") && scene.facts(next).is_cue_before() {
        return;
    }
    if short && scene.uncased && scene.facts(next).surname() < 3 && !scene.facts(next).is_unknown() {
        return;
    }
    let Some(mut sequence) = Sequence::read(scene, next, Announced::Strongly) else { return };
    sequence.claim(scene, 0.98, "name/title", role, Label::NOM);
    // The list goes on.
    for _ in 0..12 {
        let mut next = sequence.end;
        if scene.is_mark(next, ",") || scene.is_mark(next, "/") || (scene.is_word(next) && scene.text(next) == "et") {
            next += 1;
        } else {
            return;
        }
        if !scene.is_word(next) || !scene.is_capital(next) || scene.is_shielded(next) {
            return;
        }
        let Some(more) = Sequence::read(scene, next, Announced::Weakly) else { return };
        if !more.is_plausible(scene) {
            return;
        }
        more.claim(scene, 0.9, "name/title-list", role, Label::NOM);
        sequence = more;
    }
}

/// `Nom : MOREL`, `adressé par Kerbrat`, `née Petit`.
fn cue(scene: &mut Scene<'_>, at: usize) {
    let Some(cue) = scene.lookup.longest(at, |facts| facts.is_cue_before()) else { return };
    let role = cue.facts.role();
    let mut next = cue.end;
    // `née LE GALLO`: a particle, not `née le`.
    let last = cue.end - 1;
    if last > at
        && scene.tokens[last].shape == Shape::Upper
        && !scene.is_upper_line(last)
        && scene.facts(last).is_particle()
    {
        next = last;
    }
    // `PatientName`: a word of a programme.
    if next < scene.tokens.len() && scene.is_word(next) && !scene.tokens[next].spaced {
        return;
    }
    let mut announced = Announced::Weakly;
    // `Nom(s)`, `Prénom (usuel)`
    if scene.is_mark(next, "(") {
        let close = (next..(next + 5).min(scene.tokens.len())).find(|at| scene.is_mark(*at, ")"));
        if let Some(close) = close {
            next = close + 1;
        }
    }
    let dots = scene.is_mark(next, ".") && scene.is_mark(next + 1, ".");
    // `<family>MOREL</family>`, `"nom": "MOREL"`
    let tagged = at > 0 && scene.is_mark(at - 1, "<") && scene.is_mark(next, ">");
    let quoted = at > 0 && scene.is_mark(at - 1, "\"") && scene.is_mark(next, "\"");
    if tagged || quoted {
        next += 1;
        announced = if tagged { Announced::Strongly } else { announced };
    }
    while next < scene.tokens.len()
        && (scene.is_mark(next, ":")
            || (quoted && announced == Announced::Strongly && scene.is_mark(next, "\""))
            || (scene.is_mark(next, ".") && dots)
            || scene.is_mark(next, "=")
            || scene.is_mark(next, "|")
            || scene.is_mark(next, "_"))
    {
        announced = Announced::Strongly;
        next += 1;
    }
    // Two columns: `NOM          BEIGNET`
    let field = matches!(scene.text(at), "nom" | "noms" | "prenom" | "prenoms" | "patient" | "patiente");
    if field && announced == Announced::Weakly && scene.after_gap(next) && !scene.is_line(next) {
        announced = Announced::Strongly;
    }
    if cue.facts.is_field() && announced == Announced::Weakly {
        return;
    }
    if scene.is_line(next) {
        // The value stands on the next line, if that is not another field.
        if announced == Announced::Weakly || !scene.is_word(next + 1) || scene.facts(next + 1).is_cue_before() {
            return;
        }
        announced = Announced::Weakly;
        next += 1;
    }
    while scene.is_word(next)
        && (matches!(scene.text(next), "le" | "la" | "l" | "les" | "par") || scene.is_mark(next, "'"))
        && !scene.is_capital(next)
    {
        next += 1;
    }
    if !scene.is_word(next) || !scene.is_free(next) || scene.is_title(next) {
        return;
    }
    if announced == Announced::Strongly
        && scene.facts(next).is_cue_before()
        && scene.lookup.longest(next, |facts| facts.is_cue_before()).is_some_and(|more| scene.is_mark(more.end, ":"))
    {
        return;
    }
    let given =
        scene.text(at).starts_with("prenom") || scene.text(at).starts_with("given") || scene.text(at) == "firstname";
    // `vu avec tridon`, `par kerbrat`: no capital, and nothing but a name.
    let lower = scene.facts(next);
    if announced == Announced::Weakly
        && !scene.is_capital(next)
        && !scene.uncased
        && !lower.is_ordinary()
        && lower.surname().max(lower.first_name()) >= 4
        && lower.town() == 0
        && !scene.is_shielded(next)
        && scene.tokens[next].len() >= 4
    {
        announced = Announced::Strongly;
    }
    let alone = if given || scene.facts(next).first_name() > scene.facts(next).surname() + 3 {
        Label::PRENOM
    } else {
        Label::NOM
    };
    let Some(sequence) = Sequence::read(scene, next, announced) else { return };
    if announced == Announced::Weakly && (!sequence.is_plausible(scene) || sequence.is_shielded(scene)) {
        return;
    }
    let score = if announced == Announced::Strongly { 0.97 } else { 0.9 };
    sequence.claim(scene, score, "name/cue", role, alone);
    // `Prénoms : Jean, Pierre, Marie`
    let mut end = sequence.end;
    while given
        && scene.is_mark(end, ",")
        && scene.is_word(end + 1)
        && scene.is_free(end + 1)
        && scene.facts(end + 1).first_name() > 0
    {
        scene.claim(end + 1, end + 2, Label::PRENOM, 0.95, "name/cue-list", role);
        end += 2;
    }
    // `Excusés : Gapinski, Le Breton, Pince`
    for _ in 0..12 {
        let next = end + 1;
        let goes_on = score > 0.95
            && !given
            && (scene.is_mark(end, ",") || scene.is_mark(end, "/"))
            && scene.is_word(next)
            && scene.is_free(next)
            && scene.is_capital(next)
            && !scene.is_shielded(next)
            && !scene.is_title(next)
            && scene.facts(next).town() <= scene.facts(next).surname()
            && scene.facts(next).surname() >= 5;
        let Some(more) = goes_on.then(|| Sequence::read(scene, next, Announced::Weakly)).flatten() else { return };
        if !more.is_plausible(scene) {
            return;
        }
        more.claim(scene, 0.85, "name/cue-list", role, Label::NOM);
        end = more.end;
    }
}

/// `sa fille Lucie`, `son mari (Karim Amrani)`.
fn relative(scene: &mut Scene<'_>, at: usize) {
    let Some(relative) = scene.lookup.longest(at, |facts| facts.is_relative()) else { return };
    let mut next = relative.end;
    while scene.is_mark(next, ",") || scene.is_mark(next, "(") || scene.is_mark(next, ":") || scene.is_mark(next, "=") {
        next += 1;
    }
    if !scene.is_word(next) || !scene.is_free(next) || scene.is_shielded(next) || scene.is_title(next) {
        return;
    }
    if scene.uncased && scene.facts(next).first_name() < 5 {
        return;
    }
    let facts = scene.facts(next);
    let alone =
        if facts.first_name() > 0 && facts.first_name() + 3 >= facts.surname() { Label::PRENOM } else { Label::NOM };
    // `sa compagne aniki`: no capital, and nothing but a name.
    let lower = !scene.is_capital(next) && !facts.is_ordinary() && facts.first_name() >= 3 && facts.town() == 0;
    let announced = if lower { Announced::Strongly } else { Announced::Weakly };
    if let Some(sequence) = Sequence::read(scene, next, announced)
        && sequence.is_plausible(scene)
    {
        sequence.claim(scene, 0.9, "name/relative", Some(Role::Tiers), alone);
    }
}

/// `IDE Kerbrat`, `interne : Morel`, and the other way round: `Kerbrat, IDE`, `A. Morel (interne)`.
fn function(scene: &mut Scene<'_>, at: usize) {
    let Some(function) = scene.lookup.longest(at, |facts| facts.is_function()) else { return };
    let role = function.facts.role().or(Some(Role::Soignant));
    let mut next = function.end;
    let mut announced = Announced::Weakly;
    while scene.is_mark(next, ":") || scene.is_mark(next, ".") || scene.is_mark(next, "-") || scene.is_mark(next, "(") {
        if scene.is_mark(next, ":") {
            announced = Announced::Strongly;
        }
        next += 1;
    }
    let name_after = scene.is_word(next) && scene.is_free(next) && scene.is_capital(next) && !scene.is_shielded(next);
    // `infirmiere lucie`, `kiné tribier`: no capital, and nothing but a name.
    if next == function.end && scene.is_word(next) && scene.is_free(next) && !scene.is_capital(next) {
        let facts = scene.facts(next);
        let known = facts.surname().max(facts.first_name()) >= 3 && !facts.is_ordinary() && facts.town() == 0;
        if known && !scene.is_shielded(next) && scene.tokens[next].len() >= 4 {
            let alone = if facts.first_name() > facts.surname() + 1 { Label::PRENOM } else { Label::NOM };
            if let Some(sequence) = Sequence::read(scene, next, Announced::Strongly) {
                sequence.claim(scene, 0.85, "name/function", role, alone);
                return;
            }
        }
    }
    if name_after {
        let likely = if next == function.end && is_borne_here(scene, next) { 0.6 } else { looks(scene, next, 0.15) };
        if let Some(sequence) = Sequence::read(scene, next, Announced::Weakly).filter(|_| likely >= 0.5)
            && (sequence.is_plausible(scene) || likely == 0.6)
        {
            let score = if announced == Announced::Strongly { 0.95 } else { 0.85 };
            sequence.claim(scene, score, "name/function", role, Label::NOM);
            return;
        }
    }
    // Backwards over `, ` ` - ` ` (`.
    let Some(mut last) = at.checked_sub(1) else { return };
    if !(scene.is_mark(last, ",") || scene.is_mark(last, "(") || scene.is_mark(last, "-") || scene.is_line(last)) {
        return;
    }
    let over_line = scene.is_line(last);
    let Some(before) = last.checked_sub(1) else { return };
    last = before;
    if !scene.is_word(last) || !scene.is_free(last) || !scene.is_capital(last) || scene.is_shielded(last) {
        return;
    }
    let mut first = last;
    while first > 0
        && scene.is_word(first - 1)
        && scene.is_free(first - 1)
        && scene.is_capital(first - 1)
        && last - first < 3
    {
        first -= 1;
    }
    while first > 1 && scene.is_mark(first - 1, ".") && scene.is_word(first - 2) && scene.tokens[first - 2].len() == 1 {
        first -= 2;
    }
    let whole_line = first == 0 || scene.is_line(first - 1);
    if over_line && !whole_line {
        return;
    }
    let enough = if over_line { 0.6 } else { 0.5 };
    if (first..=last).filter(|at| scene.is_word(*at)).any(|at| looks(scene, at, 0.1) >= enough)
        && let Some(sequence) = Sequence::read(scene, first, Announced::Weakly)
        && sequence.is_plausible(scene)
    {
        sequence.claim(scene, 0.85, "name/function-after", role, Label::NOM);
    }
}

/// Whether a capitalised word right after a job is a name that is also a word: `IDE Noblesse`, not `Infirmière Coordinatrice`.
fn is_borne_here(scene: &Scene<'_>, at: usize) -> bool {
    let facts = scene.facts(at);
    !scene.is_upper_line(at)
        && !scene.starts_sentence(at)
        && matches!(scene.tokens[at].shape, Shape::Title | Shape::Upper)
        && facts.surname() >= 5
        && !facts.is_grammatical()
        && !facts.is_medical()
        && !facts.is_function()
        && !facts.is_cue_before()
        && !facts.is_institution_type()
}

/// `D U P O N T`, `L A U R E N T`: four single capitals or more that make no ordinary word.
fn spaced_letters(scene: &mut Scene<'_>) {
    let mut at = 0;
    while at < scene.tokens.len() {
        let mut end = at;
        let mut word = String::new();
        while scene.is_word(end)
            && scene.tokens[end].len() == 1
            && scene.is_capital(end)
            && (end == at || scene.tokens[end].spaced)
        {
            word.push_str(scene.text(end));
            end += 1;
        }
        if end - at >= 4 && (scene.starts_sentence(at) || at > 0) {
            // The blanks between words are wider than those between letters; a heading is made of ordinary words.
            let facts = scene.name_facts(&word);
            if facts.surname() > 0 || facts.first_name() > 0 || !facts.is_ordinary() && !is_heading(scene, &word) {
                let label = if facts.first_name() > facts.surname() { Label::PRENOM } else { Label::NOM };
                scene.claim(at, end, label, 0.8, "name/spaced-letters", None);
            } else {
                scene.veto(at, end, Label::NOM, "name/spaced-letters", "an ordinary word");
            }
        }
        at = end.max(at + 1);
    }
}

/// Whether letters make a run of ordinary words: `COMPTERENDU`.
fn is_heading(scene: &Scene<'_>, letters: &str) -> bool {
    (2..letters.len().saturating_sub(1)).any(|cut| {
        letters.is_char_boundary(cut)
            && scene.name_facts(&letters[..cut]).is_ordinary()
            && scene.name_facts(&letters[cut..]).is_ordinary()
    })
}

/// `Jean Morel`, `MOREL Jean`, `J.-P. Morel`, `Bismah DRAHONNET`.
fn pair(scene: &mut Scene<'_>, at: usize) {
    if scene.is_shielded(at) || !(scene.is_capital(at) || scene.uncased) {
        return;
    }
    let facts = scene.facts(at);
    if scene.tokens[at].len() == 1 {
        let follows_number = at > 0 && scene.is_number(at - 1);
        if scene.uncased || follows_number || !(at == 0 || scene.tokens[at].spaced || scene.is_mark(at - 1, "(")) {
            return;
        }
        let Some(sequence) = Sequence::read(scene, at, Announced::Weakly) else { return };
        let last = sequence.end - 1;
        // `Schizas C. Cercle de Willis`: the letter ends a sentence.
        let next = (at + 1..sequence.end)
            .find(|at| scene.is_word(*at) && scene.tokens[*at].len() > 1 && !scene.facts(*at).is_particle());
        let wordy = next.is_some_and(|next| {
            let facts = scene.facts(next);
            facts.is_ordinary() && facts.likelihood().unwrap_or(0.0) < 0.2 && facts.surname() < 9
        });
        if wordy {
            return;
        }
        if !sequence.is_shielded(scene)
            && scene.is_word(last)
            && looks(scene, last, 0.15) >= 0.5
            && scene.tokens[last].len() > 2
        {
            sequence.claim(scene, 0.85, "name/initial", None, Label::NOM);
        }
        return;
    }
    let Some(sequence) = Sequence::read(scene, at, Announced::Weakly) else { return };
    let words: Vec<usize> =
        (at..sequence.end).filter(|at| scene.is_word(*at) && !scene.facts(*at).is_particle()).collect();
    if let Some((word, letter)) = letter_after(scene, &words) {
        let facts = scene.facts(word);
        let given = facts.first_name() > facts.surname() + 1 && scene.tokens[word].shape == Shape::Title;
        let (whole, initial) = if given { (Label::PRENOM, Label::NOM) } else { (Label::NOM, Label::PRENOM) };
        scene.claim(at, word + 1, whole, 0.82, "name/letter", None);
        scene.claim(letter, letter + 1, initial, 0.82, "name/letter", None);
        return;
    }
    let [first, .., last] = words.as_slice() else { return };
    if is_glued(scene, *first) || words.iter().any(|at| scene.is_barred(*at)) {
        return;
    }
    let given = |at: usize| {
        let facts = scene.facts(at);
        facts.first_name() >= 5
            && (!facts.is_ordinary() || facts.first_name() >= 9 || facts.likelihood().is_some_and(|p| p >= 0.2))
    };
    let shapes = (scene.tokens[*first].shape, scene.tokens[*last].shape);
    let contrast = matches!(shapes, (Shape::Title, Shape::Upper) | (Shape::Upper, Shape::Title));
    let borne =
        |at: usize| scene.facts(at).surname() > 0 || scene.facts(at).first_name() > 0 || scene.facts(at).is_unknown();
    let all_new = words.iter().all(|at| !scene.facts(*at).is_ordinary());
    let tied = words.windows(2).all(|pair| pair[1] == pair[0] + 2 && scene.is_mark(pair[0] + 1, "-"));
    let some_given = words.iter().any(|at| given(*at));
    let others = words
        .iter()
        .filter(|at| !given(**at))
        .all(|at| looks(scene, *at, 0.2) >= 0.5 || scene.facts(*at).surname() >= 8 || follows_given(scene, *at));
    let tiny = |at: usize| scene.tokens[at].len() <= 2 && scene.tokens[at].shape == Shape::Title && !scene.uncased;
    if words.iter().any(|at| scene.is_roman(*at) || scene.is_participle(*at) || tiny(*at)) {
        return;
    }
    let ok = if scene.uncased {
        some_given && all_new && words.iter().all(|at| borne(*at)) && words.len() == 2
    } else if some_given && others && !tied {
        true
    } else {
        contrast
            && !tied
            && all_new
            && words.iter().all(|at| borne(*at))
            && words.iter().any(|at| facts.is_unknown() || scene.facts(*at).surname() > 0)
    };
    if ok {
        sequence.claim(scene, if contrast || all_new { 0.92 } else { 0.8 }, "name/pair", None, Label::NOM);
    }
}

/// A name of one word and the letter after it: `SEREZ N.`, `DEGUILHEM Th.`, `LE GREVES T.`, `Michel D.`
fn letter_after(scene: &Scene<'_>, words: &[usize]) -> Option<(usize, usize)> {
    let word = match words {
        [word] => *word,
        [word, letter] if *letter == *word + 1 && scene.tokens[*letter].len() <= 2 => *word,
        _ => return None,
    };
    let (letter, token) = (word + 1, &scene.tokens[word]);
    if !scene.is_word(letter) || scene.uncased || scene.is_barred(word) || is_glued(scene, word) {
        return None;
    }
    let facts = scene.facts(word);
    let short = &scene.tokens[letter];
    let initial = short.shape == Shape::Initial && !scene.after_gap(letter);
    let double =
        short.shape == Shape::Title && short.len() == 2 && matches!(scene.text(letter), "th" | "ch" | "ph" | "gh");
    let dot = scene.is_mark(letter + 1, ".") && !scene.tokens[letter + 1].spaced;
    // `Voir M. Dupont`: a title, and the name follows.
    let title = scene.is_title(letter) && scene.is_word(letter + 2) && scene.is_capital(letter + 2);
    let particled = word > 0 && scene.is_word(word - 1) && scene.facts(word - 1).is_particle();
    let upper = token.shape == Shape::Upper
        && token.len() >= 3
        && (facts.surname() >= 3 || facts.is_unknown() && token.len() >= 5)
        && (!facts.is_ordinary() || facts.likelihood().is_some_and(|likely| likely >= 0.2) || particled);
    let given = token.shape == Shape::Title && facts.first_name() >= 6 && !facts.is_ordinary();
    let ok = (initial || double) && dot && !title && !facts.is_medical() && !facts.is_drug() && (upper || given);
    ok.then_some((word, letter))
}

/// Whether a word is a piece of `DeviceSerialNumber`: no person, unless the lists say so.
fn is_glued(scene: &Scene<'_>, at: usize) -> bool {
    let after = at > 0 && scene.is_word(at - 1) && !scene.tokens[at].spaced && !scene.is_title(at - 1);
    let before = scene.is_word(at + 1) && !scene.tokens[at + 1].spaced;
    let facts = scene.facts(at);
    (after && !scene.facts(at - 1).is_function() || before)
        && (facts.is_ordinary() || facts.surname().max(facts.first_name()) < 8)
}

/// Whether a mark of a trade name follows: `Cédocard®`.
fn is_branded(scene: &Scene<'_>, at: usize) -> bool {
    scene.is_mark(at + 1, "®") || scene.is_mark(at + 1, "™")
}

/// Whether a word beside a first name is its last name though it is a word: `Karim ALTER`, `Solène Lisse`.
fn follows_given(scene: &Scene<'_>, at: usize) -> bool {
    let facts = scene.facts(at);
    !scene.uncased
        && !scene.is_upper_line(at)
        && scene.tokens[at].len() >= if scene.tokens[at].shape == Shape::Upper { 2 } else { 3 }
        && matches!(scene.tokens[at].shape, Shape::Title | Shape::Upper)
        && !scene.starts_sentence(at)
        && !facts.is_grammatical()
        && !facts.is_medical()
        && !facts.is_drug()
        && !facts.is_function()
        && !facts.is_title()
        && !facts.is_institution_type()
}

/// A capitalised word that is nothing else.
fn alone(scene: &mut Scene<'_>, at: usize) {
    let token = &scene.tokens[at];
    if token.len() < 3 || !(scene.is_capital(at) || scene.uncased) || scene.is_shielded(at) {
        return;
    }
    let facts = scene.facts(at);
    let acronym = token.shape == Shape::Upper && token.len() <= 4;
    if is_glued(scene, at) || is_branded(scene, at) {
        return;
    }
    if acronym || scene.is_roman(at) || scene.is_participle(at) || is_measured(scene, at) || is_compound(scene, at) {
        return;
    }
    let mut likely = looks(scene, at, 0.0);
    if facts.is_eponym() {
        likely -= 0.4;
    }
    if is_complement_of_thing(scene, at) {
        likely -= if facts.first_name() >= 9 { 0.2 } else { 0.45 };
    }
    if likely < 0.5 {
        return;
    }
    let Some(sequence) = Sequence::read(scene, at, Announced::Weakly) else { return };
    let alone = if facts.first_name() > facts.surname() + 1 { Label::PRENOM } else { Label::NOM };
    sequence.claim(scene, likely.min(0.79), "name/alone", None, alone);
}

/// `Barthel 55/100`, `Pfirrmann 4`, `Schizas C`, `Wagner : 3`: a score named after somebody.
fn is_measured(scene: &Scene<'_>, at: usize) -> bool {
    let mut next = at + 1;
    while scene.is_mark(next, ":")
        || scene.is_mark(next, "=")
        || scene.is_mark(next, "(")
        || scene.is_mark(next, ">")
        || scene.is_mark(next, "<")
    {
        next += 1;
    }
    if scene.is_line(next) {
        return false;
    }
    if scene.is_number(next) {
        let long = scene.tokens[next].len() > 3;
        let dated = scene.is_mark(next + 1, "/") && scene.is_number(next + 2) && scene.is_mark(next + 3, "/");
        let phone = scene.text(next).starts_with('0') && scene.tokens[next].len() == 2;
        return !long && !dated && !phone;
    }
    scene.is_word(next)
        && !scene.is_mark(next + 1, ".")
        && scene.is_capital(next)
        && (scene.is_roman(next) || scene.tokens[next].len() == 1 && matches!(scene.text(next), "a" | "b" | "c" | "d"))
}

/// `CHECK-LIST`, `DAT-scan`: a hyphen ties it to an ordinary or medical word.
fn is_compound(scene: &Scene<'_>, at: usize) -> bool {
    let tied = |mark: usize, word: usize| {
        scene.is_mark(mark, "-") && !scene.tokens[mark].spaced && scene.is_word(word) && {
            let facts = scene.facts(word);
            let name = facts.first_name().max(facts.surname()) >= 6;
            scene.tokens[word].shape == Shape::Lower || (facts.is_ordinary() || facts.is_medical()) && !name
        }
    };
    let mixed = at > 1
        && scene.is_mark(at - 1, "-")
        && !scene.tokens[at].spaced
        && scene.tokens[at].shape == Shape::Title
        && scene.tokens[at - 2].shape == Shape::Upper;
    mixed
        || tied(at + 1, at + 2) && !scene.tokens[at + 2].spaced
        || at > 1 && tied(at - 1, at - 2) && !scene.tokens[at].spaced
}

/// `trichrome de Masson`, `cul-de-sac de Douglas`: the noun before takes a name that is no person's.
fn is_complement_of_thing(scene: &Scene<'_>, at: usize) -> bool {
    let Some(mut before) = at.checked_sub(1) else { return false };
    if scene.is_mark(before, "'") {
        let Some(more) = before.checked_sub(1) else { return false };
        before = more;
    }
    // `indice de Löe et Silness`
    if scene.is_word(before) && scene.text(before) == "et" && before > 1 && scene.is_word(before - 1) {
        return scene.is_shielded(before - 1)
            || scene.is_capital(before - 1) && is_complement_of_thing(scene, before - 1);
    }
    if !scene.is_word(before) || !matches!(scene.text(before), "de" | "d" | "du" | "selon" | "type") {
        return false;
    }
    if matches!(scene.text(before), "selon" | "type") {
        return true;
    }
    let Some(noun) = before.checked_sub(1) else { return false };
    if !scene.is_word(noun) {
        // `grade 3 de Pfirrmann`
        return scene.is_number(noun);
    }
    if scene.facts(noun).is_relative() || scene.facts(noun).is_function() || scene.facts(noun).is_cue_before() {
        return false;
    }
    !scene.facts(noun).is_of_person()
}

/// How likely a word is a name by its looks, `0.0..=1.0`; `boost` comes from what stands beside it.
fn looks(scene: &Scene<'_>, at: usize, boost: f32) -> f32 {
    let token = &scene.tokens[at];
    let facts = scene.facts(at);
    if scene.is_shielded(at) || facts.is_grammatical() || facts.is_institution_type() || facts.is_title() {
        return 0.0;
    }
    if scene.is_roman(at) || scene.is_participle(at) {
        return 0.0;
    }
    let beside_digit = at > 0 && scene.tokens[at - 1].kind == TokenKind::Number && !token.spaced
        || scene.tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Number && !next.spaced);
    if beside_digit || token.len() < 2 {
        return 0.0;
    }
    let level = facts.surname().max(facts.first_name());
    let base = if let Some(likely) = facts.likelihood() {
        likely
    } else if facts.is_ordinary() {
        match level {
            13.. => 0.4,
            11.. => 0.3,
            9.. => 0.15,
            _ => 0.05,
        }
    } else if facts.is_place() && level < 8 {
        0.2
    } else {
        match level {
            8.. => 0.9,
            5.. => 0.8,
            3.. => 0.7,
            1.. => 0.6,
            _ if facts.is_unknown() && token.len() >= 5 => 0.55,
            _ => 0.35,
        }
    };
    let shape = if scene.uncased {
        if level >= 6 && token.len() >= 4 { -0.25 } else { -0.6 }
    } else if scene.is_upper_line(at) {
        if level >= 4 && token.len() >= 4 { -0.15 } else { -0.45 }
    } else {
        match token.shape {
            Shape::Title if scene.starts_sentence(at) => -0.15,
            Shape::Title => 0.0,
            Shape::Upper if token.len() >= 4 && level >= 3 => -0.05,
            Shape::Upper => -0.25,
            Shape::Initial => -0.3,
            Shape::Mixed | Shape::Lower => -0.6,
        }
    };
    (base + shape + boost).clamp(0.0, 1.0)
}
