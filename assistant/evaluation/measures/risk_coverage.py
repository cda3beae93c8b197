"""Risk and coverage: how wrong the answers are when only the surest are given; AURC is the mean of that risk."""

from __future__ import annotations

import numpy as np

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure, Values
from assistant.evaluation.measures.right import is_right


def confidence(case: Case) -> float | None:
    """What the system says of its sureness, else the score of its best passage."""
    if case.reply is None:
        return None
    if case.reply.confidence is not None:
        return case.reply.confidence
    return case.reply.retrieved[0].score if case.reply.retrieved else None


def sure_and_wrong(case: Case) -> tuple[float, float] | None:
    """(confidence, 1 when wrong) of an answer given."""
    right, sure = is_right(case), confidence(case)
    return None if case.answered is None or right is None or sure is None else (sure, float(not right))


def risks(values: Values) -> Values:
    """(samples, answers, 2) → (samples, answers): the share of wrong ones among the n surest, for n from 1.

    Answers as sure as each other stay in the order given.
    """
    order = np.argsort(-values[..., 0], axis=1, kind="stable")
    wrong = np.take_along_axis(values[..., 1], order, axis=1)
    return np.asarray(np.cumsum(wrong, axis=1) / np.arange(1, values.shape[1] + 1))


AURC = Measure(
    "aurc",
    "abstention",
    sure_and_wrong,
    "Geifman, Uziel, El-Yaniv, ICLR 2019, arXiv 1805.08206",
    better="down",
    combine=lambda values: np.asarray(risks(values).mean(axis=1)),
    shown=lambda parts: parts[1],
)
