"""Whether the answer says what only a wrong answer would say."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.matching import says_any
from assistant.evaluation.measure import Measure


def forbidden_said(case: Case) -> bool:
    return says_any(case.text, case.gold.forbidden)


def _of(case: Case) -> float | None:
    if case.answered is None or not case.gold.forbidden:
        return None
    return float(forbidden_said(case))


FORBIDDEN = Measure(
    "forbidden", "answer", _of, "Lin, Hilton, Evans, TruthfulQA, ACL 2022, arXiv 2109.07958", better="down"
)
