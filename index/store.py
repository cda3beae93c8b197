"""An index opened for reading, wherever it is kept: one frozen version of documents and their passages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.postgres.connection import Database
from index.records import DocumentInfo, StoredDocument
from index.vectors import Matrix
from index.versions import IndexMissing, IndexOutdated
from ingest.documents import Page, Passage

__all__ = [
    "DocumentInfo",
    "Index",
    "Place",
    "StoredDocument",
    "current_digests",
    "current_fingerprint",
    "last_change",
    "missing",
    "open_index",
    "other_encoder",
]

Place = Path | Database  # where an index is kept: a folder of this machine, or a database for several

KEPT_PASSAGES = 20_000  # passages read once are kept up to this number, some 30 MB: all of a small index
SHORT_ROWS, SHORT_DOCUMENTS = 64, 10_000  # rows remembered by document: 6 MB at most


class Vectors(Protocol):
    """The vectors of the rows that are searched: `row in vectors` for these."""

    @property
    def dimension(self) -> int: ...
    def __len__(self) -> int: ...
    def __contains__(self, row: object) -> bool: ...
    def search(self, query: Matrix, k: int) -> list[tuple[int, float]]: ...
    def some(self, rows: Sequence[int] | NDArray[np.int64]) -> Matrix: ...
    def rows(self) -> Matrix: ...


class Lexical(Protocol):
    """The tokens of the rows that are searched (index.lexical.LexicalIndex)."""

    def __len__(self) -> int: ...
    def frequency(self, token: str) -> int: ...
    def idf(self, token: str) -> float: ...
    def search(self, query: Sequence[str], k: int) -> list[tuple[int, float]]: ...


class Index(ABC):
    """A frozen version: what it answers never changes, whatever is written in its place afterwards.

    A row is a number for a passage, in the order of documents and of their text where scores are equal. Rows in
    `vectors` are searched, the others (tables of contents) only stored; those of documents removed or replaced are never
    found. Passages are read when asked for.
    """

    fingerprint: str
    encoder_fingerprint: str
    documents: Mapping[str, DocumentInfo]
    vectors: Vectors
    lexical: Lexical

    def __init__(self) -> None:
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
        return [row for row in self._rows_of(doc) if row in self.vectors]

    def neighbours(self, passage: Passage, n: int = 1) -> tuple[Passage, ...]:
        """Up to `n` passages before and `n` after in the same document, in order, without the passage itself."""
        rows = self._rows_of(passage.doc)
        here = rows.index(self.rows[passage.passage_id])
        return tuple(self.passages.at(rows[max(0, here - n) : here] + rows[here + 1 : here + 1 + n]))

    @abstractmethod
    def text_of(self, doc: str) -> str:
        """The whole cleaned text of a document, in which the offsets of its passages count. KeyError if unknown."""

    @abstractmethod
    def pages(self, doc: str) -> tuple[Page, ...]:
        """The physical pages of a document; none for a format without pages, or for an unknown document."""

    @abstractmethod
    def stored(self, doc: str) -> StoredDocument:
        """A document as it was put. KeyError if unknown."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def read(self, rows: Sequence[int]) -> dict[int, Passage]:
        """The passages of these rows, read at once."""

    @abstractmethod
    def row_of(self, passage_id: str) -> int | None:
        """The row of a passage alive."""

    @abstractmethod
    def rows_of(self, doc: str) -> list[int]:
        """The rows of a document, in its order; none for an unknown one."""

    @abstractmethod
    def live_rows(self) -> list[int]:
        """The rows of every passage alive, ascending."""

    def _rows_of(self, doc: str) -> list[int]:
        """Remembered for short documents: a question asks for the rows of every fiche, which took 20 of its 70 ms."""
        kept = self._short.get(doc)
        if kept is not None:
            return kept
        rows = self.rows_of(doc)
        if doc in self.documents and len(rows) <= SHORT_ROWS and len(self._short) < SHORT_DOCUMENTS:
            self._short[doc] = rows
        return rows


class Passages:
    """The passages of an index: `passages[row]`; its length and its iteration are those of the passages alive."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept: dict[int, Passage] = {}

    def __len__(self) -> int:
        return sum(info.n_passages for info in self._index.documents.values())

    def __getitem__(self, row: int) -> Passage:
        return self.at([row])[0]

    def __iter__(self) -> Iterator[Passage]:
        rows = self._index.live_rows()
        for start in range(0, len(rows), KEPT_PASSAGES):
            yield from self.at(rows[start : start + KEPT_PASSAGES])

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Iterable) else other)

    __hash__ = None  # type: ignore[assignment]

    def at(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of these rows, in their order, read at once."""
        found = {row: self._kept[row] for row in rows if row in self._kept}
        lacking = [row for row in rows if row not in found]
        if lacking:
            found |= self._index.read(lacking)
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
            row = self._index.row_of(passage_id)
            if row is None:
                raise KeyError(passage_id)
            self._kept[passage_id] = row
        return self._kept[passage_id]

    def __len__(self) -> int:
        return len(self._index.passages)

    def __iter__(self) -> Iterator[str]:
        return (passage.passage_id for passage in self._index.passages)


def open_index(place: Place, *, encoder_fingerprint: str | None = None) -> Index:
    """The version in use of the index kept there, checked; with a fingerprint, made by that encoder.

    Raises IndexMissing, IndexDamaged, IndexOutdated or StoreUnavailable.
    """
    index = _opened(place)
    if encoder_fingerprint is not None and encoder_fingerprint != index.encoder_fingerprint:
        index.close()
        raise other_encoder(place)
    return index


def current_fingerprint(place: Place) -> str | None:
    """The fingerprint of the version in use, not opened: tells a long-lived reader that there is a newer one."""
    from index.folder import folder_fingerprint
    from index.postgres.store import stored_fingerprint

    return stored_fingerprint(place) if isinstance(place, Database) else folder_fingerprint(place)


def current_digests(place: Place) -> frozenset[str]:
    """The digests of the files in the version in use, not opened; none where there is no index."""
    from index.folder import folder_digests
    from index.postgres.store import stored_digests

    return stored_digests(place) if isinstance(place, Database) else folder_digests(place)


def last_change(place: Place) -> datetime | None:
    """When the version in use was switched to; None where there is no index."""
    from index.folder import folder_change
    from index.postgres.store import stored_change

    return stored_change(place) if isinstance(place, Database) else folder_change(place)


def missing(place: Place) -> IndexMissing:
    return IndexMissing(
        f"Il n'y a pas encore d'index dans « {place} » : "
        "lancez « guichet setup » pour l'index de départ, ou « guichet ingest » avec vos documents."
    )


def other_encoder(place: Place | None = None) -> IndexOutdated:
    where = f" de « {place} »" if place is not None else ""
    return IndexOutdated(
        f"L'index{where} a été fait avec un autre modèle de vecteurs que celui des réglages : "
        "relancez « guichet ingest --rebuild » pour le refaire, ou revenez au modèle d'avant."
    )


def _opened(place: Place) -> Index:
    from index.folder import open_folder
    from index.postgres.store import open_stored

    return open_stored(place) if isinstance(place, Database) else open_folder(place)
