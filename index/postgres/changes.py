"""What an update changes in the version in use, read in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.build import PassageEncoder
from index.postgres.connection import Database
from index.postgres.records import INFO, stored_document
from index.records import StoredDocument, info_from, record_digest
from index.segments import searched
from index.store import other_encoder
from index.texts import embedded_text
from index.versions import FORMAT, outdated

if TYPE_CHECKING:
    from index.postgres.connection import Connection


@dataclass(frozen=True, slots=True)
class Version:
    """A row of `versions`; 0 and nothing before the first."""

    number: int = 0
    fingerprint: str = ""
    last_document: int = 0
    documents: int = 0
    passages: int = 0
    searched: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Before:
    """What is in use: its version, and by name the number and record of its documents; `anew`: all are written again."""

    version: Version
    documents: Mapping[str, tuple[int, str]]
    anew: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """Documents to write, numbers of those that die, and names of those put that are there already."""

    written: Sequence[StoredDocument]
    gone: Sequence[int]
    same: frozenset[str]

    def texts(self) -> dict[str, str]:
        """What is embedded of the documents to write, by digest."""
        return {digest: embedded_text(document, passage) for document, passage, digest in searched(self.written)}


def read_before(connection: Connection, database: Database, encoder: PassageEncoder, *, rebuild: bool) -> Before:
    """Raises IndexOutdated for what another encoder or another format made, unless `rebuild`."""
    found = connection.execute(
        "SELECT v.format, e.fingerprint, v.number, v.fingerprint, v.last_document, v.documents, v.passages, v.searched, "
        "v.tokens FROM current JOIN versions v ON v.number = current.version JOIN encoders e ON e.id = v.encoder"
    ).fetchall()
    anew = bool(found) and found[0][:2] != (FORMAT, encoder.fingerprint)
    if anew and not rebuild:
        raise other_encoder(database) if found[0][0] == FORMAT else outdated(database)
    documents = connection.execute("SELECT doc, id, record FROM documents WHERE died IS NULL").fetchall()
    version = Version(*found[0][2:]) if found else Version()
    return Before(version, {doc: (number, record) for doc, number, record in documents}, anew)


def read_changes(
    connection: Connection, before: Before, incoming: Mapping[str, StoredDocument], remove: Sequence[str]
) -> Changes:
    present = before.documents
    same = {doc for doc, stored in incoming.items() if doc in present and present[doc][1] == record_digest(stored)}
    leaving = (set(remove) | incoming.keys()) & present.keys() - same
    written = [stored for doc, stored in incoming.items() if doc not in same]
    if before.anew:
        written += _read_again(connection, [present[doc][0] for doc in present.keys() - leaving])
        leaving = set(present)
    return Changes(
        sorted(written, key=lambda stored: stored.document.doc),
        sorted(present[doc][0] for doc in leaving),
        frozenset(same),
    )


def _read_again(connection: Connection, numbers: Sequence[int]) -> Iterator[StoredDocument]:
    query = f"SELECT id, {INFO} FROM documents WHERE id = ANY(%s)"
    for number, *record in connection.execute(query, (list(numbers),)).fetchall():
        yield stored_document(connection, number, info_from(record))
