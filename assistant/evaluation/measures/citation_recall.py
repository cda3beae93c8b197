"""ALCE's citation recall: the share of the sentences that their citations, taken together, entail."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure


def _of(case: Case) -> float | None:
    if case.answered is None or not case.answered.sentences:
        return None
    sentences = case.answered.sentences
    return sum(case.entailed(s, case.answered.quotes_of(s)) for s in sentences) / len(sentences)


CITATION_RECALL = Measure(
    "citation_recall", "citations", _of, "Gao et al., ALCE, EMNLP 2023, arXiv 2305.14627, section 4", gate=True
)
