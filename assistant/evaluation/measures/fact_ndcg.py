"""nDCG@k of the key facts: each counts once, at its first rank; the ideal is one passage that says them all."""

from __future__ import annotations

from math import log2

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from assistant.evaluation.measures.fact_ranks import fact_ranks


def fact_ndcg(k: int) -> Measure:
    def of(case: Case) -> float | None:
        ranks = fact_ranks(case)
        if ranks is None:
            return None
        return sum(1 / log2(1 + n) for n in ranks if n is not None and n <= k) / len(ranks)

    source = "Clarke et al., SIGIR 2008, doi 10.1145/1390334.1390446 (α = 1)"
    return Measure(f"fact_ndcg@{k}", "retrieval", of, source)
