"""The database of the service, each of the two it may be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.postgres.connection import Database as Store
from ui.api.database import Database, open_database


@pytest.fixture(params=["file", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A file of one machine, then the PostgreSQL of several."""
    store = Store(request.getfixturevalue("database_url")) if request.param == "postgres" else None
    opened = open_database(tmp_path, store)
    yield opened
    opened.close()
