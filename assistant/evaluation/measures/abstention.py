"""Abstention: how often what cannot be answered is left, and what can be answered is left too."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure


def _when(case: Case, answerable: bool) -> float | None:
    if case.gold.answerable is not answerable:
        return None
    return float(case.reply is not None and case.reply.abstained)


ABSTENTION_RECALL = Measure(
    "abstention_recall",
    "abstention",
    lambda case: _when(case, False),
    "Thakur et al., NoMIRACL, arXiv 2312.11361",
    gate=True,
)
FALSE_ABSTENTION = Measure(
    "false_abstention",
    "abstention",
    lambda case: _when(case, True),
    "Thakur et al., NoMIRACL, arXiv 2312.11361",
    better="down",
    gate=True,
)
