"""What the words of a question or of a source tell: language, type of answer expected, attribute asked about.

Rules on folded text, in data (wording/cues.yaml).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, cast

from assistant.folding import fold
from assistant.wording import load_cues
from ingest.schemes import Field

Expected = Literal[
    "amount",
    "percent",
    "share",
    "count",
    "figure",
    "date",
    "duration",
    "frequency",
    "phone",
    "email",
    "contact",
    "clock",
    "day",
    "town",
    "venue",
    "age",
    "power",
    "computing",
    "area",
    "volume",
    "carbon",
    "salary",
    "mark",
    "turnover",
    "votes",
    "hours",
    "web",
    "person",
    "who",
    "where",
    "list",
    "reason",
    "yes_no",
    "explanation",
]


COURTESIES = ("thanks", "about_itself", "reach_human", "small_talk")  # cues of what is said to the desk itself
NAMED = "named"  # what is asked goes by a noun of its own, whose value has no form


def folded_text(text: str) -> str:
    """Lower case, no accents, plain apostrophes, single spaces: the form that cues and aliases are matched on."""
    return " ".join(fold(text).split())


@cache
def _pattern(sources: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{source})" for source in sources), re.DOTALL)


def heard(cue: str, folded: str) -> bool:
    """Whether a cue of cues.yaml stands in a folded text."""
    return _pattern(tuple(load_cues()[cue])).search(folded) is not None


def language_of(text: str) -> Literal["fr", "en"]:
    """French unless English function words outnumber the French ones."""
    cues, folded = load_cues(), folded_text(text)
    english = len(_pattern(tuple(cues["english"])).findall(folded))
    french = len(_pattern(tuple(cues["french"])).findall(folded))
    return "en" if english > french else "fr"


_WHENEVER = re.compile(
    r"\b(?:quand|lorsque?) ?(?:il|elle|ils|elles|on|je|nous|vous|le|la|les|l'|une?|des|ce|cette|mon|ma|mes|notre|nos|leurs?)"
    r"\b(?! ?(?:est-ce|a-t-))[^,;:?.]*"
)
_ASKS = re.compile(r"\b(?:quel\w*|combien|qui|quoi|que|qu'|comment|pourquoi|ou|what|which|who|how)\b")


def asking(folded: str) -> str:
    """A folded question less a clause by which it only tells when ("quels secteurs quand il parle de filières")."""
    less = _WHENEVER.sub(" ", folded)
    return less if _ASKS.search(less) else folded


def expected_type(folded: str) -> Expected | None:
    """The type of answer a folded question expects: the earliest cue in it, the order of cues.yaml breaking ties; none
    where the noun after "quel" comes first ("quels domaines l'enveloppe cite-t-elle")."""
    folded = asking(folded)
    found: list[tuple[int, int, str]] = []
    for order, (name, sources) in enumerate(load_cues()["expects"].items()):
        match = _pattern(tuple(sources)).search(folded)
        if match:
            found.append((match.start(), order, name))
    first = min(found)[2] if found else NAMED
    return None if first == NAMED else cast(Expected, first)


def fields_asked(folded: str) -> tuple[Field, ...]:
    """The attributes of a scheme that a folded question asks about, the most specific first: until when, no other date."""
    found = [name for name, cue in load_cues()["fields"].items() if _pattern(tuple(cue["asks"])).search(folded)]
    return tuple(cast(Field, name) for name in found if name != "dates" or "deadline" not in found)


def says_field(field: Field, text: str) -> bool:
    """Whether a text holds the words by which a source would speak of that attribute."""
    says = tuple(load_cues()["fields"][field]["says"])
    return not says or _pattern(says).search(folded_text(text)) is not None
