"""What a question asks for, read off its vector: an aid that fits, or nothing of the desk's.

Two linear probes on the encoder's vectors (Alain and Bengio 2016, arXiv 1610.01644), fitted by
scripts/train_asking.py on questions of ours; they hold for the encoder named in asking.json. With another encoder
nothing is read, and the rules of understanding stand alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.cues import folded_text, heard
from assistant.understanding import Understanding, says_who_alone

RULED = 0.6  # log-odds by which the vector must outweigh the rules: of 0, 0.3, 0.6, 1 and 1.5, see decision 0014
NO_AID = -1.5  # log-odds under which who describes a company asks for a fact: of 17 sets, 18 such facts and one aid lie under it, 9 aids above
SURELY = 2.0  # log-odds of elsewhere over which a passage that is near proves nothing: of 2,310 of the desk, files left out, none is over it and near one, of 268 others 12
FOR_AN_AID = (
    4.0  # the same where an aid is asked for: a trade and a town ("mon restaurant à Toulon") look like elsewhere
)
UNREAD = 0.0  # log-odds where nothing is read


MEASURED = frozenset(
    {"count", "percent", "share", "date", "day", "person", "votes"}
)  # asked of the documents, of no aid


@dataclass(frozen=True, slots=True)
class Asking:
    """Log-odds that a question asks which aid fits, that it has nothing to do with the desk."""

    which_aid: float = UNREAD
    elsewhere: float = UNREAD
    read: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """log-odds = bias + weight · vector, for unit vectors of the encoder, (dim,)."""

    weight: NDArray[np.float64]
    bias: float

    def log_odds(self, vector: NDArray[np.float32]) -> float:
        return float(self.weight @ vector + self.bias)


@dataclass(frozen=True, slots=True)
class Probes:
    """The encoder whose vectors they read, and a probe for each field of Asking."""

    encoder: str
    by_name: Mapping[str, Probe]


def asking(vector: NDArray[np.float32], encoder: str) -> Asking:
    """What the vector of a question, (dim,), unit norm, tells; unread where the probes were fitted on another encoder."""
    probes = load_probes()
    if not encoder.startswith(probes.encoder):
        return Asking()
    return Asking(**{name: probe.log_odds(vector) for name, probe in probes.by_name.items()}, read=True)


def routed(understanding: Understanding, seen: Asking) -> Understanding:
    """The question with its intent as the probes have it: which aid fits, or one of facts; the rest is left to the rules.

    Who names a scheme and asks for one of its attributes, or whom to reach, asks for a fact whatever the vector says; who
    asks what a company that he describes may have asks for an aid.
    """
    understanding = replace(understanding, no_aid=seen.read and seen.which_aid < NO_AID)
    asks, rules = understanding, understanding.intent
    if rules == "which_aid" and (asks.for_a_client or asks.answers_back):
        return understanding
    if rules != "which_aid" and asks.expected in MEASURED and not asks.first_person:
        return understanding
    if not seen.read or rules not in ("which_aid", "fact", "list", "comparison"):
        return understanding
    if rules == "which_aid" and plainly_asks_an_aid(asks):
        return understanding
    if _as_told(asks):
        return replace(understanding, intent="fact") if rules == "which_aid" else understanding
    described = asks.for_a_client and not asks.expected and not asks.fields  # "Diagnostic IA pour une TPE de Nantes ?"
    if seen.which_aid > (NO_AID if described else -RULED if rules == "which_aid" else RULED):
        fact = (asks.schemes and asks.fields) or asks.expected in ("phone", "email", "contact")
        return understanding if fact else replace(understanding, intent="which_aid")
    return replace(understanding, intent="fact") if rules == "which_aid" else understanding


def plainly_asks_an_aid(asks: Understanding) -> bool:
    """Whether it asks for an aid in so many words, or says who one is and nothing more: whatever its vector says."""
    plain = heard("plain_aid", folded_text(asks.text)) and asks.expected in (None, "yes_no")
    return not (asks.schemes or asks.fields) and (plain or says_who_alone(asks.text))


def _as_told(asks: Understanding) -> bool:
    """Whether it asks what a document or its authors say, and for no aid."""
    folded = folded_text(asks.text)
    return heard("as_told", folded) and not heard("which_aid", folded)


@cache
def load_probes() -> Probes:
    """The probes that ship with the package."""
    data: dict[str, Any] = json.loads((files("assistant") / "asking.json").read_text(encoding="utf-8"))
    probes = {name: Probe(np.array(p["weight"]), float(p["bias"])) for name, p in data["probes"].items()}
    return Probes(data["encoder"], probes)
