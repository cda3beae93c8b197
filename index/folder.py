"""An index in a folder, opened for reading: the segments of one frozen version, seen as one."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType

from index.lexical import LexicalIndex
from index.records import StoredDocument
from index.segments import Segment, digests_of
from index.store import Index, missing
from index.vectors import JoinedVectors
from index.versions import Version, check_files, current_version, damaged
from ingest.documents import Page, Passage


class FolderIndex(Index):
    """The rows of the segments one after the other: those searched first, then those of tables of contents."""

    def __init__(self, version: Version) -> None:
        super().__init__()
        self.version = version
        self.fingerprint = version.manifest["fingerprint"]
        self.encoder_fingerprint = version.manifest["encoder"]
        self.segments = [Segment(version.path / s["name"], s["dead"]) for s in version.segments]
        self.vectors = JoinedVectors([(s.vectors, s.alive) for s in self.segments], version.manifest["dimension"])
        self.lexical = LexicalIndex.joined([(s.postings, s.alive) for s in self.segments])
        self.documents = MappingProxyType(
            dict(sorted((doc, info) for segment in self.segments for doc, info in segment.documents.items()))
        )
        self._of_doc = {doc: i for i, segment in enumerate(self.segments) for doc in segment.documents}
        sizes = [len(s.vectors) for s in self.segments] + [s.rows - len(s.vectors) for s in self.segments]
        self._firsts = list(accumulate(sizes, initial=0))  # of the searched rows by segment, then of the others

    def text_of(self, doc: str) -> str:
        return self.segments[self._of_doc[doc]].text_of(doc)

    def pages(self, doc: str) -> tuple[Page, ...]:
        return self.segments[self._of_doc[doc]].pages(doc) if doc in self._of_doc else ()

    def stored(self, doc: str) -> StoredDocument:
        return self.segments[self._of_doc[doc]].stored(doc)

    def close(self) -> None:
        for segment in self.segments:
            segment.close()

    def read(self, rows: Sequence[int]) -> dict[int, Passage]:
        wanted: dict[int, dict[int, int]] = {}
        for row in rows:
            segment, inside = self._place(row)
            wanted.setdefault(segment, {})[inside] = row
        return {
            places[inside]: passage
            for segment, places in wanted.items()
            for inside, passage in self.segments[segment].passages(list(places)).items()
        }

    def row_of(self, passage_id: str) -> int | None:
        for i, segment in enumerate(self.segments):
            row = segment.row_of(passage_id)
            if row is not None:
                return self._row(i, row)
        return None

    def rows_of(self, doc: str) -> list[int]:
        part = self._of_doc.get(doc)
        return [] if part is None else [self._row(part, row) for row in self.segments[part].rows_of(doc)]

    def live_rows(self) -> list[int]:
        return sorted(self._row(i, row) for i, segment in enumerate(self.segments) for row in segment.live_rows())

    def _place(self, row: int) -> tuple[int, int]:
        """The segment of a row of the index, and the row in it."""
        part = bisect_right(self._firsts, row) - 1
        if row < 0 or part >= 2 * len(self.segments):
            raise IndexError(row)
        segment, beyond = part % len(self.segments), part >= len(self.segments)
        return segment, row - self._firsts[part] + beyond * len(self.segments[segment].vectors)

    def _row(self, segment: int, row: int) -> int:
        """The row of the index that is this row of a segment."""
        beyond = row - len(self.segments[segment].vectors)
        return self._firsts[segment] + row if beyond < 0 else self._firsts[segment + len(self.segments)] + beyond


def open_folder(folder: Path) -> FolderIndex:
    """The version in use, its files checked. Raises IndexMissing, IndexDamaged or IndexOutdated."""
    while True:
        switch = _switch(folder)
        try:
            return _opened(folder)
        except (OSError, sqlite3.OperationalError, RuntimeError) as error:  # RuntimeError: FAISS without its file
            if _switch(folder) != switch:
                continue  # two newer versions were written meanwhile, and this one removed
            if isinstance(error, FileNotFoundError):
                raise damaged(folder, Path(str(error.filename)).name) from error
            raise


def folder_fingerprint(folder: Path) -> str | None:
    try:
        version = current_version(folder)
    except FileNotFoundError:
        return None
    return None if version is None else str(version.manifest["fingerprint"])


def folder_digests(folder: Path) -> frozenset[str]:
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


def folder_change(folder: Path) -> datetime | None:
    switch = folder / "CURRENT"
    return datetime.fromtimestamp(switch.stat().st_mtime, UTC) if switch.exists() else None


def _opened(folder: Path) -> FolderIndex:
    version = current_version(folder)
    if version is None:
        raise missing(folder)
    check_files(folder, version)
    return FolderIndex(version)


def _switch(folder: Path) -> bytes | None:
    """What says which version is in use, as it is on disk."""
    try:
        return (folder / "CURRENT").read_bytes()
    except FileNotFoundError:
        return None
