"""Who works on what: a worker holds a job by a lease that it renews, and another takes it over once it no longer does."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ui.api.database import Database, ServiceStoreError

log = logging.getLogger("guichet.jobs")

LEASE_S = 30.0  # after which a worker that has not been heard of is replaced
RENEW_S = 5.0  # six times a lease: a slow disk loses none


def worker_name() -> str:
    """A name for a worker of this process, which tells its machine and its process."""
    return f"{_of(os.getpid())}{secrets.token_hex(8)}"


@contextmanager
def renewed(renew: Callable[[], None]) -> Iterator[None]:
    """Calls `renew` every few seconds, in a thread of its own, until the work is over."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(RENEW_S):
            try:
                renew()
            except ServiceStoreError:
                log.exception("a lease")  # a full disk: the next time may do

    thread = threading.Thread(target=run, name="guichet-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(RENEW_S)


def released(database: Database, pid: int) -> None:
    """Ends the leases of a process of this machine that is no more, so that nobody waits for them."""
    theirs = f"{_of(pid)}%"
    with database.writing() as connection:
        for table in ("jobs", "works"):
            connection.execute(f"UPDATE {table} SET leased = 0 WHERE worker LIKE ?", (theirs,))  # noqa: S608


def _of(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:"
