//! Secret choices: HMAC-SHA-256 of a patient's key, a class and a canonical form, read as a stream of numbers.

use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use super::key::{self, ProjectKey};

/// The unit of coherence of a document, keyed: its patient, or itself where no patient is known.
pub(super) struct Unit {
    mac: Hmac<Sha256>,
}

impl Unit {
    pub(super) fn new(project: &ProjectKey, patient: Option<&str>, document: &str) -> Self {
        let (kind, id) = match patient {
            Some(patient) => ("patient", patient),
            None => ("document", document),
        };
        let key = zeroize::Zeroizing::new(project.derive("unit", &[kind.as_bytes(), id.as_bytes()]));
        Unit { mac: key::keyed(&key) }
    }

    /// The 32 secret bytes of a value.
    pub(super) fn bytes(&self, class: &str, canonical: &str) -> [u8; 32] {
        let mut mac = self.mac.clone();
        key::feed(&mut mac, class.as_bytes());
        key::feed(&mut mac, canonical.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The choices that stand for a value.
    pub(super) fn draw(&self, class: &str, canonical: &str) -> Draw {
        Draw::of(self.bytes(class, canonical))
    }
}

/// An endless stream of numbers from 32 secret bytes; each further block is the SHA-256 of the one before.
#[derive(Clone)]
pub(super) struct Draw {
    block: [u8; 32],
    at: usize,
}

impl Draw {
    pub(super) fn of(block: [u8; 32]) -> Self {
        Draw { block, at: 0 }
    }

    fn next(&mut self) -> u32 {
        if self.at == self.block.len() {
            self.block = Sha256::digest(self.block).into();
            self.at = 0;
        }
        let word = &self.block[self.at..self.at + 4];
        self.at += 4;
        u32::from_le_bytes([word[0], word[1], word[2], word[3]])
    }

    /// A number below `count`; 0 if there is none.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((u64::from(self.next()) * count as u64) >> 32) as usize
    }

    pub(super) fn digit(&mut self) -> u8 {
        b'0' + self.below(10) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_patient_class_value_and_key() {
        let (one, two) = (ProjectKey::generate().unwrap(), ProjectKey::generate().unwrap());
        let read = |key: &ProjectKey, patient: Option<&str>, class: &str, value: &str| {
            let mut draw = Unit::new(key, patient, "d").draw(class, value);
            (0..20).map(|_| draw.below(1000)).collect::<Vec<_>>()
        };
        let first = read(&one, Some("p"), "nom", "morel");
        assert_eq!(first, read(&one, Some("p"), "nom", "morel"));
        for other in [
            read(&two, Some("p"), "nom", "morel"),
            read(&one, Some("q"), "nom", "morel"),
            read(&one, Some("p"), "prenom", "morel"),
            read(&one, Some("p"), "nom", "morell"),
            read(&one, None, "nom", "morel"),
        ] {
            assert_ne!(first, other);
        }
    }
}
