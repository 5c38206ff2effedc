//! Forms whose field names come first, one a line, and whose values follow in the same order.

use super::scene::Scene;
use super::sequence::{Announced, Sequence};
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
    tables(scene, &lines);
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

/// Reads `Lit | Patient | IDE⏎301 | KERBRAT J. | MOREL`: what stands under a name's head is a name.
fn tables(scene: &mut Scene<'_>, lines: &[Line]) {
    let mut at = 0;
    while at < lines.len() {
        let head = lines[at];
        at += 1;
        let Some(mark) = ["|", ";"].into_iter().find(|mark| cells(scene, head, mark).nth(2).is_some()) else {
            continue;
        };
        let columns: Vec<Option<Column>> = cells(scene, head, mark).map(|cell| column(scene, cell)).collect();
        // One head alone is a field and its value: `| Patient | KERBRAT |`.
        let heads = cells(scene, head, mark).filter(|cell| is_head(scene, *cell)).count();
        if columns.iter().flatten().next().is_none() || heads < 3 {
            continue;
        }
        while at < lines.len() {
            let row = lines[at];
            let rule = row.0 < row.1 && (row.0..row.1).all(|at| scene.tokens[at].kind == TokenKind::Mark);
            let values: Vec<Line> = cells(scene, row, mark).collect();
            if !rule && values.len() != columns.len() {
                break;
            }
            for (column, cell) in columns.iter().zip(values).filter(|_| !rule) {
                if let Some(column) = column {
                    cell_names(scene, cell, *column);
                }
            }
            at += 1;
        }
    }
}

#[derive(Clone, Copy)]
struct Column {
    alone: Label,
    role: Option<Role>,
}

/// The stretches of a line between marks.
fn cells<'s>(scene: &'s Scene<'_>, (from, to): Line, mark: &'s str) -> impl Iterator<Item = Line> + 's {
    let mut start = Some(from);
    std::iter::from_fn(move || {
        let first = start?;
        let end = (first..to).find(|at| scene.is_mark(*at, mark)).unwrap_or(to);
        start = (end < to).then_some(end + 1);
        Some((first, end))
    })
}

fn is_head(scene: &Scene<'_>, (from, to): Line) -> bool {
    let known = |at: usize| {
        let facts = scene.facts(at);
        facts.is_field() || facts.is_function() || facts.is_cue_before()
    };
    from < to && scene.is_word(from) && (known(from) || column(scene, (from, to)).is_some())
}

/// What a head announces, if it announces people.
fn column(scene: &Scene<'_>, (from, to): Line) -> Option<Column> {
    if from == to || !scene.is_word(from) || to - from > 8 {
        return None;
    }
    let head = scene.lookup.longest(from, |facts| facts.is_cue_before() || facts.is_function())?;
    let alone = if scene.text(from).starts_with("prenom") { Label::PRENOM } else { Label::NOM };
    (head.end == to).then_some(Column { alone, role: head.facts.role() })
}

fn cell_names(scene: &mut Scene<'_>, (from, to): Line, column: Column) {
    let mut at = from;
    while at < to {
        let starts = at == from || scene.is_mark(at - 1, "/") || scene.is_mark(at - 1, ",") || scene.is_title(at - 1);
        let fits = starts
            && scene.is_word(at)
            && scene.is_free(at)
            && (scene.is_capital(at) || scene.uncased)
            && !scene.is_title(at)
            && scene.tokens[at].len() > 1;
        let sequence = fits.then(|| Sequence::read(scene, at, Announced::Strongly)).flatten();
        match sequence.filter(|sequence| sequence.end <= to) {
            Some(sequence) => {
                sequence.claim(scene, 0.9, "form/table", column.role, column.alone);
                at = sequence.end;
            }
            None => at += 1,
        }
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
        if !scene.is_word(at) || scene.is_title(at) || !scene.is_free(at) || scene.facts(at).is_field() {
            continue;
        }
        let initial = scene.tokens[at].len() == 1;
        let label = if initial && at > from { Label::PRENOM } else { label };
        scene.claim(at, at + 1, label, 0.9, "form/name", role);
    }
}
