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
        let abroad = digits.len() == 4 && at > 1 && scene.is_mark(at - 1, "-") && abroad_prefix(scene, at);
        let swiss_or_belgian = digits.len() == 4 && digits.as_bytes()[0] != b'0';
        let next = if scene.is_mark(at + 1, "-") || scene.is_mark(at + 1, ",") { at + 2 } else { at + 1 };
        if !scene.is_word(next) || !(french || abroad || swiss_or_belgian) {
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
            && !known.is_some_and(|town| town.facts.is_foreign_town() && town.facts.town() >= 12)
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
        let clear =
            town.facts.town() >= 13 && !scene.starts_sentence(first) && !scene.is_upper_line(first) && !scene.uncased;
        let wordy = !several
            && (scene.facts(first).is_ordinary() && !clear
                || scene.facts(first).is_medical()
                || scene.is_shielded(first));
        let place_before = preposition(scene, first);
        let acronym = !several
            && (scene.tokens[first].len() <= 2
                || scene.tokens[first].len() <= 4
                    && scene.tokens[first].shape == Shape::Upper
                    && !scene.is_upper_line(first));
        if acronym && place_before != Some(Place::Sure) && !heads_dated_line(scene, first, town.end) {
            continue;
        }
        let after_institution = first > 1
            && (scene.is_mark(first - 1, ",") || scene.is_mark(first - 1, "-") || scene.is_mark(first - 1, "("))
            && (!scene.is_free(first - 2) || first > 2 && scene.is_mark(first - 2, ")") && !scene.is_free(first - 3))
            && scene.is_last_claimed(
                if scene.is_free(first - 2) { first - 3 } else { first - 2 },
                &[Label::HOPITAL, Label::VILLE, Label::ADRESSE, Label::NOM],
            );
        // `préparation de Boston`, `convention d'Oviedo`: what is named after a town abroad.
        let named_after = facts.is_foreign_town() && place_before == Some(Place::Likely) && follows_noun(scene, first);
        if named_after {
            continue;
        }
        let score = if heads_dated_line(scene, first, town.end) {
            0.95
        } else if after_institution && (several || !(scene.is_shielded(first) || wordy)) {
            0.8
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
            && (!facts.is_foreign_town() || place_before.is_some())
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

/// Whether `de` and a noun that nobody comes from stand before.
fn follows_noun(scene: &Scene<'_>, at: usize) -> bool {
    let Some(mut before) = at.checked_sub(1) else { return false };
    if scene.is_mark(before, "'") && before > 0 {
        before -= 1;
    }
    if !scene.is_word(before) || !matches!(scene.text(before), "de" | "d") {
        return false;
    }
    let Some(noun) = before.checked_sub(1) else { return false };
    if !scene.is_word(noun) {
        return scene.is_number(noun);
    }
    let facts = scene.facts(noun);
    let from = matches!(
        scene.text(noun),
        "originaire"
            | "venant"
            | "vient"
            | "venu"
            | "venue"
            | "arrive"
            | "arrivee"
            | "retour"
            | "revient"
            | "rentre"
            | "rentree"
            | "natif"
            | "native"
            | "pres"
            | "loin"
            | "sud"
            | "nord"
            | "centre"
            | "region"
            | "ville"
            | "hopital"
    );
    !from
        && !facts.is_of_person()
        && !facts.is_function()
        && !facts.is_institution_type()
        && scene.tokens[noun].shape != Shape::Title
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
        && matches!(scene.text(next), "le" | "ce" | "ie" | "1e")
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
    for at in 0..scene.tokens.len() {
        if scene.is_number(at) && scene.tokens[at].len() == 5 && !scene.is_free(at) {
            before_postcode(scene, at);
        }
    }
}

/// `48 La Graulière, 55000 Fains`, `la Vedrenne, 41160 Danzé`: what stands before a postcode is where it is.
fn before_postcode(scene: &mut Scene<'_>, postcode: usize) {
    let mut end = postcode;
    let mut lines = 0;
    while end > 0
        && (scene.is_mark(end - 1, ",")
            || scene.is_mark(end - 1, "-")
            || scene.is_mark(end - 1, "(")
            || scene.is_line(end - 1))
    {
        lines += usize::from(scene.is_line(end - 1));
        end -= 1;
    }
    if lines > 1 || end == 0 || !scene.is_free(end - 1) || scene.is_mark(end - 1, ".") {
        return;
    }
    let mut start = end;
    let mut number = None;
    while start > 0 && end - start < 14 && scene.is_free(start - 1) {
        let before = start - 1;
        if scene.is_number(before) && scene.tokens[before].len() <= 4 && scene.tokens[before].spaced {
            number = Some(before);
            break;
        }
        let inner = scene.is_word(before)
            || ((scene.is_mark(before, "'") || scene.is_mark(before, "-") || scene.is_mark(before, ","))
                && end - start > 0);
        let stop = scene.is_word(before)
            && (scene.is_title(before) || is_field(scene, before) || scene.facts(before).is_institution_type());
        if !inner || stop || scene.after_gap(start) {
            break;
        }
        start = before;
    }
    if let Some(number) = number {
        let heads = number == 0
            || scene.is_line(number - 1)
            || scene.after_gap(number)
            || !scene.is_word(number - 1)
            || matches!(scene.text(number - 1), "a" | "au" | "adresse" | "domicile");
        let slash = number > 0 && (scene.is_mark(number - 1, "/") || scene.is_mark(number - 1, "."));
        let capital = (number..end).any(|at| scene.is_word(at) && (scene.is_capital(at) || scene.uncased));
        let amount =
            scene.is_word(number + 1) && matches!(scene.text(number + 1), "ans" | "an" | "mois" | "jours" | "h" | "mg");
        if heads && !slash && capital && !amount && !scene.after_gap(number + 1) {
            scene.claim(number, end, Label::ADRESSE, 0.85, "address/before-postcode", None);
        }
        return;
    }
    let article = scene.is_word(start) && matches!(scene.text(start), "la" | "le" | "les" | "l");
    let heads = start == 0 || scene.is_line(start - 1) || scene.is_mark(start - 1, ":");
    if article && heads && end - start >= 2 && end - start <= 7 && lines == 0 {
        scene.claim(start, end, Label::ADRESSE, 0.8, "address/before-postcode", None);
    }
}

fn numbered_street(scene: &Scene<'_>, at: usize) -> Option<usize> {
    if !scene.is_number(at) || scene.tokens[at].len() > 4 || !(scene.tokens[at].spaced || scene.is_mark(at - 1, "(")) {
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
    // `144, route départementale 53`
    let numbered = kind.end > next + 1 && scene.is_number(after) && scene.tokens[after].len() <= 3;
    let end = if numbered { after + 1 } else { street_name(scene, after, true)? };
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
    let dated = at > 0 && (scene.is_mark(at - 1, "/") || scene.is_word(at - 1) && is_month(scene.text(at - 1)));
    let sure = SURE_STREETS.contains(&scene.text(next)) && !dated;
    let postcode = scene.is_number(end) && scene.tokens[end].len() == 5;
    let spaced = scene.tokens[next].spaced;
    let ok = if sure && scene.text(next) != "place" {
        true
    } else {
        spaced && !short && !place && (named || postcode) || spaced && named && !dated || postcode
    };
    let apart = (at + 1..end).any(|at| scene.after_gap(at));
    (ok && !apart && !scene.facts(next).is_grammatical()).then_some(end)
}

fn is_month(text: &str) -> bool {
    matches!(
        text,
        "janvier"
            | "fevrier"
            | "mars"
            | "avril"
            | "mai"
            | "juin"
            | "juillet"
            | "aout"
            | "septembre"
            | "octobre"
            | "novembre"
            | "decembre"
            | "jan"
            | "fev"
            | "janv"
            | "juil"
            | "sept"
            | "oct"
            | "nov"
            | "dec"
    )
}

/// Street types that are nothing else after a number, or before a capital.
const SURE_STREETS: [&str; 18] = [
    "rue",
    "avenue",
    "boulevard",
    "bd",
    "bld",
    "boul",
    "impasse",
    "allee",
    "allees",
    "chemin",
    "place",
    "route",
    "quai",
    "square",
    "rond",
    "venelle",
    "ruelle",
    "faubourg",
];

fn named_street(scene: &Scene<'_>, at: usize) -> Option<usize> {
    if !scene.is_word(at) || !SURE_STREETS.contains(&scene.text(at)) {
        return None;
    }
    let kind = scene.lookup.longest(at, |facts| facts.is_street_type())?;
    let end = street_name(scene, kind.end, false)?;
    if scene.is_upper_line(at) || scene.uncased {
        return (scene.text(at) != "place" && scene.text(at) != "route").then_some(end);
    }
    let named = (kind.end..end).any(|at| scene.is_word(at) && scene.is_capital(at) && !scene.facts(at).is_particle());
    named.then(|| number_after(scene, end))
}

/// `rue du Bugnon 46`, `chemin de La Borderie, n° 39`: the number that follows the street, where the line or a mark ends it.
fn number_after(scene: &Scene<'_>, end: usize) -> usize {
    let mut next = end;
    if scene.is_mark(next, ",") {
        next += 1;
    }
    if scene.is_word(next) && scene.text(next) == "n" && scene.is_mark(next + 1, "*") {
        next += 2;
    }
    let after = next + 1;
    let closed =
        scene.is_line(after) || scene.is_mark(after, ",") || scene.after_gap(after) || scene.is_mark(after, "-");
    if scene.is_number(next) && scene.tokens[next].len() <= 3 && closed && !scene.after_gap(next) { after } else { end }
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
                "de" | "du" | "des" | "la" | "le" | "les" | "l" | "d" | "sur" | "sous" | "aux" | "au" | "en" | "et"
            );
            if end > at && (scene.after_gap(end) || matches!(text, "bp" | "cs" | "tsa" | "cedex")) {
                break;
            }
            let after_link =
                end > at && (link_at(scene, end - 1) || scene.is_mark(end - 1, "'") || scene.is_mark(end - 1, "-"));
            if scene.is_title(end)
                && !after_link
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
                    || (end > at
                        && scene.is_word(end - 1)
                        && matches!(scene.text(end - 1), "saint" | "sainte" | "st" | "ste")
                        && !facts.is_grammatical())
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
        } else if scene.is_number(end)
            && scene.tokens[end].len() <= 3
            && end > at
            && scene.is_word(end - 1)
            && matches!(scene.text(end - 1), "departementale" | "nationale" | "communale" | "d" | "n" | "rd" | "rn")
        {
            end += 1;
            last = end;
            break;
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
        "bp" | "cs" | "pk" | "tsa" if scene.tokens[at].shape == Shape::Upper || scene.uncased => {
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
            let floor = next + 2;
            if scene.is_word(floor) && (scene.text(floor).starts_with("etage") || scene.text(floor) == "et") {
                let side = if scene.is_mark(floor + 1, ".") { floor + 2 } else { floor + 1 };
                let has_side =
                    scene.is_word(side) && matches!(scene.text(side), "droite" | "gauche" | "face" | "droit");
                end = if has_side { side + 1 } else { floor + 1 };
                continue;
            }
        }
        if !scene.is_word(next) {
            return end;
        }
        let text = scene.text(next);
        if text == "rdc"
            || (text == "porte"
                && scene.is_word(next + 1)
                && matches!(scene.text(next + 1), "droite" | "gauche" | "face"))
        {
            end = if text == "rdc" { next + 1 } else { next + 2 };
            continue;
        }
        if matches!(
            text,
            "bat"
                | "niveau"
                | "bureau"
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
                || (text == "niveau" && scene.is_mark(value, "-"))
            {
                value += 1;
            }
            let is_value = scene.is_number(value)
                || (scene.is_word(value)
                    && (scene.tokens[value].len() <= 2 || scene.is_capital(value))
                    && (scene.tokens[value].len() == 1 && scene.is_capital(value)
                        || !scene.facts(value).is_grammatical()));
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
        let named = kind.and_then(|kind| institution_name(scene, start, kind.end));
        let end = match (known, named) {
            (Some(known), named) if stands(scene, start, known.end, known.facts.is_institution_alone()) => {
                Some(named.unwrap_or(0).max(institution_tail(scene, known.end)))
            }
            (_, named) => named,
        };
        if let Some(end) = end {
            // `Centre Léon-Bérard`
            let typed = start > 0
                && scene.is_free(start - 1)
                && scene.is_word(start - 1)
                && matches!(
                    scene.text(start - 1),
                    "centre" | "institut" | "fondation" | "groupe" | "site" | "nouvelle"
                );
            let first = if typed { start - 1 } else { start };
            scene.claim(first, end, Label::HOPITAL, 0.92, "institution/name", None);
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
    let wordy = !several && scene.facts(start).is_ordinary();
    if scene.uncased {
        return alone && !wordy && scene.tokens[start].len() >= 5;
    }
    let named_type =
        scene.lookup.longest(start, |facts| facts.is_institution_type()).is_some_and(|kind| kind.end < end);
    capital && (named_type || (alone && !wordy))
}

/// One past the name that follows a type word, if a name does.
fn institution_name(scene: &Scene<'_>, start: usize, at: usize) -> Option<usize> {
    let strong = is_strong_type(scene, start, at);
    let mut end = at;
    let mut named = None;
    let (mut words, mut link, mut over_line) = (0, "", false);
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
            // `Clinique des 2 Caps`
            if !(strong && link == "des" && scene.is_word(end + 1)) {
                break;
            }
            end += 1;
            continue;
        }
        if scene.is_mark(end, "-") || scene.is_mark(end, "'") {
            if scene.tokens[end].spaced {
                break;
            }
            end += 1;
            continue;
        }
        if scene.is_mark(end, "\"") && end == at {
            end += 1;
            continue;
        }
        if scene.is_mark(end, ".") && matches!(scene.text(end - 1), "st" | "ste" | "dr" | "pr") {
            end += 1;
            continue;
        }
        if !scene.is_word(end) {
            break;
        }
        let text = scene.text(end);
        if is_link(text) {
            // `et` goes on only towards a capital; a second `de` after a name begins a town.
            let onwards = scene.tokens.get(end + 1).is_some_and(|next| next.is_word() && next.shape.is_capital());
            if matches!(text, "et" | "en") && (!onwards || scene.is_upper_line(end)) {
                break;
            }
            link = text;
            end += 1;
            continue;
        }
        let Some(to) = institution_word(scene, end, strong, link, named.is_some()) else { break };
        if to.names {
            named = Some(to.end);
        }
        link = "";
        words += 1;
        end = to.end;
    }
    named
}

/// A word of an institution's name.
struct Named {
    end: usize,
    /// Whether it tells which one, not only what it does.
    names: bool,
}

fn institution_word(scene: &Scene<'_>, at: usize, strong: bool, link: &str, named: bool) -> Option<Named> {
    let (facts, text) = (scene.facts(at), scene.text(at));
    let lower = !scene.is_capital(at) && !scene.uncased;
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
        if named && town && matches!(link, "de" | "d") && place.facts.town() >= 9 {
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
        if ok && !wordy && !(facts.is_generic() && !several) {
            return Some(Named { end: place.end, names: true });
        }
    }
    if facts.is_generic() || facts.is_institution_type() {
        return Some(Named { end: at + 1, names: false });
    }
    let saint = matches!(text, "saint" | "sainte" | "st" | "ste");
    let name = if scene.uncased {
        let new = !facts.is_ordinary() && !facts.is_medical() && (facts.surname() >= 4 || facts.first_name() >= 5);
        new || saint
            || strong && !link.is_empty() && !facts.is_grammatical() && !facts.is_medical() && !facts.is_verb_only()
    } else if scene.is_upper_line(at) {
        let new = !facts.is_ordinary() && !facts.is_medical() && !facts.is_drug();
        new || saint || strong && !facts.is_function() && !facts.is_verb_only()
    } else {
        scene.is_capital(at) && (strong || !facts.is_function() && !facts.is_medical())
    };
    name.then_some(Named { end: at + 1, names: true })
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
    const STRONG: [&str; 30] = [
        "clinique",
        "polyclinique",
        "ehpad",
        "ch",
        "chu",
        "chr",
        "chru",
        "chi",
        "chs",
        "chd",
        "ghi",
        "gh",
        "hopital",
        "hopitaux",
        "pharmacie",
        "residence",
        "selarl",
        "scp",
        "usld",
        "udm",
        "korian",
        "orpea",
        "cmp",
        "cmpp",
        "csapa",
        "csst",
        "hia",
        "chic",
        "ssr",
        "smr",
    ];
    (start..end).any(|at| scene.is_word(at) && STRONG.contains(&scene.text(at)))
        || scene.text(start) == "centre" && end > start + 1
        || scene.text(start) == "maison" && end > start + 1
        || scene.text(start) == "cabinet" && end > start + 1
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
