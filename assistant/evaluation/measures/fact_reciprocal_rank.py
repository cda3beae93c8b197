"""Reciprocal rank of the first passage that says a key fact, within k passages."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from assistant.evaluation.measures.fact_ranks import fact_ranks


def fact_reciprocal_rank(k: int) -> Measure:
    def of(case: Case) -> float | None:
        ranks = fact_ranks(case)
        if ranks is None:
            return None
        first = min((n for n in ranks if n is not None and n <= k), default=None)
        return 0.0 if first is None else 1 / first

    return Measure(f"fact_mrr@{k}", "retrieval", of, "Voorhees, TREC-8 Question Answering Track Report, 1999")
