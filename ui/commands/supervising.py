"""Several processes behind one address: started together, started again when one dies, stopped together.

The socket is opened once and given to each of them, so that a connection waits for whoever is there: one that dies takes
with it only the requests it was answering.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING, Any, cast

from ingest.errors import GuichetError
from ui.words import Words

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess
    from multiprocessing.synchronize import Event

LOOK_S = 0.2  # how often it is looked whether all are ready, or whether it is time to stop
SHORT_S = 20.0  # a process that lived less than this, loading included, did not serve
MOST_SHORT = 5  # of them in a row: something is wrong that starting again does not mend
STOP_S = 20.0  # what answers under way are given to end


class WorkersFailed(GuichetError):
    """The processes end as soon as they begin."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    open: Event  # set once it serves
    since: float


class Supervisor:
    """`count` processes that each run `target(open, *arguments)`, and set `open` once they serve."""

    def __init__(self, count: int, target: Callable[..., None], arguments: Sequence[Any], words: Words) -> None:
        self._count, self._target, self._arguments, self._words = count, target, tuple(arguments), words
        self._context = get_context("spawn")  # nothing of this process is in theirs
        self._workers: list[_Worker] = []
        self._stopping = threading.Event()

    def run(self, ready: Callable[[], None], died: Callable[[int], None]) -> int:
        """Until SIGTERM or SIGINT; the exit status.

        `ready` is called once all serve, `died` with the number of each process that ended unasked. Raises WorkersFailed.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        told, short = False, 0
        try:
            self._workers = [self._start()]  # alone at first: it says for all what is missing
            while not self._stopping.is_set():
                connection.wait([worker.process.sentinel for worker in self._workers], LOOK_S)
                for place, worker in enumerate(self._workers):
                    if worker.process.is_alive() or self._stopping.is_set():
                        continue
                    if not told and worker.process.exitcode == 1:
                        return 1  # it said why
                    died(cast(int, worker.process.pid))
                    short = short + 1 if time.monotonic() - worker.since < SHORT_S and not worker.open.is_set() else 0
                    if short >= MOST_SHORT:
                        raise WorkersFailed(self._words.say("serve.workers_failed"))
                    self._workers[place] = self._start()
                if not told and all(worker.open.is_set() for worker in self._workers):
                    told = len(self._workers) == self._count
                    if told:
                        ready()
                    self._workers += [self._start() for _ in range(self._count - len(self._workers))]
            return 0
        finally:
            self._stop()

    def _start(self) -> _Worker:
        opened = self._context.Event()
        process = self._context.Process(target=_run, args=(self._target, opened, self._arguments), name="guichet-serve")
        process.start()
        return _Worker(process, opened, time.monotonic())

    def _stop(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        until = time.monotonic() + STOP_S
        for worker in self._workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


def _run(target: Callable[..., None], opened: Event, arguments: tuple[Any, ...]) -> None:
    """What a process does: it ends with its supervisor, and says in a sentence what it cannot do."""
    from ui import console

    threading.Thread(target=_end_with_parent, name="guichet-parent", daemon=True).start()
    try:
        target(opened, *arguments)
    except GuichetError as error:
        console.err().print(str(error), soft_wrap=True)
        raise SystemExit(1) from None


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
