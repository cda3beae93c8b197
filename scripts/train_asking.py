"""Fits assistant/asking.json: probes on the vectors of questions of ours, each measured on files not fitted on.

    python scripts/train_asking.py MODEL [--write] [--also QUESTIONS.jsonl ...]

MODEL is the folder of the encoder. The kinds come from scripts/desk_questions, beside which are, one a line, questions
that have nothing to do with the desk (off_topic.txt), or ask for an aid that is none of its own (off_topic_aids.txt: no
measure of whether an aid is asked for), aids asked first and the company told after (aids_first.txt) and
what people say of themselves beside a question of any kind (personas.txt), which is put before ours of facts and after
them: who speaks of himself need not ask for an aid. Files given with
--also are measured and never fitted.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.asking import Probe
from assistant.judging import fit
from index.encoder import SentenceEncoder

HERE = Path(__file__).resolve().parent
KIND_OF = {"which_aid": ("scheme_match",), "elsewhere": ("off_topic", "other_aid")}
LEFT_OUT = {"which_aid": ("injection", "other_aid"), "elsewhere": ("injection",)}
RIDGE = {"which_aid": 30.0, "elsewhere": 10.0}  # of 3, 10 and 30 the best on files left out
FILES = {
    "which_aid": "[a-d].jsonl",
    "elsewhere": "*.jsonl",
}  # a to d hold every kind, the others facts: with them fewer aids are heard
TAKEN_OFF = {"which_aid": 0.0, "elsewhere": 1.5}  # log-odds: wrong yeses on files left out 5 and 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="question files to measure, never fitted")
    parser.add_argument("--write", action="store_true", help="write assistant/asking.json")
    arguments = parser.parse_args()
    encoder = SentenceEncoder(arguments.model)
    of_lines = {"off_topic": "off_topic.txt", "other_aid": "off_topic_aids.txt", "scheme_match": "aids_first.txt"}
    lines = [(line, kind) for kind, name in of_lines.items() for line in lines_of(name)]
    alien = (encoder.encode_queries([line for line, _ in lines]), np.array([kind for _, kind in lines]))
    figures: dict[str, dict[str, str]] = {}
    probes: dict[str, dict[str, object]] = {}
    for name, true_kinds in KIND_OF.items():
        ours = sorted((HERE / "desk_questions").glob(FILES[name]))
        sets = [read(path, encoder) for path in (*ours, *arguments.also)]
        told = [with_personas(path, encoder) for path in ours]
        for i, path in enumerate((*ours, *arguments.also)):
            others = [s for j, s in enumerate(sets[: len(ours)]) if j != i] + [s for j, s in enumerate(told) if j != i]
            probe = fitted(name, [*others, alien])
            x, kinds = sets[i]
            said, true = x @ probe.weight + probe.bias > 0, np.isin(kinds, true_kinds)
            found = f"{(said & true).sum()} of {true.sum()}, {(said & ~true).sum()} wrongly of {(~true).sum()}"
            figures.setdefault(name, {})[path.stem] = found
            print(name, path.name, found)  # noqa: T201 — the figures asked for
        probe = fitted(name, [*sets[: len(ours)], *told, alien])
        probes[name] = {"weight": [round(float(w), 4) for w in probe.weight], "bias": round(probe.bias, 4)}
    if arguments.write:
        data = {"encoder": encoder.name, "held_out": figures, "probes": probes}
        target = HERE.parent / "assistant" / "asking.json"
        target.write_text(json.dumps(data) + "\n", encoding="utf-8")


def read(path: Path, encoder: SentenceEncoder) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """The vectors, (n, dim), and the kinds of the questions of a file."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return encoder.encode_queries([r["question"] for r in records]), np.array([r["kind"] for r in records])


def with_personas(path: Path, encoder: SentenceEncoder) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """The questions of a file that are about facts, each after something said of oneself, then each before it."""
    personas = lines_of("personas.txt")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    plain = [r for r in records if r["kind"] in ("fact", "list", "multi", "unanswerable", "false_premise")]
    said = [f"{personas[i % len(personas)]} {r['question']}" for i, r in enumerate(plain)]
    said += [f"{r['question']} {personas[-1 - i % len(personas)]}" for i, r in enumerate(plain)]
    return encoder.encode_queries(said), np.array([r["kind"] for r in plain] * 2)


def lines_of(name: str) -> list[str]:
    return [line for line in (HERE / "desk_questions" / name).read_text(encoding="utf-8").splitlines() if line]


def fitted(name: str, sets: list[tuple[NDArray[np.float32], NDArray[np.str_]]]) -> Probe:
    """The probe of a kind against all the others but those left out, in the units of the vectors themselves."""
    kinds = np.concatenate([k for _, k in sets])
    used = ~np.isin(kinds, LEFT_OUT[name])
    x = np.vstack([v for v, _ in sets]).astype(np.float64)[used]
    y = np.isin(kinds[used], KIND_OF[name])
    found = fit(x, y, [str(i) for i in range(x.shape[1])], ridge=RIDGE[name])
    mean, scale, weight = (np.array(values) for values in (found.mean, found.scale, found.weight))
    return Probe(weight / scale, float(found.bias - (weight * mean / scale).sum() - TAKEN_OFF[name]))


if __name__ == "__main__":
    main()
