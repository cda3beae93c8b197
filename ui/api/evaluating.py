"""A job of evaluation: its answers scored against what was expected, as `guichet evaluate` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from ui.api.problems import Problem

GOLD = "gold"  # the key of a stored question under which its gold lies
SEED = 0


def check_golds(golds: Sequence[Mapping[str, Any]]) -> None:
    """Raises Problem for the first that does not have the form of the question files."""
    from assistant.evaluation.gold import GoldRecord

    for n, gold in enumerate(golds, start=1):
        try:
            GoldRecord.model_validate(gold)
        except (ValidationError, RecursionError):
            raise Problem("bad_gold", n=n) from None


def measure(items: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], *, day: date) -> dict[str, Any]:
    """What metrics.json holds, from (question with its gold, answer record) in order. Raises GuichetError."""
    from assistant.evaluation.cases import Case
    from assistant.evaluation.entailment import by_verification
    from assistant.evaluation.gold import GoldRecord
    from assistant.evaluation.metrics import measured, to_json
    from assistant.evaluation.replies import ReplyRecord
    from assistant.evaluation.scoring import score

    names = [str(record["id"]) for _, record in items]
    apart = len(set(names)) == len(names)
    cases = []
    for n, (question, record) in enumerate(items, start=1):
        name = names[n - 1] if apart else str(n)
        gold = GoldRecord.model_validate(question[GOLD]).to_gold(name, str(record["question"]))
        reply = ReplyRecord.model_validate({**record, "id": name}).to_reply()
        cases.append((gold, reply))
    searches = any(reply.retrieved for _, reply in cases)
    first = items[0][1]
    about = {"name": "guichet", "index": first["index"], "date": day.isoformat(), "seed": SEED}
    scored = [Case(gold, reply, by_verification, searches=searches) for gold, reply in cases]
    return to_json(measured(scored, score(scored, seed=SEED), system=about, problems={}))
