"""What is said when the database is not there, not ours or not right; who makes its tables; transactions."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from index.postgres import migrations
from index.postgres.connection import Database, StoreUnavailable
from index.postgres.migrations import LATEST, StoreOutdated

SECRET = "Sésame42"


def refused(url: str) -> str:
    database = Database(url)
    try:
        with database.reading():
            pass
    except (StoreUnavailable, StoreOutdated) as error:
        return str(error)
    finally:
        database.close()
    raise AssertionError("nothing was refused")


def test_the_tables_are_made_at_the_first_use(database: Database) -> None:
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchall() == [(0,)]
        assert connection.execute("SELECT max(number) FROM migrations").fetchall() == [(LATEST,)]


def test_many_at_once_make_the_tables_once(database_url: str) -> None:
    failures: list[BaseException] = []

    def use() -> None:
        database = Database(database_url)
        try:
            with database.reading() as connection:
                connection.execute("SELECT * FROM documents")
        except BaseException as error:  # noqa: BLE001  # told below
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT number FROM guichet.migrations").fetchall() == [
            (n,) for n in range(1, LATEST + 1)
        ]


def test_a_later_file_is_applied_to_tables_in_use(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database(database_url).transaction() as connection:
        connection.execute("INSERT INTO originals (digest, content) VALUES ('a', 'b')")
    later = tmp_path / f"{LATEST + 1:04}_later.sql"
    later.write_text("ALTER TABLE originals ADD COLUMN pages int; UPDATE originals SET pages = 3;")
    monkeypatch.setattr(migrations, "FILES", [*migrations.FILES, later])
    monkeypatch.setattr(migrations, "LATEST", LATEST + 1)
    with Database(database_url).reading() as connection:
        assert connection.execute("SELECT digest, pages FROM originals").fetchall() == [("a", 3)]


def test_a_file_that_fails_changes_nothing(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "0002_wrong.sql"
    wrong.write_text("CREATE TABLE half (a int); SELECT 1 / 0;")
    monkeypatch.setattr(migrations, "FILES", [*migrations.FILES, wrong])
    monkeypatch.setattr(migrations, "LATEST", LATEST + 1)
    with pytest.raises(psycopg.errors.DivisionByZero), Database(database_url).reading():
        pass
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT to_regclass('guichet.migrations')").fetchall() == [(None,)]


def test_a_database_of_a_newer_program_is_refused(database_url: str) -> None:
    with Database(database_url).transaction() as connection:
        connection.execute("INSERT INTO migrations (number, name) VALUES (%s, 'plus-tard')", (LATEST + 1,))
    assert "plus récente du programme" in refused(database_url)


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero), database.transaction() as connection:
        connection.execute("INSERT INTO originals (digest, content) VALUES ('a', 'b'); SELECT 1 / 0")
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM originals").fetchall() == [(0,)]


def test_a_reader_writes_nothing(database: Database) -> None:
    with pytest.raises(StoreUnavailable, match="n'accepte que des lectures"), database.reading() as connection:
        connection.execute("INSERT INTO originals (digest, content) VALUES ('a', 'b')")


def test_a_mistake_of_ours_keeps_its_traceback(database: Database) -> None:
    with pytest.raises(psycopg.errors.SyntaxError), database.reading() as connection:
        connection.execute("SELEKT 1")


def test_connections_that_the_server_cut_are_made_anew(database: Database, database_url: str) -> None:
    with database.reading() as connection:
        connection.execute("SELECT 1")
    with psycopg.connect(database_url) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'guichet'")
    with database.reading() as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_connection_cut_in_the_middle_is_a_sentence(database: Database, database_url: str) -> None:
    with pytest.raises(StoreUnavailable, match="ne répond pas"), database.reading() as connection:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_session_keeps_its_locks_and_gives_them_back(database: Database) -> None:
    free = "SELECT pg_try_advisory_xact_lock(7)"
    with database.session() as session:
        session.execute("SELECT pg_advisory_lock(7)")
        session.execute("SELECT 1")
        with database.transaction() as connection:
            assert connection.execute(free).fetchall() == [(False,)]
    with database.transaction() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(7)")  # waits for the server to see that the session ended


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgresql://a:{SECRET}@127.0.0.1:1/base", "ne répond pas"),
        (f"postgresql://a:{SECRET}@nulle-part.invalid/base", "machine inconnue"),
        (f"postgresql://a:{SECRET}@127.0.0.1:port/base", "ne se lit pas"),
        (f"postgresql://a:{SECRET}/1@127.0.0.1/base", "ne se lit pas"),
        (f"postgresql://a:1/{SECRET}@127.0.0.1/base", "ne se lit pas"),
        (f"postgresql://a:1@{SECRET}@127.0.0.1/base", "ne se lit pas"),
        (f"postgresql://a:1%40{SECRET}@127.0.0.1:1/base", "ne répond pas"),
        (f"postgresql://a:1?{SECRET}@127.0.0.1:1/base", "ne répond pas"),
        (f"postgresql://a:{SECRET}@[::1/base", "ne se lit pas"),
        (f"postgresql://a:{SECRET}@h/base?inconnu=1", "ne se lit pas"),
        (f"postgresql://a@/base?host=/nowhere&password={SECRET}", "ne répond pas"),
    ],
)
def test_an_address_that_cannot_work_is_said_without_its_password(url: str, said: str) -> None:
    sentence = refused(url)
    assert said in sentence
    assert SECRET not in sentence + repr(Database(url)) + str(Database(url))


def test_a_database_or_a_user_that_is_not_there(postgres: Callable[[str], str]) -> None:
    assert "n'existe pas" in refused(postgres("absente"))
    assert "n'existe pas" in refused(postgres("postgres").replace("postgres:@", "personne@"))


def test_a_wrong_password(database_url: str, postgres: Callable[[str], str]) -> None:
    with psycopg.connect(postgres("postgres"), autocommit=True) as connection:
        rules = Path(connection.execute("SHOW hba_file").fetchall()[0][0])
        connection.execute(f"CREATE ROLE gardee LOGIN PASSWORD '{SECRET}'")
        before = rules.read_text()
        rules.write_text(f"local all gardee scram-sha-256\n{before}")
        connection.execute("SELECT pg_reload_conf()")
        try:
            sentence = refused(database_url.replace("postgres:@", f"gardee:{SECRET}faux@"))
            assert "refuse l'utilisateur ou le mot de passe" in sentence
            assert SECRET not in sentence
            assert "demande un mot de passe" in refused(database_url.replace("postgres:@", "gardee@"))
        finally:
            rules.write_text(before)
            connection.execute("SELECT pg_reload_conf()")


def test_a_user_without_rights(database_url: str, postgres: Callable[[str], str]) -> None:
    with psycopg.connect(postgres("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE modeste LOGIN")
    modest = database_url.replace("postgres:@", "modeste@")
    assert "droit de créer" in refused(modest)
    with Database(database_url).transaction() as connection:  # the tables made by another, lent for reading
        connection.execute(
            "GRANT USAGE ON SCHEMA guichet TO modeste; GRANT SELECT ON ALL TABLES IN SCHEMA guichet TO modeste"
        )
    reader = Database(modest)
    with reader.reading() as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchall() == [(0,)]
    with pytest.raises(StoreUnavailable, match="écrire dans son schéma"), reader.transaction() as connection:
        connection.execute("INSERT INTO originals (digest, content) VALUES ('a', 'b')")
    reader.close()


def test_a_server_without_the_extension(
    database_url: str, postgres: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "EXTENSION", (99, 0))
    assert "il en faut la version 99.0 au moins" in refused(database_url)
    monkeypatch.undo()
    with psycopg.connect(database_url, autocommit=True) as connection:
        # a server whose list of extensions lacks it, as far as we see
        connection.execute("CREATE SCHEMA guichet")
        connection.execute(
            "CREATE VIEW guichet.pg_available_extensions AS "
            "SELECT * FROM pg_catalog.pg_available_extensions WHERE name <> 'vector'"
        )
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET search_path = guichet, pg_catalog, public")
    assert "n'a pas l'extension pgvector" in refused(database_url)


def test_without_the_driver_the_extra_is_named(database_url: str) -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from index.postgres.connection import Database\n"
        "try:\n    with Database('postgresql://h/b').reading(): pass\nexcept Exception as e: print(type(e).__name__, e)"
    )
    root = Path(__file__).resolve().parents[3]
    seen = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert seen.stdout.startswith("StoreUnavailable")
    assert "guichet-ia[postgres]" in seen.stdout
