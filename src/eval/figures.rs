//! What each figure is: a ratio of sums, or the mean of such ratios over labels. One line adds a figure.

/// How a figure is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Percent,
    /// Per 1,000 words.
    Rate,
}

/// What a figure says and which sums it is made of.
///
/// `above` and `below` add names of sums: `a + b`, `a - b`, `2*a`; `{}` is the label, type, qualifier or attribute the figure is of,
/// `a/*` the sum over all of them.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    pub name: &'static str,
    pub says: &'static str,
    pub scale: Scale,
    /// Whether more is better.
    pub more_is_better: bool,
    above: &'static str,
    below: &'static str,
    /// The value where nothing is below: nothing to leak means that nothing leaks.
    empty: f64,
    over: Over,
}

/// Over what a figure is summed, or averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Sum,
    /// Patients, whatever the unit of the intervals; left out where gold names none.
    Patients,
    /// Left out where neither side has clinical mentions.
    Mentions,
    /// The mean over labels that either side has in this scheme (`{scheme}.gold/…`, `{scheme}.pred/…`).
    Labels(&'static str),
}

const fn percent(name: &'static str, says: &'static str, above: &'static str, below: &'static str) -> Spec {
    Spec { name, says, scale: Scale::Percent, more_is_better: true, above, below, empty: 1.0, over: Over::Sum }
}

const fn rate(name: &'static str, says: &'static str, above: &'static str) -> Spec {
    let scale = Scale::Rate;
    Spec { name, says, scale, more_is_better: false, above, below: "words", empty: 0.0, over: Over::Sum }
}

impl Spec {
    /// Zero where nothing is below, as `seqeval` and `nervaluate` have it.
    const fn or_zero(self) -> Spec {
        Spec { empty: 0.0, ..self }
    }

    const fn less_is_better(self) -> Spec {
        Spec { more_is_better: false, empty: 0.0, ..self }
    }

    const fn over(self, over: Over) -> Spec {
        Spec { over, ..self }
    }

    pub(super) fn above(&self) -> &'static str {
        self.above
    }

    pub(super) fn below(&self) -> &'static str {
        self.below
    }

    /// Whether it is the F1 of two shares: twice what is right over what is in gold and predicted.
    pub(super) fn is_f1(&self) -> bool {
        self.above.starts_with("2*")
    }

    pub(super) fn empty(&self) -> f64 {
        self.empty
    }

    pub(super) fn over_what(&self) -> Over {
        self.over
    }
}

/// The leading figures, in the order to show them.
pub const WHOLE: &[Spec] = &[
    percent("covered", "identifying tokens covered, whatever the label", "tokens.covered", "tokens.gold"),
    percent("covered_characters", "identifying characters covered", "chars.covered", "chars.gold"),
    percent("clean", "documents with nothing left", "documents - left", "documents"),
    percent(
        "clean_direct",
        "documents with no name, number, address or contact left",
        "documents - left.direct",
        "documents",
    ),
    percent("clean_patients", "patients with nothing left in any document", "patients - patients.left", "patients")
        .over(Over::Patients),
    percent(
        "clean_direct_patients",
        "patients with no name, number, address or contact left",
        "patients - patients.left.direct",
        "patients",
    )
    .over(Over::Patients),
    percent("value_leak", "identifying values still in the output", "values.left", "values").less_is_better(),
    percent("value_leak_documents", "documents with such a value", "values.documents", "documents").less_is_better(),
    percent("precision", "covered tokens that identify", "tokens.covered", "tokens.pred"),
    rate("spurious_per_1000", "tokens wrongly covered, per 1,000 words", "1000*tokens.pred - 1000*tokens.covered"),
    rate("false_names_per_1000", "… as names", "1000*alarms/names"),
    rate("false_places_per_1000", "… as places", "1000*alarms/places"),
    rate("false_dates_per_1000", "… as dates or ages", "1000*alarms/dates"),
    rate("false_numbers_per_1000", "… as numbers or contacts", "1000*alarms/numbers"),
    percent("kept_mentions", "clinical mentions left intact", "kept/mentions", "found/mentions").over(Over::Mentions),
    percent("kept_eponyms", "eponyms left intact", "kept/eponyms", "found/eponyms"),
    percent("kept_drugs", "drugs left intact", "kept/drugs", "found/drugs"),
    percent("token_recall", "identifying tokens under their own label", "tokens.right/*", "tokens.gold/*"),
    percent("token_precision", "covered tokens under their own label", "tokens.right/*", "tokens.pred/*"),
    percent("token_f1", "F1 of the two", "2*tokens.right/*", "tokens.gold/* + tokens.pred/*"),
    percent("token_macro_f1", "its mean over labels", "2*tokens.right/{}", "tokens.gold/{} + tokens.pred/{}")
        .over(Over::Labels("tokens")),
    percent("span_recall", "spans found with bounds and label", "spans.exact/*", "spans.gold/*").or_zero(),
    percent("span_precision", "found spans with right bounds and label", "spans.exact/*", "spans.pred/*").or_zero(),
    percent("span_f1", "F1 of the two", "2*spans.exact/*", "spans.gold/* + spans.pred/*").or_zero(),
    percent("span_macro_recall", "recall, mean over labels", "spans.exact/{}", "spans.gold/{}")
        .or_zero()
        .over(Over::Labels("spans")),
    percent("span_macro_precision", "precision, mean over labels", "spans.exact/{}", "spans.pred/{}")
        .or_zero()
        .over(Over::Labels("spans")),
    percent("span_macro_f1", "F1, mean over labels", "2*spans.exact/{}", "spans.gold/{} + spans.pred/{}")
        .or_zero()
        .over(Over::Labels("spans")),
    percent("eds_precision", "EDS-Pseudo: precision", "eds.right/*", "eds.pred/*"),
    percent("eds_recall", "EDS-Pseudo: recall", "eds.right/*", "eds.gold/*"),
    percent("eds_f1", "EDS-Pseudo: F1", "2*eds.right/*", "eds.gold/* + eds.pred/*"),
    percent("eds_redact", "EDS-Pseudo: redact", "eds.redacted", "eds.gold"),
    percent("eds_full_redact", "EDS-Pseudo: full redact", "documents - eds.left", "documents"),
    percent("ner_strict_precision", "nervaluate strict: precision", "ner.strict.correct", "spans.pred/*").or_zero(),
    percent("ner_strict_recall", "nervaluate strict: recall", "ner.strict.correct", "spans.gold/*").or_zero(),
    percent("ner_strict_f1", "nervaluate strict: F1", "2*ner.strict.correct", "spans.gold/* + spans.pred/*").or_zero(),
    percent("ner_exact_precision", "nervaluate exact: precision", "ner.exact.correct", "spans.pred/*").or_zero(),
    percent("ner_exact_recall", "nervaluate exact: recall", "ner.exact.correct", "spans.gold/*").or_zero(),
    percent("ner_exact_f1", "nervaluate exact: F1", "2*ner.exact.correct", "spans.gold/* + spans.pred/*").or_zero(),
    percent(
        "ner_partial_precision",
        "nervaluate partial: precision",
        "ner.partial.correct + 0.5*ner.partial.partial",
        "spans.pred/*",
    )
    .or_zero(),
    percent(
        "ner_partial_recall",
        "nervaluate partial: recall",
        "ner.partial.correct + 0.5*ner.partial.partial",
        "spans.gold/*",
    )
    .or_zero(),
    percent(
        "ner_partial_f1",
        "nervaluate partial: F1",
        "2*ner.partial.correct + ner.partial.partial",
        "spans.gold/* + spans.pred/*",
    )
    .or_zero(),
    percent("ner_type_precision", "nervaluate type: precision", "ner.type.correct", "spans.pred/*").or_zero(),
    percent("ner_type_recall", "nervaluate type: recall", "ner.type.correct", "spans.gold/*").or_zero(),
    percent("ner_type_f1", "nervaluate type: F1", "2*ner.type.correct", "spans.gold/* + spans.pred/*").or_zero(),
    percent("i2b2_precision", "i2b2 relaxed: precision", "i2b2.right/*", "spans.pred/*").or_zero(),
    percent("i2b2_recall", "i2b2 relaxed: recall", "i2b2.right/*", "spans.gold/*").or_zero(),
    percent("i2b2_f1", "i2b2 relaxed: F1", "2*i2b2.right/*", "spans.gold/* + spans.pred/*").or_zero(),
];

/// Those that groups of documents (series, kinds, lengths, sites) have too.
pub const OF_GROUPS: &[&str] = &[
    "covered",
    "clean",
    "clean_direct",
    "value_leak",
    "precision",
    "spurious_per_1000",
    "kept_mentions",
    "token_f1",
    "span_f1",
];

/// By label.
pub const PER_LABEL: &[Spec] = &[
    percent("covered", "tokens covered, whatever the label", "tokens.covered/{}", "tokens.gold/{}"),
    percent("covered_characters", "characters covered", "chars.covered/{}", "chars.gold/{}"),
    percent("value_leak", "values still in the output", "values.left/{}", "values/{}").less_is_better(),
    percent("identifying", "covered tokens that identify", "tokens.true/{}", "tokens.pred/{}"),
    percent("token_recall", "tokens under this label, recall", "tokens.right/{}", "tokens.gold/{}"),
    percent("token_precision", "tokens under this label, precision", "tokens.right/{}", "tokens.pred/{}"),
    percent("token_f1", "tokens under this label, F1", "2*tokens.right/{}", "tokens.gold/{} + tokens.pred/{}"),
    percent("span_recall", "spans, recall", "spans.exact/{}", "spans.gold/{}").or_zero(),
    percent("span_precision", "spans, precision", "spans.exact/{}", "spans.pred/{}").or_zero(),
    percent("span_f1", "spans, F1", "2*spans.exact/{}", "spans.gold/{} + spans.pred/{}").or_zero(),
    percent("eds_precision", "EDS-Pseudo: precision", "eds.right/{}", "eds.pred/{}"),
    percent("eds_recall", "EDS-Pseudo: recall", "eds.right/{}", "eds.gold/{}"),
    percent("eds_f1", "EDS-Pseudo: F1", "2*eds.right/{}", "eds.gold/{} + eds.pred/{}"),
    percent("eds_redact", "EDS-Pseudo: redact", "eds.redacted/{}", "eds.gold/{}"),
    percent("eds_full_redact", "EDS-Pseudo: full redact", "documents - eds.left/{}", "documents"),
    percent("ner_exact_f1", "nervaluate exact: F1", "2*ner.exact.correct/{}", "spans.gold/{} + spans.pred/{}")
        .or_zero(),
    percent(
        "ner_partial_f1",
        "nervaluate partial: F1",
        "2*ner.partial.correct/{} + ner.partial.partial/{}",
        "spans.gold/{} + spans.pred/{}",
    )
    .or_zero(),
    percent("ner_type_f1", "nervaluate type: F1", "2*ner.type.correct/{}", "spans.gold/{} + spans.pred/{}").or_zero(),
    percent("i2b2_f1", "i2b2 relaxed: F1", "2*i2b2.right/{}", "spans.gold/{} + spans.pred/{}").or_zero(),
];

/// By type of clinical mention; the type `ALL` is the sum.
pub const PER_MENTION: &[Spec] = &[
    percent("recall", "mentions found (overlap)", "mention.matched/{}", "mention.gold/{}"),
    percent("precision", "found mentions that are there", "mention.matched/{}", "mention.pred/{}"),
    percent("f1", "F1 of the two", "2*mention.matched/{}", "mention.gold/{} + mention.pred/{}"),
    percent("exact_f1", "F1, bounds right", "2*mention.exact/{}", "mention.gold/{} + mention.pred/{}"),
    percent("code", "matched mentions with the right code", "code.right/{}", "code.matched/{}"),
    percent("code_3", "… right at 3 characters", "code.right_3/{}", "code.matched/{}"),
    percent("code_4", "… right at 4 characters", "code.right_4/{}", "code.matched/{}"),
    percent("code_5", "… right at 5 characters", "code.right_5/{}", "code.matched/{}"),
    percent("code_1", "… right at 1 character", "code.right_1/{}", "code.matched/{}"),
    percent("coded_recall", "found and coded, recall", "code.right/{}", "code.gold/{}"),
    percent("coded_precision", "found and coded, precision", "code.right/{}", "code.pred/{}"),
    percent("coded_f1", "F1 of the two", "2*code.right/{}", "code.gold/{} + code.pred/{}"),
    percent("coded_3_recall", "found and coded at 3 characters, recall", "code.right_3/{}", "code.gold/{}"),
    percent("coded_3_precision", "found and coded at 3 characters, precision", "code.right_3/{}", "code.pred/{}"),
    percent("coded_3_f1", "F1 of the two", "2*code.right_3/{}", "code.gold/{} + code.pred/{}"),
    percent("value_unit", "values found with their unit", "value.right/{}", "value.gold/{}"),
];

/// By qualifier: on matched mentions, then end to end.
pub const PER_QUALIFIER: &[Spec] = &[
    percent("recall", "on matched mentions, recall", "qualifier.right/{}", "qualifier.matched_gold/{}"),
    percent("precision", "on matched mentions, precision", "qualifier.right/{}", "qualifier.matched_pred/{}"),
    percent(
        "f1",
        "on matched mentions, F1",
        "2*qualifier.right/{}",
        "qualifier.matched_gold/{} + qualifier.matched_pred/{}",
    ),
    percent("end_recall", "end to end, recall", "qualifier.right/{}", "qualifier.gold/{}"),
    percent("end_precision", "end to end, precision", "qualifier.right/{}", "qualifier.pred/{}"),
    percent("end_f1", "end to end, F1", "2*qualifier.right/{}", "qualifier.gold/{} + qualifier.pred/{}"),
];

/// By attribute, likewise.
pub const PER_ATTRIBUTE: &[Spec] = &[
    percent("recall", "on matched mentions, recall", "attribute.right/{}", "attribute.matched_gold/{}"),
    percent("precision", "on matched mentions, precision", "attribute.right/{}", "attribute.matched_pred/{}"),
    percent(
        "f1",
        "on matched mentions, F1",
        "2*attribute.right/{}",
        "attribute.matched_gold/{} + attribute.matched_pred/{}",
    ),
    percent("end_f1", "end to end, F1", "2*attribute.right/{}", "attribute.gold/{} + attribute.pred/{}"),
];
