"""Any file, read in a child process under limits of time and memory: a bomb or a hang takes down nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.exchange import from_line

SECONDS = 20.0  # wall clock; a report of 300 pages takes about 10
MEMORY_MIB = 1024
ROOT = Path(__file__).resolve().parents[2]


def read_bounded(path: Path, *, seconds: float = SECONDS, memory_mib: int = MEMORY_MIB) -> Document:
    """As `read`, in a child process that is killed after `seconds` or when it asks for more than `memory_mib`."""
    path = Path(path)
    command = [
        sys.executable,
        "-X",
        "utf8",
        "-m",
        "ingest.readers.child",
        str(path.absolute()),
        str(memory_mib),
        str(seconds),
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, cwd=ROOT, check=False)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument(
            "timeout",
            f"« {path.name} » n'a pas pu être lu en {seconds:g} secondes : simplifiez ou découpez le fichier.",
        ) from error
    return from_line(done.stdout, path.name)
