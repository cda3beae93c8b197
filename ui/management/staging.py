"""Files on their way from a browser: streamed to a private folder of the home, bounded, gone after their ingestion.

Any process of the service finds them: the folder is the home's, and their list is in the database.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ingest.readers.dispatch import EXTENSIONS
from ui.api.database import Database
from ui.incoming import Given
from ui.transfers import KINDS, MIB, Refused, kind_of, megabytes, plain_name
from ui.words import Words

FOLDER: Final = "incoming"
MAX_FILE: Final = 64 * MIB  # a public report is under 50 MB
MAX_STAGED: Final = 1024 * MIB  # of everyone together
MAX_FILES: Final = 300
KEEP_S: Final = 3600.0  # a file sent and never ingested
SUFFIXES: Final = (*EXTENSIONS, ".zip")
_PACKED: Final = frozenset({"docx", "xlsx", "zip"})  # told apart by the reader, which has the whole file


@dataclass(frozen=True, slots=True)
class Staged:
    """A file received: its token, the name its sender gave it."""

    token: str
    name: str
    size: int


class Staging:
    """The files received and not yet ingested. What a stopped server left there is swept when the next one opens."""

    def __init__(self, home: Path, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._database, self._clock = home / FOLDER, database, clock
        self._coming = 0  # bytes promised to bodies on their way to this process
        self._lock = threading.Lock()
        waiting = self._database.rows("SELECT task FROM works WHERE stage NOT IN ('done', 'failed')")
        for path in self._folder.glob("*"):
            wanted = any(path.name in str(task) for (task,) in waiting)  # of a work that will be done again
            if not wanted and clock() - path.stat().st_mtime > KEEP_S:
                shutil.rmtree(path, ignore_errors=True)

    async def receive(self, given: str, size: int, body: AsyncIterator[bytes], words: Words) -> Staged:
        """Writes a body of `size` bytes under a folder of its own. Raises Refused with a sentence for the sender."""
        name = plain_name(given)
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in SUFFIXES:
            raise Refused(415, words.say("transfers.wrong_suffix", name=name, known=", ".join(SUFFIXES)))
        if size > MAX_FILE:
            raise Refused(413, words.say("transfers.too_long", name=name, most=megabytes(MAX_FILE, words)))
        if size == 0:
            raise Refused(422, words.say("transfers.empty", name=name))
        self._reserve(size, words)
        token = secrets.token_urlsafe(18)
        path = self._folder / token / name
        try:
            await _write(path, size, body, suffix, words)
        except BaseException:  # also when the sender hangs up: nothing of it stays
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        finally:
            with self._lock:
                self._coming -= size
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO staged (token, name, size, at) VALUES (?, ?, ?, ?)", (token, name, size, self._clock())
            )
        return Staged(token, name, size)

    def take(self, tokens: Sequence[str]) -> list[Given]:
        """The files of these tokens, for an ingestion that will `drop` them; unknown tokens are passed over."""
        found = []
        with self._database.writing() as connection:
            for token in dict.fromkeys(tokens):
                row = connection.execute("SELECT name FROM staged WHERE token = ?", (token,)).fetchone()
                if row is not None:
                    connection.execute("DELETE FROM staged WHERE token = ?", (token,))
                    found.append(Given(str(row[0]), self._folder / token / str(row[0]), str(row[0])))
        return found

    def drop(self, files: Sequence[Given]) -> None:
        for file in files:
            shutil.rmtree(file.path.parent, ignore_errors=True)

    def _reserve(self, size: int, words: Words) -> None:
        now = self._clock()
        with self._lock, self._database.writing() as connection:
            late = "at < ? OR at > ?", (now - KEEP_S, now)
            for (token,) in connection.execute(f"SELECT token FROM staged WHERE {late[0]}", late[1]).fetchall():  # noqa: S608
                shutil.rmtree(self._folder / str(token), ignore_errors=True)
            connection.execute(f"DELETE FROM staged WHERE {late[0]}", late[1])  # noqa: S608
            n, held = connection.execute("SELECT count(*), coalesce(sum(size), 0) FROM staged").fetchone()
            if self._coming + held + size > MAX_STAGED or n >= MAX_FILES:
                raise Refused(503, words.say("transfers.no_room"))
            self._coming += size


async def _write(path: Path, size: int, body: AsyncIterator[bytes], suffix: str, words: Words) -> None:
    path.parent.mkdir(mode=0o700, parents=True)
    path.parent.parent.chmod(0o700)
    head, written = b"", 0
    with path.open("xb") as file:
        async for piece in body:
            written += len(piece)
            if written > size:
                raise Refused(413, words.say("transfers.too_long", name=path.name, most=megabytes(size, words)))
            head += piece[: 8192 - len(head)] if len(head) < 8192 else b""
            file.write(piece)
    if written < size:
        raise Refused(408, words.say("transfers.interrupted"))
    expected, kind = KINDS.get(suffix, "xlsx" if suffix == ".xlsm" else "text"), kind_of(head)
    if kind != expected and not (kind in _PACKED and expected in _PACKED):
        raise Refused(415, words.say("transfers.wrong_content", name=path.name, suffix=suffix))
