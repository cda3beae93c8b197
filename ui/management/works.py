"""What is being done to the documents: one work at a time, in a thread of its own, told to whoever asks how far it is."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from ingest.errors import GuichetError
from ui.commands.ingest import update
from ui.console import Advance
from ui.incoming import FileReport, Given
from ui.library import Library
from ui.management.staging import Staging
from ui.words import Words, load_words

Kind = Literal["add", "remove", "check", "fetch"]
Stage = Literal["waiting", "visiting", "reading", "encoding", "switching", "done", "failed"]
SourceRow = dict[str, Any]  # {"doc", "status", "message"} as `guichet sources --json` prints it


class Busy(GuichetError):
    """Another work is under way."""


@dataclass(frozen=True, slots=True)
class Work:
    """A work and how far it is: `done` of `total` files, passages or sources, by its stage."""

    id: str
    kind: Kind
    by: str
    started: datetime
    stage: Stage = "waiting"
    done: int = 0
    total: int = 0
    reports: tuple[FileReport, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    message: str | None = None  # why it failed

    @property
    def ended(self) -> bool:
        return self.stage in ("done", "failed")


class Works:
    """The work under way and the last one ended. Thread-safe."""

    def __init__(self, library: Library, staging: Staging) -> None:
        self._library, self._staging = library, staging
        self._lock = threading.Lock()
        self._last: Work | None = None

    @property
    def last(self) -> Work | None:
        return self._last

    def add(self, files: Sequence[Given], by: str, words: Words) -> Work:
        """Ingests files received, which are gone afterwards. Raises Busy."""

        def run() -> None:
            try:
                self._tell(reports=tuple(self._update(words, files)))
            finally:
                self._staging.drop(files)

        try:
            return self._start("add", by, words, run)
        except Busy:
            self._staging.drop(files)
            raise

    def remove(self, doc: str, by: str, words: Words) -> Work:
        """Takes a document out of the index. Raises Busy."""
        return self._start("remove", by, words, lambda: self._tell(reports=tuple(self._update(words, [], [doc]))))

    def visit(self, action: Literal["check", "fetch"], by: str, words: Words) -> Work:
        """Checks the addresses of the sources, or downloads them and ingests what came. Raises Busy."""
        from ui.management.sources import fetched_files, visited

        def run() -> None:
            rows = visited(self._library.settings, action, self._stage("visiting"))
            self._tell(sources=tuple(rows))
            files = fetched_files(rows) if action == "fetch" else []
            if files:
                self._tell(reports=tuple(self._update(words, files)))

        return self._start(action, by, words, run)

    def _update(self, words: Words, files: Sequence[Given], remove: Sequence[str] = ()) -> list[FileReport]:
        living = self._library.living
        reports = update(
            self._library.settings,
            load_words(words.language),
            files,
            encoder=lambda: living.encoder,
            stage=self._stage,
            remove=remove,
        )
        self._tell(stage="switching", done=0, total=0)
        living.refresh()
        return reports

    def _start(self, kind: Kind, by: str, words: Words, run: Callable[[], None]) -> Work:
        with self._lock:
            if self._last is not None and not self._last.ended:
                raise Busy(words.say("documents.busy", name=self._last.by))
            self._last = work = Work(secrets.token_urlsafe(12), kind, by, datetime.now(UTC))
        threading.Thread(target=self._run, args=(run, words), name=f"guichet-{kind}").start()
        return work

    def _run(self, run: Callable[[], None], words: Words) -> None:
        try:
            run()
            self._tell(stage="done")
        except GuichetError as error:
            self._tell(stage="failed", message=str(error))
        finally:  # a bug is written on the standard error by the thread; the page says that it stopped
            if self._last is not None and not self._last.ended:
                self._tell(stage="failed", message=words.say("documents.broken"))

    def _stage(self, name: str) -> AbstractContextManager[Advance]:
        @contextmanager
        def told() -> Iterator[Advance]:
            self._tell(stage=name, done=0, total=0)
            yield lambda done, total: self._tell(done=done, total=total)

        return told()

    def _tell(self, **changes: Any) -> None:
        with self._lock:
            if self._last is not None:
                self._last = replace(self._last, **changes)
