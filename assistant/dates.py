"""Dates in French and English text, as typed values with their precision and their bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.folding import fold

Bound = Literal["exact", "at_least", "at_most", "about", "more_than", "less_than"]

_MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1, "january": 1, "fevrier": 2, "fevr": 2, "fev": 2, "february": 2, "feb": 2, "mars": 3,
    "march": 3, "avril": 4, "avr": 4, "april": 4, "apr": 4, "mai": 5, "may": 5, "juin": 6, "june": 6, "juillet": 7,
    "juil": 7, "july": 7, "jul": 7, "aout": 8, "august": 8, "aug": 8, "septembre": 9, "september": 9, "sept": 9, "sep": 9,
    "octobre": 10, "october": 10, "oct": 10, "novembre": 11, "november": 11, "nov": 11, "decembre": 12, "december": 12,
    "dec": 12,
}  # fmt: skip
_M = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_Y = r"(?:19|20)\d\d(?![\d,]\d)(?!\d)"
_D = r"(?:0?[1-9]|[12]\d|3[01])"
_TH = r"(?: ?(?:er|st|nd|rd|th)\b)?"
_TO = r" ?(?:-|/|\ba\b|\bau\b|\bet\b|\bto\b|\band\b|\bou\b) ?(?:le )?"
_NAMES = (
    "horizon|france|agenda|vision|cap|industrie|industry|web|ambition|europe|region sud|objectif 2e|norme|iso|iso/iec|loi|reglement|"
    "decret|article|directive"
)
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w/])(?P<d1>{_D}){_TH}{_TO}(?P<d2>{_D}){_TH} (?P<m2>{_M})(?: (?P<y2>{_Y}))?",
        rf"(?<![\w/])(?P<d1>{_D}){_TH} (?P<m1>{_M})(?: (?P<y1>{_Y}))?{_TO}(?P<d2>{_D}){_TH} (?P<m2>{_M})(?: (?P<y2>{_Y}))?",
        rf"(?<![\w/])(?P<d2>{_D}|premier){_TH} (?P<m2>{_M})(?:,? (?P<y2>{_Y}))?",
        rf"\b(?P<m2>{_M}) (?P<d2>{_D}){_TH}(?:,? (?P<y2>{_Y}))(?!\d)",
        rf"(?<![\d/.-])(?P<y2>{_Y})-(?P<m2>0[1-9]|1[0-2])-(?P<d2>{_D})(?!\d)",
        rf"(?<![\d/.-])(?P<d2>{_D})(?P<sep>[/.-])(?P<m2>0?[1-9]|1[0-2])(?P=sep)(?P<y2>{_Y})",
        rf"(?<![\d/.-])(?P<m2>0?[1-9]|1[0-2])/(?P<y2>{_Y})",
        rf"\b(?P<m1>{_M})(?: (?P<y1>{_Y}))?{_TO}(?P<m2>{_M}) (?P<y2>{_Y})",
        rf"\b(?P<m2>{_M}) (?P<y2>{_Y})",
        rf"(?<![\w.,/])(?P<y1>{_Y}){_TO}(?P<y2>{_Y}|\d\d(?![\d\w%€]))(?! ?(?:€|%|euros?\b))",
        rf"(?:\b(?:en|fin|debut|mi|depuis|des|in|since|until|by|d'ici|courant|jusqu'en)[ -])(?P<m2>{_M})(?! \d)(?!\w)",
        rf"(?<![\w.,/])(?<!\w-)(?P<y2>{_Y})(?![\w/]|[.,]\d)"
        r"(?! ?(?:€|%|\$|m€|k€|euros?\b|eur\b|heures?\b|jours?\b|mois\b|ans?\b|millions?\b|milliards?\b|hours?\b|days?\b|months?\b|years?\b))",
    )
)
_CUES: tuple[tuple[Bound, str], ...] = (
    ("at_least", r"\bdes|\ba partir d[eu]|\bdepuis|\ba compter d[eu]|\bfrom|\bsince|\bstarting"),
    ("at_most", r"\bjusqu'(?:au|en|a|a la)|\bd'ici|\bau plus tard|\buntil|\bno later than|\bby"),
    ("less_than", r"\bavant|\bbefore"),
    ("more_than", r"\bapres|\bafter|\bau-dela d[eu]"),
    ("about", r"\bvers|\benviron|\baround|\bcirca"),
)
_LINK = r"(?: (?:le|la|l'|fin|debut|mi|en|a|au|du|de|end|the|of|early|mois|annee|d'))*[ -]?$"
_CUES_RE = tuple((bound, re.compile(f"(?:{cue}){_LINK}")) for bound, cue in _CUES)
_RANGE_OPEN = re.compile(r"(?:\b(?:de|du|d'|entre|periode|from|between)(?: le)?) ?$")


@dataclass(frozen=True, slots=True)
class When:
    """A date to the day, month or year; a range gives two, "at_least" then "at_most". Offsets are into the text."""

    year: int | None
    month: int | None
    day: int | None
    bound: Bound
    start: int
    end: int
    text: str


def dates(text: str) -> list[When]:
    """Dates of a text, in order; a bare year counts unless it belongs to a name ("Horizon 2020") or counts a noun."""
    folded, taken, found = fold(text), [False] * len(text), list[When]()
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            start, end = match.span()
            if any(taken[start:end]) or (match.re is _PATTERNS[-1] and not _is_year(folded, match)):
                continue
            if _named(folded, match):
                continue
            whens = list(_read(text, folded, match))
            if whens:
                taken[start:end] = [True] * (end - start)
                found += whens
    return sorted(found, key=lambda w: (w.start, w.end))


def _named(folded: str, match: re.Match[str]) -> bool:
    """The year is part of a programme's or a law's name."""
    if match.re is not _PATTERNS[-1]:
        return False
    return re.search(rf"\b(?:{_NAMES})(?: n°)? ?$", folded[max(0, match.start() - 20) : match.start()]) is not None


def _is_year(folded: str, match: re.Match[str]) -> bool:
    """Four digits directly followed by a plural noun count it ("2000 entreprises"), unless a preposition dates them."""
    before, after = folded[max(0, match.start() - 14) : match.start()], folded[match.end() :]
    if re.search(
        r"(?:\b(?:en|fin|debut|mi|depuis|des|in|since|de|annee|jusqu'en|apres|avant|d'ici|et|a|until|by)[ -]|[(])$",
        before,
    ):
        return not re.match(r" (?:entreprises|salarie|personnes|pme|tpe|emplois)", after)
    return not re.match(
        r" (?!plus\b|dans\b|pas\b|vers\b|sous\b|mais\b|sans\b|nous\b|vous\b|ils\b|elles\b|tous\b|puis\b|les\b|des\b|ses\b|aux\b|was\b|has\b|is\b|its\b)[a-z-]{2,}[sx]\b",
        after,
    )


def _read(text: str, folded: str, match: re.Match[str]) -> Iterator[When]:
    part = {key: value for key, value in match.groupdict().items() if value}
    year = _year(part.get("y2"), part.get("y1"))
    month = _month(part.get("m2"))
    first = {key for key in part if key.endswith("1")}
    bound = _bound(folded, match.start())
    start, end = match.span()
    if first:
        start1, end1 = _span(match, first)
        start, _ = _span(match, {key for key in part if key.endswith("2")})
        opened = _RANGE_OPEN.search(folded[: match.start()]) is not None
        link = folded[end1:start].strip()
        ranged = opened or link not in ("et", "and", "ou", "/")
        day1 = _day(part.get("d1"))
        year1 = _year(part.get("y1"), None) or year
        month1 = _month(part.get("m1")) or (month if day1 else None)
        yield When(year1, month1, day1, "at_least" if ranged else bound, start1, end1, text[start1:end1])
        bound = "at_most" if ranged else bound
    yield When(year, month, _day(part.get("d2")), bound, start, end, text[start:end])


def _span(match: re.Match[str], keys: set[str]) -> tuple[int, int]:
    return min(match.start(k) for k in keys), max(match.end(k) for k in keys)


def _year(digits: str | None, other: str | None) -> int | None:
    if digits is None:
        return None
    return int((other or "2000")[:2] + digits) if len(digits) == 2 else int(digits)


def _month(word: str | None) -> int | None:
    if word is None:
        return None
    return int(word) if word.isdigit() else _MONTHS[word.rstrip(".")]


def _day(word: str | None) -> int | None:
    return None if word is None else 1 if word == "premier" else int(word)


def _bound(folded: str, start: int) -> Bound:
    before = folded[max(0, start - 30) : start]
    return next((bound for bound, cue in _CUES_RE if cue.search(before)), "exact")


_UP, _DOWN = ("at_least", "more_than"), ("at_most", "less_than")


def same_date(claimed: When, source: When, *, strict: bool = True) -> bool:
    """The source says at least what is claimed: each part given is equal, and the bound is not turned round.

    Strict: a bound must be the source's own, or be left out of a date that is the start or end of a period.
    """
    for mine, its in ((claimed.year, source.year), (claimed.month, source.month), (claimed.day, source.day)):
        if mine is not None and mine != its:
            return False
    if claimed.bound == source.bound or claimed.bound == "exact":
        return True
    if claimed.bound in _UP:
        return source.bound in _UP or (not strict and source.bound == "exact")
    if claimed.bound in _DOWN:
        return source.bound in _DOWN or (not strict and source.bound == "exact")
    return source.bound == "exact"
