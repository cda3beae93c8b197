"""Right, and every key fact in the quotes (or the titles they stand under): the answer and its proof."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from assistant.evaluation.measures.key_facts_cited import cited_share
from assistant.evaluation.measures.right import is_right


def _of(case: Case) -> float | None:
    right = is_right(case) if case.gold.answerable else None
    if right is None:
        return None
    return float(right and cited_share(case) == 1)


RIGHT_AND_CITED = Measure(
    "right_and_cited",
    "answer",
    _of,
    "Bohnet et al., Attributed Question Answering, arXiv 2212.08037",
    gate=True,
)
