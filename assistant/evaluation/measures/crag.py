"""Truthfulness: +1 for a right answer, 0 for none, -1 for a wrong one."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from assistant.evaluation.measures.right import is_right


def _of(case: Case) -> float | None:
    right = is_right(case)
    if right is None:
        return None
    if right:
        return 1.0
    return -1.0 if case.answered is not None else 0.0


TRUTHFULNESS = Measure("truthfulness", "abstention", _of, "Yang et al., CRAG, NeurIPS 2024, arXiv 2406.04744")
