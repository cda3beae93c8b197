"""Iteration that ends by a deadline, whatever the iterated does."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

T = TypeVar("T")


def until(produce: Callable[[], Generator[T]], deadline: float) -> Iterator[T]:
    """What `produce` gives, from a thread of its own: a server that hangs or only says it is alive holds up nobody.

    Raises TimeoutError at `deadline` (time.monotonic), and whatever `produce` raises.
    """
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
    try:
        while True:
            try:
                piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError from None
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        left.set()
