use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

/// `eval/kinds.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    kind: Vec<Kind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    name: String,
    words: Vec<String>,
}

static KINDS: LazyLock<Kinds> =
    LazyLock::new(|| toml::from_str(include_str!("../../../eval/kinds.toml")).expect("a test reads the file"));

/// The kind of report that a file's name tells: `03-lettre-de-sortie.md` is a `lettre de sortie`.
///
/// A name without a number before it says nothing that could be relied on, and may hold a person's name.
pub fn kind(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let Some((number, name)) = stem.split_once('-') else { return String::new() };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return String::new();
    }
    let is_kind = |kind: &&Kind| kind.words.iter().any(|word| name.contains(word.as_str()));
    KINDS.kind.iter().find(is_kind).map_or_else(|| "autre".to_owned(), |kind| kind.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_kinds() {
        let of = |name: &str| kind(Path::new(name));
        assert_eq!(of("a/03-lettre-de-sortie.md"), "lettre de sortie");
        assert_eq!(of("12-irm-lombaire.md"), "imagerie");
        assert_eq!(of("1-xyz.md"), "autre");
        assert_eq!(of("KERBRAT-Lucie.md"), "");
        assert_eq!(of("lettre.md"), "");
    }
}
