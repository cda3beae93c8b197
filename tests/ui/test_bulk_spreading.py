"""Units spread over workers that die: each has one result, in order, and few are held."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ui.bulk.spreading
from ui.bulk.spreading import AHEAD, TRIES, Poison, Settled, WorkerLost, spread


class ScriptedWorkers:
    """Threads that die as often as told, by unit; they count what they were given and what is under way."""

    def __init__(self, width: int, deaths: dict[bytes, int] | None = None) -> None:
        self.width, self.deaths = width, dict(deaths or {})
        self.started, self.pool = [b""][:0], ThreadPoolExecutor(width)

    def start(self, unit: bytes) -> Future[bytes]:
        self.started.append(unit)
        dies = self.deaths.get(unit, 0) > 0
        self.deaths[unit] = self.deaths.get(unit, 0) - 1
        return self.pool.submit(self._work, unit, dies)

    def check(self) -> None:
        pass

    def _work(self, unit: bytes, dies: bool) -> bytes:
        if dies:
            raise WorkerLost
        return b"done " + unit


def numbered(n: int) -> list[bytes]:
    return [str(i).encode() for i in range(n)]


@settings(deadline=None)  # threads, on a machine that may be busy
@given(deaths=st.lists(st.integers(0, TRIES + 1), max_size=12), width=st.integers(1, 4))
def test_whatever_dies_each_unit_has_one_result_in_its_place(deaths: list[int], width: int) -> None:
    units = numbered(len(deaths))
    workers = ScriptedWorkers(width, dict(zip(units, deaths, strict=True)))
    results = list(spread(units, workers))
    assert results == [Poison() if n >= TRIES else b"done " + u for u, n in zip(units, deaths, strict=True)]
    assert sorted(workers.started) == sorted(
        u for u, n in zip(units, deaths, strict=True) for _ in range(min(n + 1, TRIES))
    )


def test_a_unit_settled_already_keeps_its_place_and_goes_to_nobody() -> None:
    workers = ScriptedWorkers(2)
    assert list(spread([b"a", Settled("known"), b"b"], workers)) == [b"done a", Settled("known"), b"done b"]
    assert sorted(workers.started) == [b"a", b"b"]


def test_few_units_are_held_at_a_time() -> None:
    asked = [0]

    def units() -> Iterator[bytes]:
        for unit in numbered(100):
            asked[0] += 1
            yield unit

    for taken, _ in enumerate(spread(units(), ScriptedWorkers(2)), start=1):
        assert asked[0] <= taken + 2 * AHEAD


def test_large_units_wait_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.bulk.spreading, "HELD_BYTES", 10)
    asked = [0]

    def units() -> Iterator[bytes]:
        for n in range(10):
            asked[0] += 1
            yield bytes([n]) * 100

    for taken, _ in enumerate(spread(units(), ScriptedWorkers(2)), start=1):
        assert asked[0] <= taken + 1


def test_another_failure_stops_the_work() -> None:
    class Broken(ScriptedWorkers):
        def _work(self, unit: bytes, dies: bool) -> bytes:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(spread([b"a"], Broken(1)))


def test_while_nothing_comes_it_asks_whether_somebody_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.bulk.spreading, "CHECK_S", 0.01)

    class Gone(ScriptedWorkers):
        def start(self, unit: bytes) -> Future[bytes]:
            return Future()

        def check(self) -> None:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        list(spread([b"a"], Gone(1)))
