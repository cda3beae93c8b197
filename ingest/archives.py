"""ZIP archives: their files laid out in a private folder, under limits, each to be read like any file."""

from __future__ import annotations

import shutil
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.errors import UnreadableDocument
from ingest.readers.dispatch import MAX_BYTES
from ingest.readers.unpacking import is_bomb

MAX_MEMBERS = 2_000  # a region's whole library of reports is a few hundred files
MAX_TOTAL = 1024 * 1024 * 1024  # bytes unpacked, in all
MAX_NAME = 150  # bytes of a file name that every disk takes
NESTED = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may ask for gigabytes of memory to unpack a kilobyte
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its name there, and where it lies for reading or why it does not."""

    name: str
    path: Path | None
    refusal: UnreadableDocument | None = None


def is_archive(path: Path) -> bool:
    """Whether `path` is named as an archive and is no Office file under that name."""
    if path.suffix.lower() != ".zip" or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True  # an archive all the same: `members` says what is wrong with it


@contextmanager
def members(path: Path) -> Iterator[tuple[Member, ...]]:
    """The files of the archive, in its order, laid out in a folder that is gone afterwards; hidden files passed over.

    No name in the archive chooses a place on the disk: each file gets a folder of its own, numbered. Raises
    UnreadableDocument for an archive that is damaged, empty or unpacks to too much.
    """
    with tempfile.TemporaryDirectory(prefix="guichet-") as folder:
        yield _laid_out(path, Path(folder))


def _laid_out(path: Path, folder: Path) -> tuple[Member, ...]:
    broken = f"« {path.name} » est une archive abîmée : demandez-en une nouvelle copie."
    try:
        with zipfile.ZipFile(path) as archive:
            named = ((item, item.filename) for item in archive.infolist())  # zipfile.is_dir breaks on an empty name
            items = [item for item, name in named if not name.endswith("/") and not _hidden(name)]
            _check(items, path.name)
            return tuple(_member(archive, item, folder / str(n)) for n, item in enumerate(items))
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, MemoryError) as error:
        raise UnreadableDocument("unreadable", broken) from error
    except OSError as error:
        raise UnreadableDocument(
            "unreadable", f"« {path.name} » ne peut pas être ouverte ({error.strerror})."
        ) from error


def _check(items: list[zipfile.ZipInfo], name: str) -> None:
    if not items:
        raise UnreadableDocument("empty", f"« {name} » est une archive sans fichier.")
    if len(items) > MAX_MEMBERS:
        raise UnreadableDocument(
            "too_large",
            f"« {name} » contient {len(items)} fichiers, plus que les {MAX_MEMBERS} acceptés : découpez-la.",
        )
    if is_bomb(items, total=MAX_TOTAL):
        raise UnreadableDocument(
            "too_large", f"« {name} » contient bien plus qu'elle ne pèse, ou plus de 1 Go : l'archive est refusée."
        )


def _member(archive: zipfile.ZipFile, item: zipfile.ZipInfo, folder: Path) -> Member:
    name = _shown(item.filename)
    if refusal := _refusal(item, name):
        return Member(name, None, refusal)
    target = folder / _file_name(name)
    try:
        folder.mkdir()
        with archive.open(item) as data, target.open("xb") as file:
            shutil.copyfileobj(data, file, CHUNK)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        target.unlink(missing_ok=True)
        refusal = UnreadableDocument(
            "unreadable", f"« {name} » est abîmé dans son archive : demandez-en une nouvelle copie."
        )
        refusal.__cause__ = error
        return Member(name, None, refusal)
    return Member(name, target)


def _refusal(item: zipfile.ZipInfo, name: str) -> UnreadableDocument | None:
    if item.flag_bits & 1:
        return UnreadableDocument(
            "protected", f"« {name} » est protégé par un mot de passe : fournissez-le sans protection."
        )
    if stat.S_ISLNK(item.external_attr >> 16):
        return UnreadableDocument(
            "unsupported", f"« {name} » est un lien, pas un fichier : mettez le fichier dans l'archive."
        )
    if name.lower().endswith(NESTED):
        return UnreadableDocument(
            "unsupported", f"« {name} » est une archive dans une archive : sortez-la et donnez-la à part."
        )
    if item.compress_type not in METHODS:
        return UnreadableDocument(
            "unsupported", f"« {name} » est compressé d'une façon rare : refaites une archive ZIP ordinaire."
        )
    if item.file_size > MAX_BYTES:
        return UnreadableDocument(
            "too_large",
            f"« {name} » pèse {item.file_size / 1e6:.0f} Mo, plus que les {MAX_BYTES / 1e6:.0f} Mo acceptés : découpez-le.",
        )
    return None


def _hidden(name: str) -> bool:
    """Files of the system (.DS_Store, __MACOSX) and hidden ones, as in a folder; « .. » is no hidden folder."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part.strip(".")) for part in parts)


def _shown(name: str) -> str:
    """The name as people may see it: parts that climb or start at the root go, control characters too."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    plain = ["".join(c for c in part if unicodedata.category(c)[0] != "C") for part in parts]
    return "/".join(part for part in plain if part.strip(". /") and not part.endswith(":")) or "sans-nom"


def _file_name(name: str) -> str:
    """The last part of the name, for the disk: the stem stays, it names the document."""
    last = PurePosixPath(name).name
    stem, dot, suffix = last.rpartition(".")
    if not dot:
        stem, suffix = last, ""
    stem = "".join("_" if c in '<>:"|?*' else c for c in stem)
    return stem.encode()[:MAX_NAME].decode(errors="ignore") + dot + suffix[:20]
