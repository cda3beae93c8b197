"""PDF through pypdf: runs of text with their place and font; what to make of them is in `layout`."""

from __future__ import annotations

import io
import logging
import math
import re
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, DeprecationError, FileNotDecryptedError, PyPdfError
from pypdf.generic import ArrayObject, ByteStringObject, ContentStream, FloatObject, NameObject

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.assembly import assemble
from ingest.readers.layout import drafts
from ingest.readers.lines import Run

KERNING = 80  # thousandths of an em; the narrowest space in use is about 200
STAMP = 20  # letters a page: fewer beside an image are a stamp on a scan
BOLD = re.compile(r"bold|black|heavy|demi|cmbx")
# What pypdf lets through of a malformed file, besides its own errors.
BROKEN = (
    PyPdfError, DependencyError, DeprecationError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RuntimeError, ArithmeticError,
    NotImplementedError, OSError, LookupError,
)  # fmt: skip


def document(data: bytes, *, name: str, doc: str, digest: str) -> Document:
    """The Document of a PDF file, its physical pages all kept."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = _open(data, name)
        pages = list(reader.pages)
    except DependencyError as error:
        raise _locked(name) from error
    except BROKEN as error:
        raise _broken(name) from error
    if not pages:
        raise UnreadableDocument("empty", f"« {name} » ne contient aucune page.")
    runs: list[list[Run]] = []
    failed = 0
    for page in pages:
        try:
            runs.append(_runs(page))
        except (*BROKEN, RecursionError):
            failed += 1
            runs.append([])
    made = assemble(drafts(runs), doc=doc, title=_title(reader), digest=digest, labels=_labels(reader, len(pages)))
    letters = sum(character.isalnum() for character in made.text)
    if letters < STAMP * len(pages):
        images = sum(_has_image(page) for page in pages)
        if letters == 0 or images == len(pages):
            raise _nothing(name, failed=failed, images=images)
    return made


def _open(data: bytes, name: str) -> PdfReader:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        try:
            opened = reader.decrypt("")
        except (DependencyError, NotImplementedError, FileNotDecryptedError) as error:
            raise _locked(name) from error
        if not opened:
            raise _locked(name)
    return reader


def _locked(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        "protected", f"« {name} » est chiffré ou protégé par un mot de passe : fournissez une copie sans protection."
    )


def _broken(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        "unreadable", f"« {name} » est abîmé et ne peut pas être lu : demandez une nouvelle copie du fichier."
    )


def _nothing(name: str, *, failed: int, images: int) -> UnreadableDocument:
    """Why no page gave text: pages of images, pages that break, or blank ones."""
    if images:
        return UnreadableDocument(
            "scanned",
            f"« {name} » ne contient que des images de pages, sans texte : passez-le d'abord à la reconnaissance de caractères.",
        )
    if failed:
        return _broken(name)
    return UnreadableDocument("empty", f"« {name} » ne contient aucun texte.")


def _runs(page: PageObject) -> list[Run]:
    """The runs of text of a page, in the order they are drawn, in the coordinates of the upright reader."""
    found: list[Run] = []
    widths: dict[int, float] = {}

    def visit(text: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float) -> None:
        if not text.strip():
            return
        a, b = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if abs(b) > abs(a):  # drawn up or down the page
            x, y = (y, -x) if b > 0 else (-y, x)
        elif a < 0:  # upside down
            x, y = -x, -y
        points = round(abs(size) * math.hypot(a, b), 1) or 10.0
        base = str((font or {}).get("/BaseFont", "")).lower()
        wide = widths.setdefault(id(font), _letter(font))
        lines = text.strip("\n").split("\n")
        for row, line in enumerate(lines):
            if line.strip():
                bold, italic = bool(BOLD.search(base)), "ital" in base or "obli" in base
                found.append(
                    Run(
                        line, x, y - 1.2 * row * points, points, len(line) * wide * points, bold, italic, line[0] == " "
                    )
                )

    _divide(page)
    page.extract_text(visitor_text=visit)
    return found


def _divide(page: PageObject) -> None:
    """Makes pypdf report every positioned piece of text by itself, so that cells of a table on one line stay apart: an
    identity transformation before each move ends the piece before it and changes nothing else."""
    raw = page.get("/Contents")
    if raw is None:
        return
    content = ContentStream(raw.get_object(), page.pdf, "bytes")
    divided: list[tuple[Any, bytes]] = []
    for operands, operator in content.operations:
        if operator in (b"Td", b"TD", b"Tm"):
            divided.append(([FloatObject(v) for v in (1, 0, 0, 1, 0, 0)], b"cm"))
        divided.append((_merged(operands) if operator == b"TJ" else operands, operator))
    content.operations = divided
    page[NameObject("/Contents")] = content


def _merged(operands: Any) -> Any:
    """The strings of a TJ array joined where only kerning parts them: three times fewer pieces for pypdf to decode."""
    if len(operands) != 1 or not isinstance(operands[0], list):
        return operands
    merged: list[Any] = []
    for part in operands[0]:
        if isinstance(part, (int, float)) and abs(part) < KERNING:
            continue
        if isinstance(part, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] = ByteStringObject(merged[-1] + part)
        else:
            merged.append(part)
    return [ArrayObject(merged)]


def _letter(font: dict[str, Any] | None) -> float:
    """The mean width of a letter of `font`, in ems."""
    values: list[float] = []
    try:
        if font and "/Widths" in font:
            values = [float(v) for v in font["/Widths"].get_object()]
        elif font and "/DescendantFonts" in font:
            table = font["/DescendantFonts"].get_object()[0].get_object().get("/W")
            for held in table.get_object() if table is not None else []:
                entry = held.get_object() if hasattr(held, "get_object") else held
                if isinstance(entry, list):
                    values.extend(float(v) for v in entry)
    except BROKEN:
        values = []
    values = [v for v in values if v > 0]
    return min(0.7, max(0.4, sum(values) / len(values) / 1000)) if values else 0.5


def _has_image(holder: Any, depth: int = 3) -> bool:
    """Whether a page, or a form drawn on it, draws an image."""
    try:
        resources = holder.get("/Resources")
        objects = resources.get_object().get("/XObject") if resources is not None else None
        for drawn in (objects.get_object() if objects is not None else {}).values():
            found = drawn.get_object()
            if found.get("/Subtype") == "/Image" or (
                depth and found.get("/Subtype") == "/Form" and _has_image(found, depth - 1)
            ):
                return True
    except BROKEN:
        return False
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
