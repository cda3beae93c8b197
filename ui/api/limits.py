"""How much one caller may ask: token buckets, shared by every process through the service's file."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from ui.api.database import Database

FORGOTTEN_S = 3600.0  # a bucket untouched for this long is full again and may go
MOST_BUCKETS = 100_000  # addresses remembered; beyond, the oldest go


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` at once, then `per_minute`."""

    burst: float
    per_minute: float


@dataclass(frozen=True, slots=True)
class Grant:
    """Whether it is allowed; when not, in how many seconds it would be."""

    allowed: bool
    wait_s: float = 0.0


def take(database: Database, name: str, limit: Limit, *, now: float, cost: float = 1.0) -> Grant:
    """Takes `cost` from the bucket `name` if it is there. `now` is in seconds since 1970.

    A clock set back gives nothing and takes nothing; one set forward fills the bucket at most.
    """
    with database.writing() as connection:
        row = connection.execute("SELECT tokens, at FROM buckets WHERE name = ?", (name,)).fetchone()
        held, at = (limit.burst, now) if row is None else (float(row[0]), float(row[1]))
        grant, left = _taken(held, at, limit, now, cost)
        connection.execute(
            "INSERT INTO buckets (name, tokens, at) VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET tokens = excluded.tokens, at = excluded.at",
            (name, left, now),
        )
    return grant


class Spare:
    """The buckets of one process, for when the service's file cannot be written (a full disk): limits still hold, and
    questions are still answered. Thread-safe."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens and time, the oldest first
        self._lock = threading.Lock()

    def take(self, name: str, limit: Limit, *, now: float, cost: float = 1.0) -> Grant:
        """As `take`."""
        with self._lock:
            held, at = self._held.get(name, (limit.burst, now))
            grant, left = _taken(held, at, limit, now, cost)
            self._held[name] = (left, now)
            self._held.move_to_end(name)
            while len(self._held) > MOST_BUCKETS:
                self._held.popitem(last=False)
        return grant


def _taken(held: float, at: float, limit: Limit, now: float, cost: float) -> tuple[Grant, float]:
    """The grant, and what is left in a bucket that held so much at that time."""
    rate = limit.per_minute / 60.0
    held = min(limit.burst, held + max(0.0, now - at) * rate)
    if held >= cost:
        return Grant(True), held - cost
    return Grant(False, (cost - held) / rate), held


def sweep(database: Database, *, now: float) -> None:
    """Forgets the buckets that are full again, and the oldest beyond the number kept."""
    with database.writing() as connection:
        connection.execute("DELETE FROM buckets WHERE at < ? OR at > ?", (now - FORGOTTEN_S, now + FORGOTTEN_S))
        connection.execute(
            "DELETE FROM buckets WHERE name NOT IN (SELECT name FROM buckets ORDER BY at DESC LIMIT ?)",
            (MOST_BUCKETS,),
        )
