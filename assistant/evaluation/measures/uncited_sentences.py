"""The share of the sentences, over all answers, that cite nothing."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure, ratio


def uncited(case: Case) -> int:
    return sum(not s.citations for s in case.answered.sentences) if case.answered else 0


def _of(case: Case) -> tuple[float, float] | None:
    return None if case.answered is None else (float(uncited(case)), float(len(case.answered.sentences)))


UNCITED_SENTENCES = Measure(
    "uncited_sentence_share",
    "citations",
    _of,
    "Liu, Zhang, Liang, Findings of EMNLP 2023, arXiv 2304.09848",
    better="down",
    combine=ratio,
    gate=True,
    shown=lambda parts: parts[0] / parts[1] if parts[1] else 0.0,
)
