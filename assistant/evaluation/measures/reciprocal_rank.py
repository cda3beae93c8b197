"""Reciprocal rank of the first gold document, within k distinct documents; its mean is MRR@k."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure


def reciprocal_rank(k: int) -> Measure:
    def of(case: Case) -> float | None:
        if case.reply is None or not case.gold.docs or not case.searches:
            return None
        ranks = (n for n, doc in enumerate(case.ranked_documents[:k], start=1) if doc in case.gold.docs)
        return 1 / next(ranks, float("inf"))

    return Measure(f"mrr@{k}", "retrieval", of, "Voorhees, TREC-8 Question Answering Track Report, 1999")
