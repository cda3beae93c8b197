"""The database of several machines: tables of the PostgreSQL that GUICHET_STORE names, beside those of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from index.postgres.connection import StoreUnavailable
from index.postgres.migrations import StoreOutdated
from ui.api.database import Rows, ServiceStoreError, Writing

if TYPE_CHECKING:
    from index.postgres.connection import Connection
    from index.postgres.connection import Database as Store

WRITERS = 4_811_237  # the lock of those who write; any number that nobody else uses in the database

LOCK_WAIT = "500ms"  # for a table that others read, while those who write in it would wait behind


class SharedDatabase:
    """The tables of migrations 0002 and 0003, one writer at a time among all machines, for milliseconds. Thread-safe."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.rows("SELECT 1")  # says now that it cannot be reached

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        with _refused(), self._store.transaction() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
            yield _Writing(connection)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with _refused(), self._store.transaction() as connection:
            return _Writing(connection).execute(query, values).fetchall()

    def erase(self) -> None:
        """The register is written anew without what was deleted of it; nobody waits for that behind a long reading."""
        with _refused(), self._store.session() as connection:
            connection.execute(f"SET lock_timeout = '{LOCK_WAIT}'".encode())
            connection.execute("VACUUM FULL kept_questions")

    def close(self) -> None:
        self._store.close()


class _Writing:
    """A transaction asked in the words of ui.api.database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Rows:
        return self._connection.execute(_marked(query), values)

    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> object:
        with self._connection.cursor() as cursor:
            cursor.executemany(_marked(query), rows)
        return None


def _marked(query: str) -> bytes:
    """The query with the marks of this driver; ours hold no other "?" and no "%"."""
    return query.replace("?", "%s").encode()


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except (StoreUnavailable, StoreOutdated) as error:
        raise ServiceStoreError(str(error)) from error
