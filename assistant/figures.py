"""Whether the figures and dates of an answer are those of its quotes.

A figure in an answer must be one of its quotes, with its unit and its bound: `unsupported_figures` names those that
are not, and adds a second, untyped gate (`bare_numbers`) so that no digit string absent from the quotes can pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.dates import Bound, When, dates, same_date
from assistant.folding import fold
from assistant.nouns import stem
from assistant.reading_figures import DURATIONS, EUR, MARK, ORDINAL, PERCENT, RATIO, Figure, figures

__all__ = ["Bound", "Figure", "When", "bare_numbers", "dates", "figures", "same_figure", "unsupported_figures"]

_CLASSES: dict[Bound, str] = {
    "exact": "=", "about": "=", "at_least": "up", "more_than": "up", "at_most": "down", "less_than": "down",
}  # fmt: skip


def same_figure(claimed: Figure, source: Figure, *, strict: bool = True) -> bool:
    """Same value, compatible unit and bound. Strict: the bound must be the source's own; else only not turned round.

    A count may lose its noun ("les 500"), and a source may have it elsewhere (a table); a typed unit is never guessed.
    """
    if not _same_unit(claimed, source):
        return False
    if claimed.bound == source.bound:
        return True
    return not strict and _CLASSES[claimed.bound] == _CLASSES[source.bound]


def _same_unit(a: Figure, b: Figure) -> bool:
    if {a.unit, b.unit} == {PERCENT, RATIO}:
        return (a.value if a.unit == PERCENT else a.value * 100) == (b.value if b.unit == PERCENT else b.value * 100)
    if a.value != b.value:
        return False
    if a.unit == b.unit:
        return True
    if _typed(a.unit) or _typed(b.unit):
        return False
    return a.unit is None or b.unit is None or (min(len(a.unit), len(b.unit)) >= 4 and a.unit[:5] == b.unit[:5])


def _typed(unit: str | None) -> bool:
    return unit is not None and (unit in (EUR, "USD", "GBP", PERCENT, RATIO, ORDINAL, "date") or unit in DURATIONS)


def bare_numbers(text: str) -> set[str]:
    """Every digit string of a text with its decimals, thousands joined, trailing decimal zeros dropped.

    The untyped notion of a naive checker: marks "[1]" and list numbers "1." are not figures; "3 000,50" is "3000.5".
    """
    text = MARK.sub(" ", text)
    text = re.sub(r"(?m)^\s*\d+[.)]\s", " ", text)
    out = set()
    for number in re.findall(r"\d+(?:[.,]\d+)?", _joined(text)):
        plain = number.replace(",", ".")
        out.add(plain.rstrip("0").rstrip(".") if "." in plain else plain)
    return out


def _joined(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("*", "")
    return re.sub(r"\s+", " ", re.sub(r"(?<=\d)[\s.](?=\d{3}\b)", "", text))


def unsupported_figures(answer: str, quotes: Sequence[str], question: str = "", *, strict: bool = True) -> list[Figure]:
    """Figures and dates of the answer that no quote holds with their value, unit and bound, and the question neither.

    A date comes as a Figure of unit "date" (value: its year, else 0), a bare digit string as one of unit None.
    """
    missing = [f for f in figures(answer) if not _supported(f, quotes, question, strict)]
    missing += [_of_date(w) for w in dates(answer) if not _dated(w, quotes, question, strict)]
    allowed = bare_numbers(_joined(" \n ".join(quotes))) | bare_numbers(question)
    missing += _bare(answer, bare_numbers(answer) - allowed, missing)
    return sorted(missing, key=lambda f: f.start)


def _supported(figure: Figure, quotes: Sequence[str], question: str, strict: bool) -> bool:
    for quote in quotes:
        for source in figures(quote):
            if same_figure(figure, source, strict=strict):
                return True
            near = replace(source, unit=figure.unit)
            counts = not _typed(figure.unit) and not _typed(source.unit) and same_figure(figure, near, strict=strict)
            if counts and figure.unit in {
                stem(w) for w in re.findall(r"[a-z-]+", re.split(r"\d", fold(quote[source.end :]))[0])[:4]
            }:
                return True
    return any(same_figure(figure, source, strict=False) for source in figures(question))


def _dated(when: When, quotes: Sequence[str], question: str, strict: bool) -> bool:
    if any(same_date(when, source, strict=strict) for quote in quotes for source in dates(quote)):
        return True
    if any(same_date(when, source, strict=False) for source in dates(question)):
        return True
    bare_year = when.month is None and when.bound == "exact"
    return bare_year and any(f.value == when.year and f.unit is None for quote in quotes for f in figures(quote))


def _of_date(when: When) -> Figure:
    return Figure(Decimal(when.year or 0), "date", when.bound, when.start, when.end, when.text)


def _bare(answer: str, absent: Collection[str], known: Sequence[Figure]) -> list[Figure]:
    covered = set().union(*(bare_numbers(f.text) for f in known)) if known else set()
    out = []
    for number in sorted(set(absent) - covered):
        at = max(0, answer.replace(",", ".").find(number))
        text = answer[at : at + len(number)] if answer.replace(",", ".").find(number) >= 0 else number
        out.append(Figure(Decimal(number), None, "exact", at, at + len(text), text))
    return out
