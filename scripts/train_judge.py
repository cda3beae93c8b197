"""Fits assistant/judging.json on questions with their passages, answerable or not, and measures it on held-out halves.

    python scripts/train_judge.py ../shared/evaluation/nomiracl-fr-dev.jsonl MODEL [--write]

Each line: {"question", "passages": ["Title: text", …], "answerable"}. MODEL is the folder of the encoder. The figures
are means over SPLITS random halves: fitted on one, measured on the other, both ways; then a bootstrap over questions.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.judging import FEATURES, TITLED, UNTITLED, Weights, fit, measures
from index.encoder import SentenceEncoder

SEED, SPLITS, RIDGE = 20, 20, 40.0
TRIED: tuple[tuple[str, ...], ...] = (
    ("best",),
    ("near",),
    ("near", "best"),
    ("near", "same"),
    ("near", "same", "titled"),
    FEATURES,
)


def measured(rows: Sequence[dict[str, Any]], encoder: SentenceEncoder) -> NDArray[np.float64]:
    """The features of each question, (n, features)."""
    out = []
    for row in rows:
        passages = row["passages"]
        cosines = encoder.encode_passages(passages) @ encoder.encode_queries([row["question"]])[0]
        seen = measures(row["question"], passages, [f"passage-{n}" for n, _ in enumerate(passages, 1)], cosines)
        out.append([seen[name] for name in FEATURES])
    return np.array(out)


def log_odds(weights: Weights, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([weights.log_odds(dict(zip(weights.features, row, strict=True))) for row in x])


def balanced(said: NDArray[np.bool_], y: NDArray[np.bool_]) -> float:
    """1 − (hallucination rate + error rate) / 2."""
    return float((said[y].mean() + (~said[~y]).mean()) / 2)


def ranked(odds: NDArray[np.float64], y: NDArray[np.bool_]) -> float:
    """The area under the ROC curve: how often an answerable question ranks above another (Hanley and McNeil 1982)."""
    higher = odds[y][:, None] - odds[~y]
    return float((higher > 0).mean() + (higher == 0).mean() / 2)


def held_out(x: NDArray[np.float64], y: NDArray[np.bool_], features: Sequence[str]) -> dict[str, float]:
    """Balanced accuracy and AUROC on halves not fitted on, with a 95 % interval over questions."""
    rng = np.random.default_rng(SEED)
    decisions, areas = [], []
    for _ in range(SPLITS):
        order = rng.permutation(len(y))
        said = np.zeros(len(y), bool)
        for half in (order[: len(y) // 2], order[len(y) // 2 :]):
            rest = np.setdiff1d(order, half)
            odds = log_odds(fit(x[rest], y[rest], features, ridge=RIDGE), x[half])
            said[half] = odds > 0
            areas.append(ranked(odds, y[half]))
        decisions.append(said)
    drawn = []
    for _ in range(1000):
        sample = rng.integers(0, len(y), len(y))
        drawn.append(np.mean([balanced(said[sample], y[sample]) for said in decisions]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    means = {
        "balanced_accuracy": np.mean([balanced(said, y) for said in decisions]),
        "low": low,
        "high": high,
        "hallucination_rate": np.mean([said[~y].mean() for said in decisions]),
        "error_rate": np.mean([(~said[y]).mean() for said in decisions]),
        "auroc": np.mean(areas),
    }
    return {name: round(float(value), 3) for name, value in means.items()}


def as_json(weights: Weights) -> dict[str, list[Any]]:
    numbers = {name: [round(v, 6) for v in getattr(weights, name)] for name in ("mean", "scale", "weight")}
    return {"features": list(weights.features), **numbers, "bias": [round(weights.bias, 6)]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--write", action="store_true", help="write assistant/judging.json")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    encoder = SentenceEncoder(arguments.model)
    x, y = measured(rows, encoder), np.array([bool(row["answerable"]) for row in rows])
    columns = {name: i for i, name in enumerate(FEATURES)}
    figures = {}
    for features in TRIED:
        figures[" ".join(features)] = held_out(x[:, [columns[f] for f in features]], y, features)
        print(json.dumps({"features": features, **figures[" ".join(features)]}))  # noqa: T201 — the figures asked for
    if arguments.write:
        fitted = {
            name: as_json(fit(x[:, [columns[f] for f in features]], y, features, ridge=RIDGE))
            for name, features in (("titled", TITLED), ("untitled", UNTITLED))
        }
        data = {"encoder": encoder.name, "seed": SEED, "questions": len(y), "held_out": figures, **fitted}
        target = Path(__file__).resolve().parents[1] / "assistant" / "judging.json"
        target.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
