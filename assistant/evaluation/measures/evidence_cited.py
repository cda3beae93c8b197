"""The share of the gold quotes that a citation of the same document covers for more than half of its words."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.matching import coverage
from assistant.evaluation.measure import Measure

COVERED = 0.5  # a quote may be shorter than the gold one: the sentence that holds the fact, not its neighbours


def _of(case: Case) -> float | None:
    if case.answered is None or not case.gold.evidence:
        return None
    quotes: dict[str, str] = {}
    for citation in case.answered.citations:
        quotes[citation.doc] = f"{quotes.get(citation.doc, '')}\n{citation.quote}"
    held = [coverage(item.quote, quotes.get(item.doc, "")) >= COVERED for item in case.gold.evidence]
    return sum(held) / len(held)


EVIDENCE_CITED = Measure(
    "evidence_cited",
    "evidence",
    _of,
    "Thorne et al., FEVER, NAACL 2018, doi 10.18653/v1/N18-1074",
)
