use sha2::{Digest as _, Sha256};

use super::{Case, DocumentCounts, GoldAbout};
use crate::lexicon::hex;

/// Hash of ids, texts and spans of the gold, so that two results can say whether they speak of the same.
#[derive(Debug, Default)]
pub struct GoldHash(Sha256);

impl GoldHash {
    /// Of documents in the order given.
    pub fn of(cases: &[Case]) -> String {
        let mut hash = GoldHash::default();
        for case in cases {
            hash.add(case.doc.id());
            hash.add(case.doc.text());
            for one in &case.gold {
                hash.add(&format!("{} {} {}", one.chars.start(), one.chars.end(), one.label));
            }
            for one in &case.mentions {
                hash.add(&format!("{} {} {} {:?} {:?}", one.start, one.end, one.of, one.codes, one.qualifiers));
            }
        }
        hex(&hash.0.finalize())
    }

    fn add(&mut self, part: &str) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }
}

impl GoldAbout {
    /// What the gold of some cases holds; `counts` of the same.
    pub fn of(cases: &[Case], counts: &[DocumentCounts]) -> Self {
        let sum = |name: &str| counts.iter().map(|doc| doc.counts.get(name)).sum();
        let mut patients: Vec<&str> = cases.iter().filter_map(|case| case.patient.as_deref()).collect();
        patients.sort_unstable();
        patients.dedup();
        GoldAbout {
            sha256: GoldHash::of(cases),
            documents: cases.len() as u64,
            patients: patients.len() as u64,
            words: sum("words"),
            characters: sum("characters"),
            spans: cases.iter().map(|case| case.gold.len() as u64).sum(),
            mentions: cases.iter().map(|case| case.mentions.len() as u64).sum(),
        }
    }
}

impl DocumentCounts {
    /// The same under a salted id, without what a name could hide in: series and kind.
    pub fn salted(self, salt: &[u8]) -> Self {
        let hide = |id: &str| {
            let mut hash = Sha256::new();
            hash.update(salt);
            hash.update(id);
            hex(&hash.finalize())[..32].to_owned()
        };
        DocumentCounts {
            id: hide(&self.id),
            patient: self.patient.as_deref().map(|patient| hide(&format!("patient {patient}"))),
            series: String::new(),
            kind: String::new(),
            ..self
        }
    }
}

/// Most memory this process ever held, in MiB; `None` where the system does not tell.
pub fn peak_memory_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
