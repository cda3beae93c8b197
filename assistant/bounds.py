"""The bound that words put on a figure: "au moins", "jusqu'à", "près de", before it or after it."""

from __future__ import annotations

import re

from assistant.dates import Bound

_CUES: tuple[tuple[Bound, str, str], ...] = (
    # an upper bound first: "pas plus de" holds "plus de"
    (
        "at_most",
        r"pas plus d[e']|jusqu'(?:a|aux?|en)|au maximum|maximum|maximale?|au plus|plafonnee?s?|plafond|dans la limite|max\.?|up to|at most|no more than|"
        r"n'excedant pas|sans depasser|≤",
        r"(?:au )?maximum\b|au plus\b|max\b|ou moins\b|or less\b|or fewer\b",
    ),
    (
        "at_least",
        r"pas moins d[e']|au moins|au minimum|minimum|minimale?|a minima|a partir d[e']|at least|no less than|des|≥",
        r"(?:au )?minimum\b|au moins\b|ou plus\b|et plus\b|or more\b|\+(?! ?\d)",
    ),
    (
        "more_than",
        r"(?<!en )plus d[e']|superieure?s? a|au-dela d[e']|depass\w+|excede\w*|more than|over|above|>",
        r"(?!)",
    ),
    (
        "less_than",
        r"moins d[e']|inferieure?s? a|en dessous d[e']|sous|less than|fewer than|under|below|<",
        r"(?!)",
    ),
    (
        "about",
        r"pres d[e']|environ|autour d[e']|quelque|a peu pres|approximativement|presque|de l'ordre d[e']|about|around|nearly|almost|"
        r"approximately|some|roughly|~|≈",
        r"environ\b|approximately\b",
    ),
)
_LINK = r"(?:[ ':]+(?:a|de|d|des|les?|la|l|un|une|du|aux?|en|est|the|a|of|fixee?s?|hauteur))*[ ':(]*$"
_BEFORE = tuple((bound, re.compile(rf"(?:(?<!\w)(?:{before})){_LINK}")) for bound, before, _ in _CUES)
_FOLLOWS = tuple((bound, re.compile(rf" ?\(?(?:{after})")) for bound, _, after in _CUES)


def bound_around(folded: str, start: int, end: int) -> Bound | None:
    before = folded[max(0, start - 32) : start]
    for bound, cue in _BEFORE:
        if cue.search(before):
            return bound
    return next((bound for bound, cue in _FOLLOWS if cue.match(folded, end)), None)
