//! Postcodes and towns.

use super::scene::Scene;
use crate::lexicon::Facts;
use crate::text::{Label, Shape};

/// `44000 NANTES CEDEX 1`, `F-44000 Nantes`, `1201 Genève`.
pub(super) fn postcodes(scene: &mut Scene<'_>) {
    for at in 0..scene.tokens.len() {
        if !scene.is_number(at) || !scene.is_free(at) {
            continue;
        }
        let digits = scene.text(at);
        let french = digits.len() == 5 && is_department(digits);
        let abroad = digits.len() == 4 && at > 1 && scene.is_mark(at - 1, "-") && abroad_prefix(scene, at);
        let swiss_or_belgian = digits.len() == 4 && digits.as_bytes()[0] != b'0';
        let next = if scene.is_mark(at + 1, "-") || scene.is_mark(at + 1, ",") { at + 2 } else { at + 1 };
        if !scene.is_word(next) || !(french || abroad || swiss_or_belgian) {
            continue;
        }
        // `BF77012O4`, `IPP 12008`: part of another number.
        if at > 0
            && scene.is_word(at - 1)
            && (!scene.tokens[at].spaced || matches!(scene.text(at - 1), "ipp" | "nda" | "dossier" | "ref"))
        {
            continue;
        }
        // `janvier 2024, fiche 12`: a year.
        if swiss_or_belgian && !abroad && (next > at + 1 || !scene.is_capital(next)) {
            continue;
        }
        // `12008   mari`: another column.
        if !scene.is_capital(next) && (scene.after_gap(next) || scene.facts(next).is_relative()) {
            continue;
        }
        // `AS10-23181-77402, IAH`: the end of a code.
        if at > 0 && !scene.tokens[at].spaced && scene.is_mark(at - 1, "-") && !abroad_prefix(scene, at) {
            continue;
        }
        // A word tied to the digits is a unit.
        if !scene.tokens[next].spaced && next == at + 1 && !scene.is_capital(next) {
            continue;
        }
        let Some(end) = town_after_postcode(scene, next) else { continue };
        let known = scene.lookup.longest(next, |facts| facts.town() > 0);
        if swiss_or_belgian
            && !abroad
            && !known.is_some_and(|town| {
                let wordy = town.end == next + 1 && scene.facts(next).is_ordinary();
                town.facts.is_foreign_town() && town.facts.town() >= 12 && !wordy
            })
        {
            continue;
        }
        if french && known.is_none() && (!scene.is_capital(next) || next > at + 1 || scene.after_gap(next)) {
            continue;
        }
        if known.is_none() && (scene.facts(next).is_ordinary() && !scene.is_upper_line(next) || is_field(scene, next)) {
            continue;
        }
        if scene.facts(next).is_grammatical()
            && known.is_none_or(|town| town.end == next + 1)
            && !scene.is_capital(next)
        {
            continue;
        }
        let score = if known.is_some() { 0.97 } else { 0.9 };
        scene.claim(at, at + 1, Label::ZIP, score, "place/postcode", None);
        scene.claim(next, end, Label::VILLE, score, "place/postcode-town", None);
    }
}

/// `Route du Séquoia 20, 1847 Rennaz`: after a street, digits and a word in capitals; `rue du Four⏎29710⏎Plozévet`; and
/// what a file names: `cp=62300`, `"ville": "Rennes"`, `^^CLAMECY^^58500^`.
pub(super) fn postcodes_after_streets(scene: &mut Scene<'_>) {
    for at in 0..scene.tokens.len() {
        if scene.is_word(at) {
            keyed(scene, at);
            continue;
        }
        if !scene.is_number(at) || !scene.is_free(at) || at < 2 {
            continue;
        }
        let french = scene.tokens[at].len() == 5 && is_department(scene.text(at));
        if french && scene.is_mark(at - 1, "^") && (scene.is_mark(at + 1, "^") || scene.is_line(at + 1)) {
            between_carets(scene, at);
            continue;
        }
        if !scene.tokens[at].spaced || !french && (scene.tokens[at].len() != 4 || scene.text(at).starts_with('0')) {
            continue;
        }
        let mut before = at - 1;
        while before > 0 && (scene.is_mark(before, ",") || scene.is_mark(before, "-") || scene.is_line(before)) {
            before -= 1;
        }
        if at - before > 3 || scene.is_free(before) || !scene.is_last_claimed(before, &[Label::ADRESSE]) {
            continue;
        }
        let mut next = at + 1;
        while next < at + 3
            && next < scene.tokens.len()
            && french
            && (scene.is_mark(next, "-") || scene.is_mark(next, ",") || scene.is_line(next))
        {
            next += 1;
        }
        if !scene.is_word(next) || !scene.is_capital(next) || !french && at == before + 1 {
            if french {
                scene.claim(at, at + 1, Label::ZIP, 0.85, "place/postcode", None);
            }
            continue;
        }
        if !french && (scene.facts(next).is_ordinary() && !scene.facts(next).is_grammatical()) {
            continue;
        }
        let town = town_after_postcode(scene, next).filter(|_| scene.is_free(next));
        scene.claim(at, at + 1, Label::ZIP, 0.9, "place/postcode", None);
        let known = scene.lookup.longest(next, |facts| facts.town() > 0).is_some();
        if let Some(end) = town.filter(|_| next == at + 1 || known) {
            scene.claim(next, end, Label::VILLE, 0.88, "place/postcode-town", None);
        }
    }
}

fn between_carets(scene: &mut Scene<'_>, at: usize) {
    scene.claim(at, at + 1, Label::ZIP, 0.9, "place/postcode", None);
    let mut end = at;
    while end > 0 && scene.is_mark(end - 1, "^") {
        end -= 1;
    }
    let mut first = end;
    while first > 0
        && end - first < 9
        && (scene.is_word(first - 1) || scene.is_mark(first - 1, "-") || scene.is_mark(first - 1, "'"))
    {
        first -= 1;
    }
    if first < end && first > 0 && scene.is_mark(first - 1, "^") && scene.is_free(first) {
        scene.claim(first, end, Label::VILLE, 0.9, "place/postcode-town", None);
    }
}

/// `cp=62300`, `"ville": "Rennes"`, `<city>Carpentras</city>`, `Commune du décès : Antin`.
fn keyed(scene: &mut Scene<'_>, at: usize) {
    let town = match scene.text(at) {
        "cp" | "postal" | "postalcode" | "zip" => false,
        "ville" | "city" | "lieu" | "commune" => true,
        _ => return,
    };
    let mut next = at + 1;
    if matches!(scene.text(at), "commune" | "postal") && scene.is_word(next) {
        next += if matches!(scene.text(next), "de" | "du") { 2 } else { 1 };
    }
    let (from, mut sign, mut quoted) = (next, false, false);
    while next < from + 4 && !scene.is_word(next) && !scene.is_number(next) && !scene.is_line(next) {
        sign |= scene.is_mark(next, ":") || scene.is_mark(next, "=") || scene.is_mark(next, ">");
        quoted |= scene.is_mark(next, "\"") || scene.is_mark(next, "=") || scene.is_mark(next, ">");
        next += 1;
    }
    if !sign || !scene.is_free(next) {
        return;
    }
    if !town {
        if scene.is_number(next) && scene.tokens[next].len() == 5 && is_department(scene.text(next)) {
            scene.claim(next, next + 1, Label::ZIP, 0.9, "place/keyed", None);
        }
        return;
    }
    let commune = scene.text(at) == "commune" || scene.text(at) == "ville";
    if commune && !quoted && scene.is_line(next) {
        next += 1;
    }
    if !scene.is_word(next) || !scene.is_capital(next) || !(quoted || commune) || is_field(scene, next) {
        return;
    }
    let mut end = next;
    while end < next + 8
        && (scene.is_word(end) || scene.is_mark(end, "-") || scene.is_mark(end, "'"))
        && scene.is_free(end)
        && !(end > next && scene.after_gap(end))
    {
        end += 1;
    }
    let known = scene.lookup.longest(next, |facts| facts.town() > 0);
    if quoted || known.is_some() {
        let end = if quoted { end } else { known.map_or(end, |town| town.end) };
        scene.claim(next, end, Label::VILLE, 0.88, "place/keyed", None);
    }
}

/// `Dr Moinaud, Corbehem`: a town of France right after a person with a title, where nothing goes on the list.
pub(super) fn towns_after_names(scene: &mut Scene<'_>) {
    for comma in 2..scene.tokens.len() {
        if !scene.is_mark(comma, ",") || !scene.is_word(comma - 1) || !scene.is_capital(comma - 1) {
            continue;
        }
        let first = comma + 1;
        if !scene.is_word(first) || !scene.is_capital(first) || !scene.is_free(first) || scene.is_shielded(first) {
            continue;
        }
        let Some(town) = scene.lookup.longest(first, Facts::is_commune) else { continue };
        let end = town.end;
        let several = end > first + 1;
        let closed = scene.is_line(end)
            || scene.is_number(end)
            || [",", ".", ";", "(", ")"].iter().any(|mark| scene.is_mark(end, mark));
        let listed = scene.is_mark(end, ",") && scene.is_word(end + 1) && scene.is_capital(end + 1);
        let facts = scene.facts(first);
        let alike = !several && (facts.is_ordinary() || facts.surname() > town.facts.town() || facts.first_name() >= 6)
            || !scene.is_capital(end - 1);
        if !closed || listed || alike {
            continue;
        }
        let titled = (comma.saturating_sub(7)..comma - 1)
            .any(|at| scene.is_word(at) && scene.is_title(at) && !matches!(scene.text(at), "drs" | "docteurs"));
        if titled {
            scene.claim(first, end, Label::VILLE, 0.88, "place/after-name", None);
        }
    }
}

/// `F-`, `B-`, `CH-`, `L-` before a postcode.
fn abroad_prefix(scene: &Scene<'_>, at: usize) -> bool {
    at > 1 && matches!(scene.text(at - 2), "f" | "b" | "ch" | "l" | "d" | "lu") && !scene.tokens[at - 1].spaced
}

fn is_department(digits: &str) -> bool {
    digits[..2].parse::<u8>().is_ok_and(|department| (1..=98).contains(&department) && department != 96)
}

/// One past the town that follows a postcode, CEDEX included.
fn town_after_postcode(scene: &Scene<'_>, at: usize) -> Option<usize> {
    let known = scene.lookup.longest(at, |facts| facts.town() > 0).map(|town| town.end);
    let mut end = known.unwrap_or(at);
    // An unknown or misspelt one goes on while words are capitals or particles.
    while known.is_none() && scene.is_word(end) && end < at + 8 {
        let joins = scene.facts(end).is_particle() && scene.is_word(end + 1) && scene.is_capital(end + 1);
        let stop = scene.facts(end).is_cue_before() || scene.is_title(end) || is_field(scene, end);
        if !(scene.is_capital(end) || joins) || stop {
            break;
        }
        end += 1;
        if (scene.is_mark(end, "-") || scene.is_mark(end, "'")) && !scene.tokens[end].spaced && scene.is_word(end + 1) {
            end += 1;
        }
    }
    if end == at {
        return None;
    }
    if scene.is_word(end) && scene.text(end) == "cedex" {
        end += 1;
        if scene.is_number(end) && scene.tokens[end].len() <= 2 {
            end += 1;
        }
    }
    Some(end)
}

pub(super) fn is_field(scene: &Scene<'_>, at: usize) -> bool {
    matches!(scene.text(at), "tel" | "fax" | "telephone" | "mail" | "finess" | "siret" | "standard" | "secretariat")
}

/// `Nantes, le 12 mars`, `né à Évry`, `domicilié à Saint-Lô`, `(Brest)`.
pub(super) fn towns(scene: &mut Scene<'_>) {
    let mut at = 0;
    while at < scene.tokens.len() {
        at += 1;
        let first = at - 1;
        if !scene.is_word(first) || !scene.is_free(first) {
            continue;
        }
        let found =
            if scene.is_capital(first) || scene.uncased { town(scene, first) } else { lower_town(scene, first) };
        if let Some((end, score, rule)) = found {
            let end = town_end(scene, first, end);
            scene.claim(first, end, Label::VILLE, score, rule, None);
            at = end;
        }
    }
    for at in 2..scene.tokens.len().saturating_sub(1) {
        // `Salaise-sur-Sanne (38150)`
        if scene.is_number(at)
            && scene.tokens[at].len() == 5
            && scene.is_mark(at - 1, "(")
            && scene.is_mark(at + 1, ")")
            && !scene.is_free(at - 2)
            && scene.is_free(at)
            && scene.is_last_claimed(at - 2, &[Label::VILLE])
        {
            scene.claim(at, at + 1, Label::ZIP, 0.9, "place/postcode", None);
        }
    }
}

/// One past a town with its district: `Paris 13e`, `Lyon 3ème`, `Bourges CEDEX 2`.
fn town_end(scene: &Scene<'_>, first: usize, end: usize) -> usize {
    if scene.is_word(end) && scene.text(end) == "cedex" {
        return end + if scene.is_number(end + 1) { 2 } else { 1 };
    }
    let district = matches!(scene.text(first), "paris" | "lyon" | "marseille")
        && end == first + 1
        && scene.is_number(end)
        && scene.tokens[end].len() <= 2
        && scene.is_word(end + 1)
        && matches!(scene.text(end + 1), "e" | "er" | "eme" | "ere")
        && !(scene.is_word(end + 2) && scene.facts(end + 2).is_ordinary() && scene.text(end + 2) != "arrondissement");
    if district { end + 2 } else { end }
}

/// A town in a line without capitals: `a arcachon`, `sur gaillac`.
fn lower_town(scene: &Scene<'_>, first: usize) -> Option<(usize, f32, &'static str)> {
    let before = first.checked_sub(1).filter(|before| scene.is_word(*before))?;
    let floor = match scene.text(before) {
        "a" => 10,
        "sur" | "de" | "d" => 13,
        _ if scene.facts(before).is_place_noun() => 12,
        _ => return None,
    };
    if !scene.is_lower_line(first) {
        return None;
    }
    let town = scene.lookup.longest(first, |facts| facts.is_commune() && facts.town() >= floor)?;
    let facts = scene.facts(first);
    let several = town.end > first + 1;
    let wordy = !several && (facts.is_ordinary() || facts.is_medical() || scene.is_shielded(first));
    let named = !several && facts.first_name() >= 5 && facts.town() < 14;
    (!wordy && !named && scene.tokens[first].len() >= 4).then_some((town.end, 0.75, "place/lower"))
}

fn town(scene: &Scene<'_>, first: usize) -> Option<(usize, f32, &'static str)> {
    let Some(town) = scene.lookup.longest(first, |facts| facts.town() > 0) else {
        return unknown_town(scene, first).map(|score| (first + 1, score, "place/unknown"));
    };
    let end = town.end;
    let several = end > first + 1;
    if (first..end).any(|at| !scene.is_free(at))
        || several && !scene.is_capital(end - 1) && !scene.uncased
        || is_tied(scene, first, end)
    {
        return None;
    }
    let score = score_of(scene, first, end, town.facts);
    if score > 0.0 {
        return Some((end, score, "place/town"));
    }
    (scene.facts(first).town() > 0 || several)
        .then(|| unknown_town(scene, first))
        .flatten()
        .map(|score| (first + 1, score, "place/unknown"))
}

/// `Seine-Saint-Denis`, `Paris-Diderot`, `NCT-12`: part of another name. `(Deauville 2)`, `Lille à J7`: a score.
fn is_tied(scene: &Scene<'_>, first: usize, end: usize) -> bool {
    let tied = |mark: usize, other: usize| {
        scene.is_mark(mark, "-") && !scene.tokens[mark].spaced && scene.is_word(other) && scene.is_capital(other)
    };
    let before = first > 1 && !scene.tokens[first].spaced && tied(first - 1, first - 2);
    let after = tied(end, end + 1) && !scene.tokens[end + 1].spaced;
    let scored = scene.is_number(end) && first > 0 && scene.is_mark(first - 1, "(") && scene.tokens[end].len() == 1
        || scene.is_word(end) && scene.text(end) == "a" && scene.text(end + 1) == "j" && scene.is_number(end + 2);
    before || after || scored
}

/// `Quimperlin, le 12 mars`, `né à Bitola`: a word that no list knows, where only a town stands.
fn unknown_town(scene: &Scene<'_>, first: usize) -> Option<f32> {
    let facts = scene.facts(first);
    if heads_dated_line(scene, first, first + 1) && facts.is_unknown() {
        return Some(0.8);
    }
    if scene.tokens[first].shape != Shape::Title || scene.tokens[first].len() < 4 || first == 0 {
        return None;
    }
    let followed = scene.is_word(first + 1) && scene.is_capital(first + 1)
        || scene.is_mark(first + 1, "-") && !scene.tokens[first + 1].spaced;
    let other = facts.is_ordinary() || facts.is_medical() || facts.first_name() > 0 || scene.is_shielded(first);
    if followed || other || scene.is_title(first) {
        return None;
    }
    if matches!(scene.text(first - 1), "au" | "aux") && scene.is_word(first - 1) {
        let article = if scene.text(first - 1) == "au" { "le " } else { "les " };
        let whole = scene.name_facts(&[article, scene.text(first)].concat());
        return (whole.is_commune() && whole.town() >= 9).then_some(0.8);
    }
    if scene.text(first - 1) != "a" {
        return None;
    }
    match preposition(scene, first)? {
        Place::Sure => Some(0.8),
        Place::Likely => facts.is_unknown().then_some(0.65),
    }
}

/// How sure it is that a word or phrase that is a town's name is that town here; 0 if it is not.
fn score_of(scene: &Scene<'_>, first: usize, end: usize, facts: Facts) -> f32 {
    let word = scene.facts(first);
    let several = end > first + 1;
    let abroad = facts.is_foreign_town() && !facts.is_commune();
    let sure = preposition(scene, first);
    let dated = heads_dated_line(scene, first, end);
    let clear = facts.town() >= 13 && !scene.starts_sentence(first) && !scene.is_upper_line(first) && !scene.uncased;
    let wordy = !several && (word.is_ordinary() && !clear || word.is_medical());
    let acronym = !several
        && (scene.tokens[first].len() <= 2
            || scene.tokens[first].len() <= 4
                && scene.tokens[first].shape == Shape::Upper
                && (word.town() < 12 || scene.is_number(end)));
    if scene.is_word(end) && scene.text(end) == "cedex" {
        return 0.9;
    }
    if acronym && sure != Some(Place::Sure) && !dated || !several && word.is_institution_type() {
        return 0.0;
    }
    if dated {
        return 0.95;
    }
    if follows_claim(scene, first, abroad) && !(scene.is_shielded(first) && !several) && (!wordy || several) {
        return 0.8;
    }
    let to = first > 0 && scene.is_word(first - 1) && scene.text(first - 1) == "a" && facts.is_commune();
    if !several && if to { scene.is_barred(first) } else { scene.is_shielded(first) } {
        return 0.0;
    }
    if sure == Some(Place::Sure) && (!wordy || !scene.uncased && scene.text(first - 1) == "a") {
        return 0.9;
    }
    let holy = several && matches!(scene.text(first), "saint" | "sainte" | "st" | "ste");
    if holy && first > 0 && (matches!(scene.text(first - 1), "la" | "le") || word_before_saint(scene, first)) {
        return 0.0;
    }
    if several && !facts.is_foreign_town() && (!word.is_grammatical() || scene.is_capital(first)) {
        let parted = first > 0 && [",", "/", "("].iter().any(|mark| scene.is_mark(first - 1, mark));
        if word.is_grammatical() && !parted {
            return if sure == Some(Place::Likely) { 0.8 } else { 0.0 };
        }
        return if scene.uncased && facts.town() < 10 { 0.0 } else { 0.85 };
    }
    if wordy {
        return 0.0;
    }
    let before = scene.text(first.saturating_sub(1));
    // `grade B de Los Angeles`, `(Lugano SD)`: far towns name scores and classifications.
    let far =
        abroad && (matches!(before, "de" | "d" | "'" | "par" | "sur") || before == "(" && !scene.is_mark(end, ")"));
    if sure == Some(Place::Likely) && !far {
        let known = facts.town() >= 9 || word.surname() < 4;
        if known && !(scene.uncased && facts.town() < 13) {
            return 0.8;
        }
        return 0.0;
    }
    if abroad || word.surname() >= 9 || word.first_name() >= 8 {
        return 0.0;
    }
    if stands_apart(scene, first, end)
        && facts.town() >= 9
        && word.surname() + 1 < facts.town()
        && word.first_name() < 4
    {
        return 0.72;
    }
    if !scene.starts_sentence(first) && facts.town() >= 14 && !scene.is_upper_line(first) {
        return 0.7;
    }
    if facts.town() >= 15 && scene.is_upper_line(first) && !facts.is_foreign_town() { 0.65 } else { 0.0 }
}

/// `école Saint-Joseph`, `le collège Sainte-Marie`: no town.
fn word_before_saint(scene: &Scene<'_>, first: usize) -> bool {
    matches!(scene.text(first - 1), "ecole" | "college" | "lycee" | "eglise" | "paroisse" | "institution" | "groupe")
}

/// `CHU DUPUYTREN – LIMOGES`, `visio Beauvais / Creil`, `(Castres)`: after a mark that parts, and before the end of its part.
fn stands_apart(scene: &Scene<'_>, first: usize, end: usize) -> bool {
    let Some(before) = first.checked_sub(1) else { return false };
    let parts = scene.is_mark(before, ",")
        || scene.is_mark(before, "/")
        || scene.is_mark(before, "(")
        || scene.is_mark(before, "-") && scene.tokens[before].spaced;
    let closed = scene.is_line(end)
        || [",", ";", ")", "."].iter().any(|mark| scene.is_mark(end, mark))
        || scene.is_mark(end, "(") && !(scene.is_number(end + 1) && scene.tokens[end + 1].len() == 4);
    let slash = scene.is_mark(end, "/") && scene.is_word(end + 1) && scene.is_capital(end + 1);
    let listed = scene.is_mark(before, ",") && scene.is_mark(end, ",");
    parts && (closed && !listed || slash)
}

/// Whether what stands right before is an institution, a town, an address or a person, and a mark.
fn follows_claim(scene: &Scene<'_>, first: usize, abroad: bool) -> bool {
    if first < 2 || !(scene.is_mark(first - 1, ",") || scene.is_mark(first - 1, "-") || scene.is_mark(first - 1, "(")) {
        return false;
    }
    let over = scene.is_mark(first - 2, ")") && first > 2 && !scene.is_free(first - 3);
    let labels: &[Label] = if abroad {
        &[Label::HOPITAL, Label::VILLE, Label::ADRESSE]
    } else {
        &[Label::HOPITAL, Label::VILLE, Label::ADRESSE, Label::NOM]
    };
    (over || !scene.is_free(first - 2)) && scene.is_last_claimed(if over { first - 3 } else { first - 2 }, labels)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Sure,
    Likely,
}

/// What stands before a word that may be a town.
fn preposition(scene: &Scene<'_>, at: usize) -> Option<Place> {
    let mut before = at.checked_sub(1)?;
    // `à : Gargas`
    if scene.is_mark(before, ":") && before > 0 && scene.is_word(before - 1) && scene.text(before - 1) == "a" {
        return Some(Place::Sure);
    }
    if scene.is_mark(before, "'") || scene.is_mark(before, "(") {
        let bracket = scene.is_mark(before, "(");
        before = before.checked_sub(1)?;
        if bracket {
            return scene.is_word(before).then_some(Place::Likely);
        }
    }
    if !scene.is_word(before) {
        return None;
    }
    let place_noun =
        |at: usize| scene.facts(at).is_place_noun() || scene.facts(at).is_relative() || scene.facts(at).is_service();
    match scene.text(before) {
        "a" => {
            let verb = before.checked_sub(1).filter(|at| scene.is_word(*at));
            Some(if verb.is_some_and(place_noun) { Place::Sure } else { Place::Likely })
        }
        "de" | "d" | "sur" | "vers" | "pres" | "depuis" | "entre" | "rejoindre" | "quitte" | "par" => {
            let noun = before.checked_sub(1).filter(|at| scene.is_word(*at));
            Some(if noun.is_some_and(place_noun) { Place::Sure } else { Place::Likely })
        }
        _ if place_noun(before) => Some(Place::Likely),
        _ => None,
    }
}

/// `Nantes, le 12…` at the head of a line.
fn heads_dated_line(scene: &Scene<'_>, first: usize, end: usize) -> bool {
    let heads = first == 0
        || scene.is_line(first - 1)
        || (first > 1 && matches!(scene.text(first - 1), "a") && scene.is_line(first - 2));
    let mut next = end;
    if scene.is_mark(next, ",") {
        next += 1;
    }
    if !heads {
        return false;
    }
    let comma = next > end;
    if scene.is_number(next) {
        // `Limoges, 28/03/2024`, `Périgueux, 8 août 2024`
        return comma
            && scene.tokens[next].len() <= 2
            && (scene.is_mark(next + 1, "/")
                || scene.is_mark(next + 1, ".")
                || scene.is_word(next + 1) && scene.is_number(next + 2) && scene.tokens[next + 2].len() == 4);
    }
    let dated = scene.is_number(next + 1)
        || (scene.is_word(next + 1) && (scene.is_number(next + 2) || scene.text(next + 1).ends_with("di")));
    // `Tours, le quinze avril deux mille vingt`
    let spelt = comma && scene.facts(first).is_commune() && scene.is_word(next + 1) && !scene.is_capital(next + 1);
    scene.is_word(next) && matches!(scene.text(next), "le" | "ce" | "ie" | "1e") && (dated || spelt)
}
