"""Sessions that end and attempts that are counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.postgres.connection import Database as Store
from ui.api.database import Database, open_database
from ui.sessions import (
    IDLE_S,
    LONGEST_S,
    MAX_SESSIONS,
    PER_ADDRESS,
    PER_NAME,
    SEEN_S,
    WINDOW_S,
    Sessions,
    Throttle,
    network,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_session_is_found_by_its_secret_alone(clock: Clock) -> None:
    sessions = Sessions(clock=clock)
    secret = sessions.open("zoe", "hash")
    found = sessions.find(secret)
    assert found is not None
    assert found.name == "zoe"
    assert sessions.find(secret[:-1]) is None
    assert sessions.find("") is None
    kept = sessions._database.rows("SELECT * FROM logins")
    assert secret not in repr(kept)


def test_a_session_ends_when_it_is_left_alone(clock: Clock) -> None:
    sessions = Sessions(clock=clock)
    secret = sessions.open("zoe", "hash")
    clock.now += IDLE_S - 1
    assert sessions.find(secret) is not None
    clock.now += IDLE_S + 1
    assert sessions.find(secret) is None


def test_a_session_ends_after_a_day_however_busy(clock: Clock) -> None:
    sessions = Sessions(clock=clock)
    secret = sessions.open("zoe", "hash")
    for _ in range(int(LONGEST_S // IDLE_S) * 2):
        clock.now += IDLE_S / 2
        sessions.find(secret)
    clock.now += 1
    assert sessions.find(secret) is None


def test_signing_out_ends_it(clock: Clock) -> None:
    sessions = Sessions(clock=clock)
    secret = sessions.open("zoe", "hash")
    sessions.close(secret)
    assert sessions.find(secret) is None


def test_sessions_are_bounded_and_the_one_least_seen_ends(clock: Clock) -> None:
    sessions = Sessions(clock=clock)
    first, second = sessions.open("a", "h"), sessions.open("b", "h")
    clock.now += SEEN_S + 1
    sessions.find(first)
    for _ in range(MAX_SESSIONS - 1):
        sessions.open("c", "h")
    assert sessions.find(second) is None
    assert sessions.find(first) is not None


def test_an_address_that_fails_too_often_waits_whatever_the_name(clock: Clock) -> None:
    throttle = Throttle(clock=clock)
    for n in range(PER_ADDRESS):
        assert throttle.begin("192.0.2.1", f"name {n}") == 0
    assert 0 < throttle.begin("192.0.2.1", "another") <= WINDOW_S
    assert throttle.begin("192.0.2.2", "another") == 0
    clock.now += WINDOW_S
    assert throttle.begin("192.0.2.1", "another") == 0


def test_a_name_tried_by_a_crowd_waits(clock: Clock) -> None:
    throttle = Throttle(clock=clock)
    for n in range(PER_NAME):
        assert throttle.begin(f"192.0.2.{n}", "zoe") == 0
    assert throttle.begin("198.51.100.1", "zoe") > 0
    assert throttle.begin("198.51.100.1", "ana") == 0


def test_attempts_begun_at_once_are_counted_before_they_end(clock: Clock) -> None:
    throttle = Throttle(clock=clock)
    waits = [throttle.begin("192.0.2.1", "zoe") for _ in range(PER_ADDRESS + 5)]
    assert sum(wait == 0 for wait in waits) == PER_ADDRESS


def test_a_success_forgets_the_failures(clock: Clock) -> None:
    throttle = Throttle(clock=clock)
    for _ in range(PER_ADDRESS - 1):
        throttle.begin("192.0.2.1", "zoe")
    throttle.begin("192.0.2.1", "zoe")
    throttle.succeeded("192.0.2.1", "zoe")
    assert throttle.begin("192.0.2.1", "zoe") == 0


def test_memory_is_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.sessions.MAX_ATTEMPTS", 10)
    throttle = Throttle(clock=clock)
    for n in range(100):
        clock.now += 1
        throttle.begin(f"10.0.0.{n}", f"n{n}")
    assert throttle._database.rows("SELECT count(*) FROM attempts")[0][0] <= 12
    assert throttle.begin("10.0.0.99", "n99") == 0


@pytest.fixture(params=["file", "postgres"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, ...]]:
    """The database as two processes have it open."""
    address = request.getfixturevalue("database_url") if request.param == "postgres" else None
    opened = tuple(open_database(tmp_path, Store(address) if address else None) for _ in range(2))
    yield opened
    for each in opened:
        each.close()


def test_two_processes_count_and_know_the_same_people(shared: tuple[Database, ...], clock: Clock) -> None:
    one, other = shared
    secret = Sessions(one, clock).open("zoe", "hash")
    found = Sessions(other, clock).find(secret)
    assert found is not None
    assert found.name == "zoe"
    for n in range(PER_ADDRESS):
        assert Throttle((one, other)[n % 2], clock).begin("192.0.2.1", f"name {n}") == 0
    assert Throttle(other, clock).begin("192.0.2.1", "another") > 0
    Sessions(other, clock).close(secret)
    assert Sessions(one, clock).find(secret) is None
    assert Sessions(one, clock)._database.rows("SELECT count(*) FROM logins") == [(0,)]


def test_a_clock_set_back_locks_nobody_out(clock: Clock) -> None:
    throttle = Throttle(clock=clock)
    for _ in range(PER_ADDRESS):
        throttle.begin("192.0.2.1", "zoe")
    clock.now -= 900_000
    assert throttle.begin("192.0.2.1", "zoe") == 0


def test_a_household_of_ipv6_is_one_address() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff:2")
    assert network("2001:db8::1") != network("2001:db8:0:1::1")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1")
    assert network("not an address") == "unknown"
