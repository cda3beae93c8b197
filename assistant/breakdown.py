"""How a sum is shared out: the consecutive sentences of a source whose amounts add up to it, and nothing less.

« Comment se répartissent les 60 M€ ? »: an answer of a few items would mislead, so that the parts are said only where
they make the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.cues import folded_text, heard
from assistant.evidence import Unit, quotable, spans_of
from assistant.figures import figures
from assistant.lists import LIST_WORDS
from assistant.reading_figures import EUR, PERCENT
from assistant.understanding import Understanding
from index.store import Index
from ingest.documents import Passage

LEAST = 3  # parts of a whole: two amounts that add up to a third do so by chance
BEFORE, AFTER = 1, 4  # passages around one found in which the parts may stand
WHOLE = Decimal(100)  # of shares in percent


_OPENS = re.compile(r"\bdont\b|\bof which\b|\bincluding\b|:")


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence and its amounts, with where each begins in it."""

    unit: Unit
    amounts: tuple[tuple[int, Decimal], ...]

    def parts(self, total: Decimal) -> list[Decimal]:
        """The amounts that share out the total: none under "dont", or a colon, that opens the parts of another."""
        return [value for at, value in self.amounts if value < total and not self._inside(at, total)]

    def _inside(self, at: int, total: Decimal) -> bool:
        opener = max(_OPENS.finditer(self.unit.text, 0, at), key=lambda match: match.start(), default=None)
        if opener is None:
            return False
        owner = next((value for start, value in reversed(self.amounts) if start < opener.start()), None)
        return owner != total and (owner is not None or opener[0] != ":")


def shared_out(index: Index, units: Sequence[Unit], understanding: Understanding) -> list[Unit]:
    """The sentences that share out the sum asked about, in the order of the source; none where no source does."""
    if not heard("shared_out", folded_text(understanding.text)):
        return []
    asked = [figure.value for figure in figures(understanding.text) if figure.unit == EUR]
    for passage in dict.fromkeys(unit.passage for unit in units):
        near = _around(index, passage)
        for unit, totals in ((EUR, asked or _first_amounts(units)), (PERCENT, [WHOLE])):
            said = [one for p in near for one in _amounts(p, units[0].title, unit)]
            for total in totals:
                found = _adding_up(said, total)
                if found:
                    return found
    return []


def _first_amounts(units: Sequence[Unit]) -> list[Decimal]:
    """Sums that the first sentences tell of, the largest first: one of them may be the whole."""
    found = {figure.value for unit in units[:3] for figure in figures(unit.text) if figure.unit == EUR}
    return sorted(found, reverse=True)


def _around(index: Index, passage: Passage) -> list[Passage]:
    body = [p for p in index.of_document(passage.doc) if quotable(p) and p.kind != "note"]
    at = next((i for i, p in enumerate(body) if p.passage_id == passage.passage_id), None)
    return body[max(0, at - BEFORE) : at + AFTER + 1] if at is not None else []


def _amounts(passage: Passage, title: str, unit: str) -> Iterator[_Said]:
    for start, end in spans_of(passage):
        text = passage.text[start:end]
        amounts = tuple((figure.start, figure.value) for figure in figures(text) if figure.unit == unit)
        if amounts:
            yield _Said(Unit(passage, title, start, end, text, 0), amounts)


def _adding_up(said: Sequence[_Said], total: Decimal) -> list[Unit]:
    """The fewest consecutive sentences, within the words of a list, whose parts add up to the total."""
    for length in range(1, len(said) + 1):
        for first in range(len(said) - length + 1):
            run = said[first : first + length]
            if sum(len(one.unit.text.split()) for one in run) > LIST_WORDS:
                continue
            parts = [one.parts(total) for one in run]
            values = [value for found in parts for value in found]
            if parts[0] and parts[-1] and len(values) >= LEAST and sum(values) == total:
                return [one.unit for one, found in zip(run, parts, strict=True) if found]
    return []
