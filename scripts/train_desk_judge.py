"""Fits assistant/answerability.json on questions of ours, each a question the corpus answers or one it does not.

    guichet ingest CORPUS, then: python scripts/train_adapter.py --folds FOLDER ..., then:
    python scripts/train_desk_judge.py --folds FOLDER [--write] [--also QUESTIONS.jsonl ...]

The files of scripts/desk_questions were written by different people who had not seen the code; each is measured by
weights fitted on the others. A question whose evidence holds none of its key facts is left out of the fit: to hold it
back would be right. Files given with --also are measured and never fitted.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant import adapter as shipped
from assistant.adapter import Adapter, adapter_from
from assistant.answerability import features
from assistant.answers import Question
from assistant.composer import compose
from assistant.evaluation.without_in_evidence import selecting
from assistant.evidence import Unit
from assistant.judging import Weights, fit
from assistant.steps import STEPS
from assistant.sufficiency import Decision
from ui.service import assistant_at
from ui.settings import read_settings

HERE = Path(__file__).resolve().parent
SHIPPED = shipped.load_adapter()
RIDGE = 300.0  # of 30, 100, 300 and 600 the best mean area under the curve on files not fitted on, by a hair
HELD_BACK = 0.02  # of the questions that are answered from the right evidence, those given up for what it keeps back
ANSWERED = frozenset({"fact", "multi", "list", "false_premise", "scheme_match"})


@dataclass(frozen=True, slots=True)
class Row:
    """What the judge sees of a question, whether it is answerable, and whether its evidence holds a key fact."""

    measures: dict[str, float]
    answerable: bool
    held: bool
    checks: bool  # what the named checks alone decided


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="question files to measure, never fitted")
    parser.add_argument("--folds", type=Path, required=True, help="what train_adapter.py --folds wrote")
    parser.add_argument("--write", action="store_true", help="write assistant/answerability.json")
    arguments = parser.parse_args()
    files = sorted((HERE / "desk_questions").glob("*.jsonl"))
    sets, encoder = seen_at_the_desk([*files, *arguments.also], arguments.folds)
    fitted_on = sets[: len(files)]
    figures = {}
    for i, path in enumerate([*files, *arguments.also]):
        rest = [row for j, rows in enumerate(fitted_on) if j != i for row in rows]
        weights, least = fitted(rest)
        figures[path.stem] = measured(weights, least, sets[i])
        print(json.dumps({"measured": path.name, **figures[path.stem]}))  # noqa: T201 — the figures asked for
    if arguments.write:
        weights, least = fitted([row for rows in fitted_on for row in rows])
        data = {"encoder": encoder, "held_out": figures, "judge": as_json(weights), "least": round(least, 4)}
        target = HERE.parent / "assistant" / "answerability.json"
        target.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def seen_at_the_desk(paths: Sequence[Path], folds: Path) -> tuple[list[list[Row]], str]:
    """The rows of each file, asked of the index of the settings without the generator, and the encoder's name."""
    seen: list[tuple[dict[str, float], Sequence[Unit], bool]] = []

    def watched(decision: Decision, *known: Any) -> Decision:
        understanding, kept, idf, _ = known
        if kept:
            seen.append((features(decision, understanding, kept, idf), kept, decision.answer))
        return decision

    composing = selecting(compose, lambda select: replace(select, judge=watched))
    sets = []
    with assistant_at(read_settings(), llm=False) as assistant:
        desk = assistant.taking(replace(STEPS, compose=composing))
        for path in paths:
            adapter = held_out(path, folds)
            shipped.load_adapter = lambda adapter=adapter: adapter  # type: ignore[assignment]
            rows = []
            for line in path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                if record["kind"] not in ANSWERED | {"unanswerable"}:
                    continue
                seen.clear()
                desk.answer(Question(text=record["question"], id=record["id"]))
                if seen:
                    measures, kept, checks = seen[-1]
                    told = " ".join(unit.text for unit in kept)
                    held = any(stands(fact, told) for fact in record["key_facts"])
                    rows.append(Row(measures, record["kind"] in ANSWERED, held, checks))
            sets.append(rows)
        encoder = assistant.index.encoder_fingerprint.rsplit("-", 1)[0]
    return sets, encoder


def held_out(path: Path, folds: Path) -> Adapter:
    """The adapter fitted without the questions of a file; the one that ships, for a file it was not fitted on."""
    fitted_without = folds / f"{path.stem}.safetensors"
    encoder = shipped.about()["encoder"]
    return adapter_from(fitted_without.read_bytes(), encoder) if fitted_without.exists() else SHIPPED


def stands(fact: Sequence[str], text: str) -> bool:
    """Whether one of the forms of a key fact stands in a text, a number alone."""
    told = folded(text)
    return any(re.search(rf"(?<![\d,.]){re.escape(folded(form))}(?!\d)", told) is not None for form in fact)


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    return re.sub(r"\s+", " ", re.sub(r"(?<=\d)[\s.](?=\d{3}\b)", "", plain))


def fitted(rows: Sequence[Row]) -> tuple[Weights, float]:
    """The weights, and the log-odds under which HELD_BACK of the questions well answered would be held back."""
    used = [row for row in rows if row.held or not row.answerable]
    names = list(used[0].measures)
    x = np.array([[row.measures[name] for name in names] for row in used])
    y = np.array([row.answerable for row in used])
    weights = fit(x, y, names, ridge=RIDGE)
    return weights, float(np.quantile(odds(weights, [row for row in used if row.answerable]), HELD_BACK))


def odds(weights: Weights, rows: Sequence[Row]) -> NDArray[np.float64]:
    return np.array([weights.log_odds(row.measures) for row in rows])


def measured(weights: Weights, least: float, rows: Sequence[Row]) -> dict[str, float]:
    """Of the questions that reach the judge: those rightly held back, well answered ones wrongly held back, the area
    under the ROC curve (Hanley and McNeil 1982); the first two also for the named checks alone."""
    no = [row for row in rows if not row.answerable]
    good = [row for row in rows if row.answerable and row.held]
    high, low = odds(weights, good), odds(weights, no)
    area = ((high[:, None] > low).mean() + (high[:, None] == low).mean() / 2) if no and good else float("nan")
    figures = {
        "unanswerable": len(no),
        "held_back_wrongly": float((high < least).mean()),
        "checks_held_back_wrongly": float(np.mean([not row.checks for row in good])),
    }
    if no:
        figures |= {
            "held_back": float((low < least).mean()),
            "auroc": float(area),
            "checks_held_back": float(np.mean([not row.checks for row in no])),
        }
    return {name: round(value, 3) for name, value in figures.items()}


def as_json(weights: Weights) -> dict[str, list[Any]]:
    numbers = {name: [round(v, 6) for v in getattr(weights, name)] for name in ("mean", "scale", "weight")}
    return {"features": list(weights.features), **numbers, "bias": [round(weights.bias, 6)]}


if __name__ == "__main__":
    main()
