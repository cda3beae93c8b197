"""The Assistant of a long-lived server: it answers from the newest version of the index, without a restart.

Before each question a glance at the disk tells whether a newer version was published, by this process or another. Then
it is opened beside the one in use and takes its place in one assignment; answers under way keep the version they began
with, which is closed after the last of them, and not before whoever looked at it had time to read its passages.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from assistant.answers import Answer, Event, Final, Question
from index.folder import FolderIndex
from index.store import current_fingerprint, open_index
from index.warming import warming
from ingest.errors import GuichetError
from ui.service import open_encoder, open_language_model, open_sentences, today
from ui.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.generator import Health
    from index.store import Index, Place

log = logging.getLogger("guichet.living")

Condition = Literal["ok", "missing", "damaged"]
Stamps = dict[str, tuple[int, int, int] | None]

AGAIN_S = 10.0  # between two looks at a version that cannot be opened: each reads its files, and writes in the log
GRACE_S = 30.0  # a replaced version stays open this long: a page being written may still read passages from it


class _Version:
    """An Assistant over one version, how many answers are being made from it, and who reads its index besides."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.users = 0
        self.readers = 0
        self.retired = False

    @property
    def unused(self) -> bool:
        return self.users == 0 and self.readers == 0


class LivingAssistant:
    """An Assistant that follows the index in its place. Thread-safe as its Assistants are."""

    def __init__(
        self,
        place: Place,
        encoder: Any,
        model: Any,
        make: Callable[[Index], Assistant],
        *,
        grace_s: float = GRACE_S,
    ) -> None:
        self._place, self._model, self._make, self._grace_s = place, model, make, grace_s
        self.encoder = encoder  # also for those who add documents: it is loaded once
        self._lock = threading.Lock()  # of the fields below
        self._opening = threading.Lock()  # held while a newer version is opened
        self._again_at = float("-inf")  # when to look again at one that could not be
        self._current = self._opened()
        self._files = _stamps(self.index)
        self._wrong: Stamps = {}  # of files that were found damaged

    @property
    def index(self) -> Index:
        """The version in use now: read it at once, it is closed some time after it is replaced."""
        return self._current.assistant.index

    @property
    def condition(self) -> Condition:
        """How the index in its place does, whatever is in use: "missing" or "damaged", questions are answered from the
        last good version, but a restart would find none."""
        self.refresh(wait=False)
        try:
            newest = current_fingerprint(self._place)
        except (GuichetError, ValueError, KeyError):
            return "damaged"
        except OSError:
            return "missing"
        if newest is None:
            return "missing"
        if newest != self.index.fingerprint:
            return "damaged"  # it could not be taken up
        now = _stamps(self.index)
        if None in now.values():
            return "missing"
        if now == self._files:
            return "ok"
        if now != self._wrong:
            threading.Thread(target=self._reopen, args=(now,), name="guichet-reopen", daemon=True).start()
        return "damaged"

    def generators(self) -> tuple[Health, ...]:
        """How each endpoint of the writing model does; none without one."""
        return () if self._model is None else tuple(self._model.health())

    def stream(self, question: Question) -> Iterator[Event]:
        """As Assistant.stream, from the newest version."""
        self.refresh(wait=False)
        with self._used() as assistant:
            yield from assistant.stream(question)

    def answer(self, question: Question) -> Answer:
        """As Assistant.answer, from the newest version."""
        for event in self.stream(question):
            if isinstance(event, Final):
                return event.answer
        raise AssertionError("a stream ends with Final")

    def refresh(self, *, wait: bool = True) -> bool:
        """Takes up a newer version if there is one; whether it did. Without `wait`, leaves it to whoever is doing it.

        A newer version that cannot be opened is written in the log, and the one in use stays.
        """
        if not wait and time.monotonic() < self._again_at:
            return False
        if not self._opening.acquire(blocking=wait):
            return False
        try:
            newest = current_fingerprint(self._place)
            if newest is None or newest == self.index.fingerprint:
                return False
            self._replace(self._opened())
            return True
        except (GuichetError, OSError):
            log.exception("the newer version of the index in %s cannot be opened", self._place)
            self._again_at = time.monotonic() + AGAIN_S
            return False
        finally:
            self._opening.release()

    def _reopen(self, found: Stamps) -> None:
        """Takes up files that are not those that were opened, if they are whole: an index put back by whoever damaged or
        deleted it. Files that are not are read again once they have changed."""
        if not self._opening.acquire(blocking=False):
            return
        try:
            self._replace(self._opened())
            log.info("the index in %s was put back", self._place)
        except (GuichetError, OSError):
            log.exception("the index in %s is damaged", self._place)
            self._wrong = found
        finally:
            self._opening.release()

    def close(self) -> None:
        """Stops the model and closes the index."""
        if self._model is not None:
            self._model.close()
        self.index.close()

    def _opened(self) -> _Version:
        """The newest version, its files read ahead of the questions while the first ones come."""
        index = open_index(self._place, encoder_fingerprint=self.encoder.fingerprint)
        if isinstance(index, FolderIndex):
            warming(index)
        return _Version(self._make(index))

    def _replace(self, newer: _Version) -> None:
        with self._lock:
            older, self._current = self._current, newer
            self._files = _stamps(newer.assistant.index)
        if self._grace_s <= 0:
            self._retire(older)
            return
        later = threading.Timer(self._grace_s, self._retire, [older])
        later.daemon = True
        later.start()

    def _retire(self, older: _Version) -> None:
        with self._lock:
            older.retired = True
            unused = older.unused
        if unused:
            _close(older)

    @property
    def answering(self) -> bool:
        """Whether an answer is being made."""
        return self._current.users > 0

    @contextmanager
    def held(self) -> Iterator[Assistant]:
        """The one in use, whose index stays open meanwhile; this does not count as an answer."""
        with self._lock:
            version = self._current
            version.readers += 1
        try:
            yield version.assistant
        finally:
            self._left(version, readers=1)

    @contextmanager
    def _used(self) -> Iterator[Assistant]:
        with self._lock:
            version = self._current
            version.users += 1
        try:
            yield version.assistant
        finally:
            self._left(version, users=1)

    def _left(self, version: _Version, *, users: int = 0, readers: int = 0) -> None:
        with self._lock:
            version.users -= users
            version.readers -= readers
            unused = version.retired and version.unused
        if unused:
            _close(version)


def _close(version: _Version) -> None:
    """Closes an index, and frees what is remembered with it: they hold one another, and the collector, which a server
    calls rarely (see ui.commands.serve.settle), would let several versions gather."""
    version.assistant.index.close()
    del version.assistant
    gc.collect()


def _stamps(index: Index) -> Stamps:
    """The size, date and place of each file of an index, None for one that is gone; no file where it is in a database."""
    if not isinstance(index, FolderIndex):
        return {}
    files = {name: index.version.path / name for name in index.version.manifest["files"]}
    stats = {name: path.stat() if path.exists() else None for name, path in files.items()}
    return {name: f and (f.st_size, f.st_mtime_ns, f.st_ino) for name, f in stats.items()}


@contextmanager
def living_assistant_at(settings: Settings, *, llm: bool = True) -> Iterator[LivingAssistant]:
    """The Assistant of a server, closed afterwards. Raises GuichetError when the index or a model is missing."""
    from assistant.assistant import Assistant
    from ingest.catalogue import load_catalogue, load_vocabulary

    schemes, vocabulary = load_catalogue(settings.catalogue), load_vocabulary()
    model = open_language_model(settings) if llm else None
    encoder = open_encoder(settings)
    embed = open_sentences(settings, encoder)

    def make(index: Index) -> Assistant:
        return Assistant(index, encoder, schemes, vocabulary, model=model, today=today, embed=embed)

    assistant = LivingAssistant(settings.place, encoder, model, make)
    try:
        yield assistant
    finally:
        assistant.close()
