"""The parts of a question: the clauses, the regions or the schemes that each ask for something of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.cues import Expected, expected_type, fields_asked, folded_text
from assistant.naming import names_in, schemes_named
from ingest.schemes import Field, Scheme


@dataclass(frozen=True, slots=True)
class Part:
    """A clause that asks something of its own, with the names it leans on, the type and the attribute it expects."""

    text: str
    expected: Expected | None
    fields: tuple[Field, ...]


def clauses(text: str) -> tuple[str, ...]:
    """The clauses of a question joined by "et", a colon or a full stop, when each asks something of its own."""
    pieces = re.split(
        r"(?<=[.?!;:])\s+"
        r"|,?\s+(?:et|and|puis|ensuite)\s+(?=(?:(?:à|de|d'|en|dans|pour|sur|par|avec|in|with|at)\s+)?"
        r"(?:qui|que|quoi|quel\w*|combien|où|quand|comment|lequel|laquelle|ce sont|c'est|what|how|who|when|where|which)\b)"
        r"|,\s+(?=(?:livré|quand|combien|quel\w*|où|qui)\b)",
        text,
    )
    return tuple(piece.strip(" ,;:?") for piece in pieces if piece and len(piece.split()) >= 2)


def parts_of(text: str, schemes: Sequence[Scheme]) -> tuple[Part, ...]:
    """The clauses that ask something, each with the names of the whole question it lacks; one part when it is one."""
    pieces = clauses(text)
    asking = [
        p for p in pieces if expected_type(folded_text(p)) or re.search(r"\b(qu\w+|which|what)\b", folded_text(p))
    ]
    if len(asking) < 2:
        return (Part(text, expected_type(folded_text(text)), fields_asked(folded_text(text))),)
    names = list(dict.fromkeys([*(scheme.name for scheme in schemes), *names_in(text)]))
    kept = []
    for piece in asking:
        folded = folded_text(piece)
        own = names_in(f"– {piece}") or schemes_named(piece, schemes)
        subject = "" if own else " ".join(names)
        kept.append(Part(f"{piece} {subject}".strip(), expected_type(folded), fields_asked(folded)))
    return tuple(kept)
