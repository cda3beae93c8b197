"""nDCG@k of the gold documents, binary gains, over the distinct documents retrieved."""

from __future__ import annotations

from math import log2

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure


def ndcg(k: int) -> Measure:
    def of(case: Case) -> float | None:
        if case.reply is None or not case.gold.docs or not case.searches:
            return None
        ranks = [n for n, doc in enumerate(case.ranked_documents[:k], start=1) if doc in case.gold.docs]
        ideal = sum(1 / log2(1 + n) for n in range(1, min(k, len(case.gold.docs)) + 1))
        return sum(1 / log2(1 + n) for n in ranks) / ideal

    source = "Järvelin, Kekäläinen, ACM TOIS 20(4), 2002, doi 10.1145/582415.582418"
    return Measure(f"ndcg@{k}", "retrieval", of, source)
