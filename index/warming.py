"""The files of an index read ahead of the questions: mapped, they are read from the disk by the first who need them.

At a million passages the first questions took up to a second each for it, the next ones 40 ms (docs/measurements.md).
Nothing is kept here: what is read stays in the memory the system lends to files, and takes back at will.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

from index.folder import FolderIndex

SHARE = 0.5  # of the machine's memory that files read ahead may take
UNKNOWN = 4 << 30  # bytes of memory taken for granted where the system does not tell
AT_ONCE = 4 << 20  # bytes read at once
ORDER = (
    "sketch.faiss",
    "lexical",
    "passages.sqlite",
    "vectors.faiss",
)  # what every question reads, then what few pages of


def hot_files(index: FolderIndex) -> list[Path]:
    """The files that searches read, those read most first."""
    found = []
    for name in ORDER:
        for segment in index.segments:
            path = segment.path / name
            found += sorted(path.iterdir()) if path.is_dir() else [path] if path.exists() else []
    return found


def warm(index: FolderIndex, *, budget: int | None = None) -> int:
    """Reads the files of an index, as many whole ones as `budget` bytes allow (half of the memory by default); how many
    bytes were read. A version that is replaced meanwhile has nothing left to read, and that is no error."""
    left = _budget() if budget is None else budget
    done = 0
    for path in hot_files(index):
        try:
            size = path.stat().st_size
            if size > left:
                continue
            done += sum(_read(path))
            left -= size
        except FileNotFoundError:  # of a version written over and removed
            return done
    return done


def warming(index: FolderIndex) -> threading.Thread:
    """The same in a thread of its own, already started; it ends with the process."""
    thread = threading.Thread(target=warm, args=(index,), name="warming", daemon=True)
    thread.start()
    return thread


def _read(path: Path) -> Iterator[int]:
    buffer = bytearray(AT_ONCE)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            yield count


def _budget() -> int:
    if not hasattr(os, "sysconf"):
        return int(UNKNOWN * SHARE)
    return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * SHARE)
