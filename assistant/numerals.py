"""Numbers written in words, in French and in English, from zero to nine hundred and ninety-nine thousand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_FR = [
    "zero",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_FR_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
_EN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ARTICLES = frozenset({"un", "une", "one"})  # alone, an article or a pronoun rather than a count
COLLECTIVES = {
    "huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000, "dozen": 12,
}  # fmt: skip
ORDINALS = {
    "deuxieme": 2, "second": 2, "troisieme": 3, "quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7,
    "huitieme": 8, "neuvieme": 9, "dixieme": 10, "third": 3, "fourth": 4, "fifth": 5,
}  # fmt: skip


def _french_below_100(n: int) -> set[str]:
    if n < 20:
        return {_FR[n]} | ({"une"} if n == 1 else set())
    if n >= 80:
        rest = n - 80
        names = {"quatre-vingts", "quatre-vingt"} if rest == 0 else {f"quatre-vingt-{_FR[rest]}"}
        if rest == 1:
            names.add("quatre-vingt-une")
        if n >= 90:
            names |= _swiss("nonante", n - 90)
        else:
            names |= _swiss("huitante", rest)
        return names
    if n >= 70:
        link = " et " if n == 71 else "-"
        return {f"soixante{link}{_FR[n - 60]}"} | _swiss("septante", n - 70)
    ten = _FR_TENS[n // 10 * 10]
    return _swiss(ten, n % 10)


def _swiss(ten: str, unit: int) -> set[str]:
    if unit == 0:
        return {ten}
    if unit == 1:
        return {f"{ten} et un", f"{ten} et une", f"{ten}-un", f"{ten}-une"}
    return {f"{ten}-{_FR[unit]}"}


def _english_below_100(n: int) -> str:
    if n < 20:
        return _EN[n]
    return _EN_TENS[n // 10] + (f"-{_EN[n % 10]}" if n % 10 else "")


@cache
def _names() -> dict[tuple[str, ...], int]:
    """Every name of 0..999 as a tuple of words (hyphens and spaces are the same), with its value."""
    names: dict[str, int] = {}
    for n in range(1000):
        hundreds, rest = divmod(n, 100)
        low = _french_below_100(rest) if rest else {""}
        heads = (
            [""] if not hundreds else ["cent"] if hundreds == 1 else [f"{_FR[hundreds]} cent", f"{_FR[hundreds]} cents"]
        )
        for head in heads:
            for tail in low if n else {"zero"}:
                names[f"{head} {tail}".strip()] = n
        tail_en = _english_below_100(rest) if rest else ""
        if hundreds:
            for head in (f"{_EN[hundreds]} hundred", *(["a hundred"] if hundreds == 1 else [])):
                names[f"{head} {tail_en}".strip()] = n
                names[f"{head} and {tail_en}".strip() if rest else head] = n
        elif n:
            names[tail_en] = n
    return {tuple(name.replace("-", " ").split()): n for name, n in names.items()}


@cache
def _words() -> frozenset[str]:
    return frozenset(word for name in _names() for word in name) | {"mille", "thousand"}


_WORD = re.compile(r"[a-z]+")
LONGEST = 16  # words: seven of a number under a thousand, « mille », seven more


def written_numbers(folded: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, value) of each number in words of a folded text, the longest reading first; articles included."""
    words = [(m.start(), m.end(), m[0]) for m in _WORD.finditer(folded)]
    i = 0
    while i < len(words):
        if words[i][2] not in _words() or words[i][2] in ("et", "and"):
            i += 1
            continue
        length, value = _longest(folded, words, i)
        if length == 0:
            i += 1
            continue
        yield words[i][0], words[i + length - 1][1], value
        i += length


def _run(folded: str, words: list[tuple[int, int, str]], i: int) -> list[str]:
    """Words of number vocabulary from `i` on, joined by one space or hyphen."""
    run, near = [words[i][2]], words[i : i + LONGEST]
    for (_, end, _w), (start, _e, word) in zip(near, near[1:], strict=False):
        if word not in _words() or folded[end:start] not in (" ", "-"):
            break
        run.append(word)
    return run


def _prefix(run: list[str]) -> tuple[int, int]:
    for length in range(min(7, len(run)), 0, -1):
        value = _names().get(tuple(run[:length]))
        if value is not None:
            return length, value
    return 0, 0


def _longest(folded: str, words: list[tuple[int, int, str]], i: int) -> tuple[int, int]:
    run = _run(folded, words, i)
    length, value = _prefix(run)
    thousands = run[length : length + 1]
    if thousands and thousands[0] in ("mille", "thousand") and (length == 0 or value > 0):
        more, rest = _prefix(run[length + 1 :])
        return length + 1 + more, (value if length else 1) * 1000 + rest
    return length, value
