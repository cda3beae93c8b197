"""Whose turn it is: clients take turns, first come first served within a client, and no client fills the line.

A client is a name that stays no longer than somebody waits under it. One who comes joins behind the clients already
there, so that a client waits for one turn of each of the others at most, however many wait for them.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

BATCH = "batch"  # the client of all files of questions and jobs together
BEFORE_BATCH = 3  # turns of other clients, if they wait, before one of BATCH

Lines = dict[str, deque["Waiter"]]  # by client, in the order of their turns; none is empty


class Full(Exception):
    """There is no place left for this client."""


@dataclass(eq=False, slots=True)
class Waiter:
    """One question in line. `called` is set at its turn, or when it was put out for another client."""

    client: str = ""
    gone: threading.Event = field(default_factory=threading.Event)  # whoever asked has left
    called: threading.Event = field(default_factory=threading.Event)
    put_out: bool = False


class Turns:
    """At most `places` wait. Not thread-safe: whoever has it has a lock."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._lines: Lines = {}
        self._passed = 0  # turns of others while BATCH waits
        self._order: tuple[Waiter, ...] | None = None  # as it was last told, None once it changed

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def join(self, waiter: Waiter) -> Waiter | None:
        """Takes a place. Where there is none, takes that of the last one of the client with the most, which is
        returned, if that client still holds no fewer than this one then; raises Full otherwise."""
        out = None
        if len(self) >= self._places:
            out = self._last_of_heaviest(waiter.client)
            if out is None:
                raise Full
            self.leave(out)
        self._lines.setdefault(waiter.client, deque()).append(waiter)
        self._order = None
        return out

    def leave(self, waiter: Waiter) -> None:
        """Gives a place back."""
        line = self._lines[waiter.client]
        line.remove(waiter)
        if not line:
            del self._lines[waiter.client]
        self._order = None

    def call(self) -> Waiter:
        """The next one, who leaves the line; somebody waits."""
        waiter, self._passed = _called(self._lines, self._passed)
        self._order = None
        return waiter

    def order(self) -> tuple[Waiter, ...]:
        """Those who wait, as they are called if nobody comes or leaves."""
        if self._order is None:
            lines, passed, order = {c: deque(line) for c, line in self._lines.items()}, self._passed, list[Waiter]()
            while lines:
                waiter, passed = _called(lines, passed)
                order.append(waiter)
            self._order = tuple(order)
        return self._order

    def _last_of_heaviest(self, client: str) -> Waiter | None:
        """Of clients that hold as much, the one whose turn is the furthest."""
        heaviest = max(reversed(self._lines.values()), key=len, default=None)
        own = len(self._lines.get(client, ()))
        return heaviest[-1] if heaviest is not None and len(heaviest) > own + 1 else None


def _called(lines: Lines, passed: int) -> tuple[Waiter, int]:
    """The next one, taken out of `lines`, and how many turns BATCH has let pass since."""
    client, *others = lines
    if client == BATCH and others and passed < BEFORE_BATCH:
        client = others[0]
    line = lines.pop(client)
    waiter = line.popleft()
    if line:
        lines[client] = line  # behind the others
    return waiter, 0 if client == BATCH or BATCH not in lines else passed + 1
