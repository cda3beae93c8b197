"""Units of work spread over workers that may die: one result a unit, in the order of the units, few held at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

TRIES = 3  # workers that a unit may take with it: a machine that goes away is no fault of its units, three of them are
AHEAD = 4  # units held by worker, from the moment one is sent until its result is taken: a slow one stops no other
HELD_BYTES = 256 << 20  # of units sent and results not taken yet, all together; the largest file is 200 MB
CHECK_S = 5.0  # nothing came for so long: are there still machines?

T = TypeVar("T")


class WorkerLost(Exception):
    """A worker died, or its machine, before it gave the result of its unit."""


class Workers(Protocol):
    """Who does the work. `start` gives a Future that fails with WorkerLost; `check` raises when nobody is left."""

    @property
    def width(self) -> int: ...
    def start(self, unit: bytes) -> Future[bytes]: ...
    def check(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Settled(Generic[T]):
    """A unit whose result is known without any worker."""

    result: T


@dataclass(frozen=True, slots=True)
class Poison:
    """What becomes of a unit whose worker died each time it was tried."""

    tries: int = TRIES


@dataclass(slots=True)
class _Held(Generic[T]):
    """A unit between its beginning and the moment its result is taken."""

    unit: bytes = b""
    losses: int = 0
    result: bytes | Poison | Settled[T] | None = None

    @property
    def weight(self) -> int:
        return len(self.unit) + (len(self.result) if isinstance(self.result, bytes) else 0)


def spread(units: Iterable[bytes | Settled[T]], workers: Workers) -> Iterator[bytes | Poison | Settled[T]]:
    """The result of each unit, in order. `units` are asked for as there is room, so that few are in memory.

    A unit whose worker dies is given to another, TRIES in all; the result of a try that was given up is never looked at,
    so that a unit has one result whatever became of its workers.
    """
    source, line, running = iter(units), deque[_Held[T]](), dict[Future[bytes], _Held[T]]()
    more = True
    while more or line:
        while more and _has_room(line, workers.width):
            unit = next(source, None)
            if unit is None:
                more = False
            elif isinstance(unit, Settled):
                line.append(_Held(result=unit))
            else:
                line.append(_Held(unit))
                running[workers.start(unit)] = line[-1]
        if line and line[0].result is not None:
            yield line.popleft().result  # type: ignore[misc]  # not None: just looked at
        elif running:
            _settle(running, workers)


def _has_room(line: deque[_Held[T]], width: int) -> bool:
    return not line or (len(line) < AHEAD * width and sum(held.weight for held in line) < HELD_BYTES)


def _settle(running: dict[Future[bytes], _Held[T]], workers: Workers) -> None:
    """Waits for one result at least, and begins again the units whose worker died."""
    finished, _ = wait(running, timeout=CHECK_S, return_when=FIRST_COMPLETED)
    if not finished:
        workers.check()
    for future in finished:
        held = running.pop(future)
        try:
            held.result = future.result()
        except WorkerLost:
            held.losses += 1
            if held.losses < TRIES:
                running[workers.start(held.unit)] = held
                continue
            held.result = Poison()
        held.unit = b""
