use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::detect::closure::one_edit;
use crate::text::Label;

include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// What to do with each label: a file of `lexicons/policies/`, or a site's own.
///
/// ```
/// # use estompe::replace::{Operator, Policy};
/// # use estompe::text::Label;
/// let policy = Policy::default();
/// assert_eq!((policy.name(), policy.operator(Label::DATE)), ("eds", Operator::Shift));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    name: String,
    describes: String,
    default: Operator,
    labels: BTreeMap<Label, Operator>,
    pub(super) days: (u32, u32),
    pub(super) whole_weeks: bool,
    pub(super) precision: Precision,
    pub(super) mask: String,
    pub(super) band: String,
}

/// One way to replace a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// The text as it is.
    Keep,
    /// `<NOM>`
    Tag,
    /// The same few characters, whatever the length.
    Mask,
    /// A value that looks alike and is nobody's.
    Surrogate,
    /// Another day, by the patient's number of days. Dates only.
    Shift,
    /// Less precise: month, year, département, band of ages; a tag for names.
    Generalise,
    /// `<NOM:0123456789ab>`, the same for the same value of a patient.
    Hash,
    /// `<NOM:enc:…>`, which the key turns back.
    Encrypt,
}

/// What is left of a date that is generalised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    #[default]
    Month,
    Year,
}

/// What is wrong with a policy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    #[error("no policy is called `{name}`; known policies: {known}")]
    Unknown { name: String, known: String },
    #[error("{path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {message}")]
    Syntax { path: PathBuf, message: String },
    #[error("{path}: {}", faults.join("; "))]
    Invalid { path: PathBuf, faults: Vec<String> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePolicy {
    describes: String,
    default: Operator,
    #[serde(default)]
    labels: BTreeMap<String, Operator>,
    #[serde(default)]
    dates: FileDates,
    #[serde(default)]
    mask: FileMask,
    #[serde(default)]
    ages: FileAges,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileDates {
    min_days: u32,
    max_days: u32,
    /// Shifts are whole weeks: days of the week stay true where they stand outside of dates; a seventh of the secret is left.
    whole_weeks: bool,
    generalise: Precision,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileMask {
    character: char,
    length: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileAges {
    band: String,
}

impl Default for FileDates {
    fn default() -> Self {
        FileDates { min_days: 30, max_days: 365, whole_weeks: false, generalise: Precision::Month }
    }
}

impl Default for FileMask {
    fn default() -> Self {
        FileMask { character: '*', length: 3 }
    }
}

impl Default for FileAges {
    fn default() -> Self {
        FileAges { band: "90".to_owned() }
    }
}

impl Default for Policy {
    /// `eds`
    fn default() -> Self {
        Policy::named("eds").expect("the file is compiled in and tested")
    }
}

impl Policy {
    /// A policy compiled into the binary: `eds`, `export` or `mask`.
    ///
    /// # Errors
    /// [`PolicyError::Unknown`], with the names that exist.
    pub fn named(name: &str) -> Result<Policy, PolicyError> {
        let stem = |file: &'static str| file.trim_end_matches(".toml");
        let Some((file, text)) = POLICIES.iter().find(|(file, _)| stem(file) == name) else {
            let known = POLICIES.iter().map(|(file, _)| stem(file)).collect::<Vec<_>>().join(", ");
            return Err(PolicyError::Unknown { name: name.to_owned(), known });
        };
        parse(Path::new(file), text)
    }

    /// The policy of a text, as policy files write it.
    ///
    /// # Errors
    /// [`PolicyError::Syntax`] and [`PolicyError::Invalid`], under the name given.
    pub fn from_toml(name: &str, text: &str) -> Result<Policy, PolicyError> {
        parse(Path::new(name), text)
    }

    /// The policy of a file; its name is the file's, without the ending.
    ///
    /// # Errors
    /// [`PolicyError::Read`], [`PolicyError::Syntax`] for what is not TOML or an unknown key, [`PolicyError::Invalid`] with
    /// every fault.
    pub fn read(path: &Path) -> Result<Policy, PolicyError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| PolicyError::Read { path: path.to_owned(), source })?;
        parse(path, &text)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the policy is for, in its own words.
    pub fn describes(&self) -> &str {
        &self.describes
    }

    /// What is done with a label: what the policy says of it, else its default, fitted to the label.
    pub fn operator(&self, label: Label) -> Operator {
        self.labels.get(&label).copied().unwrap_or_else(|| fitted(self.default, label))
    }

    /// SHA-256 of the settings, in hexadecimal; name and description do not count.
    pub fn sha256(&self) -> String {
        super::key::hex(&Sha256::digest(self.canonical()))
    }

    fn canonical(&self) -> String {
        use std::fmt::Write as _;
        let mut text = format!("estompe-policy-v1\ndefault={}\n", self.default);
        for (label, operator) in &self.labels {
            writeln!(text, "{label}={operator}").expect("writing to a string");
        }
        let (min, max) = self.days;
        write!(
            text,
            "days={min}..{max}\nweeks={}\nprecision={:?}\nmask={}\nband={}\n",
            self.whole_weeks, self.precision, self.mask, self.band
        )
        .expect("writing to a string");
        text
    }
}

impl Operator {
    pub const ALL: [Operator; 8] = [
        Operator::Keep,
        Operator::Tag,
        Operator::Mask,
        Operator::Surrogate,
        Operator::Shift,
        Operator::Generalise,
        Operator::Hash,
        Operator::Encrypt,
    ];

    /// As policy files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Operator::Keep => "keep",
            Operator::Tag => "tag",
            Operator::Mask => "mask",
            Operator::Surrogate => "surrogate",
            Operator::Shift => "shift",
            Operator::Generalise => "generalise",
            Operator::Hash => "hash",
            Operator::Encrypt => "encrypt",
        }
    }

    fn suits(self, label: Label) -> bool {
        match self {
            Operator::Shift => is_date(label),
            Operator::Surrogate => !is_date(label),
            Operator::Generalise => {
                is_date(label)
                    || label.is_name()
                    || label == Label::ZIP
                    || label == Label::VILLE
                    || label == Label::AGE90
            }
            _ => true,
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn is_date(label: Label) -> bool {
    label == Label::DATE || label == Label::DATE_NAISSANCE
}

/// A policy's default, as near as the label allows.
fn fitted(default: Operator, label: Label) -> Operator {
    match default {
        _ if default.suits(label) => default,
        Operator::Surrogate => Operator::Shift,
        Operator::Shift => Operator::Surrogate,
        _ => Operator::Tag,
    }
}

fn parse(path: &Path, text: &str) -> Result<Policy, PolicyError> {
    let syntax = |error: toml::de::Error| PolicyError::Syntax { path: path.to_owned(), message: error.to_string() };
    let file: FilePolicy = toml::from_str(text).map_err(syntax)?;
    let mut faults = Vec::new();
    let mut labels = BTreeMap::new();
    for (name, operator) in &file.labels {
        match label(name, *operator) {
            Ok(label) => _ = labels.insert(label, *operator),
            Err(fault) => faults.push(fault),
        }
    }
    let days = (file.dates.min_days, file.dates.max_days);
    if days.0 == 0 || days.0 > days.1 || days.1 > 3650 {
        faults.push("[dates] wants 1 <= min_days <= max_days <= 3650".to_owned());
    }
    if file.dates.whole_weeks && days.1 / 7 < days.0.div_ceil(7) {
        faults.push("[dates] whole_weeks: no whole week lies between min_days and max_days".to_owned());
    }
    if !(1..=32).contains(&file.mask.length) {
        faults.push("[mask] length is 1 to 32".to_owned());
    }
    if file.mask.character.is_alphanumeric() || file.mask.character.is_control() || file.mask.character == ' ' {
        faults.push("[mask] character is a mark, not a letter, a digit or a blank".to_owned());
    }
    if file.ages.band.is_empty() || file.ages.band.chars().count() > 20 {
        faults.push("[ages] band is 1 to 20 characters".to_owned());
    }
    if !faults.is_empty() {
        return Err(PolicyError::Invalid { path: path.to_owned(), faults });
    }
    Ok(Policy {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        describes: file.describes,
        default: file.default,
        labels,
        days,
        whole_weeks: file.dates.whole_weeks,
        precision: file.dates.generalise,
        mask: String::from(file.mask.character).repeat(file.mask.length),
        band: file.ages.band,
    })
}

/// The label of a row of `[labels]`, if the operator makes sense for it.
fn label(name: &str, operator: Operator) -> Result<Label, String> {
    if name.is_empty() || !name.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_')) {
        return Err("[labels] a label is written in capitals, digits and `_`".to_owned());
    }
    let known = Label::ALL.iter().any(|label| label.as_str() == name);
    if let Some(near) = Label::ALL.iter().find(|label| !known && one_edit(label.as_str(), name)) {
        return Err(format!("[labels] `{name}` is no label; `{near}` is one"));
    }
    let label = Label::named(name);
    if operator.suits(label) {
        return Ok(label);
    }
    let allowed: Vec<&str> = Operator::ALL.iter().filter(|one| one.suits(label)).map(|one| one.as_str()).collect();
    Err(format!("[labels] {name} cannot be `{operator}`; it can be {}", allowed.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_policies_say_what_they_should() {
        for (file, _) in POLICIES {
            Policy::named(file.trim_end_matches(".toml")).unwrap();
        }
        let (eds, export, mask) = (Policy::default(), Policy::named("export").unwrap(), Policy::named("mask").unwrap());
        assert_eq!(eds.operator(Label::NOM), Operator::Surrogate);
        assert_eq!(eds.operator(Label::DATE_NAISSANCE), Operator::Shift);
        assert_eq!((export.operator(Label::NOM), export.operator(Label::ZIP)), (Operator::Tag, Operator::Generalise));
        assert_eq!((mask.operator(Label::DATE), mask.mask.as_str()), (Operator::Mask, "***"));
        assert_eq!(eds.operator(Label::named("SITE_NUM")), Operator::Surrogate);
        assert_ne!(eds.sha256(), mask.sha256());
        assert_eq!(eds.sha256().len(), 64);
        assert!(Policy::named("esd").unwrap_err().to_string().contains("eds, export, mask"));
    }

    #[test]
    fn every_fault_is_told() {
        let text = "describes = ''\ndefault = 'tag'\n[labels]\nNOM = 'shift'\nNON = 'tag'\nDATE = 'surrogate'\n\
                    [dates]\nmin_days = 9\nmax_days = 2\n[mask]\ncharacter = 'x'\nlength = 0\n";
        let told = parse(Path::new("p.toml"), text).unwrap_err().to_string();
        for part in [
            "NOM cannot be `shift`",
            "`NON` is no label; `NOM` is one",
            "DATE cannot be",
            "min_days",
            "length",
            "character",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(told.contains("it can be keep, tag, mask, shift, generalise, hash, encrypt"), "{told}");
        let unknown = parse(Path::new("p.toml"), "describes = ''\ndefault = 'tag'\nsalt = 1\n").unwrap_err();
        assert!(matches!(unknown, PolicyError::Syntax { .. }) && unknown.to_string().contains("salt"));
        assert!(parse(Path::new("p.toml"), "describes = ''\ndefault = 'erase'\n").is_err());
    }
}
