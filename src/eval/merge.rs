use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{About, DocumentCounts, GoldAbout, Results, SCHEMA, Scores, Unit, calibration, score};
use crate::lexicon::hex;

/// Why results cannot be merged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    #[error("nothing to merge")]
    Nothing,
    #[error("two sites are called `{site}`; rename one (`--name`)")]
    TwoSites { site: String },
    #[error("`{site}` has no counts by document (`--summary` leaves them out)")]
    NoDocuments { site: String },
    #[error("`{site}` has shape {found} of results, this version reads {SCHEMA}")]
    Schema { site: String, found: u32 },
    #[error("`{site}` ran another engine or other settings than `{first}` ({what}); `--mixed` merges all the same")]
    OtherEngine { site: String, first: String, what: String },
}

/// The figures of several sites together, as if their documents had been scored in one run in that order; and site by site.
///
/// Ids and patients of different sites are different, whatever they look like.
///
/// # Errors
/// Every reason against.
pub fn merge(sites: &[Results], unit: Unit, rounds: u32, mixed: bool) -> Result<Results, Vec<MergeError>> {
    let faults = faults(sites, mixed);
    let Some(first) = sites.first().filter(|_| faults.is_empty()) else { return Err(faults) };
    let mut documents = Vec::new();
    for site in sites {
        documents.extend(site.documents.iter().map(|doc| of_site(doc, &site.about.name)));
    }
    let mut merged = Results {
        schema: SCHEMA,
        about: About {
            name: "merged".to_owned(),
            gold: gold(sites),
            unit: unit.as_str().to_owned(),
            rounds,
            sites: sites.iter().map(|site| site.about.name.clone()).collect(),
            aggregate_only: sites.iter().any(|site| site.about.aggregate_only),
            ..first.about.clone()
        },
        documents,
        ..Results::default()
    };
    merged.score(unit, rounds);
    Ok(merged)
}

/// The name of the group a document is in; empty for none.
type GroupOf = fn(&DocumentCounts) -> String;

impl Results {
    /// Works every figure out anew from the counts by document.
    pub fn score(&mut self, unit: Unit, rounds: u32) {
        let all: Vec<&DocumentCounts> = self.documents.iter().collect();
        self.whole = score(&all, unit, rounds, true);
        self.calibration = calibration(&self.documents);
        self.groups = BTreeMap::new();
        let groupings: [(&str, GroupOf); 4] = [
            ("series", |doc| doc.series.clone()),
            ("kind", |doc| doc.kind.clone()),
            ("site", |doc| doc.site.clone()),
            ("length", |doc| length(doc.counts.get("characters")).to_owned()),
        ];
        for (grouping, of) in groupings {
            let mut members: BTreeMap<String, Vec<&DocumentCounts>> = BTreeMap::new();
            for doc in &self.documents {
                members.entry(of(doc)).or_default().push(doc);
            }
            members.remove("");
            if members.len() > 1 {
                let scored = members.into_iter().map(|(name, own)| (name, score(&own, unit, rounds, false)));
                self.groups.insert(grouping.to_owned(), scored.collect::<BTreeMap<String, Scores>>());
            }
        }
    }
}

/// Classes of length, in code points, named so that they sort.
fn length(characters: u64) -> &'static str {
    match characters {
        0..1_000 => "0–999",
        1_000..3_000 => "1000–2999",
        3_000..6_000 => "3000–5999",
        _ => "6000+",
    }
}

fn faults(sites: &[Results], mixed: bool) -> Vec<MergeError> {
    let mut faults = Vec::new();
    let Some(first) = sites.first() else { return vec![MergeError::Nothing] };
    for (at, site) in sites.iter().enumerate() {
        let name = || site.about.name.clone();
        if sites[..at].iter().any(|other| other.about.name == site.about.name) {
            faults.push(MergeError::TwoSites { site: name() });
        }
        if site.schema != SCHEMA {
            faults.push(MergeError::Schema { site: name(), found: site.schema });
        }
        if site.documents.is_empty() && site.about.gold.documents > 0 {
            faults.push(MergeError::NoDocuments { site: name() });
        }
        if let Some(what) = difference(&first.about, &site.about).filter(|_| !mixed) {
            faults.push(MergeError::OtherEngine { site: name(), first: first.about.name.clone(), what });
        }
    }
    faults
}

fn difference(first: &About, other: &About) -> Option<String> {
    if first.engine_version != other.engine_version || first.commit != other.commit {
        return Some("version".to_owned());
    }
    let names = first.settings.keys().chain(other.settings.keys());
    names.into_iter().find(|name| first.settings.get(*name) != other.settings.get(*name)).cloned()
}

fn of_site(doc: &DocumentCounts, site: &str) -> DocumentCounts {
    let of_site = |id: &str| format!("{site}/{id}");
    DocumentCounts {
        id: of_site(&doc.id),
        patient: doc.patient.as_deref().map(of_site),
        site: site.to_owned(),
        ..doc.clone()
    }
}

fn gold(sites: &[Results]) -> GoldAbout {
    let mut all = GoldAbout::default();
    let mut hash = Sha256::new();
    for GoldAbout { sha256, documents, patients, words, characters, spans, mentions } in
        sites.iter().map(|site| &site.about.gold)
    {
        hash.update(sha256);
        all.documents += documents;
        all.patients += patients;
        all.words += words;
        all.characters += characters;
        all.spans += spans;
        all.mentions += mentions;
    }
    all.sha256 = hex(&hash.finalize());
    all
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::case;
    use super::super::{ROUNDS, count};
    use super::*;
    use crate::lexicon::Words;

    const REPORTS: [(&str, &str); 4] = [
        ("Dr [Morel](NOM), le [12/03/2021](DATE)", "Dr [Morel](NOM), le [12/03](DATE)/2021"),
        ("Mme [Kerbrat](NOM) va bien", "Mme [Kerbrat](NOM) va [bien](VILLE)"),
        ("M. [Le Goff](NOM), [Brest](VILLE)", "M. Le Goff, [Brest](VILLE)"),
        ("RAS", "RAS"),
    ];

    fn run(name: &str, reports: &[(&str, &str)]) -> Results {
        let words = Words::embedded();
        let documents = reports.iter().enumerate().map(|(at, (gold, predicted))| {
            let counts = count(&case(gold, predicted), &words);
            DocumentCounts { id: at.to_string(), patient: Some((at / 2).to_string()), ..counts }
        });
        let mut results = Results { schema: SCHEMA, documents: documents.collect(), ..Results::default() };
        results.about.name = name.to_owned();
        results.score(Unit::Document, ROUNDS);
        results
    }

    #[test]
    fn sites_together_are_one_run() {
        let pooled = run("all", &REPORTS);
        for unit in [Unit::Document, Unit::Patient] {
            let mut pooled = pooled.clone();
            pooled.score(unit, ROUNDS);
            let merged = merge(&[run("nord", &REPORTS[..2]), run("sud", &REPORTS[2..])], unit, ROUNDS, false).unwrap();
            assert_eq!(merged.whole, pooled.whole);
            assert!(merged.whole.figures["covered"].value < 1.0 && merged.whole.figures["precision"].value < 1.0);
            assert_eq!(merged.groups["site"]["sud"].figures["clean"].value, 0.5);
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let (one, mut two) = (run("nord", &REPORTS), run("nord", &REPORTS));
        two.about.engine_version = "9".to_owned();
        two.documents.clear();
        two.about.gold.documents = 4;
        let faults = merge(&[one.clone(), two.clone()], Unit::Document, 10, false).unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
        two = one.clone();
        two.about.name = "sud".to_owned();
        two.about.engine_version = "9".to_owned();
        assert!(merge(&[one, two], Unit::Document, 10, true).is_ok());
    }
}
