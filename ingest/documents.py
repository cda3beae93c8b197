"""The nouns of this room: Document, its Blocks and Pages, and the Passage cut from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Nature = Literal["plan", "law", "communique", "opinion", "press", "fiche"]
Kind = Literal["heading", "paragraph", "list", "table", "note", "toc"]


@dataclass(frozen=True, slots=True)
class Page:
    """A physical page: 1-based `number`, printed `label`, and its span in `Document.text`."""

    number: int
    label: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list, table or note: a span of `Document.text`. `level` is 1-6 for a heading, else 0."""

    kind: Kind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One source, cleaned. `doc` is its public id: the stem of its file name, `fiche-<id>` or `dossier-<id>`."""

    doc: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()  # empty when the format has no pages
    nature: Nature | None = None
    date: date | None = None
    region: str | None = None  # a COG code, as in Scheme.regions
    publisher: str | None = None
    url: str | None = None
    digest: str = ""  # SHA-256 of the file's bytes, hexadecimal
    notice: str = field(default="", compare=False)  # what the reader could not read, in French; said once, never kept


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one Document, small enough to embed and to show.

    `text == document.text[start:end]`; `text[body:]` is what follows the headings it opens with;
    `heading` is the path of titles above it, outermost first; `page` is physical and 1-based.
    """

    passage_id: str
    doc: str
    text: str
    start: int
    end: int
    body: int = 0
    heading: tuple[str, ...] = ()
    kind: Kind = "paragraph"
    page: int | None = None
    page_label: str | None = None
