"""The register of questions: what was asked and answered, kept for some days where the operator turned it on.

Kept: the moment, the door, how the answer ended, the question and the answer with personal data masked before anything is
written, the sources cited, how long it took, the version of the index. Never an address, a session, a key or a profile.
What is past its date is not shown, and is deleted within the hour: as questions come, and by the worker of each process.
"""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from assistant.answers import Answer, Event, Final, Quotes
from assistant.personal_data import mask_personal_data
from ui.api.database import Database, ServiceStoreError

if TYPE_CHECKING:
    from ui.api.metrics import Metrics

Door = Literal["page", "api", "chat"]

log = logging.getLogger("guichet.register")

DAY_S = 86_400.0
SWEEP_S = 3600.0  # between two looks of a process at what is past its date
AGAIN_S = 60.0  # after one that failed
MOST = 100_000  # records: some 300 MB; the oldest go first, so that no crowd fills the disk
PAGE = 500  # records read at a time
_COLUMNS = "id, at, until, door, status, reason, question, answer, sources, ms, version"
# What may be shown: before its end, as it was said when it was kept and as the setting says now; and not from the future,
# which a clock set back since would keep for longer than was said.
_SHOWN = "until > ? AND at > ? AND at <= ?"
_PAST = "until <= ? OR at <= ? OR at > ?"


@dataclass(frozen=True, slots=True)
class Kept:
    """A question of the register. Times are seconds since 1970."""

    at: float
    until: float
    door: str
    status: str
    reason: str | None
    question: str
    answer: str
    sources: tuple[dict[str, Any], ...]
    ms: int | None
    index: str


class Register:
    """The register as a process of the service writes it; `days` is None where it is off. Thread-safe."""

    def __init__(
        self,
        database: Database,
        days: int | None = None,
        *,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.days = days
        self._database, self._metrics, self._clock = database, metrics, clock
        self._sweeping = threading.Lock()
        self._swept, self._owed = -math.inf, True  # owed: what was deleted may still be on the disk

    def recorded(self, door: Door, events: Iterator[Event]) -> Generator[Event]:
        """The same events; the answer is kept before whoever asked has it, its quotes where the asker left before."""
        shown: Answer | None = None
        try:
            for event in events:
                if isinstance(event, Quotes):
                    shown = event.answer
                elif isinstance(event, Final):
                    shown = None
                    self.keep(door, event.answer)
                yield event
        finally:
            if isinstance(events, Generator):
                events.close()
            if shown is not None:
                self.keep(door, shown)

    def keep(self, door: Door, answer: Answer) -> None:
        """Writes an answer, where the register is on. A failure is told in the journal, counted, and stops no answer."""
        if self.days is None:
            return
        kept = True
        try:
            write(self._database, door, answer, days=self.days, now=self._clock())
        except Exception:  # whatever it is, the answer is for whoever asked; the journal says its kind and its place
            kept = False
            log.exception("a question was not kept")
        if self._metrics is not None:
            self._metrics.kept(kept)
        try:
            self.sweep()
        except ServiceStoreError:
            log.exception("questions past their date were not deleted")  # tried again in a minute

    def sweep(self) -> None:
        """Deletes what is past its date, also when the register is off, once an hour. Raises ServiceStoreError."""
        now = self._clock()
        if abs(now - self._swept) < SWEEP_S or not self._sweeping.acquire(blocking=False):
            return
        self._swept = now - SWEEP_S + AGAIN_S
        try:
            self._owed |= delete_past(self._database, days=self.days, now=now) > 0
            if self._owed:
                self._database.erase()
            self._owed, self._swept = False, now
        finally:
            self._sweeping.release()


def write(database: Database, door: Door, answer: Answer, *, days: int, now: float) -> None:
    """Keeps a question and its answer, masked, for `days`. Raises ServiceStoreError."""
    sources = [{"doc": _masked(c.doc), "page": c.page} for c in answer.citations]
    total = answer.timings_ms.get("total")
    row = (
        now,
        now + days * DAY_S,
        door,
        answer.status,
        answer.reason,
        _masked(answer.question),
        _masked(answer.answer),
        json.dumps(sources, ensure_ascii=False),
        None if total is None else round(total),
        answer.index,
    )
    names = _COLUMNS.removeprefix("id, ")
    with database.writing() as connection:
        connection.execute(
            f"INSERT INTO kept_questions ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # our own names
            row,
        )


def read(database: Database, *, days: int | None, now: float, since: float = -math.inf) -> Iterator[Kept]:
    """What is kept, the oldest first. Raises ServiceStoreError."""
    last = 0
    query = f"SELECT {_COLUMNS} FROM kept_questions WHERE id > ? AND {_SHOWN} AND at >= ? ORDER BY id LIMIT ?"  # noqa: S608
    while True:
        rows = database.rows(query, last, *_bounds(days, now), since, PAGE)
        for row in rows:
            last = int(str(row[0]))
            yield _kept(row)
        if len(rows) < PAGE:
            return


def count(database: Database, *, days: int | None, now: float) -> tuple[int, float | None]:
    """How many are kept, and the moment of the oldest. Raises ServiceStoreError."""
    query = f"SELECT count(*), min(at) FROM kept_questions WHERE {_SHOWN}"  # noqa: S608  # our own condition
    n, oldest = database.rows(query, *_bounds(days, now))[0]
    return int(str(n)), None if oldest is None else float(str(oldest))


def purge(database: Database, *, before: float = math.inf) -> int:
    """Deletes what was asked before a moment, or all, from the disk too; how many. Raises ServiceStoreError."""
    with database.writing() as connection:
        removed = connection.execute("DELETE FROM kept_questions WHERE at < ?", (before,)).rowcount
    database.erase()
    return removed


def delete_past(database: Database, *, days: int | None, now: float) -> int:
    """Deletes what is past its date, and the oldest of too many; how many. Raises ServiceStoreError."""
    with database.writing() as connection:
        past = connection.execute(f"DELETE FROM kept_questions WHERE {_PAST}", _bounds(days, now)).rowcount  # noqa: S608
        over = connection.execute(
            "DELETE FROM kept_questions WHERE id <= (SELECT id FROM kept_questions ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (MOST,),
        ).rowcount
    return past + over


def _bounds(days: int | None, now: float) -> tuple[float, float, float]:
    """The values of _SHOWN and of _PAST. Where the register is off, what was said when a question was kept holds."""
    return now, -math.inf if days is None else now - days * DAY_S, now + DAY_S


def _masked(text: str) -> str:
    """As it may be written: no personal data that can be told by its form, nothing that a database refuses."""
    whole = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return mask_personal_data(whole)


def _kept(row: tuple[object, ...]) -> Kept:
    _, at, until, door, status, reason, question, answer, sources, ms, version = row
    return Kept(
        at=float(str(at)),
        until=float(str(until)),
        door=str(door),
        status=str(status),
        reason=None if reason is None else str(reason),
        question=str(question),
        answer=str(answer),
        sources=tuple(json.loads(str(sources))),
        ms=None if ms is None else int(str(ms)),
        index=str(version),
    )
