"""What is said or is not: asked of the documents, its absence is proved by its form, and no weight outvotes it.

The cost of an aid when no sum stands in what was found; a number of agents when no number counts agents; of a sum said
in the question, the share of one who is only named beside the sum itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.cues import folded_text
from assistant.evidence import Unit
from assistant.figures import figures
from assistant.naming import names_in
from assistant.slots import counts
from assistant.sufficiency import Decision
from assistant.territories import places
from assistant.understanding import Understanding, asking_sentences
from assistant.values import holds
from index.tokens import content_tokens

# Attributes of a scheme that are said or are not. Of 1,831 questions well answered, 3 ask one that no source says or on
# which the catalogue knows its sources silent, of 382 without an answer 26.
STRICT = frozenset({"cumulation", "rate", "contact", "cost", "amount_per_company", "how_to_apply"})
# Types whose value stands in the best sentence or in its passage, or is told of something else: of 1,902 questions of 13
# sets the judge answers 6 without an answer and none well answered with it elsewhere.
VALUE_FIRST = frozenset({"amount", "town", "day"})
MONEY = frozenset({"amount", "amount_per_company", "cost", "rate"})
NUMBERS = frozenset({"amount", "count", "figure", "percent", "share"})
CURRENCIES = frozenset({"EUR", "USD", "GBP"})
_DEPOSIT = re.compile(
    r"\b(?:limite|depo[st]\w*|candidat\w*|postul\w*|dossiers?|deadline|cloture)\b"
)  # the day until which one may apply
_HOW_MUCH = re.compile(r"\b(?:combien|montants?|prix|tarifs?|couts?|budgets?|fees?|costs?|prices?|how much)\b")
_FREE = re.compile(r"\bgratuit|\bsans frais|\bpris\w* en charge|\bfree\b")
_OF_A_SUM = re.compile(r"\b(?:sur|parmi|dont|of|out of) (?:les |ces |ce |cette |des |the )?(?:\w+ )?\d")


def unsaid(decision: Decision, asks: Understanding, kept: Sequence[Unit]) -> bool:
    """Whether the one thing asked, of those that are said or are not, is told by none of the units kept."""
    if _shared_out_unsaid(asks, kept):
        return True
    if len(asks.parts) != 1:
        return False
    beside = (unit for unit in kept if unit.passage.passage_id == kept[0].passage.passage_id)
    if asks.expected in VALUE_FIRST and not any(unit.expected for unit in beside):
        return True
    if _department_unsaid(asks, kept):
        return True
    return _attribute_unsaid(decision, asks) or _sum_unsaid(asks, kept) or _number_unsaid(asks, kept)


def silent(asks: Understanding) -> bool:
    """Whether the catalogue knows its sources to be silent, for a scheme named, on the first attribute asked about."""
    return bool(asks.fields) and any(asks.fields[0] in scheme.silent_on for scheme in asks.schemes)


def _attribute_unsaid(decision: Decision, asks: Understanding) -> bool:
    field = asks.fields[0] if asks.fields else None
    closes = field == "deadline" and _DEPOSIT.search(folded_text(asks.text)) is not None
    strict = (field in STRICT or closes) and not (asks.expected == "count" and asks.counted)
    return strict and ("attribute" in decision.failed or silent(asks))


def _sum_unsaid(asks: Understanding, kept: Sequence[Unit]) -> bool:
    """A price or a sum is asked, in whatever words, and no unit holds a sum, a share or that it is free."""
    sum_asked = asks.expected in (None, "amount", "figure") or (asks.expected == "count" and not asks.counted)
    asked = bool(asks.fields) and asks.fields[0] in MONEY and sum_asked
    if not asked or _HOW_MUCH.search(folded_text(asking_sentences(asks.text))) is None:
        return False
    return not any(holds("share", unit.text) or _FREE.search(folded_text(unit.text)) for unit in kept)


def _number_unsaid(asks: Understanding, kept: Sequence[Unit]) -> bool:
    """A number of things is asked, and no unit has one beside the noun counted, nor a share."""
    if asks.expected != "count" or not asks.counted:
        return False
    return not any(counts(asks.counted, unit.text) or holds("percent", unit.text) for unit in kept)


def _department_unsaid(asks: Understanding, kept: Sequence[Unit]) -> bool:
    """A number or a sum is asked of a department that no passage kept names: that of a region is not its own."""
    if asks.first_person or asks.expected not in NUMBERS:
        return False
    said = [place for place in places(asking_sentences(asks.text)) if place.kind == "departement"]
    told = folded_text(" ".join(" ".join((*unit.passage.heading, unit.passage.text)) for unit in kept))
    return bool(said) and not any(folded_text(place.name) in told for place in said)


def _shared_out_unsaid(asks: Understanding, kept: Sequence[Unit]) -> bool:
    """ "Sur les 14 M€, combien à ANITI ?": the units that name it hold no other sum than the one shared out."""
    if asks.expected not in NUMBERS:
        return False
    whole = _sums(asks.text)
    if not whole or _OF_A_SUM.search(folded_text(asks.text)) is None:
        return False
    placed = {word for place in places(asks.text) for word in asks.text[place.start : place.end].split()}
    named = {token for name in names_in(asks.text) if name not in placed for token in content_tokens(name)}
    of_it = [unit for unit in kept if named & set(content_tokens(unit.text))]
    return bool(of_it) and not any(_sums(unit.text) - whole or holds("percent", unit.text) for unit in of_it)


def _sums(text: str) -> set[object]:
    return {figure.value for figure in figures(text) if figure.unit in CURRENCIES}
