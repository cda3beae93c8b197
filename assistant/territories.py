"""French places in free text, and the region each belongs to, by its COG code ("REG-93").

Towns are those of towns.py; regions, departments and nicknames those of gazetteer.py. Precision before recall: a common word that is also a town
counts only where the sentence locates something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from assistant.folding import fold
from assistant.gazetteer import DEMONYMS, FOREIGN, REGIONS, TOO_COMMON, Kind, Place, areas, key_of
from assistant.place_cues import Word, is_located, words_before
from assistant.postcodes import numbered_places, place_numbered
from assistant.towns import OVERSEAS, Town, french_towns, region_meant, shortened_towns

__all__ = ["Kind", "Place", "Town", "bare_place", "french_towns", "places", "region_label", "region_of"]

_CONTRACTED = {"au": "le", "du": "le", "aux": "les", "des": "les"}
_BEFORE_A_SHORT_NAME = frozenset({"a", "de", "pres", "vers", "aux", "des", "au", "du", "in", "near"})
_ARTICLES = ("le ", "la ", "les ", "l ")
_EVENT = re.compile(r"\b(?:salon|congres|evenement|sommet|forum|festival)s? (?:\w+ )?$")
_TOKEN = re.compile(r"[a-z0-9]+")
NEXT = re.compile(
    r"[ ,(]*(?:(?:de|d'|en|dans|a) ?)?(?:la |l'|le |les )?(?:ile de la )?"
)  # between a town and its region
LONGEST = 7  # words of the longest name looked up
PARTS_OF_LAND = frozenset({"haut", "bas", "moyen", "nord", "sud", "est", "ouest", "centre"})


def region_label(code: str) -> str:
    """The French name of a region by its code."""
    return REGIONS[code][0] if code in REGIONS else code


def bare_place(name: str) -> Place | None:
    """The place a person typed alone ("Nantes", "44", "44000", "Loire-Atlantique", "paca"), None when not one."""
    digits = re.fullmatch(r"\s*(?:dept?\.?|departement|département)?\s*(\d{5}|\d{3}|\d{2}|2[AaBb])\s*", name)
    if digits:
        return place_numbered(digits[1].upper(), 0, len(name))
    key = key_of(name)
    area = areas().get(key) or areas().get(re.sub(r"^(?:la|le|les|l|region|departement) ", "", key))
    if area is not None:
        return Place(*area, 0, len(name))
    if key in FOREIGN:
        return Place(name.strip(), None, "foreign", 0, len(name))
    towns = french_towns().get(key) or next((t for a in _ARTICLES if (t := french_towns().get(a + key))), None)
    if towns is None:
        return next((p for p in _demonyms(name)), None)
    return Place(towns[0].name, region_meant(towns), "commune", 0, len(name))


def places(text: str) -> list[Place]:
    """The places a text names, in order, the longest name first; a region named twice comes twice."""
    return list(_places(text))


@lru_cache(maxsize=64)  # of one question they are asked five times: a tenth of its answer
def _places(text: str) -> tuple[Place, ...]:
    folded = fold(text)
    words = [Word(m.start(), m.end(), m[0], text[m.start()].isupper()) for m in _TOKEN.finditer(folded)]
    found: list[Place] = []
    i = 0
    while i < len(words):
        place, used = _place_at(text, words, i)
        if place is not None:
            found.append(place)
        i += used
    taken = [(p.start, p.end) for p in found]
    for other in (*numbered_places(text, folded), *_demonyms(text)):
        if all(other.end <= start or other.start >= end for start, end in taken):
            found.append(other)
    return tuple(_settled(_beside(text, sorted(found, key=lambda p: p.start))))


def region_of(text: str) -> tuple[str, str] | None:
    """(label, code) of the one region the text names, None when it names none or several."""
    codes = {p.code for p in places(text) if p.code}
    if len(codes) != 1:
        return None
    code = codes.pop()
    return region_label(code), code


def _place_at(text: str, words: Sequence[Word], i: int) -> tuple[Place | None, int]:
    for length in range(min(LONGEST, len(words) - i), 0, -1):
        span = words[i : i + length]
        if any(
            re.search(r"[^\w'’ \u00a0\u202f-]", text[a.end : b.start]) for a, b in zip(span, span[1:], strict=False)
        ):
            continue
        key = " ".join({"st": "saint", "ste": "sainte"}.get(w.text, w.text) for w in span)
        place = _area(text, words, i, span, key) or _town(text, words, i, span, key)
        if place is not None:
            return place, length
    return None, 1


def _area(text: str, words: Sequence[Word], i: int, span: Sequence[Word], key: str) -> Place | None:
    area = areas().get(key)
    if area is None:
        return None
    before, capital = words_before(words, i), span[0].capital
    if before[-1:] and before[-1] in PARTS_OF_LAND:
        before = before[:-1]  # "un village du haut Var" is in the Var
    if area[2] == "departement" and len(span) == 1:
        located = before[-1:] in (["en"], ["dans"]) or before[-2:] in (
            ["dans", "le"], ["dans", "la"], ["dans", "l"], ["dans", "les"], ["departement", "du"], ["departement", "de"],
        ) or before[-3:-1] == ["departement", "de"] or (capital and before[-1:] in (["du"], ["d"], ["l"], ["la"], ["le"], ["of"], ["in"]))  # fmt: skip
        distinct = len(key) >= 6 and key not in TOO_COMMON  # "sarthe", "vaucluse": no preposition needed
        if not (located or distinct) or (key in TOO_COMMON and not capital):
            return None
        if key in TOO_COMMON and before[-1:] in (["du"], ["la"], ["le"], ["l"]) and "dans" not in before[-2:]:
            return None
    elif key in TOO_COMMON and not capital:
        return None
    return Place(area[0], area[1], area[2], span[0].start, span[-1].end)


def _town(text: str, words: Sequence[Word], i: int, span: Sequence[Word], key: str) -> Place | None:
    before = words_before(words, i)
    if key in FOREIGN:
        return Place(text[span[0].start : span[-1].end], None, "foreign", span[0].start, span[-1].end)
    article = _CONTRACTED.get(before[-1]) if before else None
    towns = (french_towns().get(f"{article} {key}") if article else None) or french_towns().get(key)
    if towns is None and span[0].capital and before[-1:] and before[-1] in _BEFORE_A_SHORT_NAME:
        towns = shortened_towns().get(f"{article} {key}" if article else key)
    if towns is None or not is_located(text, words, i, span, key, towns[0]):
        return None
    return Place(towns[0].name, region_meant(towns), "commune", span[0].start, span[-1].end)


@cache
def _demonym_pattern() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:" + "|".join(f"(?P<x{i}>{stem})" for i, stem in enumerate(DEMONYMS)) + r")(?:e|s|es|ne|nes)?\b"
    )


def _demonyms(text: str) -> Iterator[Place]:
    folded = fold(text)
    for match in _demonym_pattern().finditer(folded):
        if _EVENT.search(folded[: match.start()]):
            continue  # « un grand salon parisien » places neither the asker nor what it asks about
        code = list(DEMONYMS.values())[int((match.lastgroup or "x0")[1:])]
        yield Place(region_label(code), code, "region", match.start(), match.end())


def _beside(text: str, found: list[Place]) -> list[Place]:
    """A town that a postcode or the name of its region stands beside is there: « 97410 Saint-Pierre », « Saint-Denis de
    La Réunion », whatever town of that name is the largest."""
    out = list(found)
    for n, (place, following) in enumerate(zip(found, found[1:], strict=False)):
        gap = fold(text[place.end : following.start])
        if following.kind == "commune" and text[place.start : place.end].isdigit() and not gap.strip("() "):
            out[n + 1] = replace(following, code=place.code)
        elif place.kind == "commune" and following.kind in ("departement", "region") and NEXT.fullmatch(gap):
            written = text[following.start : following.end].strip("() ").isdigit()
            towns = {town.region for town in french_towns().get(key_of(place.name), ())}
            if following.code and (written or following.code in towns or following.code in OVERSEAS.values()):
                out[n] = replace(place, code=following.code)
    return out


def _settled(found: list[Place]) -> list[Place]:
    """An ambiguous town takes the region the text names beside it, when that region has such a town."""
    codes = {p.code for p in found if p.code}
    out = []
    for place in found:
        if place.code is None and place.kind == "commune":
            candidates = {t.region for t in french_towns().get(key_of(place.name), ())} & codes
            if len(candidates) == 1:
                out.append(replace(place, code=candidates.pop()))
                continue
        out.append(place)
    return out
