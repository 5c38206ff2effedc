//! Postcodes and towns, street lines, institutions.

use super::scene::Scene;
use crate::text::{Label, Shape};

/// `44000 NANTES CEDEX 1`, `F-44000 Nantes`, `1201 Genève`.
pub(super) fn postcodes(scene: &mut Scene<'_>) {
    for at in 0..scene.tokens.len() {
        if !scene.is_number(at) || !scene.is_free(at) {
            continue;
        }
        let digits = scene.text(at);
        let french = digits.len() == 5 && is_department(digits);
        let abroad =
            digits.len() == 4 && at > 1 && scene.is_mark(at - 1, "-") && matches!(scene.text(at - 2), "b" | "ch" | "l");
        let swiss_or_belgian = digits.len() == 4 && digits.as_bytes()[0] != b'0';
        let next = if scene.is_mark(at + 1, "-") || scene.is_mark(at + 1, ",") { at + 2 } else { at + 1 };
        if !scene.is_word(next) || !(french || abroad || swiss_or_belgian) {
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
            && !known.is_some_and(|town| town.facts.is_foreign_town() && town.facts.town() >= 12)
        {
            continue;
        }
        if french && known.is_none() && !scene.is_capital(next) {
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
        let stop = scene.facts(end).is_cue_before() || scene.facts(end).is_title() || is_field(scene, end);
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

fn is_field(scene: &Scene<'_>, at: usize) -> bool {
    matches!(scene.text(at), "tel" | "fax" | "telephone" | "mail" | "finess" | "siret" | "standard" | "secretariat")
}

/// `Nantes, le 12 mars`, `né à Évry`, `domicilié à Saint-Lô`, `(Brest)`.
pub(super) fn towns(scene: &mut Scene<'_>) {
    let mut at = 0;
    while at < scene.tokens.len() {
        at += 1;
        let first = at - 1;
        if !scene.is_word(first) || !scene.is_free(first) || !(scene.is_capital(first) || scene.uncased) {
            continue;
        }
        let town = scene.lookup.longest(first, |facts| facts.town() > 0);
        let Some(town) = town else {
            let named = heads_dated_line(scene, first, first + 1) && scene.facts(first).is_unknown();
            if named {
                scene.claim(first, first + 1, Label::VILLE, 0.8, "place/dateline", None);
            }
            continue;
        };
        if (first..town.end).any(|at| !scene.is_free(at)) {
            continue;
        }
        let several = town.end > first + 1;
        let last_capital = scene.is_capital(town.end - 1);
        if several && !last_capital && !scene.uncased {
            continue;
        }
        let facts = town.facts;
        let wordy = !several
            && (scene.facts(first).is_ordinary() || scene.facts(first).is_medical() || scene.is_shielded(first));
        let place_before = preposition(scene, first);
        let score = if heads_dated_line(scene, first, town.end) {
            0.95
        } else if scene.is_shielded(first) && !several {
            0.0
        } else if place_before == Some(Place::Sure) && !(scene.uncased && wordy) {
            0.9
        } else if several && !facts.is_foreign_town() && !scene.facts(first).is_grammatical() {
            if scene.uncased && facts.town() < 10 { 0.0 } else { 0.85 }
        } else if place_before == Some(Place::Likely) && !wordy {
            let known = facts.town() >= 9 || scene.facts(first).surname() < 4;
            if known && !(scene.uncased && facts.town() < 13) { 0.8 } else { 0.0 }
        } else if !wordy
            && !scene.starts_sentence(first)
            && facts.town() >= 14
            && scene.facts(first).surname() < 9
            && scene.facts(first).first_name() < 8
            && !scene.is_upper_line(first)
        {
            0.7
        } else if !wordy && facts.town() >= 15 && scene.is_upper_line(first) && !facts.is_foreign_town() {
            0.65
        } else {
            0.0
        };
        if score > 0.0 {
            let mut end = town.end;
            if scene.is_word(end) && scene.text(end) == "cedex" {
                end += if scene.is_number(end + 1) { 2 } else { 1 };
            }
            scene.claim(first, end, Label::VILLE, score, "place/town", None);
            at = end;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Sure,
    Likely,
}

/// What stands before a word that may be a town.
fn preposition(scene: &Scene<'_>, at: usize) -> Option<Place> {
    let mut before = at.checked_sub(1)?;
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
    let place_noun = |at: usize| {
        matches!(
            scene.text(at),
            "ville"
                | "commune"
                | "mairie"
                | "maire"
                | "domicilie"
                | "domiciliee"
                | "habite"
                | "habitant"
                | "reside"
                | "residant"
                | "nee"
                | "ne"
                | "vit"
                | "originaire"
                | "demenage"
                | "prison"
                | "gare"
                | "aeroport"
                | "lycee"
                | "marche"
        )
    };
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
    heads
        && scene.is_word(next)
        && scene.text(next) == "le"
        && (scene.is_number(next + 1)
            || (scene.is_word(next + 1) && (scene.is_number(next + 2) || scene.text(next + 1).ends_with("di"))))
}

/// `12 bis rue Jean-Jaurès, bât. C`, `résidence les Lilas`, `BP 40123`, `lieu-dit Kerbihan`.
pub(super) fn addresses(scene: &mut Scene<'_>) {
    let mut at = 0;
    while at < scene.tokens.len() {
        let start = at;
        at += 1;
        if !scene.is_free(start) {
            continue;
        }
        let Some(end) =
            numbered_street(scene, start).or_else(|| named_street(scene, start)).or_else(|| box_or_place(scene, start))
        else {
            continue;
        };
        let end = complements(scene, end);
        scene.claim(start, end, Label::ADRESSE, 0.95, "address/street", None);
        at = end;
    }
}

fn numbered_street(scene: &Scene<'_>, at: usize) -> Option<usize> {
    if !scene.is_number(at) || scene.tokens[at].len() > 4 {
        return None;
    }
    let mut next = at + 1;
    // `12-14`, `12/14`, `12 bis`, `12 B`
    if (scene.is_mark(next, "-") || scene.is_mark(next, "/")) && scene.is_number(next + 1) {
        next += 2;
    }
    if scene.is_word(next)
        && (matches!(scene.text(next), "bis" | "ter" | "quater")
            || (scene.tokens[next].len() == 1 && !matches!(scene.text(next), "r" | "a")))
    {
        next += 1;
    }
    while scene.is_mark(next, ",") || (scene.is_line(next) && next < scene.tokens.len()) {
        if scene.is_line(next) && !scene.is_mark(next - 1, ",") {
            return None;
        }
        next += 1;
    }
    let kind = scene.lookup.longest(next, |facts| facts.is_street_type())?;
    // Short types are units and words too: `12 r`, `3 pl`, `2 av`.
    let short = kind.end == next + 1 && scene.tokens[next].len() <= 3 && scene.text(next) != "rue";
    let mut after = kind.end;
    if scene.is_mark(after, ".") {
        after += 1;
    }
    let end = street_name(scene, after, true)?;
    let named = (after..end).any(|at| scene.is_word(at) && (scene.is_capital(at) || scene.facts(at).is_street_name()));
    let place = matches!(
        scene.text(next),
        "voie"
            | "voies"
            | "cours"
            | "passage"
            | "passages"
            | "cote"
            | "plan"
            | "cycle"
            | "parc"
            | "port"
            | "tour"
            | "foyer"
            | "ligne"
    );
    ((!short && !place) || named).then_some(end)
}

fn named_street(scene: &Scene<'_>, at: usize) -> Option<usize> {
    const SURE: [&str; 13] = [
        "rue",
        "avenue",
        "boulevard",
        "bd",
        "impasse",
        "allee",
        "allees",
        "chemin",
        "place",
        "route",
        "quai",
        "square",
        "rond",
    ];
    if !scene.is_word(at) || !SURE.contains(&scene.text(at)) {
        return None;
    }
    let kind = scene.lookup.longest(at, |facts| facts.is_street_type())?;
    let end = street_name(scene, kind.end, false)?;
    if scene.is_upper_line(at) || scene.uncased {
        return (scene.text(at) != "place" && scene.text(at) != "route").then_some(end);
    }
    let named = (kind.end..end).any(|at| scene.is_word(at) && scene.is_capital(at) && !scene.facts(at).is_particle());
    named.then_some(end)
}

/// One past the words of a street's name.
fn street_name(scene: &Scene<'_>, at: usize, numbered: bool) -> Option<usize> {
    let mut end = at;
    let mut last = at;
    while end < at + 14 && end < scene.tokens.len() {
        if scene.is_word(end) {
            let facts = scene.facts(end);
            let text = scene.text(end);
            let link = matches!(
                text,
                "de" | "du"
                    | "des"
                    | "la"
                    | "le"
                    | "les"
                    | "l"
                    | "d"
                    | "sur"
                    | "sous"
                    | "aux"
                    | "au"
                    | "en"
                    | "et"
                    | "a"
            );
            let after_link =
                end > at && (link_at(scene, end - 1) || scene.is_mark(end - 1, "'") || scene.is_mark(end - 1, "-"));
            if facts.is_title()
                && text.len() > 2
                && scene.is_capital(end)
                && !scene.is_upper_line(end)
                && !matches!(
                    text,
                    "docteur"
                        | "professeur"
                        | "general"
                        | "madame"
                        | "monsieur"
                        | "saint"
                        | "sainte"
                        | "soeur"
                        | "pere"
                        | "abbe"
                )
            {
                break;
            }
            if link {
                // `et` and `à` go on only towards a capital.
                let onwards = scene.is_word(end + 1) || scene.is_mark(end + 1, "'");
                if !onwards
                    || (matches!(text, "et" | "a" | "en" | "au")
                        && !(scene.is_word(end + 1) && scene.is_capital(end + 1) && !scene.is_upper_line(end)))
                {
                    break;
                }
                end += 1;
                continue;
            }
            let plain = scene.uncased || scene.is_upper_line(end);
            let goes_on = if plain {
                !facts.is_grammatical()
                    && (last == at || after_link || !facts.is_ordinary() || facts.is_street_name())
                    && end - at < 7
                    && !is_field(scene, end)
            } else {
                scene.is_capital(end) && !is_field(scene, end)
                    || after_link
                    || (last == at && numbered && !facts.is_grammatical())
            };
            if !goes_on {
                break;
            }
            end += 1;
            last = end;
        } else if scene.is_number(end) && scene.tokens[end].len() <= 2 && scene.is_word(end + 1) {
            // `rue du 8 mai 1945`
            end += 1;
        } else if scene.is_number(end) && scene.tokens[end].len() == 4 && end > at {
            end += 1;
            last = end;
            break;
        } else if (scene.is_mark(end, "-")
            || scene.is_mark(end, "'")
            || (scene.is_mark(end, ".") && scene.tokens[end - 1].len() <= 3))
            && !scene.tokens[end].spaced
        {
            end += 1;
        } else {
            break;
        }
    }
    (last > at).then_some(last)
}

fn link_at(scene: &Scene<'_>, at: usize) -> bool {
    scene.is_word(at) && matches!(scene.text(at), "de" | "du" | "des" | "la" | "le" | "les" | "l" | "d" | "aux" | "au")
}

/// `BP 40123`, `CS 20205`, `lieu-dit X`, `résidence X`, `lotissement X`, `PK 12`.
fn box_or_place(scene: &Scene<'_>, at: usize) -> Option<usize> {
    if !scene.is_word(at) {
        return None;
    }
    let text = scene.text(at);
    let mut next = at + 1;
    match text {
        "bp" | "cs" | "pk" if scene.tokens[at].shape == Shape::Upper || scene.uncased => {
            while scene.is_mark(next, ".") || scene.is_mark(next, ":") {
                next += 1;
            }
            let far = scene.is_number(next)
                && (text == "pk" || scene.tokens[next].len() >= 2 && !scene.is_mark(next + 1, "/"));
            if !far {
                return None;
            }
            next += 1;
            if scene.is_mark(next, ",") && scene.is_number(next + 1) && text == "pk" {
                next += 2;
            }
            Some(next)
        }
        "b" if scene.is_mark(next, ".") && scene.is_word(next + 1) && scene.text(next + 1) == "p" => {
            next += 2;
            while scene.is_mark(next, ".") {
                next += 1;
            }
            scene.is_number(next).then_some(next + 1)
        }
        "lieu" => {
            let dit = if scene.is_mark(next, "-") { next + 1 } else { next };
            (scene.is_word(dit) && scene.text(dit) == "dit")
                .then(|| street_name(scene, skip_marks(scene, dit + 1), true))?
        }
        "residence" | "lotissement" | "hameau" | "cite" | "immeuble" | "villa" | "za" | "zi" | "zac" | "quartier"
        | "domaine" | "hlm" => {
            let end = street_name(scene, next, false)?;
            let named = (next..end).any(|at| {
                scene.is_word(at)
                    && scene.is_capital(at)
                    && !scene.is_upper_line(at)
                    && !scene.facts(at).is_institution_type()
            });
            named.then_some(end)
        }
        _ => None,
    }
}

fn skip_marks(scene: &Scene<'_>, mut at: usize) -> usize {
    while scene.is_mark(at, ":") || scene.is_mark(at, "\"") {
        at += 1;
    }
    at
}

/// `, bât. C`, ` - 3e étage`, `, appt 12`, `, résidence les Lilas`, `, BP 12` after a street.
fn complements(scene: &Scene<'_>, mut end: usize) -> usize {
    for _ in 0..4 {
        let mut next = end;
        while scene.is_mark(next, ",") || scene.is_mark(next, "-") {
            next += 1;
        }
        if scene.is_number(next)
            && scene.is_word(next + 1)
            && matches!(scene.text(next + 1), "e" | "er" | "eme" | "ere")
        {
            if scene.is_word(next + 2) && scene.text(next + 2).starts_with("etage") {
                end = next + 3;
                continue;
            }
        }
        if !scene.is_word(next) {
            return end;
        }
        let text = scene.text(next);
        if matches!(
            text,
            "bat"
                | "batiment"
                | "appt"
                | "appartement"
                | "apt"
                | "esc"
                | "escalier"
                | "porte"
                | "etage"
                | "entree"
                | "hall"
                | "lot"
        ) {
            let mut value = next + 1;
            while scene.is_mark(value, ".")
                || (scene.is_word(value) && matches!(scene.text(value), "n"))
                || scene.is_mark(value, "*")
            {
                value += 1;
            }
            let is_value = scene.is_number(value)
                || (scene.is_word(value)
                    && (scene.tokens[value].len() <= 2 || scene.is_capital(value))
                    && !scene.facts(value).is_grammatical());
            if !is_value {
                return end;
            }
            end = value + 1;
            if scene.is_number(end) && !scene.tokens[end].spaced {
                end += 1;
            }
            continue;
        }
        let Some(more) = box_or_place(scene, next) else { return end };
        end = more;
    }
    end
}

/// `CHU de Nantes`, `clinique Saint-Jean`, `Lariboisière`; the bare type is left.
pub(super) fn institutions(scene: &mut Scene<'_>) {
    let mut at = 0;
    while at < scene.tokens.len() {
        let start = at;
        at += 1;
        if !scene.is_word(start) || !scene.is_free(start) {
            continue;
        }
        let known = scene.lookup.longest(start, |facts| facts.is_institution());
        let kind = scene.lookup.longest(start, |facts| facts.is_institution_type());
        let named = kind.and_then(|kind| institution_name(scene, kind.end));
        let end = match (known, named) {
            (Some(known), named) if stands(scene, start, known.end, known.facts.is_institution_alone()) => {
                Some(named.unwrap_or(0).max(institution_tail(scene, known.end)))
            }
            (_, named) => named,
        };
        if let Some(end) = end {
            scene.claim(start, end, Label::HOPITAL, 0.92, "institution/name", None);
            at = end;
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
    let acronym = scene.tokens[start].shape == Shape::Upper && !scene.is_upper_line(start);
    let wordy = !several && scene.facts(start).is_ordinary();
    if scene.uncased {
        return alone && !wordy && scene.tokens[start].len() >= 5;
    }
    let named_type =
        scene.lookup.longest(start, |facts| facts.is_institution_type()).is_some_and(|kind| kind.end < end);
    capital && (named_type || (alone && !wordy) || (acronym && !wordy && alone))
}

/// One past the name that follows a type word, if a name does.
fn institution_name(scene: &Scene<'_>, at: usize) -> Option<usize> {
    let mut end = at;
    let mut named = None;
    let mut words = 0;
    while words < 7 && end < scene.tokens.len() {
        if scene.is_line(end)
            || scene.is_mark(end, ",")
            || scene.is_mark(end, ":")
            || scene.is_mark(end, "(")
            || scene.is_number(end)
        {
            break;
        }
        if scene.is_word(end) {
            let facts = scene.facts(end);
            let text = scene.text(end);
            let link = matches!(
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
            );
            if link {
                if text == "et" && !(scene.is_word(end + 1) && scene.is_capital(end + 1) && !scene.is_upper_line(end)) {
                    break;
                }
                end += 1;
                continue;
            }
            if let Some(place) = scene.lookup.longest(end, |facts| facts.town() > 0 || facts.is_institution()) {
                let ok = place.end > end + 1 || scene.is_capital(end) || (scene.uncased && place.facts.town() >= 11);
                let wordy = place.end == end + 1
                    && (facts.is_ordinary() || facts.is_medical())
                    && (scene.is_upper_line(end) || scene.uncased);
                if ok && !wordy && !is_field(scene, end) {
                    end = place.end;
                    named = Some(end);
                    words += 1;
                    continue;
                }
            }
            if facts.is_title() && !matches!(text, "docteur" | "professeur" | "saint" | "sainte" | "pere" | "soeur")
                || is_field(scene, end)
                || facts.is_cue_before()
            {
                break;
            }
            let name_word = if scene.uncased {
                !facts.is_ordinary() && !facts.is_medical() && (facts.surname() >= 4 || facts.first_name() >= 5)
            } else if scene.is_upper_line(end) {
                !facts.is_ordinary() && !facts.is_medical() && !facts.is_drug()
                    || matches!(text, "saint" | "sainte" | "st" | "ste")
            } else {
                scene.is_capital(end) && !facts.is_function()
            };
            if !name_word {
                // `Clinique du Parc`: an ordinary word under capitals names only after a link or at once.
                break;
            }
            let generic = facts.is_medical()
                || matches!(
                    text,
                    "service"
                        | "unite"
                        | "departement"
                        | "pole"
                        | "secretariat"
                        | "urgences"
                        | "medecine"
                        | "chirurgie"
                        | "cardiologie"
                        | "hospitalier"
                        | "universitaire"
                        | "regional"
                        | "general"
                        | "medical"
                        | "specialise"
                );
            end += 1;
            if !generic {
                named = Some(end);
            }
            words += 1;
        } else if (scene.is_mark(end, "-") || scene.is_mark(end, "'")) && !scene.tokens[end].spaced && end > at {
            end += 1;
        } else if scene.is_mark(end, "-") && end == at && !scene.tokens[end].spaced {
            end += 1;
        } else if scene.is_mark(end, "\"") && end == at {
            end += 1;
        } else if scene.is_mark(end, ".")
            && scene.is_word(end - 1)
            && matches!(scene.text(end - 1), "st" | "ste" | "dr" | "pr")
        {
            end += 1;
        } else {
            break;
        }
    }
    let end = named?;
    let worthy = (at..end).filter(|at| scene.is_word(*at)).any(|at| {
        let facts = scene.facts(at);
        !matches!(scene.text(at), "de" | "du" | "des" | "la" | "le" | "les" | "l" | "d" | "et")
            && (scene.is_capital(at) || scene.uncased)
            && !facts.is_function()
    });
    worthy.then_some(end)
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
