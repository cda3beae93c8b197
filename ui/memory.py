"""Memory given back to the system by a server that lives for weeks."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable

ARENAS = 2  # heaps of the C library: see few_arenas
M_ARENA_MAX = -8  # of malloc.h
EVERY_S = 30.0  # it takes some milliseconds; between two, answers leave some 10 MB of holes


def few_arenas(most: int = ARENAS) -> bool:
    """Keeps the C library's heaps to so many, before threads have had one each; whether it could (glibc alone can).

    An index is opened and answered from by whichever threads are free: with a heap a thread, up to 8 a core, each version
    leaves its holes in other heaps than the one before, and a service grows by some 3 MB at each document added. What
    MALLOC_ARENA_MAX says in the environment is left as it is.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(M_ARENA_MAX, most))
    except (AttributeError, OSError, TypeError):
        return False


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
