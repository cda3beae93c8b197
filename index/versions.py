"""Versions of an index on disk: written beside the one in use, switched to by one atomic rename, never changed after.

folder/CURRENT                        "<number> <SHA-256 of the manifest>"
folder/versions/<number>/             manifest.json
folder/versions/<number>/<segment>/   the files of a segment, hard links to those of the version before when unchanged
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ingest.errors import GuichetError

FORMAT = 2  # raised whenever what a version holds, or how its tokens are made, changes
FIRST = 1  # the files of its one segment stood in the version's own folder; read, and written anew by the next update
KEPT = 2  # the version in use and the one before, which a reader may have just chosen to open
CHECKED_WHOLE = 64 << 20  # bytes: of a larger file, its size and some blocks are checked; a million passages are 4 GB
CHECKED_BLOCKS = 32  # the first, the last and others evenly spaced
BLOCK = 1 << 20  # bytes
IN_MEMORY = (
    32 << 20
)  # bytes: a smaller file is read whole, so that nothing done to it reaches who has opened it; 20,000
# passages are about as much. A larger one is mapped: cut short under its reader, it would end the process
_CURRENT = re.compile(r"(\d{1,9}) ([0-9a-f]{64})\n")
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class IndexMissing(GuichetError):
    """No index was ever written in the folder."""


class IndexDamaged(GuichetError):
    """The files of the index are not those that were written."""


class IndexOutdated(GuichetError):
    """An index of another format of this program, or of another encoder."""


class IndexBusy(GuichetError):
    """Another process is writing the index."""


class IndexNotWritten(GuichetError):
    """The disk refused the new version; the one before is untouched."""


@dataclass(frozen=True, slots=True)
class Version:
    """One complete version: its number, its folder and its manifest."""

    number: int
    path: Path
    manifest: Mapping[str, Any]

    @property
    def segments(self) -> Sequence[Mapping[str, Any]]:
        """The `name` of each segment, a folder of the version, and its `dead` documents."""
        found: Sequence[Mapping[str, Any]] = self.manifest.get("segments", [{"name": ".", "dead": []}])
        return found

    def files_of(self, segments: Collection[str]) -> list[str]:
        """The files of these segments, as paths in the version."""
        return [name for name in self.manifest["files"] if name.split("/", 1)[0] in segments]


def current_version(folder: Path) -> Version | None:
    """The version in use, its manifest checked; None when there was never one."""
    try:
        record = (folder / "CURRENT").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise damaged(folder, "CURRENT") from None
    found = _CURRENT.fullmatch(record)
    if found is None:
        raise damaged(folder, "CURRENT")
    path = folder / "versions" / str(int(found[1]))
    content = (path / "manifest.json").read_bytes()
    if hashlib.sha256(content).hexdigest() != found[2]:
        raise damaged(folder, "manifest.json")
    manifest = json.loads(content)
    if manifest["format"] not in (FIRST, FORMAT):
        raise outdated(folder)
    return Version(int(found[1]), path, manifest)


def check_files(folder: Path, version: Version) -> None:
    """Every file of the version has the digest of the manifest. Raises IndexDamaged."""
    for name, digest in version.manifest["files"].items():
        if _digest(version.path / name) != digest:
            raise damaged(folder, name)


def damaged(folder: Path, name: str) -> IndexDamaged:
    return IndexDamaged(
        f"L'index de « {folder} » est abîmé (fichier « {name} ») : "
        "relancez « guichet ingest --rebuild » avec vos documents pour le refaire."
    )


def outdated(place: object) -> IndexOutdated:
    return IndexOutdated(
        f"L'index de « {place} » vient d'une autre version du programme : "
        "relancez « guichet ingest --rebuild » avec vos documents pour le refaire."
    )


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Holds the right to write in `folder`; what a stopped writer left half-written is swept first."""
    with _refusals_said(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "write.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise IndexBusy(
                f"Une autre commande écrit déjà dans l'index de « {folder} » : "
                "attendez qu'elle finisse, puis recommencez."
            ) from None
    try:
        _sweep(folder)
        yield
    finally:
        lock.release()


def publish(
    folder: Path,
    fill: Callable[[Path], Mapping[str, Any]],
    *,
    before: Version | None = None,
    kept: Collection[str] = (),
) -> None:
    """Writes a version with `fill`, which returns what its manifest says besides, then switches to it.

    The segments `kept` are those of the version `before`, whose files are neither copied, read nor synced again.
    """
    with _refusals_said(folder):
        versions = folder / "versions"
        versions.mkdir(exist_ok=True)
        number = 1 + max((int(path.name) for path in versions.glob("*") if path.name.isdigit()), default=0)
        partial = versions / f"{number}.partial"
        partial.mkdir()
        try:
            content = _written(partial, fill, before, kept)
            os.replace(partial, versions / str(number))
        except BaseException:  # a full disk gets its room back at once; a process killed leaves it to the next writer
            shutil.rmtree(partial, ignore_errors=True)
            raise
        _sync(versions)
        switch = folder / "CURRENT.partial"
        switch.write_text(f"{number} {hashlib.sha256(content).hexdigest()}\n", encoding="utf-8", newline="\n")
        _sync(switch)
        os.replace(switch, folder / "CURRENT")
        _sync(folder)
        _sweep(folder)


def _written(
    partial: Path, fill: Callable[[Path], Mapping[str, Any]], before: Version | None, kept: Collection[str]
) -> bytes:
    """Writes and syncs the files of a version in its folder; returns its manifest."""
    described = fill(partial)
    files = sorted(path for path in partial.rglob("*") if path.is_file())
    digests = {path.relative_to(partial).as_posix(): _digest(path) for path in files}
    if before is not None:
        digests |= {name: _linked(before, partial, name) for name in before.files_of(kept)}
    content = json.dumps({"format": FORMAT, **described, "files": digests}, ensure_ascii=False, indent=1).encode()
    manifest = partial / "manifest.json"
    manifest.write_bytes(content)
    for path in [*files, manifest, *(p for p in partial.rglob("*") if p.is_dir()), partial]:
        _sync(path)
    return content


def _linked(before: Version, partial: Path, name: str) -> str:
    """Puts a file of the version before in this one, copied where the disk knows no links; returns its digest."""
    source, target = before.path / name, partial / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        _sync(target)
    digest: str = before.manifest["files"][name]
    return digest


def _sweep(folder: Path) -> None:
    """Removes half-written, unused and old versions; one that the system still holds open waits for the next time."""
    try:
        found = _CURRENT.fullmatch((folder / "CURRENT").read_text(encoding="utf-8", errors="replace"))
        newest = int(found[1]) if found else None
    except FileNotFoundError:
        newest = 0
    complete = sorted(int(path.name) for path in (folder / "versions").glob("*") if path.name.isdigit())
    kept = complete if newest is None else [number for number in complete if number <= newest][-KEPT:]
    for path in (folder / "versions").glob("*"):
        if not path.name.isdigit() or int(path.name) not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _digest(path: Path) -> str:
    """SHA-256 of a file; of one larger than CHECKED_WHOLE, that of its size and of CHECKED_BLOCKS."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= CHECKED_WHOLE:
            return hashlib.file_digest(file, "sha256").hexdigest()
        seen = hashlib.sha256(size.to_bytes(8, "big"))
        for i in range(CHECKED_BLOCKS):
            file.seek((size - BLOCK) * i // (CHECKED_BLOCKS - 1))
            seen.update(file.read(BLOCK))
        return seen.hexdigest()


def _sync(path: Path) -> None:
    """Forces a file or folder to the disk; Windows has no such thing for a folder."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _refusals_said(folder: Path) -> Iterator[None]:
    """A refusal of the disk becomes a sentence."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        full = (isinstance(error, OSError) and error.errno in _FULL) or "full" in str(error)
        why = "le disque est plein" if full else f"le système répond « {error} »"
        raise IndexNotWritten(
            f"L'index n'a pas pu être écrit dans « {folder} » : {why}. Libérez de la place ou vérifiez les droits "
            "du dossier, puis recommencez ; l'index précédent est intact."
        ) from error
