"""Documents and passages as rows of the database, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.records import (
    DocumentInfo,
    StoredDocument,
    document_from,
    info_record,
    passage_fields,
    passage_of,
    record_digest,
    text_record,
)
from ingest.documents import Passage

if TYPE_CHECKING:
    from index.postgres.connection import Connection

INFO = "doc, title, nature, date, region, publisher, url, digest, metadata, n_pages, n_passages"
PASSAGE = 'p.passage_id, p.start, p."end", p.body, p.heading, p.kind, p.page, p.page_label, p.text'
TABLES = {  # columns, in the order of the records that are copied
    "documents": f"id, born, {INFO}, record",
    "texts": "document, text, blocks, pages",
    "passages": 'document, place, passage_id, start, "end", body, heading, kind, page, page_label, text, embedded, tokens',
    "postings": "token, passage, count, tokens",
}


def document_record(number: int, version: int, stored: StoredDocument) -> tuple[Any, ...]:
    return number, version, *info_record(stored), record_digest(stored)


def texts_record(number: int, stored: StoredDocument) -> tuple[Any, ...]:
    return number, *text_record(stored)[1:]


def passage_records(number: int, stored: StoredDocument, tokens: Sequence[int | None]) -> Iterator[tuple[Any, ...]]:
    """The rows of the passages of a document; `tokens` of each, None where it is not searched."""
    for place, (p, embedded, size) in enumerate(zip(stored.passages, stored.embedded, tokens, strict=True)):
        yield number, place, *passage_fields(p), p.text, bytes.fromhex(embedded), size


def passage_from(doc: str, record: Sequence[Any]) -> Passage:
    """A passage from what PASSAGE selects."""
    *fields, text = record
    return passage_of(doc, text, *fields)


def stored_document(connection: Connection, number: int, info: DocumentInfo) -> StoredDocument:
    """A document as it was put."""
    texts = connection.execute("SELECT text, blocks, pages FROM texts WHERE document = %s", (number,)).fetchall()
    records = connection.execute(
        f"SELECT encode(p.embedded, 'hex'), {PASSAGE} FROM passages p WHERE p.document = %s ORDER BY p.place",
        (number,),
    ).fetchall()
    return StoredDocument(
        document_from(info, *texts[0]),
        tuple(passage_from(info.doc, record[1:]) for record in records),
        dict(info.metadata),
        tuple(record[0] for record in records),
    )
