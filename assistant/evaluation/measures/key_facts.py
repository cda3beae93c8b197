"""The share of the key facts that the answer says; each fact is a list of wordings, one of which is enough."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.matching import share_said
from assistant.evaluation.measure import Measure


def facts_said(case: Case) -> float | None:
    if case.reply is None or not case.gold.key_facts or case.gold.answerable is False:
        return None
    return share_said(case.text, case.gold.key_facts)


KEY_FACTS = Measure("key_facts", "answer", facts_said, "Voorhees, TREC 2003 QA Track")
