"""An end to what takes too much of the processor, however busy the machine is with other work."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Endless(BaseException):
    """It took longer than it is given."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises Endless in what runs inside, in the main thread, once this process has used so many seconds of processor."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
