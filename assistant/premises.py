"""What a question takes for granted, held against the sentences that answer: a figure or a date that they contradict.

Only what is asserted is looked at: the clauses that ask nothing, and those that take for granted by their very form
("puisque…", "pourquoi… ?", "c'est bien… ?"). A figure that only singles out what is asked ("en 2024") is no premise, nor
is what someone says of himself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.counted import in_french
from assistant.cues import expected_type, folded_text, heard
from assistant.evidence import Idf, Unit, about, held_by, share
from assistant.figures import dates, figures, same_figure
from assistant.naming import without_names
from assistant.parts import INTERROGATIVE
from assistant.reading_figures import DURATIONS, Figure
from assistant.sufficiency import LOW_SIMILARITY
from assistant.understanding import Understanding
from index.tokens import content_tokens
from ingest.schemes import Scheme

SAME_THING = 0.4  # idf share of the words of the premise in and around the sentence that contradicts it
AROUND = 0.7  # what a word counts that stands only in the passage of that sentence
FEW = 3  # words under which a clause leans on what stands before it
_MEASURED = frozenset({"EUR", "USD", "GBP", "%"})
_PIECES = re.compile(r"(?<=[.?!;:,])\s+|\s+(?=(?:alors que|puisque|sachant que|vu que)\b)")


@dataclass(frozen=True, slots=True)
class Contradicted:
    """What the question asserts, in its own words, and the unit that says otherwise."""

    said: str
    unit: Unit


def contradicted(understanding: Understanding, units: Sequence[Unit], idf: Idf) -> Contradicted | None:
    """The first premise that a unit, best first, contradicts: a value of the same kind told of the same thing, where
    no unit telling of it tells the value asserted."""
    for clause in asserted(understanding.text, understanding.schemes):
        for value in _values(clause):
            words = in_french(clause) if understanding.language == "en" else clause
            own = set(content_tokens(words)) - set(content_tokens(value.said))
            before = understanding.text[: understanding.text.find(clause)]  # "la maison des serres, ouverte en 2015"
            around = own if len(own) >= FEW else own.union(content_tokens(before))
            near = [u for u in units if about(u, understanding) and _same_thing(around, u, idf)]
            if len(around) < FEW - 1 or any(_tells(value, unit.text) for unit in near):
                continue
            other = next((unit for unit in near if _other(value, unit.text)), None)
            if other is not None:
                return Contradicted(value.said, other)
    return None


def denied(understanding: Understanding, units: Sequence[Unit]) -> Contradicted | None:
    """Of the first two units, one of a document, near the question, which says that what is asked cannot be told or is
    not ("combien d'emplois exactement ?", "impossible de le quantifier")."""
    for unit in units[:2]:
        ours = unit.passage.doc.startswith("fiche-")
        if not ours and unit.similarity >= LOW_SIMILARITY and heard("denies", folded_text(unit.text)):
            return Contradicted(understanding.text, unit)
    return None


def asserted(text: str, schemes: Sequence[Scheme] = ()) -> list[str]:
    """The clauses of a question that take something for granted."""
    kept = []
    pieces = [piece.strip(" ,;:") for piece in _PIECES.split(text)]
    asks = [bool("?" in p or INTERROGATIVE.search(folded_text(p))) for p in pieces]
    for piece, asking in zip(pieces, asks, strict=True):
        folded = folded_text(piece)
        own = heard("own_words", without_names(folded, schemes)) and not heard("hearsay", folded)
        only = not any(asks) and expected_type(folded)  # "montant du fonds en 2024"
        if (not (asking or only) or heard("premise", folded)) and not own:
            kept.append(piece)
    return kept


def _same_thing(words: Collection[str], unit: Unit, idf: Idf) -> bool:
    near = held_by(content_tokens(" ".join((*unit.passage.heading, unit.text))))
    return share(words, dict.fromkeys(content_tokens(unit.passage.text), AROUND) | near, idf) >= SAME_THING


@dataclass(frozen=True, slots=True)
class _Value:
    said: str
    figure: Figure | None
    year: int | None
    month: int | None


def _values(clause: str) -> list[_Value]:
    measured = [
        _Value(clause[f.start : f.end].strip(), f, None, None)
        for f in figures(clause)
        if f.unit in _MEASURED or f.unit in DURATIONS
    ]
    dated = [_Value(clause[w.start : w.end].strip(), None, w.year, w.month) for w in dates(clause) if w.year]
    return [*measured, *dated]


def _tells(value: _Value, text: str) -> bool:
    """Whether a text holds the value asserted."""
    if value.figure is not None:
        return any(same_figure(value.figure, figure, strict=False) for figure in figures(text))
    return any(when.year == value.year and value.month in (None, when.month) for when in dates(text))


def _other(value: _Value, text: str) -> bool:
    """Whether a text holds another value of the same kind."""
    if value.figure is not None:
        kinds = DURATIONS if value.figure.unit in DURATIONS else {value.figure.unit}
        return any(figure.unit in kinds for figure in figures(text))
    return any(when.year for when in dates(text))
