"""Documents and passages as rows of a SQLite file, and back."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from index.versions import IN_MEMORY
from ingest.documents import Block, Document, Kind, Nature, Page, Passage

_SCHEMA = """
CREATE TABLE documents (
    doc TEXT PRIMARY KEY, title TEXT NOT NULL, nature TEXT, date TEXT, region TEXT, publisher TEXT, url TEXT,
    digest TEXT NOT NULL, metadata TEXT NOT NULL, n_pages INTEGER NOT NULL, n_passages INTEGER NOT NULL,
    record TEXT NOT NULL
);
CREATE TABLE texts (doc TEXT PRIMARY KEY REFERENCES documents, text TEXT NOT NULL, blocks TEXT NOT NULL, pages TEXT NOT NULL);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, passage_id TEXT NOT NULL UNIQUE, doc TEXT NOT NULL REFERENCES documents,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, body INTEGER NOT NULL, heading TEXT NOT NULL, kind TEXT NOT NULL,
    page INTEGER, page_label TEXT, embedded TEXT NOT NULL
);
"""
_INDEXES = """
CREATE INDEX passages_of_document ON passages (doc, start, "end", passage_id);
CREATE INDEX passages_embedded ON passages (embedded);
"""
_FIRST_FORMAT = """
CREATE TEMP VIEW documents AS
    SELECT doc, title, nature, date, region, publisher, url, digest, metadata, json_array_length(pages) AS n_pages,
        (SELECT count(*) FROM passages WHERE passages.doc = stored.doc) AS n_passages, '' AS record
    FROM main.documents AS stored;
CREATE TEMP VIEW texts AS SELECT doc, text, blocks, pages FROM main.documents;
"""
INFO = """
SELECT doc, title, nature, date, region, publisher, url, digest, metadata, n_pages, n_passages FROM documents
"""
PASSAGES = """
SELECT row, passage_id, doc, start, "end", body, heading, kind, page, page_label, embedded FROM passages
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


def open_documents(path: Path) -> sqlite3.Connection:
    """The SQLite file of a segment, for reading, from memory when it is small (see IN_MEMORY); one of the first format
    is shown as those of today."""
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    if path.stat().st_size <= IN_MEMORY:
        read = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(connection):
            connection.backup(read)
        connection = read
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'texts'").fetchone():
        connection.executescript(_FIRST_FORMAT)
    return connection


def write_documents(path: Path, documents: Sequence[StoredDocument], passages: Sequence[tuple[Passage, str]]) -> None:
    """Writes the SQLite file of a segment: `passages` by row, each with the digest of its embedded text."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)  # synced once closed
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((*info_record(stored), record_digest(stored)) for stored in documents),
        )
        connection.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", map(text_record, documents))
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", passage_records(passages)
        )
        connection.executescript(_INDEXES)


def record_digest(stored: StoredDocument) -> str:
    """Names all that is stored of a document."""
    passages = list(passage_records(list(zip(stored.passages, stored.embedded, strict=True))))
    whole = json.dumps([info_record(stored), text_record(stored), passages])
    return hashlib.sha256(whole.encode()).hexdigest()


def info_record(stored: StoredDocument) -> tuple[Any, ...]:
    d = stored.document
    return (
        d.doc,
        d.title,
        d.nature,
        d.date.isoformat() if d.date else None,
        d.region,
        d.publisher,
        d.url,
        d.digest,
        json.dumps(dict(stored.metadata), ensure_ascii=False),
        len(d.pages),
        len(stored.passages),
    )


def text_record(stored: StoredDocument) -> tuple[str, str, str, str]:
    d = stored.document
    return (
        d.doc,
        d.text,
        json.dumps([(b.kind, b.start, b.end, b.level) for b in d.blocks]),
        json.dumps([(p.number, p.label, p.start, p.end) for p in d.pages], ensure_ascii=False),
    )


def document_from(info: DocumentInfo, text: str, blocks: str, pages: str) -> Document:
    """A document from what is known of it and its row of `texts`."""
    return Document(
        doc=info.doc,
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


def passage_from(record: Sequence[Any], text: str) -> Passage:
    """A passage from what PASSAGES selects and the text of its document."""
    _, passage_id, doc, start, end, *fields, _ = record
    return passage_of(doc, text[start:end], passage_id, start, end, *fields)


def passage_of(
    doc: str,
    text: str,
    passage_id: str,
    start: int,
    end: int,
    body: int,
    heading: str,
    kind: str,
    page: int | None,
    page_label: str | None,
) -> Passage:
    """A passage from its document, its text and what passage_fields gave."""
    return Passage(
        passage_id=passage_id,
        doc=doc,
        text=text,
        start=start,
        end=end,
        body=body,
        heading=tuple(json.loads(heading)),
        kind=cast(Kind, kind),
        page=page,
        page_label=page_label,
    )


def passage_fields(p: Passage) -> tuple[Any, ...]:
    """A passage as a row, without its document and its text."""
    return (
        p.passage_id,
        p.start,
        p.end,
        p.body,
        json.dumps(p.heading, ensure_ascii=False),
        p.kind,
        p.page,
        p.page_label,
    )


def info_from(record: Sequence[Any]) -> DocumentInfo:
    """What is known of a document, from what INFO selects."""
    doc, title, nature, day, region, publisher, url, digest, metadata, n_pages, n_passages = record
    return DocumentInfo(
        doc=doc,
        title=title,
        nature=cast("Nature | None", nature),
        date=date.fromisoformat(day) if day else None,
        region=region,
        publisher=publisher,
        url=url,
        digest=digest,
        n_pages=n_pages,
        n_passages=n_passages,
        metadata=MappingProxyType(json.loads(metadata)),
    )


def passage_records(passages: Sequence[tuple[Passage, str]]) -> Iterator[tuple[Any, ...]]:
    """The rows of passages, numbered in the order given."""
    for row, (p, embedded) in enumerate(passages):
        passage_id, *fields = passage_fields(p)
        yield row, passage_id, p.doc, *fields, embedded
