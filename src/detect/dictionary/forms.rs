//! Forms whose field names come first, one a line, and whose values follow in the same order.

use super::scene::Scene;
use crate::text::{Label, Role, TokenKind};

/// Fewest field names in a row that make a form.
const LEAST: usize = 4;

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Name(Label, Option<Role>),
    Number(Label),
    Place(Label),
    Other,
}

/// One line: its tokens, blank ones included.
type Line = (usize, usize);

/// Reads `NOM⏎PRENOM⏎NE(E) LE⏎IPP⏎⏎Bueb⏎José⏎08/12/1966⏎8292109975`.
pub(super) fn forms(scene: &mut Scene<'_>) {
    let lines = lines(scene);
    let mut at = 0;
    while at < lines.len() {
        let fields: Vec<Field> = lines[at..].iter().map_while(|line| field(scene, *line)).collect();
        if fields.len() < LEAST {
            at += fields.len().max(1);
            continue;
        }
        let mut first = at + fields.len();
        while first < lines.len() && lines[first].0 == lines[first].1 {
            first += 1;
        }
        let values: Vec<Line> = lines[first..].iter().copied().take_while(|(from, to)| from < to).take(40).collect();
        // An address may take a line more than its name does.
        if values.len() >= fields.len() {
            align(scene, &fields, &values);
        }
        at = first;
    }
}

fn lines(scene: &Scene<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut from = 0;
    for at in 0..scene.tokens.len() {
        if scene.tokens[at].kind == TokenKind::Line {
            lines.push((from, at));
            from = at + 1;
        }
    }
    lines.push((from, scene.tokens.len()));
    lines
}

/// What a line that is only a field's name announces.
fn field(scene: &Scene<'_>, (from, to): Line) -> Option<Field> {
    if from == to || to - from > 9 || (from..to).any(|at| scene.is_number(at)) {
        return None;
    }
    let words: Vec<&str> = (from..to).filter(|at| scene.is_word(*at)).map(|at| scene.text(at)).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let (first, soignant) = (*words.first()?, Some(Role::Soignant));
    Some(match first {
        "nom" => Field::Name(Label::NOM, Some(Role::Patient)),
        "prenom" | "prenoms" => Field::Name(Label::PRENOM, Some(Role::Patient)),
        "ne" | "nee" | "ddn" => Field::Number(Label::DATE_NAISSANCE),
        "date" if has(&["naissance"]) => Field::Number(Label::DATE_NAISSANCE),
        "date" => Field::Number(Label::DATE),
        "ipp" | "nip" => Field::Number(Label::IPP),
        "nda" | "iep" => Field::Number(Label::NDA),
        "n" | "numero" | "no" if has(&["sejour", "venue", "dossier", "passage"]) => Field::Number(Label::NDA),
        "n" | "numero" | "no" if has(&["patient", "ipp"]) => Field::Number(Label::IPP),
        "n" | "numero" | "no" if has(&["secu", "securite", "ss", "nir", "immatriculation"]) => {
            Field::Number(Label::SECU)
        }
        "nir" | "ins" | "cle" | "secu" => Field::Number(Label::SECU),
        "telephone" | "tel" | "portable" | "mobile" | "fax" => Field::Number(Label::TEL),
        "adresse" | "domicile" => Field::Place(Label::ADRESSE),
        "a" | "lieu" | "commune" | "ville" => Field::Place(Label::VILLE),
        "medecin" | "chirurgien" | "mar" | "anesthesiste" | "operateur" | "prescripteur" | "praticien" | "interne" => {
            Field::Name(Label::NOM, soignant)
        }
        "sexe" | "cp" | "caisse" | "courriel" | "mail" | "email" | "situation" | "profession" | "nationalite"
        | "age" | "service" | "unite" | "lit" | "chambre" | "etablissement" | "regime" | "lien" | "n" | "mutuelle"
        | "code" | "poids" | "taille" | "motif" | "uf" => Field::Other,
        _ => return None,
    })
}

fn align(scene: &mut Scene<'_>, fields: &[Field], values: &[Line]) {
    for (field, (from, to)) in fields.iter().zip(values) {
        let (from, to) = (*from, *to);
        let free = (from..to).all(|at| scene.is_free(at));
        let numbers = (from..to).filter(|at| scene.is_number(*at)).count();
        match field {
            Field::Name(label, role) if free && numbers == 0 && to - from <= 8 => names(scene, from, to, *label, *role),
            Field::Number(label) if free && numbers > 0 && !(from..to).any(|at| scene.is_word(at)) => {
                scene.claim(from, to, *label, 0.9, "form/number", None);
            }
            Field::Place(Label::VILLE) if free && numbers == 0 && to - from <= 8 && scene.is_word(from) => {
                scene.claim(from, to, Label::VILLE, 0.85, "form/town", None);
            }
            Field::Place(Label::ADRESSE) if numbers > 0 && free => {
                let end = (from + 1..to).find(|at| scene.is_number(*at) && scene.tokens[*at].len() == 5).unwrap_or(to);
                scene.claim(from, end, Label::ADRESSE, 0.85, "form/address", None);
            }
            _ => {}
        }
    }
}

fn names(scene: &mut Scene<'_>, from: usize, to: usize, label: Label, role: Option<Role>) {
    // `BUEB`, `Célia, Naike, Liz`, `DORE A.`
    for at in from..to {
        if !scene.is_word(at) || scene.is_title(at) || !scene.is_free(at) {
            continue;
        }
        let initial = scene.tokens[at].len() == 1;
        let label = if initial && at > from { Label::PRENOM } else { label };
        scene.claim(at, at + 1, label, 0.9, "form/name", role);
    }
}
