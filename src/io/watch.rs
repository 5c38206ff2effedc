use std::collections::HashSet;

use super::fault::Warnings;

/// Whether a value looks like prose: a blank inside, and more than 40 characters or more than five words.
pub(super) fn looks_free(value: &[u8]) -> bool {
    // The shortest six words: `a a a a a a`.
    if value.len() < 11 {
        return false;
    }
    let value = value.trim_ascii();
    // A backslash starts an escape of JSON: `\n`, `\u00a0`.
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\\';
    let words = value.split(is_blank).filter(|word| !word.is_empty()).count();
    let chars = value.iter().filter(|byte| (**byte as i8) >= -0x40).count();
    words > 1 && (chars > 40 || words > 5)
}

/// Looks at fields that nobody declared.
pub(super) struct Watch {
    strict: bool,
    /// Said to be safe, or already warned about.
    quiet: HashSet<String>,
    warnings: Warnings,
}

impl Watch {
    pub(super) fn new(strict: bool, safe: &[String], warnings: Warnings) -> Self {
        Watch { strict, quiet: safe.iter().cloned().collect(), warnings }
    }

    /// Whether the values of a field are worth looking at.
    pub(super) fn minds(&self, field: &str) -> bool {
        !self.quiet.contains(field)
    }

    /// Free text stands in `field`. False if the entry must be refused for it; otherwise it is warned about, once.
    pub(super) fn saw(&mut self, field: &str) -> bool {
        if self.strict {
            return false;
        }
        self.warnings.free_text(field);
        // Names of fields come from the input: what is kept of them is bounded.
        if self.quiet.len() < 10_000 && field.len() <= 256 {
            self.quiet.insert(field.to_owned());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_prose() {
        assert!(looks_free(b"le patient va bien ce jour"));
        assert!(looks_free("Suivi d'une cardiopathie hypertrophique ancienne".as_bytes()));
        assert!(!looks_free(b"CR de consultation"));
        assert!(!looks_free(b"https://exemple.invalid/un/chemin/tres/long/sans/aucun/blanc"));
        assert!(!looks_free(b"   court                                             "));
    }
}
