"""Right: every key fact, nothing forbidden, not too long; or, where nothing is to be answered, no answer."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure
from assistant.evaluation.measures.forbidden import forbidden_said
from assistant.evaluation.measures.key_facts import facts_said
from assistant.evaluation.measures.length import exceeds


def is_right(case: Case) -> bool | None:
    """None where the file does not tell. A missing answer and an error are wrong."""
    gold = case.gold
    if gold.answerable is None or (gold.answerable and not gold.key_facts):
        return None
    if case.reply is None:
        return False
    if not gold.answerable:
        return case.reply.abstained
    return not case.reply.abstained and facts_said(case) == 1 and not forbidden_said(case) and not exceeds(case)


def _of(case: Case) -> float | None:
    right = is_right(case)
    return None if right is None else float(right)


def _of_answerable(case: Case) -> float | None:
    return _of(case) if case.gold.answerable else None


RIGHT = Measure("right", "answer", _of, "Voorhees, TREC 2003 QA Track")
RIGHT_ANSWERABLE = Measure("right_answerable", "answer", _of_answerable, "Voorhees, TREC 2003 QA Track")
