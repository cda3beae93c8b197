"""Any file, read in a child process under limits of time and memory: a bomb or a hang takes down nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.exchange import from_line

SECONDS = 20.0  # of processor; a report of 300 pages takes about 10
PATIENCE = 3.0  # wall clock against processor: a machine busy with other work is not the fault of the file
OCR_SECONDS = 900.0  # a page of images takes 3 to 10
MEMORY_MIB = 1024
ROOT = Path(__file__).resolve().parents[2]


def read_bounded(
    path: Path, *, seconds: float | None = None, memory_mib: int = MEMORY_MIB, ocr: bool = False
) -> Document:
    """As `read`, in a child process that is killed, with what it started, when it has used the processor for `seconds`
    (SECONDS, or OCR_SECONDS with `ocr`) or lasted PATIENCE times as long, or when it asks for more than `memory_mib`."""
    path = Path(path)
    seconds = seconds if seconds is not None else OCR_SECONDS if ocr else SECONDS
    command = [
        sys.executable,
        "-X",
        "utf8",
        "-m",
        "ingest.readers.child",
        str(path.absolute()),
        str(memory_mib),
        str(max(1.0, seconds - 2)),
        *(["ocr"] if ocr else []),
    ]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, start_new_session=True
    ) as child:
        try:
            said, _ = child.communicate(timeout=seconds * (PATIENCE if hasattr(signal, "SIGXCPU") else 1.0))
        except subprocess.TimeoutExpired as error:
            raise _too_long(path, seconds) from error
        finally:
            _end(child)
    if hasattr(signal, "SIGXCPU") and child.returncode == -signal.SIGXCPU:
        raise _too_long(path, seconds)
    return from_line(said, path.name)


def _too_long(path: Path, seconds: float) -> UnreadableDocument:
    return UnreadableDocument(
        "timeout", f"« {path.name} » n'a pas pu être lu en {seconds:g} secondes : simplifiez ou découpez le fichier."
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends the child and what it started, where they still run."""
    if child.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
