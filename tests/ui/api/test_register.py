"""The register of questions, in a file and in PostgreSQL: masked before it is written, gone when its days are over."""

from __future__ import annotations

import logging
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from api_worlds import Library, bearer, make_key, visiting, wait_for
from fastapi.testclient import TestClient
from page_worlds import make_answer

from assistant.answers import Answer, Event, Final, GivenProfile, Question, Quotes
from index.postgres.connection import Database as Store
from ui.api import register
from ui.api.app import make_desk
from ui.api.database import Database, ServiceStoreError, open_database
from ui.api.desk import Desk
from ui.api.metrics import Metrics
from ui.api.register import DAY_S, Kept, Register, count, delete_past, purge, read, write
from ui.pacing import Paced

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_800_000_000.0
PERSONAL = "Je suis zoe.martin@atelier.fr, 06 12 34 56 78 : quelle aide ?"
SECRETS = (b"zoe.martin", b"atelier.fr", b"34 56 78")
WRITER = """
import sys
from pathlib import Path
from page_worlds import make_answer
from assistant.answers import Question
from index.postgres.connection import Database as Store
from ui.api.database import open_database
from ui.api.register import Register

home, name, store = sys.argv[1:]
kept = Register(open_database(Path(home), Store(store) if store else None), 30)
for n in range(60):
    kept.keep("api", make_answer(Question(f"{name} {n}")))
"""


def answered(text: str, **fields: Any) -> Answer:
    return make_answer(Question(text), **fields)


def kept(database: Database, *, days: int | None = 30, now: float = NOW, **fields: Any) -> list[Kept]:
    return list(read(database, days=days, now=now, **fields))


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_is_kept_of_a_question(database: Database) -> None:
    answer = answered(PERSONAL, answer="Écrivez à aides@region.fr [1].", timings_ms={"total": 41.7}, index="v1")
    write(database, "page", answer, days=30, now=NOW)
    (row,) = kept(database)
    assert row == Kept(
        at=NOW,
        until=NOW + 30 * DAY_S,
        door="page",
        status="answered",
        reason=None,
        question="Je suis [adresse e-mail], [téléphone] : quelle aide ?",
        answer="Écrivez à [adresse e-mail] [1].",
        sources=({"doc": "plan", "page": 19},),
        ms=42,
        index="v1",
    )


def test_nothing_else_is_kept(database: Database) -> None:
    """No column could hold an address, a session, a key or a profile; and what was said of the company is not there."""
    answer = answered("Quelle aide ?", profile=GivenProfile(region="Bobigny", sector="zzzinguerie"))
    write(database, "api", answer, days=30, now=NOW)
    (row,) = database.rows("SELECT * FROM kept_questions")
    assert len(row) == 11
    assert "zzzinguerie" not in str(row)
    assert "Bobigny" not in str(row)


def test_personal_data_is_never_in_the_file(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as database:
        write(database, "page", answered(PERSONAL, answer=PERSONAL), days=30, now=NOW)
        data = on_disk(tmp_path)
    assert b"quelle aide" in data
    assert [secret for secret in SECRETS if secret in data] == []
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


def test_a_text_that_no_database_takes_is_kept_as_it_can_be(database: Database) -> None:
    write(database, "api", answered("Quel\0 budget \ud800 ?"), days=30, now=NOW)
    assert [row.question for row in kept(database)] == ["Quel budget ? ?"]


def test_past_its_date_it_is_not_shown_then_deleted(database: Database) -> None:
    for n in range(4):
        write(database, "api", answered(f"q{n}"), days=3, now=NOW + n * DAY_S)
    later = NOW + 4.5 * DAY_S
    assert [row.question for row in kept(database, days=3, now=later)] == ["q2", "q3"]
    assert count(database, days=3, now=later) == (2, NOW + 2 * DAY_S)
    assert database.rows("SELECT count(*) FROM kept_questions")[0][0] == 4
    assert delete_past(database, days=3, now=later) == 2
    assert database.rows("SELECT count(*) FROM kept_questions")[0][0] == 2


def test_what_was_said_when_it_was_kept_holds_and_a_shorter_time_at_once(database: Database) -> None:
    write(database, "api", answered("q"), days=10, now=NOW)
    assert kept(database, days=30, now=NOW + 9 * DAY_S)
    assert not kept(database, days=30, now=NOW + 11 * DAY_S)
    assert not kept(database, days=2, now=NOW + 3 * DAY_S)
    assert kept(database, days=None, now=NOW + 9 * DAY_S), "closed since: it is still there, until its date"
    assert not kept(database, days=None, now=NOW + 11 * DAY_S)


def test_a_date_from_the_future_is_not_believed(database: Database) -> None:
    write(database, "api", answered("q"), days=30, now=NOW + 300 * DAY_S)
    assert not kept(database)
    assert delete_past(database, days=30, now=NOW) == 1


def test_the_oldest_of_too_many_go_first(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MOST", 5)
    for n in range(8):
        write(database, "api", answered(f"q{n}"), days=30, now=NOW + n)
    assert delete_past(database, days=30, now=NOW + 9) == 3
    assert [row.question for row in kept(database, now=NOW + 9)] == [f"q{n}" for n in range(3, 8)]


def test_many_are_read_in_order(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "PAGE", 7)
    for n in range(20):
        write(database, "api", answered(f"q{n}"), days=30, now=NOW + n)
    assert [row.question for row in kept(database, now=NOW + 30)] == [f"q{n}" for n in range(20)]
    assert [row.question for row in kept(database, now=NOW + 30, since=NOW + 18)] == ["q18", "q19"]


def test_a_purge_takes_all_or_what_came_before(database: Database) -> None:
    for n in range(6):
        write(database, "api", answered(f"q{n}"), days=30, now=NOW + n)
    assert purge(database, before=NOW + 2) == 2
    assert [row.question for row in kept(database, now=NOW + 9)] == ["q2", "q3", "q4", "q5"]
    assert purge(database) == 4
    assert not kept(database, now=NOW + 9)


def test_what_is_deleted_is_in_no_byte_of_the_files(tmp_path: Path) -> None:
    """Texts of all lengths come and go while the file is in use: of those deleted not a piece is left."""
    draw, there, n = random.Random(7), set(), 0  # noqa: S311
    with closing(open_database(tmp_path)) as database, closing(open_database(tmp_path)) as other:
        for _ in range(12):
            for _ in range(draw.randint(1, 60)):
                n += 1
                there.add(n)
                text = f"<{n:05}>" * draw.choice([1, 5, 40, 300, 1500])
                write(draw.choice([database, other]), "api", answered(f"<{n:05}>", answer=text), days=30, now=NOW + n)
            gone = n - draw.randint(0, 80)
            purge(draw.choice([database, other]), before=NOW + gone + 1)
            there = {number for number in there if number > gone}
            assert {int(found) for found in re.findall(rb"<(\d{5})>", on_disk(tmp_path))} == there
        purge(database)
        assert b"<0" not in on_disk(tmp_path)


def test_in_postgres_what_is_deleted_leaves_the_table(database_url: str, tmp_path: Path) -> None:
    import psycopg

    def bytes_of_table() -> bytes:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            found = connection.execute(
                "SELECT current_setting('data_directory'), pg_relation_filepath('guichet.kept_questions')"
            ).fetchall()[0]
        return (Path(found[0]) / found[1]).read_bytes()

    with closing(open_database(tmp_path, Store(database_url))) as database:
        for text in ("une fraiseuse", "une toupie"):
            write(database, "api", answered(text), days=30, now=NOW + len(text))
        assert b"toupie" in bytes_of_table()
        assert purge(database, before=NOW + 12) == 1
        left = bytes_of_table()
        assert b"une fraiseuse" in left
        assert b"toupie" not in left


def test_nobody_waits_behind_a_long_reading_of_the_table(database_url: str, tmp_path: Path) -> None:
    """A dump of the database is being made: the purge says so, and questions are kept meanwhile."""
    import psycopg

    with closing(open_database(tmp_path, Store(database_url))) as database, psycopg.connect(database_url) as dump:
        write(database, "api", answered("q"), days=30, now=NOW)
        dump.execute("SELECT * FROM guichet.kept_questions")  # in a transaction that stays open
        with pytest.raises(ServiceStoreError, match="lue par un autre programme"):
            purge(database)
        write(database, "api", answered("r"), days=30, now=NOW)
        assert [row.question for row in kept(database)] == ["r"]


@pytest.mark.parametrize("where", ["file", "postgres"])
def test_two_processes_write_at_once(request: pytest.FixtureRequest, tmp_path: Path, where: str) -> None:
    store = str(request.getfixturevalue("database_url")) if where == "postgres" else ""
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name, store], env=path) for name in ("a", "b")
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    with closing(open_database(tmp_path, Store(store) if store else None)) as database:
        rows = database.rows("SELECT question FROM kept_questions ORDER BY id")
    assert sorted(str(row[0]) for row in rows) == sorted(f"{name} {n}" for name in "ab" for n in range(60))


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def test_a_new_question_takes_away_what_is_past(database: Database) -> None:
    clock = Clock()
    book = Register(database, 1, clock=clock)
    book.keep("api", answered("ancienne"))
    clock.now += 1.5 * DAY_S
    book.keep("api", answered("nouvelle"))
    assert database.rows("SELECT question FROM kept_questions") == [("nouvelle",)]


def test_a_closed_register_keeps_nothing_and_still_forgets(database: Database) -> None:
    clock = Clock()
    Register(database, 1, clock=clock).keep("api", answered("ancienne"))
    closed = Register(database, None, clock=clock)
    closed.keep("api", answered("nouvelle"))
    closed.sweep()
    assert database.rows("SELECT question FROM kept_questions") == [("ancienne",)]
    clock.now += 1.5 * DAY_S
    closed.sweep()
    assert database.rows("SELECT question FROM kept_questions") == []


def test_what_could_not_leave_the_disk_leaves_it_next_time(tmp_path: Path) -> None:
    """Another program reads the file in a transaction: its log cannot be emptied under it."""
    import sqlite3

    clock = Clock()
    with closing(open_database(tmp_path)) as database:
        book = Register(database, 1, clock=clock)
        book.keep("api", answered("une fraiseuse"))
        with closing(sqlite3.connect(tmp_path / "service.sqlite", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM kept_questions").fetchall()
            clock.now += 2 * DAY_S
            with pytest.raises(ServiceStoreError, match="un autre programme"):
                book.sweep()
            assert b"fraiseuse" in on_disk(tmp_path)
            reader.execute("COMMIT")
        book.sweep()
        assert b"fraiseuse" in on_disk(tmp_path), "not again at once: others would wait each time"
        clock.now += 61
        book.sweep()
        assert b"fraiseuse" not in on_disk(tmp_path)


def stream(*events: Event) -> Iterator[Event]:
    yield from events


def test_the_answer_is_kept_once_and_quotes_left_before_the_end_too(database: Database) -> None:
    book = Register(database, 30, clock=Clock())
    quotes, final = answered("q", answer="citations"), answered("q", answer="rédigée")
    assert list(book.recorded("page", stream(Quotes(quotes), Final(final)))) == [Quotes(quotes), Final(final)]
    assert [row.answer for row in kept(database)] == ["rédigée"]
    left = book.recorded("page", stream(Quotes(quotes), Final(final)))
    next(left)
    left.close()
    assert [row.answer for row in kept(database)] == ["rédigée", "citations"]


def test_a_question_that_cannot_be_kept_is_answered_told_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    counters = Metrics()
    with closing(open_database(tmp_path)) as database:
        book = Register(database, 30, metrics=counters)
        with database.writing() as connection:
            connection.execute("DROP TABLE kept_questions")
        final = Final(answered("Quel budget secret ?"))
        with caplog.at_level(logging.ERROR, "guichet.register"):
            assert list(book.recorded("api", stream(final))) == [final]
        assert "a question was not kept" in caplog.messages
        assert 'guichet_kept_questions_total{outcome="failed"} 1.0' in counters.text(waiting=0, jobs={}).decode()
        assert "secret" not in " ".join(caplog.messages)


# ---- the doors ------------------------------------------------------------------------------------------------


def make_world(folder: Path, days: int | None) -> Desk:
    return make_desk(Paced(Library()), open_database(folder), kept_days=days)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Desk, TestClient]]:
    desk = make_world(tmp_path, 30)
    with visiting(desk) as client:
        yield desk, client


def written(desk: Desk) -> list[tuple[object, ...]]:
    return desk.database.rows("SELECT door, question, status FROM kept_questions ORDER BY id")


def test_the_api_and_the_chat_are_kept_whole_or_streamed(world: tuple[Desk, TestClient]) -> None:
    desk, client = world
    headers = {"accept": "text/event-stream"}
    talk = {"model": "guichet", "messages": [{"role": "user", "content": "Et en conversation ?"}]}
    told = [
        client.post("/api/v1/ask", json={"question": "Quel budget ?"}),
        client.post("/api/v1/ask", json={"question": "Quel budget, en flux ?"}, headers=headers),
        client.post("/v1/chat/completions", json=talk),
        client.post("/v1/chat/completions", json={**talk, "stream": True}),
    ]
    assert [(answer.status_code, answer.headers["guichet-kept-days"]) for answer in told] == [(200, "30")] * 4
    assert written(desk) == [
        ("api", "Quel budget ?", "answered"),
        ("api", "Quel budget, en flux ?", "answered"),
        ("chat", "Et en conversation ?", "answered"),
        ("chat", "Et en conversation ?", "answered"),
    ]


def test_jobs_are_not_kept_there(world: tuple[Desk, TestClient]) -> None:
    desk, client = world
    key = bearer(make_key(desk.database, "batch"))
    job = client.post("/api/v1/jobs", json={"questions": [{"question": "Quel budget ?"}]}, headers=key).json()["id"]
    wait_for(lambda: client.get(f"/api/v1/jobs/{job}", headers=key).json()["state"] == "done", 60)
    assert written(desk) == []


def test_a_closed_register_says_nothing_and_keeps_nothing(tmp_path: Path) -> None:
    desk = make_world(tmp_path, None)
    with visiting(desk) as client:
        answer = client.post("/api/v1/ask", json={"question": "Quel budget ?"})
        assert "guichet-kept-days" not in answer.headers
        assert written(desk) == []


@pytest.mark.parametrize(("days", "said"), [(None, "Aucune question posée ici"), (1, "gardées 1 jour par")])
def test_the_description_of_the_api_says_what_becomes_of_questions(tmp_path: Path, days: int | None, said: str) -> None:
    with visiting(make_world(tmp_path, days)) as client:
        for address in ("/api/v1/openapi.json", "/v1/openapi.json"):
            assert said in client.get(address, params={"lang": "fr"}).json()["info"]["description"]


def test_the_worker_forgets_as_it_starts(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as database:
        write(database, "api", answered("ancienne"), days=1, now=NOW - 400 * DAY_S)
    desk = make_world(tmp_path, None)
    with visiting(desk):
        wait_for(lambda: not written(desk), 60)


def test_a_question_that_fails_is_not_kept(world: tuple[Desk, TestClient], tmp_path: Path) -> None:
    desk, client = world
    assert client.post("/api/v1/ask", json={"question": "Une panne ?"}).status_code >= 500
    assert written(desk) == []
