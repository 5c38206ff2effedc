//! Compiles the terms of `lexicons/entities/`, `qualifiers/`, `sections/` and `terminologies/` into one table.
//!
//! Part of the build script alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::compile::each;
use crate::pack::key;
use crate::terms::{RECORD, Sort, TEXTS, flags, is_article, is_stop, stem};

/// One term: how it is written, what it is, and what goes with it.
struct Term {
    sort: Sort,
    flags: u32,
    /// Code, preferred name, context or details, form as written (for acronyms).
    texts: [String; TEXTS],
}

#[derive(Default)]
struct Node {
    next: BTreeMap<u32, usize>,
    terms: Vec<u32>,
}

struct Builder {
    words: BTreeMap<String, u32>,
    nodes: Vec<Node>,
    terms: Vec<Term>,
}

/// The table, as bytes.
///
/// # Errors
/// The first file that cannot be read or whose columns are not the expected ones, with its line.
pub(crate) fn table(lexicons: &Path) -> Result<Vec<u8>, String> {
    let mut builder =
        Builder { words: BTreeMap::new(), nodes: vec![Node::default(), Node::default()], terms: Vec::new() };
    diagnoses(lexicons, &mut builder)?;
    drugs(lexicons, &mut builder)?;
    measures(lexicons, &mut builder)?;
    acts_and_scores(lexicons, &mut builder)?;
    cues(lexicons, &mut builder)?;
    builder.bytes()
}

impl Builder {
    /// Adds one way of writing a term.
    fn add(&mut self, sort: Sort, written: &str, flags: u32, code: &str, name: &str, details: &str) {
        let root = usize::from(sort.keeps_stops());
        let mut at = root;
        // The A of `hépatite A` is no `à`.
        let is_said = |raw: &str, word: &str| {
            let may_lack = if sort.keeps_stops() { is_article(word) } else { is_stop(word) };
            !may_lack || raw.len() == 1 && raw.starts_with(|c: char| c.is_ascii_uppercase())
        };
        for raw in pieces(written) {
            let word = key(raw);
            if !is_said(raw, &word) {
                continue;
            }
            let count = self.words.len() as u32;
            let id = *self.words.entry(stem(&word)).or_insert(count);
            at = match self.nodes[at].next.get(&id) {
                Some(next) => *next,
                None => {
                    self.nodes.push(Node::default());
                    let new = self.nodes.len() - 1;
                    self.nodes[at].next.insert(id, new);
                    new
                }
            };
        }
        if at == root {
            return;
        }
        let written = if flags & flags::ACRONYM != 0 { written } else { "" };
        let same = |term: &u32| {
            let term = &self.terms[*term as usize];
            term.sort == sort
                && term.texts[3] == written
                && (sort != Sort::Cue || term.texts[0] == code && term.texts[1] == name)
        };
        // The first to say a thing is right: files of our own come before the tables.
        if self.nodes[at].terms.iter().any(same) {
            return;
        }
        self.terms.push(Term {
            sort,
            flags,
            texts: [code.to_owned(), name.to_owned(), details.to_owned(), written.to_owned()],
        });
        self.nodes[at].terms.push(self.terms.len() as u32 - 1);
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        let (mut edges, mut nodes): (Vec<[u32; 2]>, Vec<[u32; 2]>) = (Vec::new(), Vec::new());
        let mut entries: Vec<u32> = Vec::new();
        for node in &self.nodes {
            nodes.push([edges.len() as u32, entries.len() as u32]);
            edges.extend(node.next.iter().map(|(word, next)| [*word, *next as u32]));
            entries.extend(&node.terms);
        }
        nodes.push([edges.len() as u32, entries.len() as u32]);
        let mut text = String::new();
        let mut places: BTreeMap<&str, u32> = BTreeMap::new();
        let texts: BTreeSet<&str> = self.terms.iter().flat_map(|term| term.texts.iter().map(String::as_str)).collect();
        for one in texts {
            places.insert(one, text.len() as u32);
            text.push_str(one);
            text.push('\n');
        }
        let mut automaton = fst::MapBuilder::memory();
        automaton
            .extend_iter(self.words.iter().map(|(word, id)| (word, u64::from(*id))))
            .map_err(|error| error.to_string())?;
        let mut automaton = automaton.into_inner().map_err(|error| error.to_string())?;
        let length = automaton.len();
        automaton.resize(length.next_multiple_of(4), 0);
        let mut out = Vec::new();
        let mut put = |numbers: &[u32]| out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        put(&[
            self.nodes.len() as u32,
            edges.len() as u32,
            entries.len() as u32,
            self.terms.len() as u32,
            length as u32,
        ]);
        let mut tail = Vec::new();
        nodes.iter().chain(&edges).for_each(|pair| tail.extend(pair.iter().flat_map(|number| number.to_le_bytes())));
        tail.extend(entries.iter().flat_map(|entry| entry.to_le_bytes()));
        for term in &self.terms {
            let mut record = [0; RECORD];
            (record[0], record[1]) = (term.sort as u32, term.flags);
            for (to, text) in record[2..].iter_mut().zip(&term.texts) {
                *to = places[text.as_str()];
            }
            tail.extend(record.iter().flat_map(|number| number.to_le_bytes()));
        }
        out.extend(automaton);
        out.extend(tail);
        out.extend(text.into_bytes());
        Ok(out)
    }
}

/// Runs of letters and runs of digits of a folded text.
fn pieces(folded: &str) -> impl Iterator<Item = &str> {
    let kind = |c: char| if c.is_alphabetic() { 1 } else { i32::from(c.is_ascii_digit()) * 2 };
    let mut rest = folded;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| kind(c) == 0);
        let first = kind(rest.chars().next()?);
        let end = rest.find(|c| kind(c) != first).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

fn diagnoses(lexicons: &Path, builder: &mut Builder) -> Result<(), String> {
    let labels = official(lexicons)?;
    let name = |code: &str| labels.get(code).cloned().unwrap_or_default();
    for file in files(lexicons, "entities/diagnostics")? {
        each(lexicons, &file, &["code", "terme", "nature", "contexte"], |row| {
            let flags = match row[2] {
                "terme" => 0,
                "sigle" => flags::ACRONYM,
                "sigle_ambigu" => flags::ACRONYM | flags::NEEDS_CONTEXT,
                _ => return Err("a nature is terme, sigle or sigle_ambigu".to_owned()),
            };
            if let Some(unknown) = codes(row[0]).into_iter().find(|code| !labels.contains_key(*code)) {
                return Err(format!("{unknown} is no code of the CIM-10"));
            }
            builder.add(Sort::Diagnosis, row[1], flags, row[0], &name(row[0]), row[3]);
            Ok(())
        })?;
    }
    for (code, label) in &labels {
        builder.add(Sort::Diagnosis, label, 0, code, label, "");
    }
    each(lexicons, "entities/precisions.tsv", &["mot", "genre"], |row| {
        builder.add(Sort::Modifier, row[0], 0, row[1], row[0], "");
        Ok(())
    })
}

/// The codes of `G20+F02.3`; the plus of an extension, `K59.+1`, parts nothing.
fn codes(joined: &str) -> Vec<&str> {
    let cuts = joined.match_indices('+').map(|(at, _)| at);
    let cuts = cuts.filter(|at| joined[at + 1..].starts_with(|c: char| c.is_ascii_uppercase()));
    let mut start = 0;
    let mut codes: Vec<&str> = cuts.map(|at| &joined[std::mem::replace(&mut start, at + 1)..at]).collect();
    codes.push(&joined[start..]);
    codes
}

/// Code (with its dot) → label of the CIM-10.
fn official(lexicons: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut labels = BTreeMap::new();
    each(lexicons, "terminologies/cim10.tsv.gz", &["code", "label"], |row| {
        let code = if row[0].len() > 3 { format!("{}.{}", &row[0][..3], &row[0][3..]) } else { row[0].to_owned() };
        labels.insert(code, row[1].to_owned());
        Ok(())
    })?;
    Ok(labels)
}

fn drugs(lexicons: &Path, builder: &mut Builder) -> Result<(), String> {
    each(lexicons, "entities/medicaments.ajouts.tsv", &["nom", "atc", "nature"], |row| {
        let flags = if row[2] == "sigle" { flags::ACRONYM } else { 0 };
        builder.add(Sort::Drug, row[0], flags, row[1], row[0], row[2]);
        Ok(())
    })?;
    each(lexicons, "shield/medicaments.tsv.gz", &["nom", "atc"], |row| {
        builder.add(Sort::Drug, row[0], 0, row[1], row[0], "");
        Ok(())
    })?;
    each(lexicons, "entities/posologies.tsv", &["ecriture", "genre", "valeur"], |row| {
        builder.add(Sort::Dosage, row[0], 0, row[1], row[2], "");
        Ok(())
    })
}

/// Adds a name, its synonyms and its acronyms, each a list separated by `|`.
fn several(builder: &mut Builder, sort: Sort, [code, name, synonyms, acronyms]: [&str; 4], details: &str) {
    let of = |list: &str| {
        list.split('|').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    for written in of(name).iter().chain(&of(synonyms)) {
        builder.add(sort, written, 0, code, name, details);
    }
    for written in of(acronyms) {
        builder.add(sort, &written, flags::ACRONYM, code, name, details);
    }
}

fn measures(lexicons: &Path, builder: &mut Builder) -> Result<(), String> {
    let columns = ["loinc", "nom", "synonymes", "sigles", "unites", "ucum", "min", "max", "genre"];
    each(lexicons, "entities/analyses.tsv", &columns, |row| {
        let details = row[4..].join("\t");
        several(builder, Sort::Lab, [row[0], row[1], row[2], row[3]], &details);
        Ok(())
    })?;
    each(lexicons, "entities/unites.tsv", &["ecriture", "ucum", "facteur", "reference"], |row| {
        // Read by its writing, `%` or `/mm3`, not by words.
        let texts = [row[1].to_owned(), row[0].to_owned(), row[2..].join("\t"), String::new()];
        builder.terms.push(Term { sort: Sort::Unit, flags: 0, texts });
        Ok(())
    })
}

fn acts_and_scores(lexicons: &Path, builder: &mut Builder) -> Result<(), String> {
    each(lexicons, "entities/actes.tsv", &["ccam", "nom", "synonymes", "sigles"], |row| {
        several(builder, Sort::Act, [row[0], row[1], row[2], row[3]], "");
        Ok(())
    })?;
    let columns = ["nom", "synonymes", "sigles", "min", "max", "denominateur", "valeurs", "genre"];
    each(lexicons, "entities/scores.tsv", &columns, |row| {
        several(builder, Sort::Score, ["", row[0], row[1], row[2]], &row[3..].join("\t"));
        Ok(())
    })?;
    each(lexicons, "entities/habitudes.tsv", &["terme", "substance", "etat"], |row| {
        builder.add(Sort::Habit, row[0], 0, row[1], row[1], row[2]);
        Ok(())
    })
}

fn cues(lexicons: &Path, builder: &mut Builder) -> Result<(), String> {
    for qualifier in ["negation", "hypothese", "famille", "antecedent", "rapporte"] {
        let list = format!("qualifiers/{qualifier}.tsv");
        each(lexicons, &list, &["indice", "place", "portee"], |row| {
            if !["avant", "apres", "pseudo", "fin"].contains(&row[1]) {
                return Err("a place is avant, apres, pseudo or fin".to_owned());
            }
            builder.add(Sort::Cue, row[0], 0, qualifier, row[1], row[2]);
            Ok(())
        })?;
    }
    each(lexicons, "sections/titres.tsv", &["section", "titre"], |row| {
        builder.add(Sort::Title, row[1], 0, row[0], row[1], "");
        Ok(())
    })
}

/// The `*.tsv` of a folder of `lexicons/`, by name.
fn files(lexicons: &Path, folder: &str) -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(lexicons.join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let mut files: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| name.ends_with(".tsv"))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    files.sort();
    Ok(files)
}
