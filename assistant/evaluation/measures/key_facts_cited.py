"""The share of the key facts that the quotes, or the titles and headings they stand under, say."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.matching import share_said
from assistant.evaluation.measure import Measure


def cited_share(case: Case) -> float | None:
    if case.reply is None or not case.gold.key_facts or case.gold.answerable is False:
        return None
    return share_said(case.sources, case.gold.key_facts)


KEY_FACTS_CITED = Measure("key_facts_cited", "evidence", cited_share, "Voorhees, TREC 2003 QA Track")
