use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, OnceLock};

/// What a span identifies: `NOM`, `DATE`, `SECU`… The set is open: a file of `lexicons/identifiers/` may bring its own.
///
/// ```
/// # use estompe::text::Label;
/// assert_eq!(Label::named("NOM"), Label::NOM);
/// assert_eq!(Label::NOM.as_str(), "NOM");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(&'static str);

macro_rules! labels {
    ($($name:ident),* $(,)?) => {
        impl Label {
            $(pub const $name: Label = Label(stringify!($name));)*
            /// The labels that every policy must say something about, in the order reports list them.
            pub const ALL: &'static [Label] = &[$(Label::$name),*];
        }
    };
}

labels!(
    NOM,
    PRENOM,
    DATE_NAISSANCE,
    DATE,
    ADRESSE,
    ZIP,
    VILLE,
    HOPITAL,
    TEL,
    MAIL,
    URL,
    SECU,
    IPP,
    NDA,
    RPPS,
    ADELI,
    FINESS,
    ID,
    AGE90
);

impl Label {
    /// The label of that name, made if it is new.
    ///
    /// Names come from data files (a few dozen, known at start), so keeping them for ever is bounded.
    pub fn named(name: &str) -> Label {
        if let Some(known) = Label::ALL.iter().find(|label| label.0 == name) {
            return *known;
        }
        Label(intern(name))
    }

    /// Whether it is a type of clinical mention (`DIAG`, `DRUG`…), which identifies nobody.
    pub fn is_mention(self) -> bool {
        Self::names_mention(self.0)
    }

    /// Whether a name is that of a type of clinical mention.
    pub fn names_mention(name: &str) -> bool {
        matches!(name, "DIAG" | "DRUG" | "LAB" | "ACT" | "SCORE" | "TNM" | "ADICAP" | "HABIT")
    }

    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether the label is a part of a person's name.
    pub fn is_name(self) -> bool {
        self == Label::NOM || self == Label::PRENOM
    }
}

/// A `&'static str` of that value; the same one each time. For names that data files give: labels and rules.
pub(crate) fn intern(name: &str) -> &'static str {
    static NAMES: OnceLock<Mutex<HashSet<&'static str>>> = OnceLock::new();
    let names = NAMES.get_or_init(Mutex::default);
    let mut names = names.lock().expect("no panic happens while the lock is held");
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.into());
    names.insert(name);
    name
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl serde::Serialize for Label {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// Whose name it is, as far as the text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Patient,
    Soignant,
    Tiers,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Patient => "patient",
            Role::Soignant => "soignant",
            Role::Tiers => "tiers",
        }
    }

    /// The role of that name, if there is one.
    pub fn named(name: &str) -> Option<Role> {
        [Role::Patient, Role::Soignant, Role::Tiers].into_iter().find(|role| role.as_str() == name)
    }
}
