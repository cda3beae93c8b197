"""A home saved in one file while it is used, and put back elsewhere: every file under its digest.

A tar, without compression, of the version of the index in use with the PDFs beside it, of the service's file, of who may
manage the documents and of what else is in the home; the models, which `guichet setup` makes again, and the journals are
left out, and the register of questions too. Its last member, backup.json, has the SHA-256 of all others.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, cast

from index.store import Index, open_index
from index.versions import current_version, writing
from ingest.errors import GuichetError
from ui.api.database import NAME as SERVICE
from ui.settings import SENTENCES
from ui.words import Words

SUMS: Final = "backup.json"
FORMAT: Final = 1
MAX_SUMS: Final = 256 << 20  # bytes of backup.json: a million files
BLOCK: Final = 1 << 20
LEFT_OUT: Final = frozenset(
    {"models", "index", "incoming", SERVICE, f"{SERVICE}-wal", f"{SERVICE}-shm", SENTENCES, f"{SENTENCES}-journal"}
)
JOURNAL: Final = re.compile(r".*\.(log(\.\d+)?|lock|partial)")


class BackupError(GuichetError):
    """A backup that cannot be made or put back."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a file of backup holds."""

    files: int
    size: int  # bytes
    has_index: bool


def save(home: Path, index: Path | None, target: Path, words: Words) -> Backup:
    """Saves `home`, with the index in the folder `index` where it is one. Raises BackupError, IndexBusy or OSError.

    Nobody writes in the index meanwhile; the service goes on, and what it writes until its file is copied is saved.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        with (
            open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
            tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar,
            tempfile.TemporaryDirectory(dir=target.parent) as folder,
            writing(index) if index is not None and (index / "CURRENT").is_file() else nullcontext(),
        ):
            sums: dict[str, str] = {}
            for name, path in _found(home, index, Path(folder), {target, partial}):
                sums[name] = _put(tar, name, path)
            if not sums:
                raise BackupError(words.say("backup.nothing", home=home))
            content = json.dumps({"format": FORMAT, "files": sums}, ensure_ascii=False, indent=1).encode()
            member = tarfile.TarInfo(SUMS)
            member.size, member.mode = len(content), 0o600
            tar.addfile(member, io.BytesIO(content))
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return Backup(len(sums), target.stat().st_size, "index/CURRENT" in sums)


def put_back(source: Path, home: Path, index: Path | None, words: Words) -> Backup:
    """Puts a backup back in a home that has no index and no service's file. Raises BackupError, GuichetError or OSError.

    Nothing is in its place before every file has been checked.
    """
    place = index if index is not None else home / "index"
    for there in (home / SERVICE, place / "CURRENT"):
        if there.exists():
            raise BackupError(words.say("backup.in_the_way", file=there))
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restored-") as folder:
        stage = Path(folder)
        sums = _unpacked(source, stage, words)
        if "index/CURRENT" in sums:
            _opened(stage / "index").close()
        names = sorted(sums, key=lambda name: name == "index/CURRENT")  # the switch of the index comes last
        for name in names:
            target = place / PurePosixPath(name).relative_to("index") if name.startswith("index/") else home / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(stage / name, target)
    return Backup(len(sums), source.stat().st_size, "index/CURRENT" in sums)


def _opened(folder: Path) -> Index:
    """The index of a folder, every file of it checked, whatever model made it."""
    return open_index(folder)


def _found(home: Path, index: Path | None, scratch: Path, left: set[Path]) -> Iterator[tuple[str, Path]]:
    """The files to save, by their name in the backup."""
    if index is not None:
        version = current_version(index)
        if version is not None:
            for path in (*_files(version.path), *_files(index / "originals"), index / "CURRENT"):
                yield f"index/{path.relative_to(index).as_posix()}", path
    if (home / SERVICE).is_file():
        yield SERVICE, _copied(home / SERVICE, scratch / SERVICE)
    kept = sorted(path for path in home.iterdir() if path.name not in LEFT_OUT) if home.is_dir() else []
    for top in kept:
        for path in _files(top):
            if path not in left and not JOURNAL.fullmatch(path.name):
                yield path.relative_to(home).as_posix(), path


def _files(top: Path) -> list[Path]:
    """The files of a folder, or a file alone; no link is followed out of it."""
    if top.is_symlink():
        return []
    if top.is_file():
        return [top]
    return sorted(path for path in top.rglob("*") if path.is_file() and not path.is_symlink())


def _copied(source: Path, target: Path) -> Path:
    """The service's database copied while it is written to, its own way; without the register of questions, which a
    backup would keep past its date and out of the reach of a purge."""
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as copy:
        reading.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("PRAGMA secure_delete = ON")
        copy.execute("DROP TABLE IF EXISTS kept_questions")  # made again, empty, where the backup is opened
        copy.execute("VACUUM")
    return target


def _put(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Adds a file; its digest, of the very bytes that were added."""
    with path.open("rb") as file:
        member = tarfile.TarInfo(name)
        member.size, member.mode = os.fstat(file.fileno()).st_size, 0o600
        member.mtime = int(os.fstat(file.fileno()).st_mtime)
        seen = hashlib.sha256()
        tar.addfile(member, cast("IO[bytes]", _Seen(file, seen)))
    return seen.hexdigest()


class _Seen:
    """A file whose bytes are digested as they are read."""

    def __init__(self, file: IO[bytes], digest: Any) -> None:
        self._file, self._digest = file, digest

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._digest.update(content)
        return content


def _unpacked(source: Path, stage: Path, words: Words) -> dict[str, str]:
    """The digests of the files of a backup, each checked and put in `stage`. Raises BackupError."""
    damaged = BackupError(words.say("backup.damaged", file=source))
    seen: dict[str, str] = {}
    said: Any = None
    try:
        with tarfile.open(source, "r:") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isfile() else None
                if file is None or not _is_inside(member.name) or said is not None:
                    raise damaged
                if member.name == SUMS:
                    said = json.loads(file.read(MAX_SUMS))
                    continue
                seen[member.name] = _written(file, stage / member.name)
        if said is None or said.get("format") != FORMAT or said.get("files") != seen or not seen:
            raise damaged
    except (tarfile.TarError, ValueError, EOFError, AttributeError) as error:
        raise damaged from error
    return seen


def _is_inside(name: str) -> bool:
    """Whether a name of the backup stays in the folder it is put in."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _written(file: IO[bytes], target: Path) -> str:
    """Writes a file for its owner alone; its digest."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        while content := file.read(BLOCK):
            digest.update(content)
            written.write(content)
    return digest.hexdigest()
