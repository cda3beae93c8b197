"""The tables of the database, made and changed by numbered files, each applied once whoever comes first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import GuichetError

if TYPE_CHECKING:
    from index.postgres.connection import Connection

FILES = sorted((Path(__file__).parent / "migrations").glob("[0-9]*.sql"))  # 0001_index.sql, 0002_….sql
LATEST = len(FILES)
LOCK = 4_811_236  # of those who change the tables; any number that nobody else uses in the database
EXTENSION = (0, 8)  # of pgvector at least: searches that go on until enough is found


class StoreOutdated(GuichetError):
    """The tables are not those of this program, and it must not or cannot change them."""


def bring_up_to_date(connection: Connection, base: str) -> None:
    """Makes the tables of schema `guichet`, or changes them to those of this program, in one transaction.

    Two processes at once do it once. Raises StoreOutdated for the tables of a newer program, or without pgvector.
    """
    if _applied(connection, base) == LATEST:
        return
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    done = _applied(connection, base)
    if done == 0:
        connection.execute("CREATE SCHEMA IF NOT EXISTS guichet")
        _add_extension(connection, base)
        connection.execute(
            "CREATE TABLE migrations (number int PRIMARY KEY, name text NOT NULL, "
            "applied timestamptz NOT NULL DEFAULT now())"
        )
    for number, path in enumerate(FILES[done:], start=done + 1):
        connection.execute(path.read_bytes())
        connection.execute("INSERT INTO migrations (number, name) VALUES (%s, %s)", (number, path.stem))
    connection.commit()


def _applied(connection: Connection, base: str) -> int:
    """The number of the last file applied, 0 in an empty database."""
    known = connection.execute("SELECT FROM pg_tables WHERE (schemaname, tablename) = ('guichet', 'migrations')")
    made = known.rowcount > 0
    done: int = connection.execute("SELECT max(number) FROM guichet.migrations").fetchall()[0][0] if made else 0
    if done > LATEST:
        raise StoreOutdated(
            f"La base « {base} » vient d'une version plus récente du programme (tables {done}, connues {LATEST}) : "
            "mettez le programme à jour sur cette machine."
        )
    return done


def _add_extension(connection: Connection, base: str) -> None:
    found = connection.execute(
        "SELECT coalesce(installed_version, default_version), installed_version IS NOT NULL "
        "FROM pg_available_extensions WHERE name = 'vector'"
    ).fetchall()
    least = ".".join(map(str, EXTENSION))
    if not found:
        raise StoreOutdated(
            f"Le serveur de « {base} » n'a pas l'extension pgvector : installez-la (paquet « postgresql-18-pgvector », "
            f"version {least} au moins), puis recommencez."
        )
    version, installed = found[0]
    if tuple(int(part) for part in version.split(".")[:2]) < EXTENSION:
        raise StoreOutdated(
            f"Le serveur de « {base} » a l'extension pgvector {version} : il en faut la version {least} au moins."
        )
    if not installed:
        connection.execute("CREATE EXTENSION vector WITH SCHEMA public")
