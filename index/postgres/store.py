"""An index in PostgreSQL opened for reading: what one version holds, whatever versions are written after it.

The reader holds a lock of a session of its own on the version it opened, so that no writer sweeps what it still reads;
the lock goes with the session, however the reader ends.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from index.postgres.connection import Database, StoreUnavailable
from index.postgres.records import INFO, PASSAGE, passage_from, stored_document
from index.postgres.searching import StoredVectors, StoredWords
from index.postgres.snapshot import READERS, Snapshot, swept
from index.records import StoredDocument, info_from
from index.store import Index, missing
from index.versions import FORMAT, outdated
from ingest.documents import Page, Passage

if TYPE_CHECKING:
    from index.postgres.connection import Connection


class PostgresIndex(Index):
    """A version of the index in a database. `pin` is closed with it."""

    def __init__(
        self, database: Database, snapshot: Snapshot, infos: Sequence[tuple[Any, ...]], pin: ExitStack
    ) -> None:
        super().__init__()
        found = sorted((info.doc, number, info) for number, info in ((r[0], info_from(r[1:])) for r in infos))
        self._database, self._pin, self._closed = database, pin, False
        self._snapshot = replace(snapshot, documents=[number for _, number, _ in found])
        self._numbers = {doc: number for doc, number, _ in found}
        self.fingerprint, self.encoder_fingerprint = snapshot.fingerprint, snapshot.encoder_fingerprint
        self.documents = MappingProxyType({doc: info for doc, _, info in found})
        self.vectors = StoredVectors(database, self._snapshot)
        self.lexical = StoredWords(database, self._snapshot)

    def text_of(self, doc: str) -> str:
        text: str = self._text(doc, "text")
        return text

    def pages(self, doc: str) -> tuple[Page, ...]:
        if doc not in self._numbers:
            return ()
        return tuple(Page(*fields) for fields in json.loads(self._text(doc, "pages")))

    def stored(self, doc: str) -> StoredDocument:
        with self._database.reading() as connection:
            return stored_document(connection, self._numbers[doc], self.documents[doc])

    def close(self) -> None:
        self._closed = True
        self._pin.close()

    def read(self, rows: Sequence[int]) -> dict[int, Passage]:
        keys = {self._snapshot.key(row): row for row in rows}
        found = self._fetch(
            f"SELECT p.document, p.place, d.doc, {PASSAGE} FROM unnest(%s::bigint[], %s::int[]) AS asked (d, n) "
            "JOIN passages p ON (p.document, p.place) = (asked.d, asked.n) JOIN documents d ON d.id = p.document",
            [document for document, _ in keys],
            [place for _, place in keys],
        )
        if len(found) < len(keys):
            raise swept(self._database)
        return {keys[document, place]: passage_from(doc, record) for document, place, doc, *record in found}

    def row_of(self, passage_id: str) -> int | None:
        found = self._fetch("SELECT document, place, tokens FROM passages WHERE passage_id = %s", passage_id)
        rows = [self._row(*record) for record in found if self._snapshot.holds(record[0])]
        return rows[0] if rows else None

    def rows_of(self, doc: str) -> list[int]:
        if doc not in self._numbers:
            return []
        query = "SELECT document, place, tokens FROM passages WHERE document = %s ORDER BY place"
        found = self._fetch(query, self._numbers[doc])
        if len(found) < self.documents[doc].n_passages:
            raise swept(self._database)
        return [self._row(*record) for record in found]

    def live_rows(self) -> list[int]:
        query = "SELECT document, place, tokens FROM passages WHERE document = ANY(%s)"
        return sorted(self._row(*record) for record in self._fetch(query, list(self._numbers.values())))

    def _text(self, doc: str, column: str) -> Any:
        found = self._fetch(f"SELECT {column} FROM texts WHERE document = %s", self._numbers[doc])
        if not found:
            raise swept(self._database)
        return found[0][0]

    def _row(self, document: int, place: int, tokens: int | None) -> int:
        return self._snapshot.row(document, place, searched=tokens is not None)

    def _fetch(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        if self._closed:
            raise StoreUnavailable(
                f"Cette version de l'index de « {self._database} » n'est plus ouverte : recommencez."
            )
        return self._database.fetch(query, values)


def open_stored(database: Database) -> PostgresIndex:
    """The version in use. Raises IndexMissing, IndexOutdated or StoreUnavailable."""
    with ExitStack() as pin:
        session = pin.enter_context(database.session())
        while True:
            with database.reading() as connection:
                snapshot = current_snapshot(connection, database)
            if snapshot is None:
                raise missing(database)
            lock = (READERS, snapshot.version)
            session.execute("SELECT pg_advisory_lock_shared(%s::int, %s::int)", lock)
            with database.reading() as connection:
                here = connection.execute("SELECT FROM versions WHERE number = %s", (snapshot.version,)).rowcount > 0
                if here:
                    infos = connection.execute(
                        f"SELECT id, {INFO} FROM documents WHERE born <= %(v)s AND (died IS NULL OR died > %(v)s)",
                        {"v": snapshot.version},
                    ).fetchall()
                    dead = connection.execute(
                        "SELECT id FROM documents WHERE died <= %s", (snapshot.version,)
                    ).fetchall()
                    return PostgresIndex(database, replace(snapshot, dead=[d for (d,) in dead]), infos, pin.pop_all())
            session.execute(
                "SELECT pg_advisory_unlock_shared(%s::int, %s::int)", lock
            )  # swept meanwhile: there is a newer one


def current_snapshot(connection: Connection, database: Database) -> Snapshot | None:
    """What is in use; None before the first version. Raises IndexOutdated for one of another format of the program."""
    found = connection.execute(
        "SELECT v.format, v.number, v.fingerprint, e.id, e.fingerprint, e.dimension, v.searched, v.tokens, "
        "v.last_document FROM current JOIN versions v ON v.number = current.version JOIN encoders e ON e.id = v.encoder"
    ).fetchall()
    if not found:
        return None
    if found[0][0] != FORMAT:
        raise outdated(database)
    return Snapshot(*found[0][1:])


def stored_fingerprint(database: Database) -> str | None:
    """The fingerprint of the version in use; None before the first."""
    query = "SELECT v.fingerprint FROM current JOIN versions v ON v.number = current.version"
    found = database.fetch(query)
    return found[0][0] if found else None


def stored_change(database: Database) -> datetime | None:
    """When the version in use was made."""
    found = database.fetch("SELECT v.made FROM current JOIN versions v ON v.number = current.version")
    return found[0][0] if found else None


def stored_digests(database: Database) -> frozenset[str]:
    """The digests of the files of the version in use."""
    return frozenset(digest for (digest,) in database.fetch("SELECT digest FROM documents WHERE died IS NULL"))
