//! Words that reports shorten.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::zones::Zones;
use crate::corpus::generate::dice::Dice;
use crate::corpus::generate::draft::{Draft, Edit};
use crate::corpus::generate::settings::{ABBREVIATIONS, rows};

/// Shortens words, outside of what identifies; what is in capitals stays in capitals.
pub(super) fn abbreviate(draft: &mut Draft, rate: f64, dice: &mut Dice) {
    static SHORT: LazyLock<Vec<Vec<&str>>> =
        LazyLock::new(|| rows::<2>(ABBREVIATIONS).map(|[_, short]| short.split('|').collect()).collect());
    static FORMS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let forms = rows::<2>(ABBREVIATIONS).map(|[form, _]| form);
        AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms).expect("a short list")
    });
    let zones = Zones::of(draft);
    let text = &draft.text;
    let mut edits = Vec::new();
    for found in FORMS.find_iter(text) {
        let whole = !text[..found.start()].ends_with(char::is_alphanumeric)
            && !text[found.end()..].starts_with(char::is_alphanumeric);
        let identifies = draft.mark_at(found.start()).is_some_and(|mark| !mark.label.is_mention());
        if !whole || identifies || zones.touch(&found.range()) || !dice.happens(rate) {
            continue;
        }
        let short = *dice.pick(&SHORT[found.pattern().as_usize()]);
        // `Prén..`
        let dotted = text[found.end()..].starts_with('.');
        edits.push(Edit::new(found.range(), if dotted { short.trim_end_matches('.') } else { short }));
    }
    draft.apply(edits);
}
