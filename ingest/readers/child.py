"""The child process of `read_bounded`: limits itself, reads one file, prints one JSON object."""

from __future__ import annotations

import contextlib
import math
import sys
from pathlib import Path

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.exchange import to_line


def limit(memory_mib: int, seconds: float, *, output: int | None = None) -> None:
    """Caps the address space, the processor time and, with `output`, the bytes this process may write to a file, where
    the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    memory = memory_mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    cpu = math.ceil(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if output is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))


def outcome(path: Path, *, ocr: bool = False) -> Document | UnreadableDocument:
    """What reading `path` gives; memory or stack run out is a reason like another."""
    from ingest.readers.dispatch import read

    try:
        return read(path, ocr=ocr)
    except UnreadableDocument as error:
        return error
    except (MemoryError, RecursionError):
        return UnreadableDocument(
            "unreadable", f"« {path.name} » demande trop de mémoire pour être lu : le fichier est sans doute abîmé."
        )


def main(arguments: list[str]) -> int:
    path, memory_mib, seconds = Path(arguments[0]), int(arguments[1]), float(arguments[2])
    limit(memory_mib, seconds)
    with contextlib.redirect_stdout(sys.stderr):
        said = outcome(path, ocr="ocr" in arguments[3:])
    sys.stdout.buffer.write(to_line(said))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
