"""Vectors of short texts kept on the disk from one start to the next: made again, those of a thousand passages take half
a minute of a core.

A vector is found by the SHA-256 of its text and of the encoder's fingerprint, and carries a digest of its own: that of
another text, of another encoder, or a spoiled one is never given. All of it can be made again: whatever fails here is
as if nothing had been kept.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger("guichet.kept")

RULE = 1  # how texts are made into vectors: one by one; another way gets another number
BUSY_S = 0.2  # what is waited for another process that writes; then the vectors are made
AT_ONCE = 500  # keys in one question to SQLite
_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL, digest BLOB NOT NULL)"

Vector = NDArray[np.float32]


class KeptVectors:
    """Files of vectors of one encoder: all are read, the first is written. Safe between threads and processes."""

    def __init__(self, places: Sequence[Path], fingerprint: str) -> None:
        self._places = tuple(places)
        self._fingerprint = fingerprint

    def get(self, texts: Collection[str]) -> dict[str, Vector]:
        """The vectors there are of these texts."""
        wanted = {self._key(text): text for text in texts}
        found: dict[str, Vector] = {}
        for place in self._places:
            lacking = [key for key, text in wanted.items() if text not in found]
            if lacking and place.exists():
                found |= {wanted[key]: vector for key, vector in self._read(place, lacking)}
        return found

    def put(self, vectors: Mapping[str, Vector]) -> bool:
        """Keeps these; False where that cannot be done, for want of the right to write or of room."""
        keyed = ((self._key(text), np.asarray(vector, np.float32).tobytes()) for text, vector in vectors.items())
        rows = [(key, held, _digest(key, held)) for key, held in keyed]
        done = False
        place = self._places[0]
        with _tolerant(place, writing=True):
            place.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(place, os.O_CREAT | os.O_RDWR, 0o600))  # before SQLite, which would let everyone read it
            with closing(_open(place, writing=True)) as connection:
                with connection:
                    connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
                done = True
        return done

    def keep_only(self, texts: Collection[str]) -> None:
        """Forgets every other text, and every other encoder: that of a document removed leaves nothing."""
        wanted = {self._key(text) for text in texts}
        place = self._places[0]
        if not place.exists():
            return
        with _tolerant(place, writing=True), closing(_open(place, writing=True)) as connection:
            gone = [(key,) for (key,) in connection.execute("SELECT key FROM vectors") if key not in wanted]
            with connection:
                connection.executemany("DELETE FROM vectors WHERE key = ?", gone)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{RULE}\0{self._fingerprint}\0{text}".encode("utf-8", "surrogatepass")).digest()

    def _read(self, place: Path, keys: Sequence[bytes]) -> Iterator[tuple[bytes, Vector]]:
        with _tolerant(place, writing=place == self._places[0]), closing(_open(place)) as connection:
            for start in range(0, len(keys), AT_ONCE):
                some = keys[start : start + AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = connection.execute(f"SELECT key, vector, digest FROM vectors WHERE key IN ({marks})", some)  # noqa: S608 - marks alone
                for key, held, digest in rows.fetchall():
                    if digest == _digest(key, held):
                        yield key, np.frombuffer(held, np.float32)


def _open(place: Path, *, writing: bool = False) -> sqlite3.Connection:
    mode = "rw" if writing else "ro"
    connection = sqlite3.connect(f"{place.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_S)
    if writing:
        connection.execute("PRAGMA secure_delete = ON")  # what was deleted is overwritten
        connection.execute(_SCHEMA)
    return connection


@contextmanager
def _tolerant(place: Path, *, writing: bool) -> Iterator[None]:
    """What fails inside is told by its kind and left; a file that is no database any more is removed by who may write."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:  # locked, read-only, full, absent
        log.debug("kept vectors not reached in %s: %s", place, type(error).__name__)
    except sqlite3.DatabaseError as error:
        log.warning("kept vectors in %s are damaged (%s): they are made again", place, type(error).__name__)
        if writing:
            place.with_name(f"{place.name}-journal").unlink(
                missing_ok=True
            )  # it would be played back into the next one
            place.unlink(missing_ok=True)


def _digest(key: bytes, held: bytes) -> bytes:
    return hashlib.blake2b(held, digest_size=16, key=key).digest()
