"""PDF through pypdf: runs of text with their place and font; what to make of them is in `layout`."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.assembly import assemble
from ingest.readers.layout import Run, drafts

# What pypdf lets through of a malformed file, besides its own errors.
BROKEN = (
    PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RuntimeError, ArithmeticError,
    NotImplementedError, OSError, LookupError,
)  # fmt: skip


def document(data: bytes, *, name: str, doc: str, digest: str) -> Document:
    """The Document of a PDF file, its physical pages all kept."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = _open(data, name)
        pages = list(reader.pages)
    except BROKEN as error:
        raise _broken(name) from error
    if not pages:
        raise UnreadableDocument("empty", f"« {name} » ne contient aucune page.")
    runs: list[list[Run]] = []
    failed = images = 0
    for page in pages:
        try:
            runs.append(_runs(page))
        except (*BROKEN, RecursionError):
            failed += 1
            runs.append([])
        if not any(run.text.strip() for run in runs[-1]):
            images += _has_image(page)
    if not any(character.isalnum() for page_runs in runs for run in page_runs for character in run.text):
        raise _nothing(name, failed=failed, images=images)
    return assemble(drafts(runs), doc=doc, title=_title(reader), digest=digest, labels=_labels(reader, len(pages)))


def _open(data: bytes, name: str) -> PdfReader:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        locked = f"« {name} » est protégé par un mot de passe : fournissez une copie sans protection."
        try:
            opened = reader.decrypt("")
        except (DependencyError, NotImplementedError, FileNotDecryptedError) as error:
            raise UnreadableDocument("protected", locked) from error
        if not opened:
            raise UnreadableDocument("protected", locked)
    return reader


def _broken(name: str) -> UnreadableDocument:
    return UnreadableDocument("unreadable", f"« {name} » est abîmé et ne peut pas être lu : demandez une nouvelle copie du fichier.")


def _nothing(name: str, *, failed: int, images: int) -> UnreadableDocument:
    """Why no page gave text: pages of images, pages that break, or blank ones."""
    if images:
        return UnreadableDocument(
            "scanned", f"« {name} » ne contient que des images de pages, sans texte : passez-le d'abord à la reconnaissance de caractères."
        )
    if failed:
        return _broken(name)
    return UnreadableDocument("empty", f"« {name} » ne contient aucun texte.")


def _runs(page: PageObject) -> list[Run]:
    found: list[Run] = []

    def visit(text: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float) -> None:
        if not text.strip():
            return
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[2]) or 1.0
        base = str((font or {}).get("/BaseFont", "")).lower()
        found.append(Run(text=text.strip("\n"), x=x, y=y, size=round(size * scale, 1), bold=_bold(base), italic="ital" in base or "obli" in base))

    page.extract_text(visitor_text=_checked(visit))
    return found


def _checked(visit: Callable[..., None]) -> Callable[..., None]:
    return visit


def _bold(base: str) -> bool:
    return bool(re.search(r"bold|black|heavy|semibold|demi", base))


def _has_image(page: PageObject) -> bool:
    try:
        resources = page.get("/Resources")
        objects = resources.get_object().get("/XObject") if resources else None
        found = objects.get_object() if objects else {}
        return any(found[key].get_object().get("/Subtype") == "/Image" for key in found)
    except BROKEN:
        return False


def _title(reader: PdfReader) -> str:
    try:
        return str((reader.metadata.title if reader.metadata else None) or "").strip()
    except BROKEN:
        return ""


def _labels(reader: PdfReader, count: int) -> list[str | None]:
    """The printed label of each page; the physical number stands when the file's own labels are broken."""
    try:
        labels: list[str | None] = [str(label) for label in reader.page_labels]
    except BROKEN:
        labels = []
    return [labels[i] if i < len(labels) else str(i + 1) for i in range(count)]
