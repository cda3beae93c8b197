"""Who was taken for what: pairs of (gold, understood) counted, for intents, profiles, verdicts and endings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from assistant.evaluation.cases import Case
from assistant.evaluation.measures.intent import intents
from assistant.evaluation.measures.profile import PARTS, parts_understood
from assistant.evaluation.measures.schemes import verdict_of

Pair = tuple[str, str]
NOTHING = "–"


def confusions(cases: Sequence[Case]) -> dict[str, list[tuple[str, str, int]]]:
    """By name of what is compared: (gold, understood, count), the most frequent first; empty tables are left out."""
    tables: dict[str, Iterable[Pair]] = {
        "intent": (pair for case in cases if (pair := intents(case)) is not None),
        **{f"profile_{part}": _profiles(cases, part) for part in PARTS},
        "verdict": _verdicts(cases),
        "ending": _endings(cases),
    }
    counted = {name: Counter(pairs) for name, pairs in tables.items()}
    return {
        name: [(gold, said, n) for (gold, said), n in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))]
        for name, pairs in counted.items()
        if pairs
    }


def _profiles(cases: Sequence[Case], part: str) -> Iterable[Pair]:
    for case in cases:
        both = parts_understood(case, part)
        if both is not None and (both[0] or both[1]):
            yield _joined(both[0]), _joined(both[1])


def _verdicts(cases: Sequence[Case]) -> Iterable[Pair]:
    for case in cases:
        for scheme, verdict in case.gold.verdicts.items() if case.reply else ():
            yield verdict, verdict_of(case, scheme) or NOTHING


def _endings(cases: Sequence[Case]) -> Iterable[Pair]:
    for case in cases:
        if case.gold.answerable is not None:
            gold = "answerable" if case.gold.answerable else "unanswerable"
            yield gold, case.given.status if case.given else NOTHING


def _joined(codes: frozenset[str]) -> str:
    return ", ".join(sorted(codes)) or NOTHING
