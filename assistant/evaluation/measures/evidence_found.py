"""The share of the gold quotes that stand in a passage of their document, among the first k."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.matching import coverage
from assistant.evaluation.measure import Measure

COVERED = 0.8  # share of a quote's content words; PDF and text forms of one sentence differ by hyphens and scan errors


def evidence_found(k: int) -> Measure:
    def of(case: Case) -> float | None:
        if case.reply is None or not case.gold.evidence or not case.searches:
            return None
        first = case.reply.retrieved[:k]
        held = [
            any(found.doc == item.doc and coverage(item.quote, found.text) >= COVERED for found in first)
            for item in case.gold.evidence
        ]
        return sum(held) / len(held)

    source = "Thorne et al., FEVER, NAACL 2018, doi 10.18653/v1/N18-1074"
    return Measure(f"evidence_found@{k}", "evidence", of, source)
