"""Memory given back to the system by a server that lives for weeks."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable

EVERY_S = 30.0  # it takes some milliseconds; between two, answers leave some 10 MB of holes


def trimmer() -> Callable[[], None] | None:
    """What gives the free pages of the C library's heaps back; None where it has no such thing (not glibc).

    Vectors of sentences are made in blocks of all sizes by many threads: after some hundred questions the holes they leave
    are 45 to 70 MB.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return lambda: trim(0)


def keep_trim(every_s: float = EVERY_S) -> threading.Event | None:
    """Trims now and then, in a thread of its own, until the event is set; None where nothing can be trimmed."""
    trim = trimmer()
    if trim is None:
        return None
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(every_s):
            trim()

    threading.Thread(target=work, name="guichet-trim", daemon=True).start()
    return stop
