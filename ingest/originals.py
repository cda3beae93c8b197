"""The PDF files themselves, kept beside the index under the digest of their bytes, so that a cited page can be shown."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Set
from pathlib import Path

from filelock import FileLock

FOLDER = "originals"
MAX_FILE = 100 * 1024 * 1024  # bytes; a public report is under 50 MB
MAX_TOTAL = 4 * 1024 * 1024 * 1024  # bytes of the whole folder: some hundreds of reports
CHUNK = 1 << 20
LOCK_S = 30.0
_DIGEST = re.compile(r"[0-9a-f]{64}")


def original(index_folder: Path, digest: str) -> Path | None:
    """The kept file with this SHA-256; None when there is none."""
    if not _DIGEST.fullmatch(digest):
        return None
    path = index_folder / FOLDER / f"{digest}.pdf"
    return path if path.is_file() else None


def original_files(index_folder: Path) -> list[Path]:
    """Every kept file."""
    return sorted((index_folder / FOLDER).glob("*.pdf"))


def put_original(index_folder: Path, digest: str, content: bytes, *, wanted: Callable[[], Set[str]]) -> Path | None:
    """Leaves this content in the folder, which then holds only what is in `wanted()`; None for another digest."""
    if hashlib.sha256(content).hexdigest() != digest:
        return None
    folder = index_folder / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(folder / ".lock", timeout=LOCK_S):
        _sweep(folder, wanted() | {digest})
        draft, target = folder / f"{digest}.part", folder / f"{digest}.pdf"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy:
            copy.write(content)
        draft.replace(target)
    return target


def keep(index_folder: Path, files: Iterable[tuple[Path, str]], *, wanted: Callable[[], Set[str]]) -> None:
    """Copies the PDFs among `files` (path, SHA-256) and removes the copies whose digest is not in `wanted()`.

    `wanted` is asked once the folder is locked, so that two writers never remove each other's copies. A file that
    changed since it was read, or beyond the limits, is not kept. Raises OSError when the disk refuses.
    """
    files = [(path, digest) for path, digest in files if _DIGEST.fullmatch(digest) and is_pdf(path)]
    folder = index_folder / FOLDER
    if not files and not folder.is_dir():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(folder / ".lock", timeout=LOCK_S):
        digests = wanted()
        _sweep(folder, digests)
        room = MAX_TOTAL - sum(path.stat().st_size for path in folder.iterdir())
        for path, digest in files:
            if digest in digests and not (folder / f"{digest}.pdf").exists():
                room -= _copy(path, folder / f"{digest}.pdf", digest, min(room, MAX_FILE))


def _sweep(folder: Path, digests: Set[str]) -> None:
    for path in folder.iterdir():
        if path.name != ".lock" and path.stem not in digests:
            path.unlink(missing_ok=True)


def _copy(source: Path, target: Path, digest: str, most: int) -> int:
    """Copies `source` if it still has this digest and weighs no more than `most`; the bytes written."""
    draft = target.with_suffix(".part")
    seen, size = hashlib.sha256(), 0
    try:
        with (
            source.open("rb") as file,
            open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy,
        ):
            while chunk := file.read(CHUNK):
                seen.update(chunk)
                size += len(chunk)
                if size > most:
                    return 0
                copy.write(chunk)
        if seen.hexdigest() != digest:
            return 0
        draft.replace(target)
        return size
    finally:
        draft.unlink(missing_ok=True)


def is_pdf(path: Path) -> bool:
    """Whether a file opens as a PDF does."""
    try:
        with path.open("rb") as file:
            return b"%PDF-" in file.read(1024)
    except OSError:
        return False  # gone since it was read: there is nothing to keep
