"""Files on their way in: what people call them, where they lie for reading, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.archives import is_archive, members
from ingest.errors import UnreadableDocument


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. `status`: added, replaced, unchanged, removed or failed."""

    file: str
    doc: str
    pages: int | None
    passages: int | None
    status: str
    reason: str | None = None
    message: str | None = None

    def to_record(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Given:
    """A file to ingest: `file` is what people call it (« archive.zip/plan.pdf »), `path` where it lies for reading."""

    file: str
    path: Path
    source: str  # kept with the document


def on_disk(path: Path) -> Given:
    """A file that a command line names."""
    return Given(str(path), path, str(path.absolute()))


def laid_out(files: Sequence[Given], stack: ExitStack) -> tuple[list[Given], dict[str, FileReport | None]]:
    """The files to ingest, those of archives laid out until `stack` closes; a report each, None until it is known."""
    given: list[Given] = []
    reports: dict[str, FileReport | None] = {}
    for item in files:
        name = _unused(item.file, reports)
        if not is_archive(item.path):
            given.append(replace(item, file=name))
            reports[name] = None
            continue
        try:
            found = stack.enter_context(members(item.path))
        except UnreadableDocument as error:
            reports[name] = FileReport(name, item.path.stem, None, None, "failed", error.reason, str(error))
            continue
        for member in found:
            file = _unused(f"{name}/{member.name}", reports)
            reports[file] = None
            if member.path is not None:
                given.append(Given(file, member.path, f"{item.source}/{member.name}"))
            elif member.refusal is not None:
                doc = Path(member.name).stem
                reason, message = member.refusal.reason, str(member.refusal)
                reports[file] = FileReport(file, doc, None, None, "failed", reason, message)
    return given, reports


def _unused(file: str, taken: Mapping[str, object]) -> str:
    """`file`, numbered when two files or an archive hold the same name twice."""
    name, n = file, 2
    while name in taken:
        name, n = f"{file} ({n})", n + 1
    return name
