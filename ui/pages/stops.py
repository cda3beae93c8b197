"""Work that a visitor may stop: the button raises a flag in the database, which the process at work looks at."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ui.api.database import Database, ServiceStoreError, memory_database
from ui.sealing import name_of

LOOK_S = 0.5  # how often a work looks at its flag
KEPT_S = 3600.0  # a flag that nobody took down


class Stops:
    """The flags of every process of the service, by visitor and file. Gradio's own cancelling shows an error now and then."""

    def __init__(self, database: Database | None = None) -> None:
        self._database = database or memory_database()

    @contextmanager
    def flag(self, owner: str | None, token: str) -> Iterator[threading.Event]:
        """An event that is set once the visitor stops this work, and when it ends, for whatever still works for it."""
        flag, mine = name_of(f"{owner} {token}"), threading.Event()
        self._lower(flag)
        watch = threading.Thread(target=self._watch, args=(flag, mine), name="guichet-stops", daemon=True)
        watch.start()
        try:
            yield mine
        finally:
            mine.set()

    def stop(self, owner: str | None, token: str) -> None:
        """Tells the work of this visitor on this file to stop; nothing happens when there is none."""
        now = time.time()
        with self._database.writing() as connection:
            connection.execute("DELETE FROM stops WHERE at < ? OR at > ?", (now - KEPT_S, now))
            connection.execute(
                "INSERT INTO stops (flag, at) VALUES (?, ?) ON CONFLICT (flag) DO UPDATE SET at = excluded.at",
                (name_of(f"{owner} {token}"), now),
            )

    def _watch(self, flag: str, mine: threading.Event) -> None:
        while not mine.wait(LOOK_S):
            try:
                raised = self._database.rows("SELECT 1 FROM stops WHERE flag = ?", flag)
            except ServiceStoreError:
                return  # closed with the service, which stops the work by itself
            if raised:
                mine.set()
                self._lower(flag)

    def _lower(self, flag: str) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM stops WHERE flag = ?", (flag,))
