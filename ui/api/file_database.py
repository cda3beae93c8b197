"""The database of one machine: a SQLite file, for its owner alone."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

from ui.api.database import ServiceStoreError, Writing

BUSY_S = 5.0  # what a writer waits for another process to finish; a write takes a millisecond
ERASE_S = 1.0  # what emptying the log waits for those who read it
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, scopes TEXT NOT NULL, per_minute INTEGER NOT NULL,
    created TEXT NOT NULL, expires TEXT, revoked TEXT
);
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, tokens REAL NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL, options TEXT NOT NULL,
    created REAL NOT NULL, ended REAL, total INTEGER NOT NULL, message TEXT, worker TEXT, leased REAL NOT NULL DEFAULT 0,
    result TEXT
);
CREATE TABLE IF NOT EXISTS job_items (
    job TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE, n INTEGER NOT NULL, question TEXT NOT NULL, record TEXT,
    PRIMARY KEY (job, n)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, created);
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS logins (
    digest TEXT PRIMARY KEY, name TEXT NOT NULL, stamp TEXT NOT NULL, form TEXT NOT NULL, opened REAL NOT NULL,
    seen REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS attempts (who TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_by_who ON attempts (who, at);
CREATE TABLE IF NOT EXISTS transfers (
    token TEXT PRIMARY KEY, owner TEXT NOT NULL, sealed BLOB NOT NULL, size INTEGER NOT NULL, kept REAL NOT NULL,
    until REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS staged (token TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS works (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, person TEXT NOT NULL, started REAL NOT NULL, stage TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0, reports TEXT NOT NULL DEFAULT '[]',
    sources TEXT NOT NULL DEFAULT '[]', message TEXT, language TEXT NOT NULL, task TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 1, worker TEXT NOT NULL, leased REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS stops (flag TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS kept_questions (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, until REAL NOT NULL, door TEXT NOT NULL, status TEXT NOT NULL, reason TEXT,
    question TEXT NOT NULL, answer TEXT NOT NULL, sources TEXT NOT NULL, ms INTEGER, version TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS kept_questions_by_moment ON kept_questions (at);
CREATE INDEX IF NOT EXISTS kept_questions_by_end ON kept_questions (until);
"""
MEMORY = Path(":memory:")  # a database of one process, gone with it


class FileDatabase:
    """One connection, one writer at a time in this process; other processes are waited for. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        try:
            if path != MEMORY:
                path.parent.mkdir(parents=True, exist_ok=True)
                os.close(
                    os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
                )  # before SQLite, which would let everyone read it
                path.chmod(0o600)
            self._connection = sqlite3.connect(path, timeout=BUSY_S, check_same_thread=False, isolation_level=None)
            _journal_ahead(self._connection)
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA secure_delete = ON")  # what was deleted is overwritten
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from error

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction that holds the right to write from its start. Raises ServiceStoreError."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise _unusable(self.path, error) from error

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What a query reads. Raises ServiceStoreError."""
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise _unusable(self.path, error) from error

    def erase(self) -> None:
        """Overwritten in the file as it was deleted, what was deleted is still in the log ahead of it: emptied here, on a
        connection of its own so that nobody waits with it. Raises ServiceStoreError."""
        if self.path == MEMORY:
            return
        try:
            with closing(sqlite3.connect(self.path, timeout=ERASE_S, isolation_level=None)) as connection:
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        if busy:
            raise ServiceStoreError(
                f"Ce qui est effacé de « {self.path} » se lit encore dans le fichier « {self.path.name}-wal », qu'un autre "
                "programme utilise : recommencez dans un instant."
            )

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _journal_ahead(connection: sqlite3.Connection) -> None:
    """Write-ahead logging. SQLite does not wait by itself for another process that turns it on at the same instant."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if (
                error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                or time.monotonic() > until
            ):
                raise
            time.sleep(0.02)


def _unusable(path: Path, error: Exception) -> ServiceStoreError:
    return ServiceStoreError(
        f"Le fichier du service « {path} » ne peut pas être utilisé ({error}) : vérifiez ses droits et la place sur le "
        "disque, ou supprimez-le pour repartir sans clefs ni travaux."
    )
