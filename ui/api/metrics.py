"""Counters of the service in Prometheus' text form. Names, codes and durations: never a question, never a person.

Several processes behind one address count together, in a folder of numbers that whoever is asked adds up; a process
that died leaves its counts there. prometheus_client takes that form when PROMETHEUS_MULTIPROC_DIR names the folder as it
is imported, which the processes of `guichet serve --workers` see to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from assistant.answers import Answer

if TYPE_CHECKING:
    from assistant.generator import Health

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20, 60)


class Metrics:
    """The counters of one process, or of all that share `folder`."""

    def __init__(self, folder: Path | None = None) -> None:
        self._registry = CollectorRegistry()
        self._folder = folder

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"guichet_{name}", about, labels, registry=self._registry)

        self._requests = counter("requests", "Requests by route, method and status.", "route", "method", "status")
        self._answers = counter("answers", "Answers by status, reason and generator.", "status", "reason", "generator")
        self._refused = counter("refused", "Requests refused before any work, by reason.", "reason")
        self._personal = counter("personal_data", "Questions that held personal data, by kind.", "kind")
        self._left = counter("left", "Questions whose asker went away before the end.")
        self._kept = counter("kept_questions", "Questions for the register, by outcome.", "outcome")
        self._seconds = Histogram(
            "guichet_answer_seconds", "Time to an answer.", ["stage"], buckets=SECONDS, registry=self._registry
        )
        self._waiting = Gauge(
            "guichet_waiting",
            "Questions in progress or waiting here.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._jobs = Gauge(
            "guichet_jobs",
            "Batch jobs by state, of every process.",
            ["state"],
            registry=self._registry,
            multiprocess_mode="mostrecent",
        )

        self._index = Gauge(
            "guichet_index_ok",
            "1 when the index on the disk is the one in use, whole.",
            registry=self._registry,
            multiprocess_mode="livemin",
        )
        self._breaker = Gauge(
            "guichet_generator_breaker",
            "Processes that hold an endpoint in this state.",
            ["endpoint", "state"],
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._restarts = Gauge(
            "guichet_generator_restarts",
            "Times the embedded model was started again.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )

    def request(self, route: str, method: str, status: int) -> None:
        self._requests.labels(route, method, str(status)).inc()

    def answer(self, answer: Answer) -> None:
        model = "extractive" if answer.generator == "extractive" else "model"
        self._answers.labels(answer.status, answer.reason or "", model).inc()
        for stage, name in (("quotes", "first_token"), ("final", "total")):
            if name in answer.timings_ms:
                self._seconds.labels(stage).observe(answer.timings_ms[name] / 1000)

    def refused(self, reason: str) -> None:
        self._refused.labels(reason).inc()

    def personal_data(self, kind: str) -> None:
        self._personal.labels(kind).inc()

    def kept(self, written: bool) -> None:
        self._kept.labels("kept" if written else "failed").inc()

    def left(self) -> None:
        self._left.inc()

    def text(
        self, *, waiting: int, jobs: Mapping[str, int], index_ok: bool = True, generators: Sequence[Health] = ()
    ) -> bytes:
        """Everything, with what is counted only when asked."""
        self._waiting.set(waiting)
        self._index.set(index_ok)
        for health in generators:
            for state in ("closed", "half_open", "open"):
                self._breaker.labels(health.name, state).set(health.state == state)
        self._restarts.set(max((health.restarts for health in generators), default=0))
        for state in ("queued", "running", "done", "failed", "cancelled"):
            self._jobs.labels(state).set(jobs.get(state, 0))
        if self._folder is None:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together, path=str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(together)


def forget_process(folder: Path, pid: int) -> None:
    """What a process that died had in progress is no longer counted; what it did is."""
    multiprocess.mark_process_dead(pid, path=str(folder))  # type: ignore[no-untyped-call]
