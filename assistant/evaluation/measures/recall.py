"""Recall@k of the gold documents, over the distinct documents retrieved."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure


def recall(k: int, *, gate: bool = False) -> Measure:
    def of(case: Case) -> float | None:
        if case.reply is None or not case.gold.docs or not case.searches:
            return None
        first = case.ranked_documents[:k]
        return sum(doc in first for doc in case.gold.docs) / len(case.gold.docs)

    source = "Manning, Raghavan, Schütze, Introduction to Information Retrieval, 2008, ch. 8"
    return Measure(f"recall@{k}", "retrieval", of, source, gate=gate)
