"""Batch jobs: questions and their answers in the service's file, so that any process may go on where another stopped.

queued → running → done, failed or cancelled. A worker holds a job by a lease (ui.api.leases).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from ingest.errors import GuichetError
from ui.api.database import Database
from ui.api.leases import LEASE_S

Kind = Literal["batch", "evaluate"]
State = Literal["queued", "running", "done", "failed", "cancelled"]

MAX_QUESTIONS = 1000  # of one job: about ten minutes of work
MAX_WAITING = 5  # jobs of one owner not yet ended
MAX_WAITING_ALL = 50  # jobs of everyone not yet ended
KEPT_S = 7 * 86_400.0  # an ended job, its questions and its answers are deleted after a week
PAGE = 100  # answers read from the file at a time
_COLUMNS = "id, kind, owner, state, options, created, ended, total, message"


class TooManyJobs(GuichetError):
    """The queue is full, for this owner or for everyone."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job and how far it is. Times are seconds since 1970."""

    id: str
    kind: Kind
    owner: str
    state: State
    options: Mapping[str, Any]
    created: float
    ended: float | None
    total: int
    answered: int
    message: str | None = None


def submit(
    database: Database,
    owner: str,
    kind: Kind,
    questions: Sequence[Mapping[str, Any]],
    options: Mapping[str, Any],
    *,
    now: float,
) -> Job:
    """A new job, queued. Raises TooManyJobs."""
    number = secrets.token_urlsafe(18)
    with database.writing() as connection:
        waiting = "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')"
        mine = connection.execute(f"{waiting} AND owner = ?", (owner,)).fetchone()[0]
        if mine >= MAX_WAITING or connection.execute(waiting).fetchone()[0] >= MAX_WAITING_ALL:
            raise TooManyJobs("Trop de travaux attendent déjà : attendez la fin de l'un d'eux, ou annulez-en un.")
        connection.execute(
            "INSERT INTO jobs (id, kind, owner, state, options, created, total) VALUES (?, ?, ?, 'queued', ?, ?, ?)",
            (number, kind, owner, json.dumps(dict(options)), now, len(questions)),
        )
        connection.executemany(
            "INSERT INTO job_items (job, n, question) VALUES (?, ?, ?)",
            [(number, n, json.dumps(dict(question), ensure_ascii=False)) for n, question in enumerate(questions)],
        )
    return cast(Job, find(database, number))


def find(database: Database, id: str) -> Job | None:
    rows = database.rows(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", id)  # noqa: S608  # our own column names
    return _job(database, rows[0]) if rows else None


def of_owner(database: Database, owner: str) -> tuple[Job, ...]:
    """The jobs of an owner, the newest first."""
    query = f"SELECT {_COLUMNS} FROM jobs WHERE owner = ? ORDER BY created DESC, id LIMIT 100"  # noqa: S608
    return tuple(_job(database, row) for row in database.rows(query, owner))


def cancel(database: Database, id: str, *, now: float) -> None:
    """Ends a job that has not ended; its answers so far stay."""
    with database.writing() as connection:
        connection.execute(
            "UPDATE jobs SET state = 'cancelled', ended = ?, worker = NULL WHERE id = ? AND state IN ('queued', 'running')",
            (now, id),
        )


def delete(database: Database, id: str) -> None:
    """Removes a job with its questions and answers."""
    with database.writing() as connection:
        connection.execute("DELETE FROM jobs WHERE id = ?", (id,))


def records(database: Database, id: str) -> Iterator[dict[str, Any]]:
    """The answer records of a job in the order of its questions, those there so far."""
    last = -1
    while True:
        rows = database.rows(
            "SELECT n, record FROM job_items WHERE job = ? AND n > ? AND record IS NOT NULL ORDER BY n LIMIT ?",
            id,
            last,
            PAGE,
        )
        for n, record in rows:
            last = int(str(n))
            yield json.loads(str(record))
        if len(rows) < PAGE:
            return


# ---- the side of the worker -----------------------------------------------------------------------------------


def claim(database: Database, worker: str, *, now: float) -> Job | None:
    """The oldest job that nobody works on, now held by `worker`; None when there is none."""
    with database.writing() as connection:
        row = connection.execute(
            "SELECT id FROM jobs WHERE state = 'queued' OR (state = 'running' AND (leased < ? OR leased > ?)) "
            "ORDER BY created, id LIMIT 1",
            (now - LEASE_S, now + LEASE_S),  # a lease from the future was given before the clock was set back
        ).fetchone()
        if row is None:
            return None
        connection.execute(
            "UPDATE jobs SET state = 'running', worker = ?, leased = ? WHERE id = ?", (worker, now, row[0])
        )
    return find(database, str(row[0]))


def renew(database: Database, id: str, worker: str, *, now: float) -> None:
    """Says that the worker is still there."""
    with database.writing() as connection:
        connection.execute("UPDATE jobs SET leased = ? WHERE id = ? AND worker = ?", (now, id, worker))


def unanswered(database: Database, id: str) -> tuple[tuple[int, dict[str, Any]], ...]:
    """The numbers and questions of a job still without an answer, in order."""
    rows = database.rows("SELECT n, question FROM job_items WHERE job = ? AND record IS NULL ORDER BY n", id)
    return tuple((int(str(n)), json.loads(str(question))) for n, question in rows)


def keep(database: Database, id: str, worker: str, n: int, record: Mapping[str, Any], *, now: float) -> bool:
    """Writes an answer and renews the lease; False, and nothing written, when the job is no longer this worker's."""
    with database.writing() as connection:
        held = connection.execute(
            "UPDATE jobs SET leased = ? WHERE id = ? AND worker = ? AND state = 'running'", (now, id, worker)
        ).rowcount
        if held:
            text = json.dumps(dict(record), ensure_ascii=False, allow_nan=False)
            connection.execute(
                "UPDATE job_items SET record = ? WHERE job = ? AND n = ? AND record IS NULL", (text, id, n)
            )
    return bool(held)


def items(database: Database, id: str) -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
    """Every question of a job with its answer record, in order; only those that have one."""
    query = "SELECT question, record FROM job_items WHERE job = ? AND record IS NOT NULL ORDER BY n"
    return tuple((json.loads(str(question)), json.loads(str(record))) for question, record in database.rows(query, id))


def result(database: Database, id: str) -> dict[str, Any] | None:
    """What an evaluation measured; None before its end."""
    rows = database.rows("SELECT result FROM jobs WHERE id = ? AND result IS NOT NULL", id)
    return cast("dict[str, Any]", json.loads(str(rows[0][0]))) if rows else None


def finish(
    database: Database,
    id: str,
    worker: str,
    state: State,
    *,
    now: float,
    message: str | None = None,
    measured: Mapping[str, Any] | None = None,
) -> None:
    """Ends a job that is still this worker's, with what was measured when it was an evaluation."""
    text = None if measured is None else json.dumps(dict(measured), ensure_ascii=False, allow_nan=False)
    with database.writing() as connection:
        connection.execute(
            "UPDATE jobs SET state = ?, ended = ?, message = ?, result = ?, worker = NULL "
            "WHERE id = ? AND worker = ? AND state = 'running'",
            (state, now, message, text, id, worker),
        )


def release(database: Database, id: str, worker: str) -> None:
    """Gives a job back unfinished, for another worker or a later start."""
    with database.writing() as connection:
        connection.execute(
            "UPDATE jobs SET state = 'queued', worker = NULL, leased = 0 WHERE id = ? AND worker = ? AND state = 'running'",
            (id, worker),
        )


def forget(database: Database, *, now: float) -> None:
    """Deletes the jobs that ended more than a week ago."""
    with database.writing() as connection:
        connection.execute("DELETE FROM jobs WHERE ended < ?", (now - KEPT_S,))


def counts(database: Database) -> dict[str, int]:
    """How many jobs are in each state."""
    return {str(state): int(str(n)) for state, n in database.rows("SELECT state, count(*) FROM jobs GROUP BY state")}


def _job(database: Database, row: tuple[object, ...]) -> Job:
    number, kind, owner, state, options, created, ended, total, message = row
    done = database.rows("SELECT count(*) FROM job_items WHERE job = ? AND record IS NOT NULL", number)[0][0]
    return Job(
        id=str(number),
        kind=cast(Kind, kind),
        owner=str(owner),
        state=cast(State, state),
        options=json.loads(str(options)),
        created=float(str(created)),
        ended=None if ended is None else float(str(ended)),
        total=int(str(total)),
        answered=int(str(done)),
        message=None if message is None else str(message),
    )
