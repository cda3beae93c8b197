"""Whether the intent was understood; small talk is one with what is off topic."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure

SAME: Mapping[str, str] = {"small_talk": "off_topic"}
OF_DOCUMENTS = ("fact", "list", "comparison")  # one intent where the gold comes from the kind of question


def intents(case: Case) -> tuple[str, str] | None:
    """(gold, understood), where both are known."""
    gold, understood = case.gold.intent, case.reply.intent if case.reply else None
    if gold is None or understood is None:
        return None
    if gold not in OF_DOCUMENTS and understood in OF_DOCUMENTS:
        understood = "documents"
    return SAME.get(gold, gold), SAME.get(understood, understood)


def _of(case: Case) -> float | None:
    both = intents(case)
    return None if both is None else float(both[0] == both[1])


INTENT = Measure("intent_accuracy", "understanding", _of, "Larson et al., EMNLP 2019, doi 10.18653/v1/D19-1131")
