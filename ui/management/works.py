"""What is being done to the documents: one work at a time in the whole service, told to whoever asks how far it is.

A work is written down with all that it takes, and held by a lease: when its process dies, another does it again from
its beginning, which changes nothing of what was already done.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

from ingest.errors import GuichetError
from ui.api.database import Database, ServiceStoreError
from ui.api.leases import LEASE_S, renewed, worker_name
from ui.commands.ingest import update
from ui.console import Advance
from ui.incoming import FileReport, Given
from ui.library import Library
from ui.management.staging import KEEP_S, Staging
from ui.words import Words, load_page_words, load_words

log = logging.getLogger("guichet.works")

LOOK_S = 3.0  # how often a process looks for the work of one that died
TELL_S = 0.3  # how often the progress is written
TRIES = 3  # of a work whose process dies each time
KEPT = 20  # works ended
REFUSED = "refused"  # the reason of a file that was not received

Kind = Literal["add", "remove", "check", "fetch"]
Stage = Literal["waiting", "visiting", "reading", "encoding", "switching", "done", "failed"]
SourceRow = dict[str, Any]  # {"doc", "status", "message"} as `guichet sources --json` prints it
_COLUMNS = "id, kind, person, started, stage, done, total, reports, sources, message"
_UNDER_WAY = "stage NOT IN ('done', 'failed')"


class Busy(GuichetError):
    """Another work is under way."""


@dataclass(frozen=True, slots=True)
class Work:
    """A work and how far it is: `done` of `total` files, passages or sources, by its stage."""

    id: str
    kind: Kind
    by: str
    started: datetime
    stage: Stage = "waiting"
    done: int = 0
    total: int = 0
    reports: tuple[FileReport, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    message: str | None = None  # why it failed

    @property
    def ended(self) -> bool:
        return self.stage in ("done", "failed")


class Works:
    """The work under way and the last one ended, of every process. Thread-safe."""

    def __init__(
        self, library: Library, staging: Staging, database: Database, clock: Callable[[], float] = time.time
    ) -> None:
        self._library, self._staging, self._database, self._clock = library, staging, database, clock
        self._name = worker_name()

    @property
    def last(self) -> Work | None:
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM works ORDER BY started DESC, id LIMIT 1")  # noqa: S608
        return _work(rows[0]) if rows else None

    def add(self, files: Sequence[Given], by: str, words: Words, refused: Sequence[tuple[str, str]] = ()) -> Work:
        """Ingests files received, which are gone afterwards; `refused` are the names of those that were not received, and
        why, told with the others. Raises Busy."""
        task = {"files": [[file.file, str(file.path)] for file in files], "refused": [list(pair) for pair in refused]}
        try:
            return self._start("add", by, words, task)
        except Busy:
            self._staging.drop(files)
            raise

    def remove(self, doc: str, by: str, words: Words) -> Work:
        """Takes a document out of the index. Raises Busy."""
        return self._start("remove", by, words, {"doc": doc})

    def visit(self, action: Literal["check", "fetch"], by: str, words: Words) -> Work:
        """Checks the addresses of the sources, or downloads them and ingests what came. Raises Busy."""
        return self._start(action, by, words, {})

    @contextmanager
    def watched(self) -> Iterator[None]:
        """While it is open, the work of a process that died is done again by this one."""
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over,), name="guichet-works", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(LOOK_S)

    def take_over(self) -> bool:
        """Begins again the work of a process that died, if there is one; whether there was."""
        now = self._clock()
        with self._database.writing() as connection:
            row = connection.execute(
                f"SELECT id, kind, language, task, tries FROM works WHERE {_UNDER_WAY} "  # noqa: S608
                "AND (leased < ? OR leased > ?) AND (kind <> 'add' OR worker LIKE ? OR leased < ?) "
                "ORDER BY started LIMIT 1",
                # a lease from the future was given before the clock was set back; files lie on the machine that got them
                (now - LEASE_S, now + LEASE_S, f"{self._name.partition(':')[0]}:%", now - KEEP_S),
            ).fetchone()
            if row is None:
                return False
            number, kind, language, task, tries = row
            connection.execute(
                "UPDATE works SET worker = ?, leased = ?, tries = tries + 1, stage = 'waiting', done = 0, total = 0 "
                "WHERE id = ?",
                (self._name, now, number),
            )
        words = load_page_words(str(language))
        if int(tries) >= TRIES:
            _Running(self._database, self._clock, self._name, str(number)).tell(
                stage="failed", message=words.say("documents.broken")
            )
            return True
        self._begin(str(number), cast(Kind, kind), words, json.loads(str(task)))
        return True

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(LOOK_S):
            try:
                self.take_over()
            except ServiceStoreError:
                log.exception("the works")

    def _start(self, kind: Kind, by: str, words: Words, task: Mapping[str, Any]) -> Work:
        number, now = secrets.token_urlsafe(12), self._clock()
        with self._database.writing() as connection:
            busy = connection.execute(f"SELECT person FROM works WHERE {_UNDER_WAY}").fetchone()  # noqa: S608
            if busy is not None:
                raise Busy(words.say("documents.busy", name=busy[0]))
            last = connection.execute("SELECT max(started) FROM works").fetchone()[0]
            started = now if last is None else max(now, float(last) + 0.001)  # the last is the last, whatever the clock
            connection.execute(
                "INSERT INTO works (id, kind, person, started, stage, language, task, worker, leased) "
                "VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, ?)",
                (number, kind, by, started, words.language, json.dumps(dict(task)), self._name, now),
            )
            kept = "SELECT id FROM works ORDER BY started DESC LIMIT ?"
            connection.execute(f"DELETE FROM works WHERE id NOT IN ({kept})", (KEPT,))  # noqa: S608
        self._begin(number, kind, words, task)
        return Work(number, kind, by, datetime.fromtimestamp(started, UTC))

    def _begin(self, id: str, kind: Kind, words: Words, task: Mapping[str, Any]) -> None:
        running = _Running(self._database, self._clock, self._name, id)
        threading.Thread(target=self._run, args=(running, kind, words, task), name=f"guichet-{kind}").start()

    def _run(self, running: _Running, kind: Kind, words: Words, task: Mapping[str, Any]) -> None:
        files = [Given(name, Path(path), name) for name, path in task.get("files", ())]
        stage: Stage = "failed"
        message: str | None = words.say("documents.broken")  # a bug is written on the standard error by the thread
        try:
            with renewed(running.renew):
                self._do(running, kind, words, files, task)
            stage, message = "done", None
        except GuichetError as error:
            message = str(error)
        finally:
            if running.tell(message=message):  # else another process does it again, with the same files
                self._staging.drop(files)
            running.tell(stage=stage)

    def _do(self, running: _Running, kind: Kind, words: Words, files: Sequence[Given], task: Mapping[str, Any]) -> None:
        if kind in ("check", "fetch"):
            from ui.management.sources import fetched_files, visited

            rows = visited(self._library.settings, kind, running.stage("visiting"))
            running.tell(sources=json.dumps(rows))
            files = fetched_files(rows) if kind == "fetch" else []
            if not files:
                return
        removed = [task["doc"]] if kind == "remove" else []
        if removed and removed[0] not in self._library.living.index.documents:
            return  # taken out before the process died
        reports = [
            FileReport(name, name, None, None, "failed", REFUSED, message) for name, message in task.get("refused", ())
        ]
        running.tell(reports=_written(reports))
        if files or removed:
            running.tell(reports=_written([*reports, *self._update(running, words, files, removed)]))

    def _update(
        self, running: _Running, words: Words, files: Sequence[Given], remove: Sequence[str]
    ) -> list[FileReport]:
        living = self._library.living
        reports = update(
            self._library.settings,
            load_words(words.language),
            files,
            encoder=lambda: living.encoder,
            stage=running.stage,
            remove=remove,
        )
        running.tell(stage="switching", done=0, total=0)
        living.refresh()
        return reports


class _Running:
    """How far a work of this process is, written down as it goes, as long as it is this process's."""

    def __init__(self, database: Database, clock: Callable[[], float], worker: str, id: str) -> None:
        self._database, self._clock, self._worker, self._id = database, clock, worker, id
        self._told = float("-inf")

    def stage(self, name: str) -> AbstractContextManager[Advance]:
        @contextmanager
        def told() -> Iterator[Advance]:
            self.tell(stage=name, done=0, total=0)
            yield self._advance

        return told()

    def tell(self, **changes: object) -> bool:
        """Writes columns of ours; whether the work is still this process's."""
        columns = ", ".join(f"{name} = ?" for name in changes)
        with self._database.writing() as connection:
            changed = connection.execute(
                f"UPDATE works SET {columns} WHERE id = ? AND worker = ?",  # noqa: S608
                (*changes.values(), self._id, self._worker),
            )
        return bool(changed.rowcount)

    def renew(self) -> None:
        self.tell(leased=self._clock())

    def _advance(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now - self._told > TELL_S:
            self._told = now
            self.tell(done=done, total=total)


def _written(reports: Sequence[FileReport]) -> str:
    return json.dumps([report.to_record() for report in reports])


def _work(row: tuple[object, ...]) -> Work:
    number, kind, person, started, stage, done, total, reports, sources, message = row
    return Work(
        id=str(number),
        kind=cast(Kind, kind),
        by=str(person),
        started=datetime.fromtimestamp(float(str(started)), UTC),
        stage=cast(Stage, stage),
        done=int(str(done)),
        total=int(str(total)),
        reports=tuple(FileReport(**record) for record in json.loads(str(reports))),
        sources=tuple(json.loads(str(sources))),
        message=None if message is None else str(message),
    )
