"""Whether a sentence uses words as the name of a town: capital, preposition, size of the town, what stands beside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.gazetteer import TOO_COMMON
from assistant.towns import Town

LARGE_TOWN = 20_000  # inhabitants; above, a capital letter is enough and a lower-case name may be meant
KNOWN_TOWN = 2_000  # below, a single word needs a capital and a place-making preposition

_STRONG = frozenset({"a", "au", "aux", "vers", "pres", "ville", "commune", "depuis", "in", "near", "at", "from"})
_WEAK = frozenset({"de", "d", "du", "des", "sur", "en", "et", "ou", "par", "entre", "of", "and", "or"})
_STAFF = re.compile(r"\d+ (?:salari|pers|employ|collab)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, folded, with its offsets."""

    start: int
    end: int
    text: str  # folded
    capital: bool


def is_located(text: str, words: Sequence[Word], i: int, span: Sequence[Word], key: str, town: Town) -> bool:
    """Whether the sentence uses these words as the name of a place: capital, preposition, size of the town."""
    before = words_before(words, i)
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
    after = text[span[-1].end :].lstrip(" ")
    apart = town.population >= KNOWN_TOWN and re.search(r"[,(] *$", text[: span[0].start]) and not after[:1].isalnum()
    next_to_number = text[span[-1].end : span[-1].end + 2].strip().startswith("(")
    if len(words_of_name) > 1 and len(words_of_name[0]) > 1:
        return (
            (capital and (not opens or town.population >= KNOWN_TOWN))
            or town.population >= LARGE_TOWN
            or (weak and town.population >= KNOWN_TOWN)
        )
    if words_of_name and words_of_name[0] in TOO_COMMON:
        of_it = before[-1:] in (["de"], ["d"]) and town.population >= LARGE_TOWN  # "une PME de Gap"
        named = strong and (town.population >= KNOWN_TOWN or next_to_number)
        return capital and not opens and (named or of_it or _set_apart(text, span, town))
    if not capital:
        return strong and town.population >= LARGE_TOWN and not (before[-1:] == ["a"] and _english(text))
    if town.population >= LARGE_TOWN:
        return True
    located = strong or next_to_number or apart or (weak and town.population >= KNOWN_TOWN)
    return located and not opens


def _set_apart(text: str, span: Sequence[Word], town: Town) -> bool:
    """ "un garage (5 salariés, Alès)": the name spelt as the town's, between commas, in a message that counts a staff."""
    before, after = text[: span[0].start], text[span[-1].end :]
    alone = re.search(r"[,(–-] *$", before) and re.match(r" *(?:[,).–-]|$)", after)
    return bool(alone) and text[span[0].start : span[-1].end] == town.name and _STAFF.search(text) is not None


def _english(text: str) -> bool:
    return re.search(r"\b(?:we|the|is|are|our|you|for|my)\b", text.lower()) is not None


def words_before(words: Sequence[Word], i: int) -> list[str]:
    return [w.text for w in words[max(0, i - 3) : i]]
