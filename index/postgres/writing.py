"""Documents put into the database: one new version in one transaction, or none; several workers at once lose nothing.

Texts are embedded first, outside of any transaction. Then, one worker after the other, the version is written as what is
in use at that moment with what this worker brings: nothing of another worker's is undone.
"""

from __future__ import annotations

from index.build import BuildReport, PassageEncoder, Progress, Update
from index.postgres.changes import Changes, read_before, read_changes
from index.postgres.connection import Database
from index.postgres.embedding import WRITERS, absent, embed, encoder_number, make_graph
from index.postgres.publishing import publish, sweep

BULK = 1_000  # passages written at once, from which the server learns its statistics again without waiting


def update_stored(
    database: Database, encoder: PassageEncoder, update: Update, progress: Progress | None
) -> BuildReport:
    """As index.build.update_index. Raises StoreUnavailable besides IndexOutdated."""
    number = encoder_number(database, encoder)
    encoded = 0
    while True:
        with database.reading() as connection:
            before = read_before(connection, database, encoder, rebuild=update.rebuild)
            texts = read_changes(connection, before, update.put, update.remove).texts()
        encoded += embed(database, encoder, number, texts, progress)
        make_graph(database, number, encoder.dimension)
        with database.transaction() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
            before = read_before(connection, database, encoder, rebuild=update.rebuild)
            changes = read_changes(connection, before, update.put, update.remove)
            if not absent(database, number, changes.texts()):  # else another worker removed what had these texts
                made = publish(connection, before, changes, encoder, number)
                break
    if made.number > before.version.number:
        _clean(database, changes)
    return update.report(
        before.documents,
        changes.same,
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
