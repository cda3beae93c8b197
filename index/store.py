"""An index opened for reading: documents and passages (SQLite), vectors and words of one frozen version."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, cast

from index.lexical import LexicalIndex
from index.vectors import VectorIndex
from index.versions import IndexMissing, IndexOutdated, Version, check_files, current_version, damaged
from ingest.documents import Block, Document, Kind, Nature, Page, Passage

_SCHEMA = """
CREATE TABLE documents (
    doc TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, blocks TEXT NOT NULL, pages TEXT NOT NULL,
    nature TEXT, date TEXT, region TEXT, publisher TEXT, url TEXT, digest TEXT NOT NULL, metadata TEXT NOT NULL
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, passage_id TEXT NOT NULL UNIQUE, doc TEXT NOT NULL REFERENCES documents,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, body INTEGER NOT NULL, heading TEXT NOT NULL, kind TEXT NOT NULL,
    page INTEGER, page_label TEXT, embedded TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What is known of a document besides its text. `metadata` holds what its adder gave, `source` its file."""

    doc: str
    title: str
    nature: Nature | None
    date: date | None
    region: str | None
    publisher: str | None
    url: str | None
    digest: str
    n_pages: int
    n_passages: int
    metadata: Mapping[str, Any]

    @property
    def source(self) -> str | None:
        value = self.metadata.get("source")
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its passages in order, and the digest of the text embedded for each."""

    document: Document
    passages: tuple[Passage, ...]
    metadata: Mapping[str, Any]
    embedded: tuple[str, ...]


class Index:
    """A frozen version: what it answers never changes, whatever is written in its folder afterwards.

    `passages` by row; rows below `len(vectors)` are searched, the others (tables of contents) only stored.
    """

    def __init__(self, version: Version, connection: sqlite3.Connection) -> None:
        self._connection, self._lock = connection, Lock()
        self.fingerprint: str = version.manifest["fingerprint"]
        self.encoder_fingerprint: str = version.manifest["encoder"]
        self.vectors = VectorIndex.load(version.path / "vectors.faiss")
        self.lexical = LexicalIndex.load(version.path / "lexical", len(self.vectors))
        texts = dict(connection.execute("SELECT doc, text FROM documents"))
        self.passages: tuple[Passage, ...] = tuple(
            _passage(record, texts) for record in connection.execute("SELECT * FROM passages ORDER BY row")
        )
        self.rows: Mapping[str, int] = MappingProxyType({p.passage_id: row for row, p in enumerate(self.passages)})
        self._of_doc: dict[str, list[int]] = {doc: [] for doc in texts}
        for row in sorted(range(len(self.passages)), key=lambda r: _place(self.passages[r])):
            self._of_doc[self.passages[row].doc].append(row)
        self.documents: Mapping[str, DocumentInfo] = MappingProxyType(
            {
                record[0]: _info(record, len(self._of_doc[record[0]]))
                for record in connection.execute(
                    "SELECT doc, title, nature, date, region, publisher, url, digest, pages, metadata "
                    "FROM documents ORDER BY doc"
                )
            }
        )

    def passage(self, passage_id: str) -> Passage | None:
        row = self.rows.get(passage_id)
        return None if row is None else self.passages[row]

    def of_document(self, doc: str) -> tuple[Passage, ...]:
        """The passages of a document in order; none for an unknown one."""
        return tuple(self.passages[row] for row in self._of_doc.get(doc, ()))

    def neighbours(self, passage: Passage, n: int = 1) -> tuple[Passage, ...]:
        """Up to `n` passages before and `n` after in the same document, in order, without the passage itself."""
        rows = self._of_doc[passage.doc]
        here = rows.index(self.rows[passage.passage_id])
        around = rows[max(0, here - n) : here] + rows[here + 1 : here + 1 + n]
        return tuple(self.passages[row] for row in around)

    def text_of(self, doc: str) -> str:
        """The whole cleaned text of a document, in which the offsets of its passages count. KeyError if unknown."""
        with self._lock:
            found = self._connection.execute("SELECT text FROM documents WHERE doc = ?", (doc,)).fetchone()
        if found is None:
            raise KeyError(doc)
        return cast(str, found[0])

    def stored(self, doc: str) -> StoredDocument:
        """A document as it was put. KeyError if unknown."""
        info, rows = self.documents[doc], self._of_doc[doc]
        with self._lock:
            text, blocks, pages = self._connection.execute(
                "SELECT text, blocks, pages FROM documents WHERE doc = ?", (doc,)
            ).fetchone()
            embedded = dict(
                self._connection.execute("SELECT row, embedded FROM passages WHERE doc = ?", (doc,)).fetchall()
            )
        document = Document(
            doc=doc,
            title=info.title,
            text=text,
            blocks=tuple(Block(*fields) for fields in json.loads(blocks)),
            pages=tuple(Page(*fields) for fields in json.loads(pages)),
            nature=info.nature,
            date=info.date,
            region=info.region,
            publisher=info.publisher,
            url=info.url,
            digest=info.digest,
        )
        return StoredDocument(
            document, self.of_document(doc), dict(info.metadata), tuple(embedded[row] for row in rows)
        )

    def close(self) -> None:
        self._connection.close()


def open_index(folder: Path, *, encoder_fingerprint: str | None = None) -> Index:
    """The version in use of the index in `folder`, every file checked; with a fingerprint, made by that encoder.

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
            assert version is not None  # noqa: S101  # there is a switch
            with closing(sqlite3.connect(_read_only(version), uri=True)) as connection:
                return frozenset(digest for (digest,) in connection.execute("SELECT digest FROM documents"))
        except (OSError, sqlite3.OperationalError):
            if _switch(folder) == switch:  # else newer versions were written meanwhile, and this one removed
                raise


def other_encoder(folder: Path | None = None) -> IndexOutdated:
    where = f" de « {folder} »" if folder is not None else ""
    return IndexOutdated(
        f"L'index{where} a été fait avec un autre modèle de vecteurs que celui des réglages : "
        "relancez « guichet ingest --rebuild » pour le refaire, ou revenez au modèle d'avant."
    )


def write_documents(path: Path, documents: Iterable[StoredDocument], passages: Sequence[tuple[Passage, str]]) -> None:
    """Writes the SQLite file of a version: `passages` by row, each with the digest of its embedded text."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)  # synced once closed
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(document_record, documents)
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", passage_records(passages)
        )


def _place(passage: Passage) -> tuple[int, int, str]:
    return passage.start, passage.end, passage.passage_id


def _opened(folder: Path) -> Index:
    version = current_version(folder)
    if version is None:
        raise IndexMissing(
            f"Il n'y a pas encore d'index dans « {folder} » : "
            "lancez « guichet setup » pour l'index de départ, ou « guichet ingest » avec vos documents."
        )
    check_files(folder, version)
    return Index(version, sqlite3.connect(_read_only(version), uri=True, check_same_thread=False))


def _read_only(version: Version) -> str:
    return f"{(version.path / 'passages.sqlite').resolve().as_uri()}?mode=ro&immutable=1"


def _switch(folder: Path) -> bytes | None:
    """What says which version is in use, as it is on disk."""
    try:
        return (folder / "CURRENT").read_bytes()
    except FileNotFoundError:
        return None


def document_record(stored: StoredDocument) -> tuple[Any, ...]:
    """The row of a document."""
    d = stored.document
    return (
        d.doc,
        d.title,
        d.text,
        json.dumps([(b.kind, b.start, b.end, b.level) for b in d.blocks]),
        json.dumps([(p.number, p.label, p.start, p.end) for p in d.pages], ensure_ascii=False),
        d.nature,
        d.date.isoformat() if d.date else None,
        d.region,
        d.publisher,
        d.url,
        d.digest,
        json.dumps(dict(stored.metadata), ensure_ascii=False),
    )


def passage_records(passages: Sequence[tuple[Passage, str]]) -> Iterator[tuple[Any, ...]]:
    """The rows of passages, numbered in the order given."""
    for row, (p, embedded) in enumerate(passages):
        heading = json.dumps(p.heading, ensure_ascii=False)
        yield row, p.passage_id, p.doc, p.start, p.end, p.body, heading, p.kind, p.page, p.page_label, embedded


def _passage(record: Sequence[Any], texts: Mapping[str, str]) -> Passage:
    _, passage_id, doc, start, end, body, heading, kind, page, page_label, _ = record
    return Passage(
        passage_id=passage_id,
        doc=doc,
        text=texts[doc][start:end],
        start=start,
        end=end,
        body=body,
        heading=tuple(json.loads(heading)),
        kind=cast(Kind, kind),
        page=page,
        page_label=page_label,
    )


def _info(record: Sequence[Any], n_passages: int) -> DocumentInfo:
    doc, title, nature, day, region, publisher, url, digest, pages, metadata = record
    return DocumentInfo(
        doc=doc,
        title=title,
        nature=cast("Nature | None", nature),
        date=date.fromisoformat(day) if day else None,
        region=region,
        publisher=publisher,
        url=url,
        digest=digest,
        n_pages=len(json.loads(pages)),
        n_passages=n_passages,
        metadata=MappingProxyType(json.loads(metadata)),
    )
