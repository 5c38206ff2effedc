//! Street lines, and what completes them.

use super::places::is_field;
use super::scene::Scene;
use crate::text::{Label, Shape};

/// `12 bis rue Jean-Jaurès, bât. C`, `résidence les Lilas`, `BP 40123`, `lieu-dit Kerbihan`.
pub(super) fn addresses(scene: &mut Scene<'_>) {
    let mut at = 0;
    while at < scene.tokens.len() {
        let start = at;
        at += 1;
        if !scene.is_free(start) {
            continue;
        }
        let Some(end) = numbered_street(scene, start)
            .or_else(|| named_street(scene, start))
            .or_else(|| box_or_place(scene, start).filter(|_| !of_institution(scene, start)))
            .or_else(|| weak_street(scene, start))
            .or_else(|| building(scene, start))
            .or_else(|| after_cue(scene, start))
        else {
            continue;
        };
        let end = whole(scene, end);
        scene.claim(start, end, Label::ADRESSE, 0.95, "address/street", None);
        at = end;
    }
    for at in 0..scene.tokens.len() {
        if scene.is_number(at) && scene.tokens[at].len() == 5 && !scene.is_free(at) {
            before_postcode(scene, at);
        }
    }
}

/// The rest of an address after its first part: floors, a second street after a comma, a hamlet before the postcode.
fn whole(scene: &Scene<'_>, end: usize) -> usize {
    let mut end = complements(scene, end);
    if scene.is_mark(end, ",") && scene.is_free(end + 1) {
        let next = end + 1;
        let more = numbered_street(scene, next).or_else(|| named_street(scene, next));
        end = more.map_or(end, |more| complements(scene, more));
    }
    // `44 chemin Bras-Mouton, Grand-Bois – 97410`
    if scene.is_mark(end, ",") {
        let mut next = end + 1;
        while next < end + 6
            && (scene.is_word(next) && scene.is_capital(next) && !is_field(scene, next)
                || scene.is_mark(next, "-") && !scene.tokens[next].spaced)
        {
            next += 1;
        }
        let mark = scene.is_mark(next, ",") || scene.is_mark(next, "-");
        if next > end + 1 && mark && is_postcode(scene, next + 1) {
            end = next;
        }
    }
    end
}

fn is_postcode(scene: &Scene<'_>, at: usize) -> bool {
    scene.is_number(at) && scene.tokens[at].len() == 5
}

/// Whether a postcode or the end of the line comes after token `at - 1`, over a mark.
fn is_closed(scene: &Scene<'_>, at: usize) -> bool {
    let next = if scene.is_mark(at, ",") || scene.is_mark(at, "-") { at + 1 } else { at };
    is_postcode(scene, if scene.is_line(next) { next + 1 } else { next })
}

/// `pharmacie de la place d'Italie`, `EHPAD le Hameau du Buis`: the place names an institution.
fn of_institution(scene: &Scene<'_>, at: usize) -> bool {
    let mut before = at;
    while before > 0
        && at - before < 4
        && (scene.is_word(before - 1) && link_at(scene, before - 1) || scene.is_mark(before - 1, "'"))
    {
        before -= 1;
    }
    let Some(last) = before.checked_sub(1) else { return false };
    let typed = scene.is_word(last)
        && (scene.facts(last).is_institution_type() || scene.facts(last).is_strong_type())
        && !matches!(scene.text(last), "residence" | "foyer" | "centre" | "maison");
    // `à la résidence Les Ajoncs`: a home, and no part of an address.
    let home = scene.text(at) == "residence"
        && at > 0
        && scene.is_word(at - 1)
        && matches!(scene.text(at - 1), "la" | "une" | "cette");
    typed || home
}

/// `Cours de Chazelles, n° 71⏎56100`, `chaussée de Charleroi 211 bte 4, B-5000`: a type that is a word too, before a number
/// that ends it or a postcode.
fn weak_street(scene: &Scene<'_>, at: usize) -> Option<usize> {
    if !scene.is_word(at) || !scene.is_capital(at) || scene.tokens[at].len() < 4 {
        return None;
    }
    let kind = scene.lookup.longest(at, |facts| facts.is_street_type())?;
    let heads = at == 0 || scene.is_line(at - 1) || scene.is_mark(at - 1, ",") || scene.is_mark(at - 1, ":");
    if !heads || scene.is_upper_line(at) {
        return None;
    }
    let name = street_name(scene, kind.end, false)?;
    let named = (kind.end..name).any(|at| scene.is_word(at) && scene.tokens[at].shape == Shape::Title);
    let end = number_after(scene, name);
    (named && (is_closed(scene, end) || end > name)).then_some(end)
}

/// `Bâtiment Widal, 3e étage`, `Tour Jean-Bernard`, `Appt 7, 20 quai Fluvial`: a part of an address that opens it.
fn building(scene: &Scene<'_>, at: usize) -> Option<usize> {
    if !scene.is_word(at) {
        return None;
    }
    let text = scene.text(at);
    let big = matches!(text, "bat" | "batiment" | "tour");
    let small = !big && scene.facts(at).is_address_part();
    if !big && !small {
        return None;
    }
    let mut next = at + 1;
    if scene.is_mark(next, ".") {
        next += 1;
    }
    if small {
        // Only before a street or another part.
        let end = complements(scene, at);
        let street = scene.is_mark(end, ",") && end > at && numbered_street(scene, end + 1).is_some();
        return street.then_some(end);
    }
    let heads = at == 0 || scene.is_line(at - 1) || [",", "-", "(", ":"].iter().any(|mark| scene.is_mark(at - 1, mark));
    if text == "tour" && !(heads && scene.is_capital(at)) || scene.is_upper_line(at) || scene.is_shielded(next) {
        return None;
    }
    let named = scene.is_word(next) && scene.tokens[next].shape == Shape::Title && !scene.is_title(next);
    let name = named.then(|| street_name(scene, next, false)).flatten()?;
    Some(name)
}

/// `domicilié 14, Le Minihic`, `Adr. 10 Puy de Linare`: a number and capitals after a word that announces an address.
fn after_cue(scene: &Scene<'_>, at: usize) -> Option<usize> {
    if !scene.is_number(at) || scene.tokens[at].len() > 4 || at == 0 {
        return None;
    }
    let mut cue = at - 1;
    while cue > 0 && (scene.is_mark(cue, ":") || scene.is_mark(cue, ".") || scene.is_mark(cue, "(")) {
        cue -= 1;
    }
    if scene.is_word(cue) && matches!(scene.text(cue), "connue" | "actuelle" | "complete" | "postale" | "au") && cue > 0
    {
        cue -= 1;
    }
    let announced = scene.is_word(cue)
        && matches!(
            scene.text(cue),
            "adresse"
                | "adr"
                | "domicile"
                | "dem"
                | "dom"
                | "demeurant"
                | "domicilie"
                | "domiciliee"
                | "habite"
                | "habitant"
        );
    if !announced {
        return None;
    }
    let mut next = at + 1;
    if scene.is_word(next) && matches!(scene.text(next), "bis" | "ter") {
        next += 1;
    }
    if scene.is_mark(next, ",") {
        next += 1;
    }
    if !scene.is_word(next) || !scene.is_capital(next) || scene.after_gap(next) {
        return None;
    }
    street_name(scene, next, true)
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
    let short = end > 1 && scene.is_mark(end - 1, ".") && scene.facts(end - 2).is_address_part();
    if lines > 1 || end == 0 || !scene.is_free(end - 1) || scene.is_mark(end - 1, ".") && !short {
        return;
    }
    if short {
        end -= 1;
    }
    let mut start = end;
    let mut number = None;
    while start > 0 && end - start < 14 && scene.is_free(start - 1) {
        let before = start - 1;
        if scene.is_number(before) && scene.tokens[before].len() <= 4 && scene.tokens[before].spaced {
            // `escalier 2`, `3e étage`
            let inner = before > 0 && scene.is_word(before - 1) && scene.facts(before - 1).is_address_part()
                || end > before + 1 && matches!(scene.text(before + 1), "e" | "er" | "eme" | "ere");
            if inner {
                start = before;
                continue;
            }
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
        let cue = number > 1 && matches!(scene.text(number - 2), "adr" | "dom" | "dem");
        let slash = number > 0 && (scene.is_mark(number - 1, "/") || scene.is_mark(number - 1, ".") && !cue);
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
    let alone = lines == 1 && scene.is_line(start.saturating_sub(1)) && scene.is_capital(end - 1) && end - start <= 5;
    if article && heads && end - start >= 2 && end - start <= 7 && (lines == 0 || alone) {
        scene.claim(start, end, Label::ADRESSE, 0.8, "address/before-postcode", None);
    }
}

/// Whether a mark that opens a field stands before a token: `(`, `|`, `^`, `=`, `"`.
fn opens(scene: &Scene<'_>, at: usize) -> bool {
    at > 0 && ["(", "|", "^", "=", "\"", ">"].iter().any(|mark| scene.is_mark(at - 1, mark))
}

fn numbered_street(scene: &Scene<'_>, at: usize) -> Option<usize> {
    if !scene.is_number(at) || scene.tokens[at].len() > 4 || !(scene.tokens[at].spaced || opens(scene, at)) {
        return None;
    }
    let mut next = at + 1;
    // `12-14`, `12/14`, `12 bis`, `12 B`
    if (scene.is_mark(next, "-") || scene.is_mark(next, "/")) && scene.is_number(next + 1) {
        next += 2;
    }
    if scene.is_word(next)
        && (matches!(scene.text(next), "bis" | "ter" | "quater")
            || (scene.tokens[next].len() == 1
                && !matches!(scene.text(next), "r" | "a" | "h" | "g" | "u")
                && !(scene.tokens[next].spaced && !scene.is_capital(next) && !scene.uncased)))
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
    if scene.is_mark(after, ".") && (kind.end == next + 1 && scene.tokens[next].len() <= 5) {
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
    let sure = scene.facts(next).is_street_sure() && !dated;
    let postcode = is_closed(scene, end);
    let spaced = scene.tokens[next].spaced;
    let opened = at == 0
        || scene.is_line(at - 1)
        || scene.is_mark(at - 1, ",")
        || scene.is_mark(at - 1, ":")
        || matches!(scene.text(at - 1), "au" | "aux")
        || scene.after_gap(at)
        || opens(scene, at)
        || scene.is_word(at - 1)
            && (scene.is_capital(at - 1) && scene.tokens[at - 1].len() > 3 || scene.facts(at - 1).is_place_noun());
    let worded = !scene.is_upper_line(at) && !scene.uncased;
    // `REF 1135, LOT SN20`, `2h, lot IVX`
    let coded = worded && !(after..end).any(|at| scene.is_word(at) && scene.tokens[at].shape == Shape::Title)
        || scene.is_number(end) && !scene.tokens[end].spaced
        || scene.text(next) == "lot" && !postcode;
    let ok = if sure && scene.text(next) != "place" {
        true
    } else {
        postcode && spaced
            || spaced && named && !dated && opened && !coded && (!place || !short)
            || sure && named && !dated
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

fn named_street(scene: &Scene<'_>, at: usize) -> Option<usize> {
    if !scene.is_word(at) || !scene.facts(at).is_street_sure() {
        return None;
    }
    let kind = scene.lookup.longest(at, |facts| facts.is_street_type())?;
    let end = street_name(scene, kind.end, false)?;
    if scene.is_upper_line(at) || scene.uncased {
        return (scene.text(at) != "place" && scene.text(at) != "route").then_some(end);
    }
    let word = scene.text(at);
    // `mise en place d'un VAC`, `placé sous Noradrénaline`, `la place des CAR-T`
    let wordy = matches!(word, "place" | "route" | "rond" | "bd" | "chaussee");
    let title = |at: usize| scene.tokens[at].shape == Shape::Title && !scene.is_shielded(at);
    if wordy
        && (!(kind.end..end).any(title)
            || at > 0 && matches!(scene.text(at - 1), "en" | "sa" | "leur")
            || matches!(scene.text(kind.end), "sous" | "en" | "dans" | "a"))
        || of_institution(scene, at)
    {
        return None;
    }
    let named = (kind.end..end).any(|at| scene.is_word(at) && scene.is_capital(at) && !scene.facts(at).is_particle());
    // `rue des tanneurs`
    let plain = !named
        && matches!(word, "rue" | "avenue" | "boulevard" | "impasse" | "allee")
        && matches!(scene.text(kind.end), "de" | "du" | "des")
        && scene.facts(end - 1).is_ordinary()
        && scene.lookup.longest(at, |facts| facts.is_street_name()).is_some_and(|street| street.end == end);
    if plain {
        return Some(end);
    }
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
    let boxed = scene.is_word(after) && matches!(scene.text(after), "bte" | "boite") && scene.is_number(after + 1);
    let number = scene.is_number(next) && scene.tokens[next].len() <= 3 && !scene.after_gap(next);
    match number {
        true if boxed => after + 2,
        true if closed => after,
        _ => end,
    }
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
            ) || text == "a"
                && scene.is_upper_line(end)
                && scene.is_word(end + 1)
                && scene.facts(end + 1).town() == 0;
            if end > at && (scene.after_gap(end) || matches!(text, "bp" | "cs" | "tsa" | "cedex")) {
                break;
            }
            // `rue Lalouette prolongée`
            if last > at && matches!(text, "prolongee" | "prolonge" | "prolongees") {
                return Some(end + 1);
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
                // `Moulin-des-Prés`
                if end > at && scene.is_mark(end - 1, "-") && scene.is_mark(end + 1, "-") {
                    end += 1;
                    continue;
                }
                // `et` and `à` go on only towards a capital.
                let onwards = scene.is_word(end + 1) || scene.is_mark(end + 1, "'");
                if !onwards
                    || (matches!(text, "et" | "a" | "en" | "au")
                        && !(scene.is_word(end + 1)
                            && scene.is_capital(end + 1)
                            && (text == "a" || !scene.is_upper_line(end))))
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
        } else if scene.is_number(end) && end > at && (scene.tokens[end].len() == 4 || is_road(scene, end - 1)) {
            return Some(end + 1);
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

/// `route départementale 53`, `RD 18`: whether a word takes a road's number.
fn is_road(scene: &Scene<'_>, at: usize) -> bool {
    let short = scene.tokens.get(at + 1).is_some_and(|number| number.len() <= 3);
    short
        && scene.is_word(at)
        && matches!(scene.text(at), "departementale" | "nationale" | "communale" | "d" | "n" | "rd" | "rn")
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
        | "domaine" | "hlm" | "tribu" | "ferme" | "zone" | "camp" => {
            if matches!(text, "tribu" | "ferme" | "zone" | "camp")
                && (!matches!(scene.text(next), "de" | "du" | "des" | "d")
                    || text == "zone" && scene.text(next) == "de")
            {
                return None;
            }
            let end = street_name(scene, next, false)?;
            let named = (next..end).any(|at| {
                scene.is_word(at)
                    && scene.is_capital(at)
                    && !scene.is_upper_line(at)
                    && !scene.is_shielded(at)
                    && !scene.facts(at).is_institution_type()
            });
            named.then_some(end)
        }
        _ => None,
    }
}

fn is_side(text: &str) -> bool {
    matches!(text, "droite" | "gauche" | "face" | "droit" | "gche" | "dte")
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
            && scene.tokens[next].len() <= 2
            && scene.is_word(next + 1)
            && matches!(scene.text(next + 1), "e" | "er" | "eme" | "ere")
        {
            let mut floor = next + 2;
            let stage = scene.is_word(floor)
                && (scene.text(floor).starts_with("etage") || matches!(scene.text(floor), "et" | "etg"));
            if stage {
                floor += 1;
            }
            let side = if scene.is_mark(floor, ".") && stage { floor + 1 } else { floor };
            let sided = scene.is_word(side) && is_side(scene.text(side));
            let alone =
                next > end && (scene.is_mark(floor, ",") || scene.is_mark(floor, "-") || is_closed(scene, floor));
            if stage || sided || alone {
                end = if sided { side + 1 } else { floor };
                continue;
            }
        }
        if !scene.is_word(next) {
            return end;
        }
        let text = scene.text(next);
        if text == "rdc" || (text == "porte" && scene.is_word(next + 1) && is_side(scene.text(next + 1))) {
            end = if text == "rdc" { next + 1 } else { next + 2 };
            continue;
        }
        if scene.facts(next).is_address_part()
            || text == "allee" && scene.tokens[next + 1..].first().is_some_and(|word| word.len() == 1)
        {
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
            if matches!(text, "lot" | "chambre" | "log") && !scene.is_number(value) {
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
