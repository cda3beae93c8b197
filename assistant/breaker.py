"""A circuit breaker (Nygard, Release It!, 2007): what keeps failing is left alone a while, then tried by one question."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from assistant.deadline import QuestionLeft
from ingest.errors import GuichetError

State = Literal["closed", "open", "half_open"]

FAILURES = 3  # in a row: one or two may be a restart or a lost packet
RESTS_S = 30.0  # a server that restarts with a large model takes about as long; a question costs nothing meanwhile


class Resting(GuichetError):
    """What is behind the breaker has failed too often and is not asked now."""


class Breaker:
    """Closed while it works; open after `failures` in a row; after `rests_s`, half open: one attempt decides.

    Thread-safe. `failures` None never opens. `clock` is monotonic: a machine's time set back or forth changes nothing.
    """

    def __init__(
        self,
        *,
        failures: int | None = FAILURES,
        rests_s: float = RESTS_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._rests_s, self._clock = failures, rests_s, clock
        self._lock = threading.Lock()
        self._failed = 0  # in a row
        self._opened: float | None = None
        self._trying = False  # the one attempt of a half-open breaker is under way

    @property
    def state(self) -> State:
        with self._lock:
            return self._now()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """An attempt, failed by a GuichetError; whoever asked going away says nothing of what is behind.

        Raises Resting, at once, where none may be made.
        """
        with self._lock:
            state = self._now()
            if state == "open" or (state == "half_open" and self._trying):
                raise Resting("Ce service a échoué plusieurs fois de suite : il sera essayé de nouveau dans un moment.")
            mine = self._trying = state == "half_open"
        try:
            yield
        except QuestionLeft:
            raise
        except GuichetError:
            self._failed_once()
            raise
        else:
            with self._lock:
                self._failed, self._opened = 0, None
        finally:
            if mine:
                with self._lock:
                    self._trying = False

    def _failed_once(self) -> None:
        with self._lock:
            self._failed += 1
            if self._opened is not None or (self._most is not None and self._failed >= self._most):
                self._opened = self._clock()

    def _now(self) -> State:
        if self._opened is None:
            return "closed"
        return "half_open" if self._clock() - self._opened >= self._rests_s else "open"
