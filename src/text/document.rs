use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::{Label, Normalized, Token};

/// One report: its text, which never changes, and what the warehouse says of it.
///
/// ```
/// # use estompe::text::Document;
/// let letter = Document::new("cr-1", "Vu le 12/03/2021.").with_patient("p-7");
/// assert_eq!(format!("{letter:?}"), "Document(17 bytes)"); // neither the text nor its id
/// ```
#[derive(Clone)]
pub struct Document {
    id: String,
    text: String,
    patient: Option<String>,
    date: Option<String>,
    known: Known,
    view: OnceLock<View>,
}

impl Document {
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Document {
            id: id.into(),
            text: text.into(),
            patient: None,
            date: None,
            known: Known::default(),
            view: OnceLock::new(),
        }
    }

    /// The unit of coherence: documents of one patient share surrogates and date shift.
    pub fn with_patient(mut self, patient: impl Into<String>) -> Self {
        self.patient = Some(patient.into());
        self
    }

    /// The date of the report as the warehouse gives it.
    pub fn with_date(mut self, date: impl Into<String>) -> Self {
        self.date = Some(date.into());
        self
    }

    pub fn with_known(mut self, known: Known) -> Self {
        self.known = known;
        self
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn patient(&self) -> Option<&str> {
        self.patient.as_deref()
    }

    pub fn date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    pub fn known(&self) -> &Known {
        &self.known
    }

    /// The folded view and its tokens; made on first use, then kept.
    pub fn view(&self) -> &View {
        self.view.get_or_init(|| View::new(&self.text))
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes)", self.text.len())
    }
}

/// The folded text and its tokens.
#[derive(Clone)]
pub struct View {
    pub normalized: Normalized,
    pub tokens: Vec<Token>,
    /// What an engine looked up once for all its detectors.
    memo: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl View {
    pub fn new(text: &str) -> Self {
        let normalized = Normalized::new(text);
        let tokens = super::token::tokens(text, &normalized);
        View { normalized, tokens, memo: OnceLock::new() }
    }

    /// What `make` makes of this view, made on first use, then shared; `None` if something of another type is kept here.
    pub fn memo<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Option<Arc<T>> {
        self.memo.get_or_init(|| Arc::new(make())).clone().downcast().ok()
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({} tokens)", self.tokens.len())
    }
}

/// What the warehouse already knows of the people of a report: values by label, each a value that must not remain.
#[derive(Clone, Default)]
pub struct Known(pub Vec<(Label, String)>);

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Known({} values)", self.0.len())
    }
}
