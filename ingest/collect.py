"""Which files a command line names: files, folders, globs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.errors import GuichetError


def collect(paths: Sequence[Path | str]) -> list[Path]:
    """The files under `paths`, sorted, each once. Hidden files and folders are passed over unless named themselves.

    A path that names nothing is an error; a file of an unsupported format is kept, so that it is reported.
    """
    found: dict[Path, Path] = {}
    for given in paths:
        for path in _expand(given):
            found.setdefault(path.resolve(), path)
    return sorted(found.values(), key=lambda p: (str(p.parent), p.name))


def _expand(given: Path | str) -> Iterator[Path]:
    path = Path(os.path.expanduser(str(given)))
    if path.is_dir():
        yield from _inside(path)
    elif path.exists():
        yield path
    elif glob.has_magic(str(path)):
        matches = sorted(Path(match) for match in glob.glob(str(path), recursive=True))
        if not matches:
            raise GuichetError(f"Aucun fichier ne correspond à « {given} » : vérifiez le motif.")
        for match in matches:
            yield from _inside(match) if match.is_dir() else [match]
    else:
        raise GuichetError(f"« {given} » n'existe pas : vérifiez le chemin du fichier ou du dossier.")


def _inside(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root, name)
            if not name.startswith(".") and path.is_file():
                yield path
