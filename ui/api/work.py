"""The worker of a process: takes jobs one at a time and answers their questions, each written before the next."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from assistant.answers import Answer, Final, Question, to_record
from assistant.deadline import QuestionLeft
from ingest.errors import GuichetError
from ui.api import jobs
from ui.api.bodies import QuestionBody
from ui.api.database import ServiceStoreError
from ui.api.desk import Desk
from ui.api.evaluating import GOLD, measure
from ui.api.leases import renewed, worker_name
from ui.api.limits import sweep
from ui.batch import answer_or_error
from ui.turns import BATCH

log = logging.getLogger("guichet.jobs")

LOOK_S = 3.0  # how often a worker without work looks for the jobs of other processes
SWEEP_S = 3600.0
PATIENCE_S = 120.0  # of a question of a job in each line, behind those of people


class Worker:
    """A thread that works until it is stopped; an unfinished job is given back for another worker or a later start."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._name = worker_name()
        self._stop = threading.Event()
        self._swept = float("-inf")
        self._thread = threading.Thread(target=self._run, name="guichet-jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Stops between two questions, or in the middle of one, which is then asked again later."""
        self._stop.set()
        self._desk.wake.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._sweep()
                self._desk.register.sweep()
                job = jobs.claim(self._desk.database, self._name, now=self._desk.clock())
                if job is not None:
                    with renewed(partial(self._renew, job.id)):
                        self._work(job)
                    continue
            except ServiceStoreError:
                log.exception("the service's file")  # a full disk, a folder gone: tried again until it is back
            self._desk.wake.wait(LOOK_S)
            self._desk.wake.clear()

    def _renew(self, id: str) -> None:
        jobs.renew(self._desk.database, id, self._name, now=self._desk.clock())

    def _work(self, job: jobs.Job) -> None:
        database, clock = self._desk.database, self._desk.clock
        for n, content in jobs.unanswered(database, job.id):
            asked = {name: value for name, value in content.items() if name != GOLD}  # the assistant never sees it
            question = QuestionBody.model_validate(asked).to_question(str(n + 1))
            try:
                answer = answer_or_error(lambda q: self._answer(q, job.options), question)
            except _Stopping:
                jobs.release(database, job.id, self._name)
                return
            self._desk.metrics.answer(answer)
            if not jobs.keep(database, job.id, self._name, n, to_record(answer), now=clock()):
                return  # cancelled, deleted, or taken over
        if job.kind == "evaluate":
            self._measure(job)
        else:
            jobs.finish(database, job.id, self._name, "done", now=clock())

    def _measure(self, job: jobs.Job) -> None:
        database, now = self._desk.database, self._desk.now()
        try:
            measured = measure(jobs.items(database, job.id), day=now.date())
        except GuichetError as error:
            jobs.finish(database, job.id, self._name, "failed", now=self._desk.clock(), message=str(error))
            return
        jobs.finish(database, job.id, self._name, "done", now=self._desk.clock(), measured=measured)

    def _answer(self, question: Question, options: Mapping[str, Any]) -> Answer:
        draft = bool(options.get("llm", True))
        try:
            stream = self._desk.answering.stream(
                question, gone=self._stop, draft=draft, patience_s=PATIENCE_S, client=BATCH
            )
            for event in stream:
                if isinstance(event, Final):
                    return event.answer
        except QuestionLeft:
            raise _Stopping from None
        raise RuntimeError("the stream ended without a Final event")

    def _sweep(self) -> None:
        now = self._desk.clock()
        if abs(now - self._swept) > SWEEP_S:
            self._swept = now
            jobs.forget(self._desk.database, now=now)
            sweep(self._desk.database, now=now)


class _Stopping(BaseException):
    """The worker was told to stop in the middle of an answer; no failure of the question, so no Exception."""
