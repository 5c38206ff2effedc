//! Names in other case; towns, streets and institutions shortened, spelt out, in capitals, without their hyphens.

use std::sync::LazyLock;

use super::Pen;
use crate::corpus::generate::settings::{WRITINGS, rows};
use crate::text::Label;

/// Ways to reword, whatever the number of forms that stand in a surface.
const CHOICES: usize = 840;

/// `(kind, form, other writings)`, longer forms first.
static FORMS: LazyLock<Vec<(&str, &str, Vec<&str>)>> = LazyLock::new(|| {
    let mut forms: Vec<_> =
        rows::<3>(WRITINGS).map(|[kind, form, others]| (kind, form, others.split('|').collect())).collect();
    forms.sort_by_key(|(_, form, _): &(&str, &str, Vec<&str>)| std::cmp::Reverse(form.len()));
    forms
});

/// A last or first name in capitals or with one capital a word, like all others of its label and case.
pub(super) fn name(label: Label, surface: &str, share: f64, pen: &mut Pen<'_>) -> Option<String> {
    let letters = surface.chars().filter(|c| c.is_alphabetic()).count();
    let spelt = surface
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .all(|word| word.chars().count() == 1);
    if letters < 2 || spelt || !pen.lower || surface.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let capitals = !surface.contains(|c: char| c.is_lowercase());
    let upper = pen.choose(format!("{label} {capitals}"), share, 3)? < 2;
    Some(if upper == capitals {
        surface.to_owned()
    } else if upper {
        surface.to_uppercase()
    } else {
        titled(surface)
    })
}

/// `LE GALL-MOREL` → `Le Gall-Morel`.
fn titled(text: &str) -> String {
    let mut first = true;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if first {
            out.push(c)
        } else {
            out.extend(c.to_lowercase())
        }
        first = !c.is_alphabetic();
    }
    out
}

/// A town (`ville`), street line (`rue`) or institution (`etablissement`): the same new writing wherever it stands.
pub(super) fn place(kind: &str, surface: &str, share: f64, pen: &mut Pen<'_>) -> Option<String> {
    let style = pen.choose(format!("{kind} {surface}"), share, 6 * CHOICES)?;
    let (style, choice) = (style % 6, style / 6);
    let new = match style {
        0 if pen.lower => surface.to_uppercase(),
        1 => surface.replace('-', " "),
        2 if kind == "rue" => after_number(surface),
        3 if pen.lower => titled(surface),
        _ => reworded(kind, surface, choice),
    };
    (new.trim() == new).then_some(if pen.plain { crate::corpus::generate::noise::without_accents(&new) } else { new })
}

/// One of the forms of the lists that stand there, once, by one of its other writings.
fn reworded(kind: &str, surface: &str, choice: usize) -> String {
    let of_kind = FORMS.iter().filter(|(of, ..)| *of == kind);
    let found: Vec<_> = of_kind
        .filter_map(|(_, form, others)| {
            let at = surface.match_indices(form).map(|(at, _)| at).find(|at| stands(surface, *at, form))?;
            Some((at, form.len(), others))
        })
        .collect();
    let Some(rank) = choice.checked_rem(found.len()) else { return surface.to_owned() };
    let (at, len, others) = found[rank];
    let new = others[choice / found.len() % others.len()];
    format!("{}{new}{}", &surface[..at], &surface[at + len..])
}

/// Whether a form found there is made of whole words.
fn stands(text: &str, at: usize, form: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric();
    let (first, last) = (form.starts_with(letter), form.ends_with(letter));
    !(first && text[..at].ends_with(letter) || last && text[at + form.len()..].starts_with(letter))
}

/// `12 rue` ↔ `12, rue`.
fn after_number(surface: &str) -> String {
    let digits = surface.bytes().take_while(u8::is_ascii_digit).count();
    match (&surface[..digits], &surface[digits..]) {
        ("", _) => surface.to_owned(),
        (number, rest) if rest.starts_with(", ") => format!("{number}{}", &rest[1..]),
        (number, rest) if rest.starts_with(' ') => format!("{number},{rest}"),
        _ => surface.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::generate::dice::Dice;
    use crate::corpus::generate::writings::tests::pen;

    #[test]
    fn rewords_whole_words_only() {
        assert_eq!(reworded("rue", "12 rue de la Crue", 2), "12 r. de la Crue");
        assert_eq!(reworded("rue", "lieu Crue", 0), "lieu Crue");
        assert_eq!(reworded("etablissement", "Centre Hospitalier Universitaire de Nantes", 0), "CHU de Nantes");
        assert_eq!(reworded("ville", "Aubin-sur-Mer", 1), "Aubin/Mer");
        assert_eq!(after_number("12 rue"), "12, rue");
        assert_eq!(after_number("12, rue"), "12 rue");
    }

    #[test]
    fn names_change_case_and_nothing_else() {
        for seed in 0..20 {
            let mut dice = Dice::new(seed, &[]);
            let mut pen = pen(&mut dice);
            for surface in ["LE GALL-MOREL", "Besançon", "d'Haene"] {
                let new = name(Label::NOM, surface, 1.0, &mut pen).unwrap();
                assert_eq!(new.to_lowercase(), surface.to_lowercase());
            }
            for left in ["M", "J.-P", "D U P O N T", "M0REL"] {
                assert_eq!(name(Label::NOM, left, 1.0, &mut pen), None, "{left}");
            }
        }
        assert_eq!(titled("LE GALL-MOREL"), "Le Gall-Morel");
    }
}
