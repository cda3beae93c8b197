"""A segment: some documents with their passages, vectors and postings, in a folder written once and never changed.

vectors.faiss, sketch.faiss   the vectors of the searched rows, and their codes when there are many
lexical/                      their postings
passages.sqlite               documents, texts and passages; rows of tables of contents come after the searched ones
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.postings import Postings
from index.records import (
    INFO,
    PASSAGES,
    DocumentInfo,
    StoredDocument,
    document_from,
    info_from,
    open_documents,
    passage_from,
    write_documents,
)
from index.texts import searched_tokens
from index.vectors import Matrix, VectorIndex
from index.versions import damaged
from ingest.documents import Document, Kind, Page, Passage

NOT_SEARCHED: frozenset[Kind] = frozenset({"toc"})
_AT_ONCE = 500  # values in one SQL list: SQLite's oldest limit is 999

SMALL = 5_000  # passages: a smaller segment is written again with whatever comes, in 2 s (docs/decisions/0007)
LARGE = 250_000  # passages: no segment is made larger, so that no update writes more than this again
WORN = 0.5  # a segment of which less is alive is written again


class Segment:
    """An open segment. `dead` are its documents removed or replaced since; rows count from 0 within it."""

    def __init__(self, path: Path, dead: Collection[str] = ()) -> None:
        self.path, self.dead = path, frozenset(dead)
        self._connection, self._lock = open_documents(path / "passages.sqlite"), Lock()
        self.vectors = VectorIndex.load(path / "vectors.faiss")
        self.rows: int = self._all("SELECT count(*) FROM passages")[0][0]
        self.documents = {r[0]: info_from(r) for r in self._all(INFO) if r[0] not in dead}
        self.alive = self._alive()
        self.postings = self._postings()

    @property
    def live(self) -> int:
        """Passages that still count."""
        return sum(info.n_passages for info in self.documents.values())

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """The passages of these rows."""
        records = self._in(PASSAGES + "WHERE row IN", rows)
        texts = dict(self._in("SELECT doc, text FROM texts WHERE doc IN", {record[2] for record in records}))
        return {record[0]: passage_from(record, texts[record[2]]) for record in records}

    def row_of(self, passage_id: str) -> int | None:
        """The row of a passage alive."""
        found = self._all("SELECT row, doc FROM passages WHERE passage_id = ?", passage_id)
        return found[0][0] if found and found[0][1] not in self.dead else None

    def rows_of(self, doc: str) -> list[int]:
        """The rows of a document, in its order."""
        found = self._all('SELECT row FROM passages WHERE doc = ? ORDER BY start, "end", passage_id', doc)
        return [row for (row,) in found]

    def live_rows(self) -> list[int]:
        """The rows of every passage alive, ascending."""
        return [row for row, doc in self._all("SELECT row, doc FROM passages ORDER BY row") if doc not in self.dead]

    def text_of(self, doc: str) -> str:
        text: str = self._all("SELECT text FROM texts WHERE doc = ?", doc)[0][0]
        return text

    def pages(self, doc: str) -> tuple[Page, ...]:
        found = self._all("SELECT pages FROM texts WHERE doc = ?", doc)
        return tuple(Page(*fields) for fields in json.loads(found[0][0])) if found else ()

    def stored(self, doc: str) -> StoredDocument:
        """A document as it was put."""
        info: DocumentInfo = self.documents[doc]
        text, blocks, pages = self._all("SELECT text, blocks, pages FROM texts WHERE doc = ?", doc)[0]
        records = self._all(PASSAGES + 'WHERE doc = ? ORDER BY start, "end", passage_id', doc)
        passages = tuple(passage_from(record, text) for record in records)
        embedded = tuple(record[-1] for record in records)
        return StoredDocument(document_from(info, text, blocks, pages), passages, dict(info.metadata), embedded)

    def records(self) -> dict[str, str]:
        """By document alive, what names all that is stored of it."""
        return {doc: record for doc, record in self._all("SELECT doc, record FROM documents") if doc in self.documents}

    def embedded(self, digests: Collection[str]) -> dict[str, Matrix]:
        """The vectors of the texts embedded here, among these digests, the dead ones included."""
        found = dict(self._in("SELECT embedded, row FROM passages WHERE embedded IN", digests))
        known = {digest: row for digest, row in found.items() if row < len(self.vectors)}
        return dict(zip(known, self.vectors.some(list(known.values())), strict=True))

    def close(self) -> None:
        self._connection.close()

    def _alive(self) -> NDArray[np.bool_] | None:
        """The searched rows of documents alive, (n,) bool; None when all are."""
        if not self.dead:
            return None
        alive = np.ones(len(self.vectors), np.bool_)
        rows = [row for (row,) in self._in("SELECT row FROM passages WHERE doc IN", self.dead)]
        alive[[row for row in rows if row < len(alive)]] = False
        return alive

    def _postings(self) -> Postings:
        """Those written; those of the first format, which kept scores, are made anew in memory."""
        if (self.path / "lexical" / "pointers.npy").exists():
            return Postings.load(self.path / "lexical")
        found = [self.stored(doc) for doc in self.documents]
        tokens = {p.passage_id: searched_tokens(s.document, p) for s in found for p in s.passages}
        ids = self._all("SELECT passage_id FROM passages WHERE row < ? ORDER BY row", len(self.vectors))
        return Postings.of(tokens[passage_id] for (passage_id,) in ids)

    def _in(self, query: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
        """The rows of a query that ends with IN, for however many values."""
        wanted = list(values)
        return [
            row
            for start in range(0, len(wanted), _AT_ONCE)
            for part in [wanted[start : start + _AT_ONCE]]
            for row in self._all(f"{query} ({','.join('?' * len(part))})", *part)
        ]

    def _all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            raise damaged(self.path, "passages.sqlite") from error


def digests_of(path: Path, dead: Collection[str]) -> frozenset[str]:
    """The digests of the files whose documents are alive in the segment of this folder, not opened otherwise."""
    with closing(open_documents(path / "passages.sqlite")) as connection:
        found = connection.execute("SELECT doc, digest FROM documents").fetchall()
    return frozenset(digest for doc, digest in found if doc not in dead)


def write_segment(path: Path, documents: Sequence[StoredDocument], vectors: Matrix) -> None:
    """Writes the segment of these documents in a new folder; `vectors` are those of `searched` in its order."""
    rows = _rows(documents)
    path.mkdir()
    VectorIndex(vectors).save(path / "vectors.faiss")
    Postings.of(searched_tokens(d, p) for d, p, _ in rows[: len(vectors)]).save(path / "lexical")
    write_documents(path / "passages.sqlite", documents, [(p, digest) for _, p, digest in rows])


def searched(documents: Sequence[StoredDocument]) -> Iterator[tuple[Document, Passage, str]]:
    """The passages searched of a segment, by row: each with its document and the digest of its embedded text."""
    return (row for row in _rows(documents) if row[1].kind not in NOT_SEARCHED)


def written_again(segments: Sequence[tuple[int, int]], coming: int) -> frozenset[int]:
    """Which segments, of (passages alive, passages), to write again as one with `coming` new passages.

    The small ones, then each that is no larger than what is written already, so that a passage is written again a
    number of times that grows with the logarithm of the index (O'Neil et al., Acta Informatica 1996, doi
    10.1007/s002360050048); none beyond LARGE; and those of which little is alive.
    """
    chosen: set[int] = set()
    total = coming
    for i in sorted(range(len(segments)), key=lambda i: segments[i]):
        live, rows = segments[i]
        if (live <= max(SMALL, total) and total + live <= LARGE) or live < WORN * rows or live == 0:
            chosen.add(i)
            total += live
    return frozenset(chosen)


def parted(documents: Sequence[StoredDocument]) -> Iterator[list[StoredDocument]]:
    """Documents in their order, in groups of at most LARGE passages, a document being whole."""
    group: list[StoredDocument] = []
    size = 0
    for stored in documents:
        if group and size + len(stored.passages) > LARGE:
            yield group
            group, size = [], 0
        group.append(stored)
        size += len(stored.passages)
    if group:
        yield group


def _rows(documents: Sequence[StoredDocument]) -> list[tuple[Document, Passage, str]]:
    """Every passage with its document and digest: the searched ones first, by document and place."""
    flat = [(s.document, p, e) for s in documents for p, e in zip(s.passages, s.embedded, strict=True)]
    return sorted(flat, key=lambda row: row[1].kind in NOT_SEARCHED)
