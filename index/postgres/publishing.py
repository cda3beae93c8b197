"""A version written, switched to by all readers at once when the transaction ends, and what no reader needs swept."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from index.build import PassageEncoder
from index.postgres.changes import Before, Changes, Version
from index.postgres.records import TABLES, document_record, passage_records, texts_record
from index.postgres.snapshot import PLACES, READERS
from index.records import StoredDocument, record_digest
from index.segments import NOT_SEARCHED
from index.texts import searched_tokens
from index.versions import FORMAT

if TYPE_CHECKING:
    from index.postgres.connection import Connection

Tokens = Sequence[Sequence[Counter[str] | None]]  # of each document, of each passage; None where it is not searched


def publish(connection: Connection, before: Before, changes: Changes, encoder: PassageEncoder, number: int) -> Version:
    """The version made of what is in use and these changes; the one in use where nothing changes.

    The caller holds the lock of writers, and there is a vector for every text.
    """
    gone, old = set(changes.gone), before.version
    records = {doc: record for doc, (document, record) in before.documents.items() if document not in gone}
    records |= {stored.document.doc: record_digest(stored) for stored in changes.written}
    whole = hashlib.sha256(json.dumps([encoder.fingerprint, sorted(records.items())]).encode()).hexdigest()[:32]
    if old.number and whole == old.fingerprint:
        return old
    tokens = [[_counted(stored, p) for p in stored.passages] for stored in changes.written]
    sizes = [found.total() for of in tokens for found in of if found is not None]
    lost = _lost(connection, changes.gone)
    made = Version(
        number=old.number + 1,
        fingerprint=whole,
        last_document=old.last_document + len(changes.written),
        documents=len(records),
        passages=old.passages - lost.passages + sum(map(len, tokens)),
        searched=old.searched - lost.searched + len(sizes),
        tokens=old.tokens - lost.tokens + sum(sizes),
    )
    connection.execute("UPDATE documents SET died = %s WHERE id = ANY(%s)", (made.number, list(changes.gone)))
    _write_documents(connection, made.number, old.last_document + 1, changes.written, tokens)
    _write_postings(connection, old.last_document + 1, tokens)
    _write_frequencies(connection, made.number, lost.frequencies, tokens)
    columns = {field.name: getattr(made, field.name) for field in fields(made)} | {"format": FORMAT, "encoder": number}
    connection.execute(
        f"INSERT INTO versions ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})",
        list(columns.values()),
    )
    connection.execute(
        "INSERT INTO current (version) VALUES (%s) ON CONFLICT (one) DO UPDATE SET version = excluded.version",
        (made.number,),
    )
    return made


def sweep(connection: Connection) -> None:
    """Deletes the versions that nobody reads any more, and what was of no others. The caller holds the writers' lock."""
    [(first, current)] = connection.execute("SELECT min(number), max(number) FROM versions").fetchall()
    old = connection.execute("SELECT number FROM versions WHERE number < %s", (current,)).fetchall()
    lock = "SELECT pg_try_advisory_xact_lock(%s::int, %s::int)"
    unread = [number for (number,) in old if connection.execute(lock, (READERS, number)).fetchall() == [(True,)]]
    connection.execute("DELETE FROM versions WHERE number = ANY(%s)", (unread,))
    [(oldest,)] = connection.execute("SELECT min(number) FROM versions").fetchall()
    _sweep_documents(connection, oldest)
    _sweep_frequencies(connection, first, oldest)
    _sweep_encoders(connection)


@dataclass(frozen=True, slots=True)
class _Lost:
    """What the documents that die held: passages, those searched, their tokens, and by token in how many it stood."""

    passages: int
    searched: int
    tokens: int
    frequencies: Mapping[str, int]


def _lost(connection: Connection, gone: Sequence[int]) -> _Lost:
    [(passages, searched, tokens)] = connection.execute(
        "SELECT count(*), count(tokens), coalesce(sum(tokens), 0)::bigint FROM passages WHERE document = ANY(%s)",
        (list(gone),),
    ).fetchall()
    frequencies = connection.execute(
        f"SELECT p.token, count(*) FROM unnest(%s::bigint[]) AS document JOIN postings p "
        f"ON p.passage >= document << {PLACES} AND p.passage < (document + 1) << {PLACES} GROUP BY p.token",
        (list(gone),),
    ).fetchall()
    return _Lost(passages, searched, tokens, dict(frequencies))


def _write_documents(
    connection: Connection, version: int, first: int, documents: Sequence[StoredDocument], tokens: Tokens
) -> None:
    numbered = list(enumerate(documents, start=first))
    _copy(connection, "documents", (document_record(number, version, stored) for number, stored in numbered))
    _copy(connection, "texts", (texts_record(number, stored) for number, stored in numbered))
    _copy(
        connection,
        "passages",
        (
            record
            for (number, stored), of in zip(numbered, tokens, strict=True)
            for record in passage_records(number, stored, [None if t is None else t.total() for t in of])
        ),
    )


def _write_postings(connection: Connection, first: int, tokens: Tokens) -> None:
    _copy(
        connection,
        "postings",
        (
            (token, number << PLACES | place, count, found.total())
            for number, of in enumerate(tokens, start=first)
            for place, found in enumerate(of)
            if found is not None
            for token, count in found.items()
        ),
    )


def _write_frequencies(connection: Connection, version: int, lost: Mapping[str, int], tokens: Tokens) -> None:
    changes = Counter(token for of in tokens for found in of if found is not None for token in found)
    changes.subtract(lost)
    changed = {token: change for token, change in changes.items() if change}
    connection.execute(
        "INSERT INTO frequencies (token, version, passages) "
        "SELECT token, %s, change + coalesce((SELECT passages FROM frequencies f WHERE f.token = changed.token "
        "ORDER BY f.version DESC LIMIT 1), 0) FROM unnest(%s::text[], %s::bigint[]) AS changed (token, change)",
        (version, list(changed), list(changed.values())),
    )


def _copy(connection: Connection, table: str, records: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({TABLES[table]}) FROM STDIN") as copy:
        for record in records:
            copy.write_row(record)


def _sweep_documents(connection: Connection, oldest: int) -> None:
    """The documents dead in every version left, with the vectors that were only theirs."""
    dead = [
        number for (number,) in connection.execute("SELECT id FROM documents WHERE died <= %s", (oldest,)).fetchall()
    ]
    embedded = connection.execute(
        "SELECT DISTINCT embedded FROM passages WHERE document = ANY(%s) AND tokens IS NOT NULL", (dead,)
    ).fetchall()
    connection.execute(
        f"DELETE FROM postings p USING unnest(%s::bigint[]) AS document "
        f"WHERE p.passage >= document << {PLACES} AND p.passage < (document + 1) << {PLACES}",
        (dead,),
    )
    connection.execute("DELETE FROM documents WHERE id = ANY(%s)", (dead,))
    connection.execute(
        "DELETE FROM vectors v WHERE digest = ANY(%s) AND NOT EXISTS "
        "(SELECT FROM passages p WHERE p.embedded = v.digest AND p.tokens IS NOT NULL)",
        ([digest for (digest,) in embedded],),
    )


def _sweep_frequencies(connection: Connection, first: int, oldest: int) -> None:
    """The counts that a version of those up to the oldest replaced, and those that say none."""
    since = {"first": first, "oldest": oldest}
    connection.execute(
        "DELETE FROM frequencies f USING (SELECT token, max(version) AS version FROM frequencies "
        "WHERE version > %(first)s AND version <= %(oldest)s GROUP BY token) later "
        "WHERE f.token = later.token AND f.version < later.version",
        since,
    )
    connection.execute(
        "DELETE FROM frequencies WHERE passages = 0 AND version > %(first)s AND version <= %(oldest)s", since
    )


def _sweep_encoders(connection: Connection) -> None:
    """The vectors of encoders older than the one in use, of no version left."""
    unused = connection.execute(
        "SELECT id FROM encoders WHERE id <> ALL(SELECT encoder FROM versions) "
        "AND id < (SELECT v.encoder FROM current JOIN versions v ON v.number = current.version)"
    ).fetchall()
    for (encoder,) in unused:
        connection.execute(f"DROP INDEX IF EXISTS vectors_near_{encoder}")
        connection.execute("DELETE FROM vectors WHERE encoder = %s", (encoder,))
        connection.execute("DELETE FROM encoders WHERE id = %s", (encoder,))


def _counted(stored: StoredDocument, passage: Any) -> Counter[str] | None:
    return None if passage.kind in NOT_SEARCHED else Counter(searched_tokens(stored.document, passage))
