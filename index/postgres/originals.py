"""The PDFs themselves in the database, so that every machine shows the pages it cites."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from index.postgres.connection import Database
from index.postgres.embedding import WRITERS
from ingest.originals import MAX_FILE, is_pdf


def keep_stored(database: Database, files: Iterable[tuple[Path, str]]) -> None:
    """Puts in the PDFs among `files` (path, SHA-256), and removes those of no document of the version in use.

    A file that changed since it was read, or larger than MAX_FILE, is not kept.
    """
    for path, digest in files:
        known = database.fetch("SELECT FROM originals WHERE digest = %s", (digest,))
        if known or not is_pdf(path) or path.stat().st_size > MAX_FILE:
            continue
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == digest:
            with database.transaction() as connection:
                connection.execute(
                    "INSERT INTO originals (digest, content) VALUES (%s, %b) ON CONFLICT DO NOTHING", (digest, content)
                )
    with database.transaction() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
        connection.execute("DELETE FROM originals WHERE digest <> ALL(SELECT digest FROM documents WHERE died IS NULL)")


def original_sizes(database: Database) -> dict[str, int]:
    """The bytes of each PDF kept, by digest."""
    return dict(database.fetch("SELECT digest, length(content) FROM originals"))


def is_stored(database: Database, digest: str) -> bool:
    return bool(database.fetch("SELECT FROM originals WHERE digest = %s", (digest,)))


def stored_original(database: Database, digest: str) -> bytes | None:
    """The PDF of this digest; None when there is none."""
    found = database.fetch("SELECT content FROM originals WHERE digest = %s", (digest,), binary=True)
    return found[0][0] if found else None
