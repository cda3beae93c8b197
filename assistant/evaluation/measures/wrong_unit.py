"""Whether a figure of an answer stands in its quotes with another unit or another bound."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from assistant.figures import bare_numbers, unsupported_figures


def mistaken(case: Case) -> list[str]:
    """The figures of the sentences whose digits stand in their quotes, but not with that unit, date or bound."""
    if case.answered is None:
        return []
    found = []
    for sentence in case.answered.sentences:
        cited = case.answered.quotes_of(sentence)
        texts = [*(c.quote for c in cited), *(" ".join([c.title, *c.heading]) for c in cited)]
        held = set().union(*map(bare_numbers, texts)) if texts else set()
        for figure in unsupported_figures(sentence.text, texts, case.gold.question):
            digits = bare_numbers(figure.text)
            if digits and digits <= held:
                found.append(figure.text)
    return found


WRONG_UNIT = Measure(
    "answers_with_wrong_unit",
    "figures",
    lambda case: None if case.answered is None else float(bool(mistaken(case))),
    "Zhao, Cohen, Webber, HERMAN, Findings of EMNLP 2020, arXiv 2009.13312",
    better="down",
    gate=True,
)
