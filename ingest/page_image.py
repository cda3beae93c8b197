"""A page of a PDF as an image, the quote boxed, drawn in a child process under limits: a hostile file takes down nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import GuichetError
from ingest.readers.bounded import ROOT

SECONDS = 10.0  # wall clock; a page takes 0.3 to 0.6
MEMORY_MIB = 1024
COUNTS = ("width", "height", "boxes", "top", "bottom")  # said by the child
MAX_PNG = 16 * 1024 * 1024  # bytes


class PageNotDrawn(GuichetError):
    """A page that the file has not, or that cannot be drawn."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """A PNG, its size in pixels, how many lines of the quote are boxed on it (0 when it was not found), whether that is
    the whole quote, and between which heights they stand, in pixels from the top."""

    png: bytes
    width: int
    height: int
    boxes: int
    whole: bool = True
    top: int = 0
    bottom: int = 0


def page_image(
    path: Path, number: int, quote: str = "", *, seconds: float = SECONDS, memory_mib: int = MEMORY_MIB
) -> PageImage:
    """Page `number` (1-based) of the PDF at `path`. Raises PageNotDrawn."""
    command = [
        sys.executable,
        "-X",
        "utf8",
        "-m",
        "ingest.page_child",
        str(path.absolute()),
        str(number),
        str(memory_mib),
        str(seconds),
    ]
    with tempfile.TemporaryFile() as output:  # a file, whose size the system bounds; a pipe could be endless
        try:
            subprocess.run(  # noqa: S603 - our own module
                command,
                input=quote.encode("utf-8", "replace"),
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                cwd=ROOT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PageNotDrawn(f"La page {number} n'a pas pu être dessinée en {seconds:g} secondes.") from error
        output.seek(0)
        head, _, png = output.read(MAX_PNG).partition(b"\n")
    try:
        said = json.loads(head)
        width, height, boxes, top, bottom = (int(said[name]) for name in COUNTS)
        image = PageImage(png, width, height, boxes, said["whole"] is True, top, bottom)
    except (ValueError, KeyError, TypeError) as error:
        raise PageNotDrawn(
            f"La page {number} ne peut pas être dessinée : le fichier est abîmé ou ne l'a pas."
        ) from error
    if not png.startswith(b"\x89PNG\r\n") or len(head) + 1 + len(png) >= MAX_PNG:
        raise PageNotDrawn(f"La page {number} ne peut pas être dessinée : elle est trop grande.")
    return image
