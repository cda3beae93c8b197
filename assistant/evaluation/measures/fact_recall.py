"""The share of the key facts that the first k passages say: what an answer could have been made of."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from assistant.evaluation.measures.fact_ranks import fact_ranks


def fact_recall(k: int, *, gate: bool = False) -> Measure:
    def of(case: Case) -> float | None:
        ranks = fact_ranks(case)
        return None if ranks is None else sum(n is not None and n <= k for n in ranks) / len(ranks)

    source = "Zhai, Cohen, Lafferty, SIGIR 2003, doi 10.1145/860435.860440"
    return Measure(f"fact_recall@{k}", "retrieval", of, source, gate=gate)
