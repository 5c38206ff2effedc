use super::super::{Case, Found};
use crate::text::{Label, Span, TokenKind};

/// The tokens of a document and what gold and predictions say of each: runs of letters, runs of digits, single marks; line ends left out.
pub(in crate::eval) struct Layers {
    /// In bytes, in text order.
    pub(in crate::eval) tokens: Vec<Span>,
    /// Whether it is a word or a number.
    pub(in crate::eval) is_word: Vec<bool>,
    pub(in crate::eval) gold: Vec<Vec<Label>>,
    pub(in crate::eval) predicted: Vec<Vec<Label>>,
    /// The surest predicted span over each token.
    pub(in crate::eval) owner: Vec<Option<u32>>,
}

impl Layers {
    pub(in crate::eval) fn new(case: &Case) -> Self {
        let view = case.doc.view();
        let kept = view.tokens.iter().filter(|token| token.kind != TokenKind::Line);
        let (tokens, is_word): (Vec<Span>, Vec<bool>) = kept
            .map(|token| {
                let span = view.normalized.original(token.start as usize, token.end as usize);
                (span, token.kind != TokenKind::Mark)
            })
            .unzip();
        Layers {
            gold: labels(&tokens, &case.gold),
            predicted: labels(&tokens, &case.predicted),
            owner: owners(&tokens, &case.predicted),
            tokens,
            is_word,
        }
    }
}

/// The labels of the spans over each token, each once. Linear in tokens and spans, whatever overlaps.
pub(super) fn labels(tokens: &[Span], spans: &[Found]) -> Vec<Vec<Label>> {
    let mut of_token: Vec<Vec<Label>> = vec![Vec::new(); tokens.len()];
    let mut order: Vec<&Found> = spans.iter().collect();
    order.sort_by_key(|found| (found.label, found.span));
    let (mut label, mut next) = (None, 0);
    for found in order {
        if label != Some(found.label) {
            (label, next) = (Some(found.label), 0);
        }
        // What an earlier span of the label went over has the label already.
        let mut at = tokens.partition_point(|token| token.end() <= found.span.start()).max(next);
        while at < tokens.len() && tokens[at].start() < found.span.end() {
            of_token[at].push(found.label);
            at += 1;
        }
        next = next.max(at);
    }
    of_token
}

/// The surest span over each token; of equals, the first.
fn owners(tokens: &[Span], spans: &[Found]) -> Vec<Option<u32>> {
    let mut owner = vec![None; tokens.len()];
    // From a token, the next one without owner.
    let mut free: Vec<u32> = (0..=tokens.len() as u32).collect();
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by(|a, b| spans[*b].score.unwrap_or(0.0).total_cmp(&spans[*a].score.unwrap_or(0.0)).then(a.cmp(b)));
    for index in order {
        let span = spans[index].span;
        let mut at = next_free(&mut free, tokens.partition_point(|token| token.end() <= span.start()));
        while at < tokens.len() && tokens[at].start() < span.end() {
            owner[at] = Some(index as u32);
            free[at] = at as u32 + 1;
            at = next_free(&mut free, at);
        }
    }
    owner
}

/// Follows the chain to a free token and shortens it.
fn next_free(free: &mut [u32], from: usize) -> usize {
    let mut at = from;
    while free[at] as usize != at {
        free[at] = free[free[at] as usize];
        at = free[at] as usize;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(start: usize, end: usize, label: Label, score: f32) -> Found {
        let span = Span::new(start, end);
        Found { span, chars: span, label, score: Some(score), rule: String::new() }
    }

    #[test]
    fn overlapping_spans_give_each_label_once_and_the_surest_owner() {
        let tokens = [Span::new(0, 2), Span::new(3, 5), Span::new(6, 8)];
        let spans = [found(0, 5, Label::NOM, 0.5), found(1, 8, Label::NOM, 0.9), found(4, 5, Label::VILLE, 0.7)];
        assert_eq!(labels(&tokens, &spans), [vec![Label::NOM], vec![Label::NOM, Label::VILLE], vec![Label::NOM]]);
        assert_eq!(owners(&tokens, &spans), [Some(1), Some(1), Some(1)]);
        assert_eq!(owners(&tokens, &spans[..1]), [Some(0), Some(0), None]);
    }
}
