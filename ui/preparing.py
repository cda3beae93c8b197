"""The sentences of the index made ready in the background, between the answers, for as long as a service lives.

A thread of its own: what it computes leaves the interpreter free, one sentence at a time (12 ms), and while answers are
being made without a pause one every GRANTED_S, so that a service that is never idle is ready some day. Several processes go through the documents in an order of their own, each taking up what another wrote.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.preparing import prepare, prepared_documents, sentence_texts
from ingest.errors import GuichetError

if TYPE_CHECKING:
    from index.kept_vectors import KeptVectors
    from ui.living import LivingAssistant

log = logging.getLogger("guichet.preparing")

LOOK_S = 0.02  # how often it is looked whether an answer is still being made
GRANTED_S = (
    0.25  # waited at most before one sentence: a twentieth of a core at the worst, 5,000 passages within the hour
)
NEWER_S = 2.0  # how often whether there is a newer version to make ready
AGAIN_S = 20.0  # after a failure
END_S = 10.0  # a sentence takes milliseconds; a process that ends waits no longer for one


class Preparing:
    """Makes every version of an index ready in turn, until told to stop."""

    def __init__(self, assistant: LivingAssistant, kept: KeptVectors) -> None:
        self._assistant, self._kept = assistant, kept
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="guichet-preparing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def leave(self) -> None:
        """Tells it to end after the sentence under way."""
        self._stopping.set()

    def stop(self) -> None:
        """Ends it after the sentence under way."""
        self.leave()
        if self._thread.is_alive():
            self._thread.join(END_S)

    def _run(self) -> None:
        done = None
        while not self._stopping.is_set():
            try:
                done = self._once(done)
            except (GuichetError, OSError):  # a file or a database gone: answers do without, and it is tried again
                log.exception("sentences are not made ready")
                self._stopping.wait(AGAIN_S)
            self._stopping.wait(NEWER_S)

    def _once(self, done: str | None) -> str | None:
        """Makes the version in use ready unless it is the one `done`; its fingerprint once it is."""
        with self._assistant.held() as assistant:
            index = assistant.index
            if index.fingerprint == done:
                return done

            def go_on() -> bool:
                until = time.monotonic() + GRANTED_S
                while self._assistant.answering and self._assistant.index is index and time.monotonic() < until:
                    if self._stopping.wait(LOOK_S):
                        break
                return not self._stopping.is_set() and self._assistant.index is index

            docs = prepared_documents(index)
            random.shuffle(docs)
            for _ in prepare(sentence_texts(index, docs), assistant.embed, self._kept, go_on=go_on):
                pass
            return index.fingerprint if go_on() else done


@contextmanager
def prepared(assistant: LivingAssistant, kept: KeptVectors) -> Iterator[Preparing]:
    """One that has not begun, stopped at the end."""
    preparing = Preparing(assistant, kept)
    try:
        yield preparing
    finally:
        preparing.stop()
