"""Ranks of the key facts in the passages retrieved: the first passage that says each of them."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.matching import says_any


def fact_ranks(case: Case) -> list[int | None] | None:
    """For each key fact its 1-based rank, None where no passage says it; None without facts or without passages."""
    if case.reply is None or not case.gold.key_facts or case.gold.answerable is False or not case.searches:
        return None
    return [
        next((n for n, text in enumerate(case.passages, start=1) if says_any(text, alternatives)), None)
        for alternatives in case.gold.key_facts
    ]
