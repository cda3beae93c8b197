"""The noun between what was found and the file it becomes: a Dossier of sections, and its numbered sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from assistant.answers import Citation
from ingest.catalogue import load_dossiers
from ingest.schemes import Source
from ui.fragments.labels import day_label, nature_label, source_label
from ui.words import Words

Kind = Literal["body", "question", "label", "quote", "note", "verdict"]
MARK = re.compile(r"\[(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a mark [n] in it names a source of the dossier."""

    text: str
    kind: Kind = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head; `widths` are shares of the line, one a column."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


Block = Paragraph | Bullets | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of level 1 or 2, and what stands under it."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 1


@dataclass(frozen=True, slots=True)
class Numbered:
    """A source: what it is, where in it, the words quoted from it, its address."""

    n: int
    title: str
    about: str  # "plan · 28 juin 2024 · page 19"
    place: str = ""  # headings or section
    quote: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A document to keep. Every mark [n] of its sections is the number of one of its sources."""

    title: str
    about: str  # when it was made, for whom
    notice: str
    sections: tuple[Section, ...]
    sources: tuple[Numbered, ...]
    language: str
    labels: DossierLabels


@dataclass(frozen=True, slots=True)
class DossierLabels:
    """What a writer says by itself."""

    sources: str
    address: str
    page: str  # "Page {n} sur {total}"
    made_by: str
    subject: str


@dataclass(slots=True)
class Bibliography:
    """Gives each source its number, in the order of first use, once."""

    words: Words
    titles: Mapping[str, str]  # document id -> title
    _numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    _sources: list[Numbered] = field(default_factory=list)

    def cite(self, citation: Citation) -> int:
        """The number of a quote of an answer."""
        place = " › ".join(part for part in citation.heading if part.strip() and part != citation.title)
        day = date.fromisoformat(citation.date) if citation.date else None
        about = self._about(source_label(self.words, citation) if citation.nature else None, day, citation.page)
        url = citation.url or ""
        return self._number(citation.title, about, place, citation.quote, url)

    def fact(self, source: Source) -> int:
        """The number of the source of a fact of the catalogue."""
        return self._document(source.doc, source.date, source.page, source.section)

    def criterion(self, source: dict[str, object]) -> int:
        """The number of the source of a criterion: {doc, heading, page}."""
        doc, page = str(source["doc"]), source.get("page")
        heading = source.get("heading")
        place = " › ".join(map(str, heading)) if isinstance(heading, (list, tuple)) else str(heading or "")
        return self._document(doc, None, page if isinstance(page, int) else None, place)

    def sources(self) -> tuple[Numbered, ...]:
        return tuple(self._sources)

    def _document(self, doc: str, day: date | None, page: int | None, place: str) -> int:
        """The number of a place in a published document, with what the catalogue knows of that document."""
        known = next((dossier for dossier in load_dossiers() if dossier.id == doc), None)
        about = self._about(
            nature_label(self.words, known.nature) if known else None, day or (known.date if known else None), page
        )
        url = (known.url if known else None) or ""
        return self._number(self.titles.get(doc, known.title if known else doc), about, place, "", url)

    def _about(self, nature: str | None, day: date | None, page: int | None) -> str:
        words = self.words
        parts = (
            nature,
            day_label(words, day) if day else None,
            words.say("labels.page", page=page) if page is not None else None,
        )
        return " · ".join(part for part in parts if part)

    def _number(self, title: str, about: str, place: str, quote: str, url: str) -> int:
        key = (title, about, place, quote, url)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self._sources.append(Numbered(self._numbers[key], *map(clean, key)))
        return self._numbers[key]


def make_dossier(
    words: Words, title: str, about: str, sections: tuple[Section, ...], sources: tuple[Numbered, ...]
) -> Dossier:
    """A dossier with the notice and the labels of its language."""
    labels = DossierLabels(**words.group("exports.writer"))
    return Dossier(clean(title), clean(about), words.say("exports.notice"), sections, sources, words.language, labels)


def pieces(text: str, known: frozenset[int]) -> Iterator[tuple[str, int | None]]:
    """A text cut at its marks: (text, None), or ("[3]", 3) for the mark of a known source."""
    start = 0
    for found in MARK.finditer(text):
        if int(found[1]) in known:
            if found.start() > start:
                yield text[start : found.start()], None
            yield found[0], int(found[1])
            start = found.end()
    if start < len(text):
        yield text[start:], None


def clean(text: str) -> str:
    """A text any writer takes: no control signs, no lone surrogates."""
    kept = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", " ", text)
    return kept.encode("utf-8", "replace").decode("utf-8")
