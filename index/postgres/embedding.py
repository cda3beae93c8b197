"""Texts embedded once, however many workers put documents at the same time, and whatever becomes of them.

A worker holds locks of its session on the texts it embeds, a batch at a time, and writes their vectors at once. Another
that needs one of these texts waits for it, then embeds it only if the first one died.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from index.build import PassageEncoder, Progress, encoded
from index.postgres.connection import Database
from index.postgres.searching import spelled

if TYPE_CHECKING:
    from index.postgres.connection import Connection

GRAPH = "m = 24, ef_construction = 128"  # pgvector's own, 16 and 64, lose some recall (docs/decisions/0008)
BATCH = 128  # texts: some seconds of work are lost with a worker, and the server's table of locks stays small
WRITERS = 4_811_237  # the lock of who publishes a version or makes an index


def encoder_number(database: Database, encoder: PassageEncoder) -> int:
    """The number of an encoder in the database."""
    row = (encoder.fingerprint, encoder.dimension)
    with database.transaction() as connection:
        connection.execute("INSERT INTO encoders (fingerprint, dimension) VALUES (%s, %s) ON CONFLICT DO NOTHING", row)
        [(number,)] = connection.execute("SELECT id FROM encoders WHERE (fingerprint, dimension) = (%s, %s)", row)
        return int(number)


def embed(
    database: Database, encoder: PassageEncoder, number: int, texts: Mapping[str, str], progress: Progress | None
) -> int:
    """Leaves in the database a vector for each text, by digest; how many were encoded here."""
    lacking = sorted(absent(database, number, texts), key=lambda digest: -len(texts[digest]))  # near lengths together
    if not lacking:
        return 0
    total, settled, here = len(lacking), 0, 0
    with database.session() as session:
        waited = False
        while lacking:
            others: list[str] = []  # being embedded by another worker
            for start in range(0, len(lacking), BATCH):
                batch = lacking[start : start + BATCH]
                mine = _locked(session, encoder, batch, waiting=waited and start == 0)
                others += [digest for digest in batch if digest not in mine]
                left = sorted(absent(database, number, mine), key=batch.index)
                if left:
                    vectors = encoded(encoder, [texts[digest] for digest in left], _after(settled, total, progress))
                    _write(database, number, left, [spelled(vector) for vector in vectors])
                session.execute("SELECT pg_advisory_unlock_all()")
                here, settled = here + len(left), settled + len(mine)
            lacking, waited = others, True
    if progress is not None:
        progress(total, total)
    return here


def absent(database: Database, number: int, digests: Collection[str]) -> set[str]:
    """Those of which there is no vector of this encoder."""
    query = "SELECT encode(digest, 'hex') FROM vectors WHERE encoder = %s AND digest = ANY(%s)"
    return set(digests) - {d for (d,) in database.fetch(query, (number, [bytes.fromhex(d) for d in digests]))}


def make_graph(database: Database, number: int, dimension: int) -> None:
    """The HNSW index of an encoder's vectors, made after its first ones."""
    name = f"vectors_near_{number}"
    if database.fetch("SELECT FROM pg_indexes WHERE (schemaname, indexname) = ('guichet', %s)", (name,)):
        return
    with database.transaction() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
        connection.execute("SELECT set_config('maintenance_work_mem', '256MB', true)")
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS {name} ON vectors "
            f"USING hnsw ((vector::halfvec({dimension})) halfvec_ip_ops) WITH ({GRAPH}) WHERE encoder = {number}"
        )


def _locked(session: Connection, encoder: PassageEncoder, digests: Sequence[str], *, waiting: bool) -> list[str]:
    """Those of the texts that this session may embed, now; `waiting`, for the first of them, as long as it takes."""
    keys = {_key(encoder, digest): digest for digest in digests}
    first = next(iter(keys))
    mine = [first] if waiting else []
    if waiting:
        session.execute("SELECT pg_advisory_lock(%s)", (first,))
    asked = [key for key in keys if key not in mine]
    found = session.execute("SELECT key FROM unnest(%s::bigint[]) AS key WHERE pg_try_advisory_lock(key)", (asked,))
    return [keys[key] for key in [*mine, *(key for (key,) in found.fetchall())]]


def _after(settled: int, total: int, progress: Progress | None) -> Progress | None:
    """Tells how far the whole is from how far one batch is."""
    return None if progress is None else lambda done, _: progress(settled + done, total)


def _write(database: Database, number: int, digests: Sequence[str], vectors: Sequence[str]) -> None:
    with database.transaction() as connection:
        connection.execute(
            "INSERT INTO vectors (encoder, digest, vector) SELECT %s, digest, vector::vector "
            "FROM unnest(%s::bytea[], %s::text[]) AS new (digest, vector) ON CONFLICT DO NOTHING",
            (number, [bytes.fromhex(digest) for digest in digests], vectors),
        )


def _key(encoder: PassageEncoder, digest: str) -> int:
    """The number of the lock on a text, 64 bits."""
    whole = hashlib.sha256(f"{encoder.fingerprint} {digest}".encode()).digest()
    return int.from_bytes(whole[:8], "big", signed=True)
