"""Iteration that ends by a deadline, whatever the iterated does."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from ingest.errors import GuichetError

T = TypeVar("T")
LOOK_S = 0.2  # how often a wait looks whether its asker is still there

_gone: ContextVar[threading.Event | None] = ContextVar("gone", default=None)


class Stalled(Exception):
    """What gave a piece gives no other."""


class QuestionLeft(GuichetError):
    """Whoever asked is gone: the work is stopped, and nobody reads this."""

    def __init__(self) -> None:
        super().__init__("La question a été abandonnée.")


@contextmanager
def leaving(gone: threading.Event) -> Iterator[None]:
    """Within it, `until` raises QuestionLeft once `gone` is set."""
    token = _gone.set(gone)
    try:
        yield
    finally:
        _gone.reset(token)


def rest(seconds: float) -> None:
    """Waits. Raises QuestionLeft (see `leaving`)."""
    gone = _gone.get()
    if gone is None:
        time.sleep(seconds)
    elif gone.wait(seconds):
        raise QuestionLeft


def until(
    produce: Callable[[], Generator[T]],
    deadline: float,
    *,
    cut: Callable[[], None] | None = None,
    stalled_s: float | None = None,
) -> Iterator[T]:
    """What `produce` gives, from a thread of its own: a server that hangs or only says it is alive holds up nobody.

    `cut` is called at the end, however it comes: it wakes a thread that waits for a piece nobody reads any more. Raises
    TimeoutError at `deadline` (time.monotonic), Stalled `stalled_s` after a piece that no other follows, QuestionLeft
    (see `leaving`), and whatever `produce` raises.
    """
    gone = _gone.get()
    pieces: queue.SimpleQueue[T | BaseException | None] = queue.SimpleQueue()
    left = threading.Event()

    def work() -> None:
        try:
            source = produce()
            for piece in source:
                pieces.put(piece)
                if left.is_set():
                    source.close()  # closes the connection
                    return
            pieces.put(None)
        except BaseException as error:  # noqa: BLE001 — raised again where the pieces are read
            pieces.put(error)

    threading.Thread(target=work, name="guichet-generation", daemon=True).start()
    limit = deadline
    try:
        while True:
            if gone is not None and gone.is_set():
                raise QuestionLeft
            left_s = max(0.0, limit - time.monotonic())
            try:
                piece = pieces.get(timeout=left_s if gone is None else min(LOOK_S, left_s))
            except queue.Empty:
                if time.monotonic() < limit:
                    continue
                raise (TimeoutError if limit == deadline else Stalled) from None
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
            if stalled_s is not None:
                limit = min(deadline, time.monotonic() + stalled_s)
    finally:
        left.set()
        if cut is not None:
            cut()
