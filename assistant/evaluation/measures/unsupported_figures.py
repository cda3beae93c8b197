"""Whether an answer holds a figure that stands neither in its quotes nor in the question."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from assistant.figures import bare_numbers


def unsupported(case: Case) -> list[str]:
    """The digit strings of the answer that no quote and not the question hold."""
    if case.answered is None:
        return []
    allowed = bare_numbers(case.quotes) | bare_numbers(case.gold.question)
    return sorted(bare_numbers(case.answered.answer) - allowed)


UNSUPPORTED_FIGURES = Measure(
    "answers_with_unsupported_number",
    "figures",
    lambda case: None if case.answered is None else float(bool(unsupported(case))),
    "Zhao, Cohen, Webber, HERMAN, Findings of EMNLP 2020, arXiv 2009.13312",
    better="down",
    gate=True,
)
