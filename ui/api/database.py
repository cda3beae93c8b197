"""What several processes of the service share: keys, limits, jobs; those who signed in and failed attempts; files on
their way; works on the documents; the register of questions, where it is on.

It is a file of the guichet's folder for the processes of one machine (ui.api.file_database), or tables of PostgreSQL for
those of several (ui.api.shared_database). Both are asked in the same words: SQL that both speak, its values marked "?".
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ingest.errors import GuichetError

if TYPE_CHECKING:
    from index.postgres.connection import Database as Store

NAME = "service.sqlite"


class ServiceStoreError(GuichetError):
    """What the processes of the service share cannot be used."""


class Rows(Protocol):
    """What a statement gave or changed."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


class Writing(Protocol):
    """A transaction that alone may write."""

    def execute(self, query: str, values: Sequence[Any] = ..., /) -> Rows: ...
    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> object: ...


class Database(Protocol):
    """Thread-safe. Everything raises ServiceStoreError."""

    def writing(self) -> AbstractContextManager[Writing]:
        """A transaction that holds the right to write from its start; rolled back by an exception."""

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What a query reads."""

    def erase(self) -> None:
        """What was deleted of the register of questions leaves the disk too, as far as it is ours to see to that."""

    def close(self) -> None: ...


def open_database(home: Path, store: Store | None = None) -> Database:
    """The database of the service: tables of the PostgreSQL `store`, else the file in the folder of the guichet,
    made when it is not there. Raises ServiceStoreError."""
    if store is not None:
        from ui.api.shared_database import SharedDatabase

        return SharedDatabase(store)
    from ui.api.file_database import FileDatabase

    return FileDatabase(home / NAME)


def memory_database() -> Database:
    """A database of this process alone, gone with it."""
    from ui.api.file_database import MEMORY, FileDatabase

    return FileDatabase(MEMORY)


def shared_secret(database: Database, name: str) -> bytes:
    """256 random bits that every process of the service knows, drawn by the first that asks. Raises ServiceStoreError."""
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            (name, secrets.token_hex(32)),
        )
        row = connection.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
    return bytes.fromhex(str(row[0]))
