"""Work that a visitor may stop: the button sets a flag that the work looks at, and the work ends by itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Stops:
    """The flags of the works under way, by visitor and file. Gradio's own cancelling shows an error now and then."""

    def __init__(self) -> None:
        self._flags: dict[tuple[str | None, str], threading.Event] = {}

    @contextmanager
    def flag(self, owner: str | None, token: str) -> Iterator[threading.Event]:
        """The flag of a work that begins; set when it ends, for whatever still works for it."""
        mine = self._flags[owner, token] = threading.Event()
        try:
            yield mine
        finally:
            mine.set()
            if self._flags.get((owner, token)) is mine:
                del self._flags[owner, token]

    def stop(self, owner: str | None, token: str) -> None:
        """Tells the work of this visitor on this file to stop; nothing happens when there is none."""
        if (owner, token) in self._flags:
            self._flags[owner, token].set()
