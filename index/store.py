"""An index opened for reading: the segments of one frozen version, seen as one."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType

from index.lexical import LexicalIndex
from index.records import DocumentInfo, StoredDocument
from index.segments import Segment, digests_of
from index.vectors import JoinedVectors
from index.versions import IndexMissing, IndexOutdated, Version, check_files, current_version, damaged
from ingest.documents import Page, Passage

__all__ = [
    "DocumentInfo",
    "Index",
    "StoredDocument",
    "current_digests",
    "current_fingerprint",
    "open_index",
    "other_encoder",
]

KEPT_PASSAGES = 20_000  # passages read once are kept up to this number, some 30 MB: all of a small index
SHORT_ROWS, SHORT_DOCUMENTS = 64, 10_000  # rows remembered by document: 6 MB at most


class Index:
    """A frozen version: what it answers never changes, whatever is written in its folder afterwards.

    Rows below `len(vectors)` are searched, the others (tables of contents) only stored; those of documents removed
    or replaced are never found. Passages are read from the disk when asked for.
    """

    def __init__(self, version: Version) -> None:
        self.version = version
        self.fingerprint: str = version.manifest["fingerprint"]
        self.encoder_fingerprint: str = version.manifest["encoder"]
        self.segments = [Segment(version.path / s["name"], s["dead"]) for s in version.segments]
        self.vectors = JoinedVectors([(s.vectors, s.alive) for s in self.segments], version.manifest["dimension"])
        self.lexical = LexicalIndex.joined([(s.postings, s.alive) for s in self.segments])
        self.documents: Mapping[str, DocumentInfo] = MappingProxyType(
            dict(sorted((doc, info) for segment in self.segments for doc, info in segment.documents.items()))
        )
        self._of_doc = {doc: i for i, segment in enumerate(self.segments) for doc in segment.documents}
        sizes = [len(s.vectors) for s in self.segments] + [s.rows - len(s.vectors) for s in self.segments]
        self._firsts = list(accumulate(sizes, initial=0))  # of the searched rows by segment, then of the others
        self._short: dict[str, list[int]] = {}
        self.passages = Passages(self)
        self.rows: Mapping[str, int] = Rows(self)

    def passage(self, passage_id: str) -> Passage | None:
        row = self.rows.get(passage_id)
        return None if row is None else self.passages[row]

    def of_document(self, doc: str) -> tuple[Passage, ...]:
        """The passages of a document in order; none for an unknown one."""
        return tuple(self.passages.at(self._rows_of(doc)))

    def searched_rows(self, doc: str) -> list[int]:
        """The rows of the passages of a document that are searched, in its order; none for an unknown one."""
        return [row for row in self._rows_of(doc) if row < len(self.vectors)]

    def neighbours(self, passage: Passage, n: int = 1) -> tuple[Passage, ...]:
        """Up to `n` passages before and `n` after in the same document, in order, without the passage itself."""
        rows = self._rows_of(passage.doc)
        here = rows.index(self.rows[passage.passage_id])
        return tuple(self.passages.at(rows[max(0, here - n) : here] + rows[here + 1 : here + 1 + n]))

    def text_of(self, doc: str) -> str:
        """The whole cleaned text of a document, in which the offsets of its passages count. KeyError if unknown."""
        return self.segments[self._of_doc[doc]].text_of(doc)

    def pages(self, doc: str) -> tuple[Page, ...]:
        """The physical pages of a document; none for a format without pages, or for an unknown document."""
        return self.segments[self._of_doc[doc]].pages(doc) if doc in self._of_doc else ()

    def stored(self, doc: str) -> StoredDocument:
        """A document as it was put. KeyError if unknown."""
        return self.segments[self._of_doc[doc]].stored(doc)

    def close(self) -> None:
        for segment in self.segments:
            segment.close()

    def place(self, row: int) -> tuple[int, int]:
        """The segment of a row of the index, and the row in it."""
        part = bisect_right(self._firsts, row) - 1
        if row < 0 or part >= 2 * len(self.segments):
            raise IndexError(row)
        segment, beyond = part % len(self.segments), part >= len(self.segments)
        return segment, row - self._firsts[part] + beyond * len(self.segments[segment].vectors)

    def row(self, segment: int, row: int) -> int:
        """The row of the index that is this row of a segment."""
        beyond = row - len(self.segments[segment].vectors)
        return self._firsts[segment] + row if beyond < 0 else self._firsts[segment + len(self.segments)] + beyond

    def _rows_of(self, doc: str) -> list[int]:
        """Remembered for short documents: a question asks for the rows of every fiche, which took 20 of its 70 ms."""
        kept = self._short.get(doc)
        if kept is not None:
            return kept
        part = self._of_doc.get(doc)
        rows = [] if part is None else [self.row(part, row) for row in self.segments[part].rows_of(doc)]
        if part is not None and len(rows) <= SHORT_ROWS and len(self._short) < SHORT_DOCUMENTS:
            self._short[doc] = rows
        return rows


class Passages:
    """The passages of an index: `passages[row]`; its length and its iteration are those of the passages alive."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept: dict[int, Passage] = {}

    def __len__(self) -> int:
        return sum(segment.live for segment in self._index.segments)

    def __getitem__(self, row: int) -> Passage:
        return self.at([row])[0]

    def __iter__(self) -> Iterator[Passage]:
        parts = range(len(self._index.segments))
        rows = sorted(self._index.row(i, row) for i in parts for row in self._index.segments[i].live_rows())
        for start in range(0, len(rows), KEPT_PASSAGES):
            yield from self.at(rows[start : start + KEPT_PASSAGES])

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Iterable) else other)

    __hash__ = None  # type: ignore[assignment]

    def at(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of these rows, in their order, read at once."""
        found = {row: self._kept[row] for row in rows if row in self._kept}
        wanted: dict[int, dict[int, int]] = {}
        for row in rows:
            if row not in found:
                segment, inside = self._index.place(row)
                wanted.setdefault(segment, {})[inside] = row
        for segment, places in wanted.items():
            read = self._index.segments[segment].passages(list(places))
            found |= {places[inside]: passage for inside, passage in read.items()}
        if len(self._kept) + len(found) > KEPT_PASSAGES:
            self._kept.clear()
        self._kept.update(found)
        return [found[row] for row in rows]


class Rows(Mapping[str, int]):
    """The row of each passage alive, by its id."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept: dict[str, int] = {}

    def __getitem__(self, passage_id: str) -> int:
        if passage_id not in self._kept:
            self._kept[passage_id] = self._found(passage_id)
        return self._kept[passage_id]

    def __len__(self) -> int:
        return len(self._index.passages)

    def __iter__(self) -> Iterator[str]:
        return (passage.passage_id for passage in self._index.passages)

    def _found(self, passage_id: str) -> int:
        for i, segment in enumerate(self._index.segments):
            row = segment.row_of(passage_id)
            if row is not None:
                return self._index.row(i, row)
        raise KeyError(passage_id)


def open_index(folder: Path, *, encoder_fingerprint: str | None = None) -> Index:
    """The version in use of the index in `folder`, its files checked; with a fingerprint, made by that encoder.

    Raises IndexMissing, IndexDamaged or IndexOutdated.
    """
    while True:
        switch = _switch(folder)
        try:
            index = _opened(folder)
        except (OSError, sqlite3.OperationalError, RuntimeError) as error:  # RuntimeError: FAISS without its file
            if _switch(folder) != switch:
                continue  # two newer versions were written meanwhile, and this one removed
            if isinstance(error, FileNotFoundError):
                raise damaged(folder, Path(str(error.filename)).name) from error
            raise
        if encoder_fingerprint is not None and encoder_fingerprint != index.encoder_fingerprint:
            index.close()
            raise other_encoder(folder)
        return index


def current_fingerprint(folder: Path) -> str | None:
    """The fingerprint of the version in use, not opened: tells a long-lived reader that there is a newer one."""
    try:
        version = current_version(folder)
    except FileNotFoundError:
        return None
    return None if version is None else str(version.manifest["fingerprint"])


def current_digests(folder: Path) -> frozenset[str]:
    """The digests of the files in the version in use, not opened; none where there is no index."""
    while True:
        switch = _switch(folder)
        if switch is None:
            return frozenset()
        try:
            version = current_version(folder)
            parts = version.segments if version else ()
            return frozenset().union(*(digests_of(version.path / s["name"], s["dead"]) for s in parts if version))
        except (OSError, sqlite3.OperationalError):
            if _switch(folder) == switch:  # else newer versions were written meanwhile, and this one removed
                raise


def other_encoder(folder: Path | None = None) -> IndexOutdated:
    where = f" de « {folder} »" if folder is not None else ""
    return IndexOutdated(
        f"L'index{where} a été fait avec un autre modèle de vecteurs que celui des réglages : "
        "relancez « guichet ingest --rebuild » pour le refaire, ou revenez au modèle d'avant."
    )


def _opened(folder: Path) -> Index:
    version = current_version(folder)
    if version is None:
        raise IndexMissing(
            f"Il n'y a pas encore d'index dans « {folder} » : "
            "lancez « guichet setup » pour l'index de départ, ou « guichet ingest » avec vos documents."
        )
    check_files(folder, version)
    return Index(version)


def _switch(folder: Path) -> bytes | None:
    """What says which version is in use, as it is on disk."""
    try:
        return (folder / "CURRENT").read_bytes()
    except FileNotFoundError:
        return None
