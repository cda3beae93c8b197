"""The nouns of page layout: a Run of text as drawn, a Line as read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text drawn at once: where it opens (points, origin bottom left, page upright), its size and an estimate
    of its width. `spaced` says that blank was left before it on its line; `oblique` and `turned`, that it is drawn across the
    page or at a right angle to the reader."""

    text: str
    x: float
    y: float
    size: float
    width: float = 0.0
    bold: bool = False
    italic: bool = False
    spaced: bool = False
    oblique: bool = False
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Runs on one base line of one column or cell."""

    text: str
    page: int
    x: float
    y: float
    size: float
    bold: bool = False
    italic: bool = False
    note: bool = False  # opens with a raised number: a footnote
    item: bool = False  # opens an item of a list
    right: float = 0.0  # where it ends, told from the mean width of letters
    cell: str = ""  # a whole row of a table, in place of the lines of its cells
