"""Words in common with a gold answer: token recall and F1, the best over the gold answers."""

from __future__ import annotations

from collections import Counter

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from index.tokens import content_tokens


def overlap(answer: str, gold: str) -> tuple[float, float]:
    """(recall, F1) of the content tokens of `answer` against those of `gold`, as multisets."""
    said, wanted = Counter(content_tokens(answer)), Counter(content_tokens(gold))
    common = (said & wanted).total()
    if not common:
        return 0.0, 0.0
    return common / wanted.total(), 2 * common / (said.total() + wanted.total())


def _best(case: Case, part: int) -> float | None:
    if case.reply is None or not case.gold.answers or case.gold.answerable is not True:
        return None
    if case.reply.abstained:
        return 0.0
    return max(overlap(case.reply.answer, gold)[part] for gold in case.gold.answers)


ANSWER_RECALL = Measure(
    "answer_recall",
    "answer",
    lambda case: _best(case, 0),
    "Adlakha et al., TACL 2024, arXiv 2307.16877",
)
ANSWER_F1 = Measure(
    "answer_f1", "answer", lambda case: _best(case, 1), "Rajpurkar et al., SQuAD, EMNLP 2016, arXiv 1606.05250"
)
