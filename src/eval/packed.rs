//! Counts of documents in files: the names once, then pairs of place and count for each document.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{DocumentCounts, Tally};

#[derive(Serialize, Deserialize, Default)]
struct Packed {
    names: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    patient: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    series: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    site: String,
    /// Place in `names`, count, place, count…
    counts: Vec<u64>,
}

pub(super) fn serialize<S: Serializer>(documents: &[DocumentCounts], serializer: S) -> Result<S::Ok, S::Error> {
    let mut sums = Tally::default();
    documents.iter().for_each(|doc| sums.merge(&doc.counts));
    let names: Vec<String> = sums.iter().map(|(name, _)| name.to_owned()).collect();
    let place = |name: &str| names.binary_search_by(|known| known.as_str().cmp(name)).unwrap_or_default() as u64;
    let row = |doc: &DocumentCounts| Row {
        id: doc.id.clone(),
        patient: doc.patient.clone(),
        series: doc.series.clone(),
        kind: doc.kind.clone(),
        site: doc.site.clone(),
        counts: doc.counts.iter().flat_map(|(name, count)| [place(name), count]).collect(),
    };
    let rows = documents.iter().map(row).collect();
    Packed { names, rows }.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<DocumentCounts>, D::Error> {
    let Packed { names, rows } = Packed::deserialize(deserializer)?;
    let mut documents = Vec::with_capacity(rows.len());
    for Row { id, patient, series, kind, site, counts: pairs } in rows {
        let mut counts = Tally::default();
        for pair in pairs.chunks(2) {
            let name = pair.first().and_then(|place| names.get(usize::try_from(*place).ok()?));
            let (Some(name), Some(count)) = (name, pair.get(1)) else {
                return Err(serde::de::Error::custom("counts without a name"));
            };
            counts.add(name, *count);
        }
        documents.push(DocumentCounts { id, patient, series, kind, site, counts });
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::super::Results;
    use super::*;

    #[test]
    fn documents_come_back_as_they_were() {
        let doc = |id: &str, names: &[(&str, u64)]| {
            let mut counts = Tally::default();
            names.iter().for_each(|(name, count)| counts.add(name, *count));
            DocumentCounts { id: id.to_owned(), kind: "RCP".to_owned(), counts, ..DocumentCounts::default() }
        };
        let documents =
            vec![doc("a", &[("tokens.gold/NOM", 3), ("words", 9)]), doc("b", &[("alarms/names", 1), ("words", 2)])];
        let results = Results { documents, ..Results::default() };
        let json = serde_json::to_string(&results).unwrap();
        assert!(json.contains(r#""counts":[1,3,2,9]"#), "{json}");
        assert_eq!(serde_json::from_str::<Results>(&json).unwrap(), results);
        let broken = json.replace("[1,3,2,9]", "[7,3]");
        assert!(serde_json::from_str::<Results>(&broken).is_err());
    }
}
