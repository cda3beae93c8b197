"""Documents put into the database: one new version in one transaction, or none; several workers at once lose nothing.

Texts are embedded first, outside of any transaction. Then, one worker after the other, the version is written as what is
in use at that moment with what this worker brings: nothing of another worker's is undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from index.build import BuildReport, PassageEncoder, Progress, incoming_documents
from index.postgres.changes import Changes, read_before, read_changes
from index.postgres.connection import Database
from index.postgres.embedding import WRITERS, absent, embed, encoder_number, make_graph
from index.postgres.publishing import publish, sweep
from ingest.documents import Document, Passage

BULK = 1_000  # passages written at once, from which the server learns its statistics again without waiting


def update_stored(
    database: Database,
    encoder: PassageEncoder,
    *,
    put: Sequence[tuple[Document, tuple[Passage, ...]]],
    remove: Sequence[str],
    metadata: Mapping[str, Mapping[str, Any]],
    rebuild: bool,
    progress: Progress | None,
) -> BuildReport:
    """As index.build.update_index. Raises StoreUnavailable besides IndexOutdated."""
    incoming = incoming_documents(put, metadata)
    number = encoder_number(database, encoder)
    encoded = 0
    while True:
        with database.reading() as connection:
            before = read_before(connection, database, encoder, rebuild=rebuild)
            texts = read_changes(connection, before, incoming, remove).texts()
        encoded += embed(database, encoder, number, texts, progress)
        make_graph(database, number, encoder.dimension)
        with database.transaction() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
            before = read_before(connection, database, encoder, rebuild=rebuild)
            changes = read_changes(connection, before, incoming, remove)
            if not absent(database, number, changes.texts()):  # else another worker removed what had these texts
                made = publish(connection, before, changes, encoder, number)
                break
    if made.number > before.version.number:
        _clean(database, changes)
    present = before.documents
    return BuildReport(
        added=tuple(sorted(incoming.keys() - present.keys())),
        replaced=tuple(sorted((incoming.keys() & present.keys()) - changes.same)),
        unchanged=tuple(sorted(changes.same)),
        removed=tuple(sorted(present.keys() & set(remove) - incoming.keys())),
        documents=made.documents,
        passages=made.passages,
        encoded=encoded,
        reused=made.searched - encoded if made.number > before.version.number else 0,
        fingerprint=made.fingerprint,
    )


def _clean(database: Database, changes: Changes) -> None:
    """After the switch, in a transaction of its own: a worker that dies here leaves it to the next."""
    with database.transaction() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
        sweep(connection)
    if sum(len(stored.passages) for stored in changes.written) >= BULK:
        with database.session() as session:
            session.execute("VACUUM (ANALYZE) postings, frequencies")
            session.execute("ANALYZE documents, passages, vectors")
