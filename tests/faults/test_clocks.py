"""The clock of the wall set forward and back: what waits or lasts is timed by a clock that only goes on."""

from __future__ import annotations

import inspect
import time
from pathlib import Path

import pytest
from api_worlds import wait_for
from fault_service import SLOW, serving

from assistant.breaker import Breaker
from ui.api import jobs
from ui.api.database import open_database
from ui.api.limits import Limit, Spare, take
from ui.sessions import PER_ADDRESS, Sessions, Throttle

QUESTION = "Quel montant le Chèque Phare apporte-t-il par entreprise ?"
DAY = 86_400.0


def test_breakers_go_by_a_clock_that_only_goes_on() -> None:
    assert inspect.signature(Breaker).parameters["clock"].default is time.monotonic


@pytest.mark.parametrize("jump", [-30 * DAY, 30 * DAY])
def test_a_jump_ends_the_sessions_and_lengthens_none(jump: float) -> None:
    now = 1e9
    sessions = Sessions(clock=lambda: now)  # its processes share the date, which alone they have in common
    secret = sessions.open("zoe", "hash")
    now += jump
    assert sessions.find(secret) is None
    now -= jump
    assert sessions.find(secret) is None


@pytest.mark.parametrize("jump", [-30 * DAY, 30 * DAY])
def test_a_jump_locks_nobody_out(jump: float) -> None:
    now = 1e9
    throttle = Throttle(clock=lambda: now)
    assert [throttle.begin("10.0.0.1", "zoe") > 0 for _ in range(PER_ADDRESS + 1)] == [False] * PER_ADDRESS + [True]
    now += jump
    assert throttle.begin("10.0.0.1", "zoe") == 0


@pytest.mark.parametrize("jump", [-30 * DAY, 30 * DAY])
def test_a_jump_neither_locks_a_caller_out_nor_gives_more_than_the_burst(tmp_path: Path, jump: float) -> None:
    database, spare, limit, now = open_database(tmp_path), Spare(), Limit(burst=5, per_minute=60), 1e9
    for bucket in (lambda at: take(database, "a", limit, now=at), lambda at: spare.take("a", limit, now=at)):
        assert [bucket(now).allowed for _ in range(6)] == [True] * 5 + [False]
        grants = [bucket(now + jump).allowed for _ in range(6)]
        assert sum(grants) == (5 if jump > 0 else 0)
        assert bucket(now + jump + 1).allowed, "a second later, one more, whatever the date"


@pytest.mark.parametrize("jump", [-30 * DAY, 30 * DAY])
def test_a_job_held_when_the_clock_jumps_is_not_lost_nor_answered_twice(tmp_path: Path, jump: float) -> None:
    database, now = open_database(tmp_path), 1e9
    job = jobs.submit(database, "moi", "batch", [{"question": "?"}, {"question": "!"}], {}, now=now)
    assert jobs.claim(database, "un", now=now) is not None
    taken = jobs.claim(database, "deux", now=now + jump)
    assert taken is not None, "its lease says nothing any more: another may take it"
    assert not jobs.keep(database, job.id, "un", 0, {}, now=now + jump), "and who held it is told"
    assert jobs.keep(database, job.id, "deux", 0, {}, now=now + jump)
    assert jobs.claim(database, "trois", now=now + jump + 1) is None


def test_a_service_whose_clock_jumps_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path, **{SLOW: "0.1"}) as service, service.client() as client:
        for offset in (3 * DAY, -5 * DAY, 0.0):
            body = {"questions": [{"question": f"{QUESTION} ({n})"} for n in range(8)], "llm": False}
            job = client.post("/api/v1/jobs", json=body).json()
            (tmp_path / "clock").write_text(str(offset))
            answer = client.post("/api/v1/ask", json={"question": QUESTION})
            assert (answer.status_code, answer.json()["status"]) == (200, "answered")
            assert 0 <= answer.json()["timings_ms"]["total"] < 120_000
            address = f"/api/v1/jobs/{job['id']}"
            wait_for(lambda address=address: client.get(address).json()["state"] == "done", 120)
            assert client.get(address).json()["answered"] == 8
