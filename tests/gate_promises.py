"""What the gate of CI holds: figures that must be zero, floors under what was measured, ceilings over it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

QUESTIONS = Path(__file__).resolve().parent / "golden" / "gate.jsonl"
ZERO = (
    "answers_with_unsupported_number",
    "answers_with_wrong_unit",
    "uncited_sentence_share",
    "scheme_wrong",
    "forbidden",
)
FLOOR = {"right_and_cited": 0.8, "abstention_recall": 1.0, "citation_recall": 1.0, "fact_recall@5": 0.85}
CEILING = {"false_abstention": 0.1}


def broken(metrics: Mapping[str, Any]) -> dict[str, float]:
    """The promises that a metrics.json breaks, with their figures; one that was not measured at all is broken."""
    figures = {name: figure["value"] for name, figure in metrics["measures"].items()}
    bounds = {**dict.fromkeys(ZERO, (0.0, 0.0)), **{name: (floor, 1.0) for name, floor in FLOOR.items()}}
    bounds |= {name: (0.0, ceiling) for name, ceiling in CEILING.items()}
    nowhere = float("nan")
    return {
        n: figures.get(n, nowhere) for n, (low, high) in bounds.items() if not low <= figures.get(n, nowhere) <= high
    }
