#!/usr/bin/env python3
"""Checks `estompe eval score` against two independent implementations, seqeval and nervaluate, on random spans.

    pip install seqeval nervaluate
    cargo build && python3 eval/compare_implementations.py [path of the binary]

Writes random gold and predictions as CoNLL (IOB2), has both sides score them, and fails on the first figure that differs by more
than 1e-9. What is compared: span precision, recall and F1 by label, micro and macro (seqeval); the four schemes in all, and the F1 of
three by label (nervaluate; strict is exact among spans of one label).
"""

import json
import os
import random
import subprocess
import sys
import tempfile

from nervaluate.evaluator import Evaluator
from seqeval.metrics import classification_report

LABELS = ["NOM", "PRENOM", "DATE", "VILLE", "IPP"]
WORDS = ["a", "Vu", "été", "Morel", "12/03", "hospitalisation", ","]


def spans(rng, length, density):
    """Spans that neither overlap nor repeat: (first token, token after the last, label)."""
    found, at = [], 0
    while at < length:
        if rng.random() < density:
            end = min(length, at + rng.choice([1, 1, 2, 3, 5]))
            found.append((at, end, rng.choice(LABELS)))
            at = end
        else:
            at += 1
    return found


def disturb(rng, gold, length):
    """What a system would make of the gold: some right, cut, grown, relabelled, missed; some from nowhere."""
    found = []
    for start, end, label in gold:
        luck = rng.random()
        if luck < 0.2:
            continue
        if luck < 0.35:
            label = rng.choice(LABELS)
        if luck > 0.7:
            start, end = max(0, start + rng.choice([-1, 0, 1])), min(length, end + rng.choice([-1, 0, 1]))
        if start < end:
            found.append((start, end, label))
    found += spans(rng, length, 0.05)
    kept, last = [], 0
    for start, end, label in sorted(found):
        if start >= last:
            kept.append((start, end, label))
            last = end
    return kept


def tags(found, length):
    """IOB2."""
    out = ["O"] * length
    for start, end, label in found:
        out[start:end] = ["B-" + label] + ["I-" + label] * (end - start - 1)
    return out


def characters(found, tokens):
    """The same spans as nervaluate wants them: first and last character in the tokens joined by blanks."""
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token) + 1
    return [
        {"label": label, "start": starts[start], "end": starts[end - 1] + len(tokens[end - 1]) - 1}
        for start, end, label in found
    ]


def write(path, documents, which):
    with open(path, "w", encoding="utf-8") as file:
        for number, document in enumerate(documents):
            file.write(f"# newdoc id = d{number}\n")
            for token, tag in zip(document["tokens"], tags(document[which], len(document["tokens"]))):
                file.write(f"{token}\t{tag}\n")


def ours(binary, documents):
    with tempfile.TemporaryDirectory() as folder:
        gold, pred = os.path.join(folder, "gold.conll"), os.path.join(folder, "pred.conll")
        write(gold, documents, "gold")
        write(pred, documents, "pred")
        command = [binary, "eval", "score", gold, pred, "--json", "--summary", "--rounds", "1"]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["whole"]


def same(what, own, other):
    if abs(own - other) > 1e-9:
        sys.exit(f"{what}: estompe {own}, the other {other}")


def check(binary, seed):
    rng = random.Random(seed)
    documents = []
    for _ in range(rng.choice([1, 3, 20])):
        length = rng.randint(1, 60)
        gold = spans(rng, length, 0.25)
        documents.append({
            "tokens": [rng.choice(WORDS) for _ in range(length)],
            "gold": gold,
            "pred": disturb(rng, gold, length),
        })
    scores = ours(binary, documents)
    figures, labels = scores["figures"], scores["labels"]
    compared = 0

    both = [[tags(document[which], len(document["tokens"])) for document in documents] for which in ("gold", "pred")]
    if any(document["gold"] or document["pred"] for document in documents):
        report = classification_report(*both, output_dict=True, zero_division=0)
        for name, own in [("micro avg", "span"), ("macro avg", "span_macro")]:
            for theirs, mine in [("precision", "precision"), ("recall", "recall"), ("f1-score", "f1")]:
                same(f"seed {seed}, seqeval {name} {theirs}", figures[f"{own}_{mine}"]["value"], report[name][theirs])
                compared += 1
        for label in LABELS:
            for theirs, mine in [("precision", "precision"), ("recall", "recall"), ("f1-score", "f1")]:
                if label in report:
                    same(f"seed {seed}, seqeval {label} {theirs}", labels[label][f"span_{mine}"]["value"], report[label][theirs])
                    compared += 1

    both = [[characters(document[which], document["tokens"]) for document in documents] for which in ("gold", "pred")]
    found = Evaluator(*both, tags=LABELS, loader="dict").evaluate()
    for scheme, own in [("strict", "strict"), ("exact", "exact"), ("partial", "partial"), ("ent_type", "type")]:
        overall = found["overall"][scheme]
        for figure in ("precision", "recall", "f1"):
            same(f"seed {seed}, nervaluate {scheme} {figure}", figures[f"ner_{own}_{figure}"]["value"], getattr(overall, figure))
            compared += 1
        for label, by_scheme in found["entities"].items():
            if own != "strict":
                same(f"seed {seed}, nervaluate {scheme} {label}", labels[label][f"ner_{own}_f1"]["value"], by_scheme[scheme].f1)
                compared += 1
    return compared


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    binary = sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, "target", "debug", "estompe")
    compared = sum(check(binary, seed) for seed in range(200))
    print(f"200 random sets, {compared} figures: all the same")


if __name__ == "__main__":
    main()
