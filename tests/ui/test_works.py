"""Works on the documents whose process died: done again by another, three times at most, by one process at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from library_worlds import Shelf

from ui.api.database import Database, open_database
from ui.api.leases import LEASE_S, released, worker_name
from ui.management.staging import Staging
from ui.management.works import TRIES, Busy, Work, Works
from ui.words import load_page_words

FR = load_page_words("fr")


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def works(shelf: Shelf, database: Database, clock: Clock) -> Works:
    return Works(shelf.library, Staging(shelf.settings.home, database), database, clock)


def left(database: Database, clock: Clock, worker: str = "autre:1:x", tries: int = 1, doc: str = "plan") -> None:
    """A removal that a process began."""
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO works (id, kind, person, started, stage, language, task, tries, worker, leased) "
            "VALUES ('w', 'remove', 'zoe', ?, 'encoding', 'fr', ?, ?, ?, ?)",
            (clock.now, f'{{"doc": "{doc}"}}', tries, worker, clock.now),
        )


def ended(works: Works) -> Work:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        work = works.last
        if work is not None and work.ended:
            return work
        time.sleep(0.02)
    raise AssertionError("the work does not end")


def test_a_work_is_left_to_a_process_that_is_heard_of(works: Works, database: Database, clock: Clock) -> None:
    left(database, clock)
    clock.now += LEASE_S - 1
    assert not works.take_over()
    with pytest.raises(Busy, match="zoe"):
        works.remove("plan", "ana", FR)


def test_the_work_of_a_process_that_died_is_done_again(
    works: Works, shelf: Shelf, database: Database, clock: Clock
) -> None:
    left(database, clock)
    clock.now += LEASE_S + 1
    assert works.take_over()
    assert ended(works).stage == "done"
    assert "plan" not in shelf.living.index.documents
    assert not works.take_over()


def test_a_work_already_done_when_its_process_died_changes_nothing(
    works: Works, shelf: Shelf, database: Database, clock: Clock
) -> None:
    before = shelf.living.index.fingerprint
    left(database, clock, doc="parti")
    clock.now += LEASE_S + 1
    works.take_over()
    assert ended(works).stage == "done"
    assert shelf.living.index.fingerprint == before


def test_a_work_that_kills_every_process_is_given_up(works: Works, database: Database, clock: Clock) -> None:
    left(database, clock, tries=TRIES)
    clock.now += LEASE_S + 1
    works.take_over()
    work = ended(works)
    assert work.stage == "failed"
    assert "erreur imprévue" in str(work.message)


def test_the_supervisor_ends_the_leases_of_a_process_that_it_saw_die(database: Database, clock: Clock) -> None:
    mine = worker_name()
    left(database, clock, worker=mine)
    released(database, int(mine.split(":")[1]) + 1)
    assert database.rows("SELECT leased FROM works") == [(clock.now,)]
    released(database, int(mine.split(":")[1]))
    assert database.rows("SELECT leased FROM works") == [(0.0,)]


def test_files_of_a_work_to_be_done_again_are_not_swept(shelf: Shelf, database: Database, clock: Clock) -> None:
    for name in ("attendu", "oublie"):
        (shelf.settings.home / "incoming" / name).mkdir(parents=True)
    left(database, clock, doc="incoming/attendu/a.pdf")
    Staging(shelf.settings.home, database, lambda: time.time() + 100_000)
    assert [path.name for path in (shelf.settings.home / "incoming").iterdir()] == ["attendu"]
