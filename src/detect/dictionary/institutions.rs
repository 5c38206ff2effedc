//! Hospitals, clinics, homes, laboratories: the ones that are named.

use super::places::is_field;
use super::scene::Scene;
use crate::lexicon::Facts;
use crate::text::{Label, Shape};

/// `CHU de Nantes`, `clinique Saint-Jean`, `Lariboisière`; the bare type is left.
pub(super) fn institutions(scene: &mut Scene<'_>) {
    let mut at = 0;
    while at < scene.tokens.len() {
        let start = at;
        at += 1;
        if !scene.is_word(start) || !scene.is_free(start) {
            continue;
        }
        if scene.text(start) == "msh" {
            message(scene, start);
            continue;
        }
        let known = scene.lookup.longest(start, |facts| facts.is_institution());
        let kind = scene.lookup.longest(start, |facts| facts.is_institution_type());
        let named = kind
            .filter(|kind| !is_adjective(scene, start, kind.end))
            .and_then(|kind| institution_name(scene, start, kind.end));
        let end = match (known, named) {
            (Some(known), named) if stands(scene, start, known.end, known.facts.is_institution_alone()) => {
                Some(named.unwrap_or(0).max(institution_tail(scene, known.end)))
            }
            (_, named) => named,
        };
        let Some(end) = end.filter(|end| !is_code(scene, *end)) else { continue };
        // `Centre Léon-Bérard`
        let typed = start > 0
            && scene.is_free(start - 1)
            && scene.is_word(start - 1)
            && matches!(
                scene.text(start - 1),
                "centre" | "institut" | "fondation" | "groupe" | "site" | "nouvelle" | "capio"
            );
        // `à la Pitié-Salpêtrière`: without its article.
        let mut first = if typed { start - 1 } else { start };
        if first == start && is_article(scene, first) && first + 2 < end {
            first += if scene.is_mark(first + 1, "'") { 2 } else { 1 };
        }
        scene.claim(first, end, Label::HOPITAL, 0.92, "institution/name", None);
        at = end;
    }
}

fn is_article(scene: &Scene<'_>, at: usize) -> bool {
    scene.is_word(at) && !scene.is_capital(at) && matches!(scene.text(at), "la" | "le" | "les" | "l")
}

/// `cas clinique n° 6`, `réponse clinique à`: no clinic.
fn is_adjective(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    let Some(before) = start.checked_sub(1).filter(|before| scene.is_word(*before)) else { return false };
    let plain = !scene.is_capital(start) || scene.is_upper_line(start);
    let facts = scene.facts(before);
    end == start + 1
        && matches!(scene.text(start), "clinique" | "cliniques")
        && plain
        && facts.is_ordinary()
        && !facts.is_grammatical()
        && !facts.is_institution_type()
        && scene.text(before) != "a"
}

/// `POSTE=LABO-VAL-03`, `NCT00000000`: the name goes on with digits.
fn is_code(scene: &Scene<'_>, end: usize) -> bool {
    scene.is_number(end) && !scene.tokens[end].spaced
        || scene.is_mark(end, "-")
            && !scene.tokens[end].spaced
            && scene.is_number(end + 1)
            && !scene.tokens[end + 1].spaced
}

/// `MSH|^~\&|GLIMS|CH_ARVELLE|DPI|CH_ARVELLE|…`: the fourth and sixth fields of a message's head name the institutions, wherever
/// the words come back.
fn message(scene: &mut Scene<'_>, head: usize) {
    let (mut field, mut at) = (1, head + 1);
    while at < scene.tokens.len() && !scene.is_line(at) && field < 7 {
        if scene.is_mark(at, "|") {
            field += 1;
            at += 1;
            continue;
        }
        let first = at;
        while at < scene.tokens.len() && !scene.is_line(at) && !scene.is_mark(at, "|") && !scene.is_mark(at, "^") {
            at += 1;
        }
        if matches!(field, 4 | 6) && at > first && scene.is_word(first) && scene.is_free(first) {
            again(scene, first, at);
        }
        at = at.max(first + 1);
        if scene.is_mark(at, "^") {
            at += 1;
        }
    }
}

/// Claims some tokens wherever they stand alone in a field.
fn again(scene: &mut Scene<'_>, first: usize, end: usize) {
    let count = end - first;
    for at in 1..scene.tokens.len().saturating_sub(count) {
        let field = |at: usize| scene.is_mark(at, "|") || scene.is_mark(at, "^") || scene.is_line(at);
        let same = scene.text(at) == scene.text(first)
            && scene.is_free(at)
            && (0..count).all(|one| scene.text(at + one) == scene.text(first + one));
        if same && field(at - 1) && field(at + count) {
            scene.claim(at, at + count, Label::HOPITAL, 0.95, "institution/message", None);
        }
    }
}

/// Whether a known institution's name may stand for it here.
fn stands(scene: &Scene<'_>, start: usize, end: usize, alone: bool) -> bool {
    let capital = scene.is_capital(start) || scene.is_capital(end - 1);
    let several = end > start + 1;
    if scene.is_shielded(start) && !several {
        return false;
    }
    // `adressé à Foch`, `connu de la Pitié`, `à l'Hôtel-Dieu`
    let before = |back: usize| start.checked_sub(back).map_or("", |at| scene.text(at));
    let facts = scene.facts(start);
    if scene.tokens[start].shape == Shape::Title && !scene.is_upper_line(start) && !scene.uncased {
        let town = scene.lookup.longest(start, |facts| facts.town() > 0).is_some() || facts.is_place();
        let plain = facts.first_name() < 6 && !facts.is_ordinary();
        let placed = before(1) == "a" && !scene.is_capital(start - 1) && (plain || several) && !town;
        let article = (before(1) == "la" && matches!(before(2), "a" | "de") || before(1) == "'" && before(2) == "l")
            && !scene.is_capital(start - 1)
            && matches!(
                scene.text(start),
                "pitie" | "conception" | "timone" | "salpetriere" | "croix" | "hotel" | "infirmerie"
            );
        if (placed || article) && end > start && !(several && !scene.is_capital(end - 1)) {
            return true;
        }
    }
    let wordy = !several && scene.facts(start).is_ordinary();
    if scene.uncased {
        return alone && !wordy && scene.tokens[start].len() >= 5;
    }
    let named_type =
        scene.lookup.longest(start, |facts| facts.is_institution_type()).is_some_and(|kind| kind.end < end);
    capital && (named_type || alone && !wordy)
}

/// One past the name that follows a type word, if a name does.
fn institution_name(scene: &Scene<'_>, start: usize, at: usize) -> Option<usize> {
    let strong = is_strong_type(scene, start, at);
    let service = is_service(scene, start, at);
    let mut end = at;
    let mut named = None;
    let (mut words, mut link, mut over_line) = (0, "", false);
    // Whether the word before calls for `de`: `Pays de Rance`.
    let mut landscape = false;
    let listed = (start..at).any(|at| matches!(scene.text(at), "docteurs" | "drs"));
    while words < 7 && end < scene.tokens.len() && !scene.after_gap(end) {
        if scene.is_line(end) {
            // `au CHU de⏎Reims`
            if link.is_empty() || over_line || scene.tokens.get(end + 1).is_none() {
                break;
            }
            over_line = true;
            end += 1;
            continue;
        }
        if scene.is_number(end) {
            // `HAD Horizon 66`
            let closed = !scene.is_word(end + 1) && !scene.is_mark(end + 1, "/");
            let department = scene.tokens[end].len() == 2 && scene.tokens[end].spaced && closed;
            if scene.text(start) == "had" && department && link.is_empty() {
                return Some(end + 1);
            }
            // `Clinique des 2 Caps`
            if !(strong && link == "des" && scene.is_word(end + 1)) {
                break;
            }
            end += 1;
            continue;
        }
        if scene.is_mark(end, "-") || scene.is_mark(end, "'") || scene.is_mark(end, "_") {
            if scene.tokens[end].spaced
                || scene.tokens.get(end + 1).is_none_or(|next| next.spaced && !scene.is_line(end + 1))
            {
                break;
            }
            end += 1;
            continue;
        }
        // `LBM NOUGAYREDE & TOSI`
        if scene.is_mark(end, "&") && named == Some(end) && scene.is_word(end + 1) && scene.is_capital(end + 1) {
            end += 1;
            continue;
        }
        // `Cabinet dentaire des Docteurs BOUVREUIL, CREDIS et TALANO`
        if listed
            && scene.is_mark(end, ",")
            && named == Some(end)
            && scene.is_word(end + 1)
            && scene.is_capital(end + 1)
        {
            end += 1;
            continue;
        }
        if scene.is_mark(end, "\"") && end == at {
            end += 1;
            continue;
        }
        // `CH St. Jean`, `C.H.U. de Poitiers`, `hôp. Charles-Nicolle`, `CHU J. Minjoz`
        let short = scene.tokens[end - 1].len() == 1 && scene.is_capital(end - 1)
            || matches!(scene.text(end - 1), "st" | "ste" | "dr" | "pr" | "hop" | "univ" | "clin");
        if scene.is_mark(end, ".") && short && scene.is_word(end + 1) && scene.is_capital(end + 1)
            || scene.is_mark(end, ".") && short && end == at && scene.is_word(end + 1) && is_link(scene.text(end + 1))
        {
            end += 1;
            continue;
        }
        if !scene.is_word(end) {
            break;
        }
        let text = scene.text(end);
        if is_link(text) {
            let tied = scene.is_mark(end - 1, "-") && (scene.is_mark(end + 1, "-") || scene.is_mark(end + 1, "'"));
            if tied {
                (link, landscape) = ("", true);
                end += 1;
                continue;
            }
            // `Les Ormeaux à Hayange`: the town is apart; not `du Moulin à Vent`.
            if text == "a" {
                let apart = scene.is_word(end + 1)
                    && scene.lookup.longest(end + 1, |facts| facts.town() > 0).is_none()
                    && scene.is_capital(end + 1)
                    && landscape;
                if !apart {
                    break;
                }
            }
            // `et` goes on only towards a capital; a second `de` after a name begins a town.
            let onwards = scene.tokens.get(end + 1).is_some_and(|next| next.is_word() && next.shape.is_capital());
            if text == "en" && named.is_none() {
                break;
            }
            if matches!(text, "et" | "en") && (!onwards || scene.is_upper_line(end) && !listed) {
                break;
            }
            link = text;
            end += 1;
            continue;
        }
        let apart = named.is_some() && !landscape && !scene.is_upper_line(end);
        let Some(to) = institution_word(scene, end, strong, link, apart) else { break };
        // `SMUR de Dieppe`: the town does not name it.
        if service
            && words == 0
            && to.town
            && (matches!(link, "de" | "d") || link.is_empty() && scene.text(start) != "pmi")
        {
            return None;
        }
        if to.names {
            named = Some(to.end);
        }
        landscape = scene.facts(to.end - 1).is_landscape();
        link = "";
        words += 1;
        end = to.end;
    }
    named
}

/// Whether a type is one that a town alone does not name: `SMUR`, `PMI`.
fn is_service(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    scene.facts(start).is_service() && end == start + 1
        || scene.text(start) == "hopital" && scene.text(end - 1) == "jour"
}

/// A word of an institution's name.
struct Named {
    end: usize,
    /// Whether it tells which one, not only what it does.
    names: bool,
    town: bool,
}

fn institution_word(scene: &Scene<'_>, at: usize, strong: bool, link: &str, named: bool) -> Option<Named> {
    let (facts, text) = (scene.facts(at), scene.text(at));
    let lower = !scene.is_capital(at) && !scene.uncased;
    if let Some(end) = lower_name(scene, at, strong, link).filter(|_| lower) {
        return Some(Named { end, names: true, town: false });
    }
    // `CLINIQUE VAL JURA`, `VAL CHER`
    if strong && facts.is_place() && scene.tokens[at].shape == Shape::Upper && !facts.is_institution_type() {
        return Some(Named { end: at + 1, names: true, town: false });
    }
    if facts.is_title()
        && !matches!(text, "docteur" | "professeur" | "saint" | "sainte" | "pere" | "soeur" | "st" | "ste")
        || is_field(scene, at) && link.is_empty()
        || (facts.is_cue_before() && !facts.is_generic() && link.is_empty())
    {
        return None;
    }
    if let Some(place) = scene.lookup.longest(at, |facts| facts.town() > 0 || facts.is_institution()) {
        let several = place.end > at + 1;
        let town = place.facts.town() > 0 && !place.facts.is_institution();
        // `hôpital Saint-Luc de Lyon`: the town is apart.
        if named && town && matches!(link, "de" | "d") && (place.facts.town() >= 9 || place.facts.is_commune()) {
            return None;
        }
        let wordy = !several
            && (facts.is_ordinary() || facts.is_medical())
            && (scene.is_upper_line(at) || scene.uncased)
            && !strong;
        let ok = if scene.uncased {
            several || strong && place.facts.town() >= 5 || place.facts.town() >= 11
        } else {
            several && !lower || scene.is_capital(at)
        };
        let typed = !several && facts.is_institution_type();
        if ok && !wordy && !typed && !(facts.is_generic() && !several) {
            return Some(Named { end: place.end, names: true, town: town && link != "du" });
        }
    }
    // `pharmacie de la cité Hames`
    let onto = strong && !link.is_empty() && facts.is_landscape() && scene.is_word(at + 1) && scene.is_capital(at + 1);
    if facts.is_generic() || facts.is_institution_type() || lower && onto && !scene.is_title(at + 1) {
        return Some(Named { end: at + 1, names: false, town: false });
    }
    let saint = matches!(text, "saint" | "sainte" | "st" | "ste");
    let name = if scene.uncased {
        let new = !facts.is_ordinary() && !facts.is_medical() && (facts.surname() >= 4 || facts.first_name() >= 5);
        new || saint
            || strong && !link.is_empty() && !facts.is_grammatical() && !facts.is_medical() && !facts.is_verb_only()
    } else if scene.is_upper_line(at) {
        let new = !facts.is_ordinary() && !facts.is_medical() && !facts.is_drug();
        new || saint || strong && !facts.is_function() && !facts.is_verb_only() && !facts.is_grammatical()
    } else {
        scene.is_capital(at) && (strong || !facts.is_function() && !facts.is_medical())
    };
    name.then_some(Named { end: at + 1, names: true, town: false })
}

/// `clinique ste marguerite`, `clinique du pont vieux`, `chu de clermont-ferrand`: a name in lower case after a strong type.
fn lower_name(scene: &Scene<'_>, at: usize, strong: bool, link: &str) -> Option<usize> {
    if !strong || !scene.is_lower_line(at) {
        return None;
    }
    if link.is_empty() && matches!(scene.text(at), "saint" | "sainte" | "st" | "ste") && scene.is_word(at + 1) {
        return (!scene.facts(at + 1).is_grammatical()).then_some(at + 2);
    }
    let street = scene.lookup.longest(at, Facts::is_street_name).filter(|street| street.end > at + 1);
    if let Some(street) = street.filter(|_| matches!(link, "du" | "des" | "la" | "l")) {
        return Some(street.end);
    }
    let facts = scene.facts(at);
    if link.is_empty() {
        let known = scene.lookup.longest(at, Facts::is_institution).filter(|known| known.end > at + 1);
        return known.map(|known| known.end);
    }
    let town = scene.lookup.longest(at, |facts| facts.is_commune() && facts.town() >= 11)?;
    let wordy = town.end == at + 1 && (facts.is_ordinary() || facts.is_medical());
    (matches!(link, "de" | "d") && !wordy).then_some(town.end)
}

fn is_link(text: &str) -> bool {
    matches!(
        text,
        "de" | "du"
            | "des"
            | "d"
            | "la"
            | "le"
            | "les"
            | "l"
            | "sur"
            | "en"
            | "et"
            | "aux"
            | "au"
            | "lez"
            | "sous"
            | "a"
    )
}

/// Types that nearly always go with a name of their own, when a name follows.
fn is_strong_type(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    (start..end).any(|at| scene.is_word(at) && scene.facts(at).is_strong_type())
        || scene.text(start) == "centre" && end > start + 1
        || scene.text(start) == "maison" && end > start + 1
        || matches!(scene.text(start), "cabinet" | "institut" | "groupe" | "etablissement" | "c") && end > start + 1
        || matches!(scene.text(start), "labo" | "laboratoire" | "lbm")
            && scene.is_word(end)
            && matches!(scene.text(end), "du" | "des")
}

/// `de Nantes` after a known institution.
fn institution_tail(scene: &Scene<'_>, end: usize) -> usize {
    let link = scene.is_word(end) && matches!(scene.text(end), "de" | "d");
    let next = if scene.is_mark(end + 1, "'") { end + 2 } else { end + 1 };
    if !link || !scene.is_word(next) || !scene.is_capital(next) {
        return end;
    }
    scene.lookup.longest(next, |facts| facts.town() >= 9).map_or(end, |town| town.end)
}
