"""ALCE's citation precision: the share of the citations that are of use to their sentence."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure


def _of(case: Case) -> float | None:
    """A citation is precise when its sentence is entailed, and it entails it alone or the others do not without it."""
    if case.answered is None or not case.answered.sentences:
        return None
    precise = total = 0
    for sentence in case.answered.sentences:
        cited = case.answered.quotes_of(sentence)
        total += len(cited)
        if not case.entailed(sentence, cited):
            continue
        for citation in cited:
            others = [c for c in cited if c is not citation]
            precise += case.entailed(sentence, [citation]) or not case.entailed(sentence, others)
    return precise / total if total else 0.0


CITATION_PRECISION = Measure(
    "citation_precision", "citations", _of, "Gao et al., ALCE, EMNLP 2023, arXiv 2305.14627, section 4"
)
