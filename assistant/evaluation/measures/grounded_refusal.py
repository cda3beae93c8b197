"""F1 of grounded refusal: the mean of the F1 of refusing and the F1 of answering."""

from __future__ import annotations

import numpy as np

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure, Values


def macro_f1(values: Values) -> Values:
    """Parts: refused and answerable, 0 or 1. A class that is neither said nor true has no F1: the other one counts alone,
    as in a file without a question to refuse."""
    refused, answerable = values[..., 0] > 0, values[..., 1] > 0
    total, classes = np.zeros(len(values)), np.zeros(len(values))
    for said, true in ((refused, ~answerable), (~refused, answerable)):
        both = 2.0 * (said & true).sum(axis=1)
        sizes = np.asarray(said.sum(axis=1) + true.sum(axis=1), dtype=np.float64)
        total += np.divide(both, sizes, out=np.zeros_like(both), where=sizes > 0)
        classes += sizes > 0
    return np.asarray(total / classes)


def _of(case: Case) -> tuple[float, float] | None:
    if case.reply is None or case.gold.answerable is None:
        return None
    return float(case.reply.abstained), float(case.gold.answerable)


GROUNDED_REFUSAL = Measure(
    "grounded_refusal_f1",
    "abstention",
    _of,
    "Song et al., Trust-Align, ICLR 2025, arXiv 2409.11242",
    combine=macro_f1,
    shown=lambda parts: float(parts[0] != parts[1]),
)
