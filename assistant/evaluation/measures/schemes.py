"""Schemes: the right ones offered, the wrong ones recommended, and the verdicts where the file gives them."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.matching import normal, same_name
from assistant.evaluation.measure import Measure
from assistant.evaluation.replies import Offered

SHOWN = 5  # the contract shows at most five
AGAINST = ("not_eligible", "closed")
FOR = ("eligible", "to_confirm")


def _scheme_recall(case: Case) -> float | None:
    """A scheme is offered when the answer names it, or shows it with no verdict against it."""
    if case.reply is None or not case.gold.schemes or case.gold.answerable is False:
        return None
    shown = [s.name for s in case.reply.schemes[:SHOWN] if s.verdict not in AGAINST]
    offered = [
        normal(name) in case.text or any(same_name(name, other) for other in shown) for name in case.gold.schemes
    ]
    return sum(offered) / len(offered)


def recommended_wrongly(case: Case) -> list[str]:
    """The schemes shown as fitting, or perhaps fitting, that the file says do not."""
    if case.reply is None:
        return []
    shown = [s.name for s in case.reply.schemes[:SHOWN] if s.verdict in FOR]
    return [name for name in shown if any(same_name(wrong, name) for wrong in case.gold.schemes_wrong)]


def _scheme_wrong(case: Case) -> float | None:
    if case.reply is None or not case.gold.schemes_wrong or case.gold.answerable is False:
        return None
    return float(bool(recommended_wrongly(case)))


def verdict_of(case: Case, scheme: str) -> str | None:
    """The verdict shown on a scheme, named by its id or its name; None when it is not shown."""
    if case.reply is None:
        return None
    return next((s.verdict for s in case.reply.schemes if _is(s, scheme)), None)


def _is(shown: Offered, scheme: str) -> bool:
    return shown.id == scheme or normal(shown.name) == normal(scheme)


def _verdict_accuracy(case: Case) -> float | None:
    """The exact verdicts of the file where it has them; else right schemes not held against, wrong ones not offered."""
    if case.reply is None or case.gold.answerable is False:
        return None
    gold = case.gold
    if gold.verdicts:
        right = [verdict_of(case, scheme) == verdict for scheme, verdict in gold.verdicts.items()]
    else:
        for_them = [s.name for s in case.reply.schemes if s.verdict in FOR]
        right = [any(same_name(name, other) for other in for_them) for name in gold.schemes]
        right += [not any(same_name(name, other) for other in for_them) for name in gold.schemes_wrong]
    return sum(right) / len(right) if right else None


def _applies(case: Case) -> bool:
    return bool(case.gold.verdicts or case.gold.schemes_wrong or case.gold.kind == "scheme_match")


SOURCE = "Herlocker, Konstan, Terveen, Riedl, ACM TOIS 22(1), 2004, doi 10.1145/963770.963772"
SCHEME_RECALL = Measure("scheme_recall", "schemes", _scheme_recall, SOURCE)
SCHEME_WRONG = Measure(
    "scheme_wrong",
    "schemes",
    _scheme_wrong,
    SOURCE,
    better="down",
    gate=True,
)
VERDICT_ACCURACY = Measure(
    "verdict_accuracy",
    "schemes",
    lambda case: _verdict_accuracy(case) if _applies(case) else None,
    "Manning, Raghavan, Schütze, Introduction to Information Retrieval, 2008, ch. 13",
)
