"""The PDFs of the documents: beside the index in its folder, or in the database with copies of those shown here."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from index.postgres.connection import Database
from index.postgres.originals import keep_stored
from index.store import current_digests
from ingest.originals import keep, original, original_files, put_original
from ui.settings import Settings

log = logging.getLogger("guichet.ingest")


class Originals(Protocol):
    """By the SHA-256 of their bytes."""

    def has(self, digest: str) -> bool: ...
    def file(self, digest: str) -> Path | None: ...
    def sizes(self) -> Mapping[str, int]: ...


class FolderOriginals:
    """Those beside the index in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, digest: str) -> bool:
        return self.file(digest) is not None

    def file(self, digest: str) -> Path | None:
        return original(self._folder, digest)

    def sizes(self) -> Mapping[str, int]:
        return {path.stem: path.stat().st_size for path in original_files(self._folder)}


class StoredOriginals:
    """Those of a database; one that is shown is copied to `folder`, and stays there while its document is in the index."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._known: set[str] = set()

    def has(self, digest: str) -> bool:
        from index.postgres.originals import is_stored

        if digest not in self._known and is_stored(self._database, digest):
            self._known.add(digest)
        return digest in self._known

    def file(self, digest: str) -> Path | None:
        from index.postgres.originals import stored_original

        copy = original(self._folder, digest)
        if copy is not None:
            return copy
        content = stored_original(self._database, digest)
        if content is None:
            return None
        return put_original(self._folder, digest, content, wanted=lambda: current_digests(self._database))

    def sizes(self) -> Mapping[str, int]:
        from index.postgres.originals import original_sizes

        return original_sizes(self._database)


def open_originals(settings: Settings) -> Originals:
    """Those of the index of the settings."""
    if isinstance(settings.place, Database):
        return StoredOriginals(settings.place, settings.index)
    return FolderOriginals(settings.place)


def keep_originals(settings: Settings, files: Sequence[tuple[Path, str]]) -> None:
    """Keeps the PDFs just put in, and forgets those of documents that are gone. A disk that refuses is no failure: the
    documents answer all the same, without the image of their pages."""
    try:
        if isinstance(settings.place, Database):
            keep_stored(settings.place, files)
        else:
            keep(settings.index, files, wanted=lambda: current_digests(settings.index))
    except OSError:
        log.exception("originals in %s", settings.place)
