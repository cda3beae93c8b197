"""pypdf: the pages of a file, and the runs of text of each with their place and font."""

from __future__ import annotations

import io
import logging
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from typing import Any, TypeVar

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, DeprecationError, FileNotDecryptedError, PyPdfError
from pypdf.generic import ArrayObject, ByteStringObject, ContentStream, DictionaryObject, NameObject, NullObject

from ingest.readers.glyphs import named_letters, with_letters
from ingest.readers.lines import Run
from ingest.readers.margins import without_overprints
from ingest.readers.page_reading import PageRead
from ingest.readers.painting import Box, area, common
from ingest.readers.pdf_objects import (
    Stamp,
    appearances,
    is_off,
    mean_width,
    pixels_of_images,
    resolved,
    values_of_fields,
)
from ingest.readers.visible import Seen, seen

T = TypeVar("T")

SPACED = 6  # letters, each in a string of its own: a word set with blanks between its letters
NUMBERED = re.compile(r"(?:[^\W\d_]{1,8}[ .–-]?)?(?:\d{1,5}|[ivxlcdm]{1,12})|[^\W\d_]{1,3}", re.IGNORECASE)  # iv, A-12
KERNING = 80  # thousandths of an em; the narrowest space in use is about 200
TIGHT = re.compile(  # two strings of hexadecimal codes that only kerning parts: three quarters of the time of parsing
    rb"(?<=[0-9A-Fa-f]{2})>\s{0,2}-?(?:[1-7]?\d(?:\.\d{0,6})?|\.\d{1,6})\s{0,2}<(?=[0-9A-Fa-f]{2})"
)
MAX_CONTENT = 1_500_000  # bytes of a page, lines of drawings left out: text makes under 200,000; about seven seconds
LINES = re.compile(
    rb"(?<=[\s])(?:[-+]?[\d.]{1,12}[ \r\n]{1,2}){2,6}[mlcvy][ \r\n]{1,2}(?=[-+\d.mlcvyhSsfFBbnW])"
)  # of a drawing
OBLIQUE = 0.17  # the tangent of ten degrees: a scan put straight is turned by less
EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)
BULLETS = dict.fromkeys(
    map(ord, "\x7f\uf0b7\uf0a7\uf0d8\uf0fc\uf0be\uf076\uf0a8"), "•"
)  # unused codes and symbol fonts
BOLD = re.compile(r"bold|black|heavy|demi|cmbx")
# What pypdf lets through of a malformed file, besides its own errors.
BROKEN = (
    PyPdfError, DependencyError, DeprecationError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RuntimeError, ArithmeticError,
    NotImplementedError, OSError, LookupError,
)  # fmt: skip


class Locked(Exception):
    """A file whose content is encrypted, and no empty password opens it."""


def read_pages(pages: Sequence[PageObject], hidden_layers: frozenset[int]) -> list[PageRead]:
    found: list[PageRead] = []
    for page in pages:
        image = guarded(partial(pixels_of_images, page), 0)
        try:
            runs, shown = _runs(page, hidden_layers)
            found.append(PageRead(runs, False, image or int(shown.pictured), shown.hidden, shown.blind, shown.cut))
        except (*BROKEN, RecursionError):
            found.append(PageRead([], True, image))
    return found


def guarded(look: Callable[[], T], default: T) -> T:
    """What `look` finds, `default` where a malformed file stops it."""
    try:
        return look()
    except (*BROKEN, RecursionError):
        return default


def opened(data: bytes) -> tuple[PdfReader, list[PageObject]]:
    """The file and its pages. Raises what the library raises, and Locked for a file that wants a password."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not _unlocked(reader):
            raise Locked
        return reader, list(reader.pages)
    except DependencyError as error:
        raise Locked from error


def _unlocked(reader: PdfReader) -> bool:
    """Whether the empty password opens a file: that of an owner alone forbids printing, not reading."""
    try:
        return bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError, FileNotDecryptedError):
        return False


def _runs(page: PageObject, hidden_layers: frozenset[int]) -> tuple[list[Run], Seen]:
    """The runs of text of a page, in the order they are drawn, in the coordinates of the upright reader, and what
    was told from its drawing."""
    found: list[Run] = []
    widths: dict[int, float] = {}
    letters: dict[int, dict[str, str]] = {}

    def visit(text: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float) -> None:
        if id(font) not in letters:
            letters[id(font)] = named_letters(font)
        text = with_letters(text.translate(BULLETS), letters[id(font)])
        if not text.strip():
            return
        a, b = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        oblique = min(abs(a), abs(b)) > OBLIQUE * max(abs(a), abs(b))
        turned = abs(b) > abs(a)
        if turned:  # drawn up or down the page
            x, y = (y, -x) if b > 0 else (-y, x)
        elif a < 0:  # upside down
            x, y = -x, -y
        points = round(abs(size) * math.hypot(a, b), 1) or 10.0
        base = str((font or {}).get("/BaseFont", "")).lower()
        wide = widths.get(id(font)) or widths.setdefault(id(font), guarded(partial(mean_width, font), 0.5))
        lines = text.strip("\n").split("\n")
        for row, line in enumerate(lines):
            if line.strip():
                bold, italic = bool(BOLD.search(base)), "ital" in base or "obli" in base
                found.append(
                    Run(
                        line, x, y - 1.2 * row * points, points, len(line) * wide * points, bold, italic,
                        line[0] == " ", oblique, turned,
                    )
                )  # fmt: skip

    shown = _only_what_is_seen(page, hidden_layers)
    page.extract_text(visitor_text=visit)
    try:
        typed = list(values_of_fields(page))
    except BROKEN:  # a malformed form; the page itself was read
        typed = []
    for value in typed:
        _put_beside(found, value)
    return without_overprints(found), shown


def _put_beside(runs: list[Run], value: Run) -> None:
    """Puts what was typed into a field after the run that stands before it on its line, else where its height says."""
    beside = [i for i, r in enumerate(runs) if abs(r.y - value.y) <= r.size and r.x < value.x]
    if beside:
        index = max(beside, key=lambda i: runs[i].x)
        runs.insert(index + 1, replace(value, y=runs[index].y, size=runs[index].size))
        return
    runs.insert(next((i for i, r in enumerate(runs) if r.y < value.y - r.size), len(runs)), value)


def _only_what_is_seen(page: PageObject, hidden_layers: frozenset[int]) -> Seen:
    """Leaves in a page only the text that a person sees, forms in place of their calls, each piece that is placed by
    itself reported by itself, so that cells of a table on one line stay apart."""
    raw = resolved(page.get("/Contents"))
    if isinstance(raw, NullObject):
        raise PyPdfError("the content of the page is lost")
    if raw is None:
        return Seen([], {}, 0)
    drawn: dict[int, list[tuple[Any, bytes]]] = {}
    cut: list[bool] = []

    def operations(of: Any) -> list[tuple[Any, bytes]]:
        if id(of) not in drawn:
            content = ContentStream(of, page.pdf, "bytes")
            held = content.get_data()
            if len(held) > MAX_CONTENT:
                held = LINES.sub(b"", held)
            if len(held) > MAX_CONTENT:
                held = held[: held.rfind(b"ET", 0, MAX_CONTENT) + 2]
                cut.append(True)
            content.set_data(TIGHT.sub(b"", held))
            drawn[id(of)] = [
                (_merged(operands) if operator == b"TJ" else operands, operator)
                for operands, operator in content.operations
            ]
        return drawn[id(of)]

    none: list[Stamp] = []
    stamps = guarded(lambda: list(appearances(page)), none)
    resources = _with_stamps(page.get("/Resources"), stamps)
    drawing = [*operations(raw), *_stamped(stamps)]
    found = seen(
        drawing, resources, box=_box(page), expand=partial(_form, operations),
        switched_off=lambda layer: is_off(layer, hidden_layers),
    )  # fmt: skip
    kept = DictionaryObject(resolved(resources) or {})
    kept[NameObject("/Font")] = DictionaryObject({NameObject(name): _sound(font) for name, font in found.fonts.items()})
    content = ContentStream(None, page.pdf)
    content.operations = found.operations
    page[NameObject("/Resources")] = kept
    page[NameObject("/Contents")] = content
    return replace(found, cut=bool(cut))


def _with_stamps(resources: Any, stamps: Sequence[Stamp]) -> Any:
    """The resources of a page with the forms of its annotations."""
    if not stamps:
        return resources
    held = DictionaryObject(resolved(resources) or {})
    forms = DictionaryObject(resolved(held.get("/XObject")) or {})
    forms.update({NameObject(f"/stamp-{number}"): form for number, (form, _) in enumerate(stamps)})
    held[NameObject("/XObject")] = forms
    return held


def _stamped(stamps: Sequence[Stamp]) -> list[tuple[Any, bytes]]:
    return [
        operation
        for number, (_, matrix) in enumerate(stamps)
        for operation in (([], b"q"), (list(matrix), b"cm"), ([f"/stamp-{number}"], b"Do"), ([], b"Q"))
    ]


def _sound(font: Any) -> Any:
    """A font without the widths that make no sense, for which the library would give up its letters."""
    found = resolved(font)
    widths = resolved(found.get("/Widths")) if isinstance(found, DictionaryObject) else None
    ends = [resolved(found.get(end)) for end in ("/FirstChar", "/LastChar")] if widths is not None else []
    if widths is None or (
        isinstance(widths, list)
        and all(isinstance(resolved(w), (int, float)) for w in widths)
        and all(isinstance(end, int) for end in ends)
    ):
        return font
    return DictionaryObject({k: v for k, v in found.items() if k not in ("/Widths", "/FirstChar", "/LastChar")})


def _form(operations: Callable[[Any], list[tuple[Any, bytes]]], form: Any) -> list[tuple[Any, bytes]]:
    """The operations of a form, none where it is broken."""
    return guarded(lambda: operations(form), [])


def _box(page: PageObject) -> Box:
    """What a reader of the page sees of it, in its own coordinates; all there is when its boxes say nothing."""
    boxes = [guarded(partial(_corners, page, name), EVERYWHERE) for name in ("mediabox", "cropbox")]
    shown = common(*boxes)
    return shown if area(shown) > 1 else boxes[0] if area(boxes[0]) > 1 else EVERYWHERE


def _corners(page: PageObject, name: str) -> Box:
    box = getattr(page, name)
    left, bottom, right, top = (float(value) for value in (box.left, box.bottom, box.right, box.top))
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _merged(operands: Any) -> Any:
    """The strings of a TJ array joined where only kerning parts them: three times fewer pieces for pypdf to decode."""
    if len(operands) != 1 or not isinstance(operands[0], list):
        return operands
    merged: list[Any] = []
    tight = max(KERNING, _letterspace(operands[0]))
    for part in operands[0]:
        if isinstance(part, (int, float)) and abs(part) < tight:
            continue
        if isinstance(part, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] = ByteStringObject(merged[-1] + part)
        else:
            merged.append(part)
    return [ArrayObject(merged)]


def _letterspace(parts: Sequence[Any]) -> float:
    """The blank up to which letters of a word are set apart, for look, in strings of one letter each; 0 for others."""
    strings = [part for part in parts if isinstance(part, bytes)]
    gaps = sorted(-float(part) for part in parts if isinstance(part, (int, float)))
    if len(strings) < SPACED or len(gaps) < SPACED - 1 or any(len(part) > 1 for part in strings):
        return 0.0
    usual = gaps[len(gaps) // 2]
    return 1.4 * usual if usual > KERNING else 0.0


def root_of(reader: PdfReader) -> Any:
    return reader.trailer["/Root"].get_object()


def title_of(reader: PdfReader) -> str:
    try:
        return str((reader.metadata.title if reader.metadata else None) or "").strip()
    except BROKEN:
        return ""


def labels_of(reader: PdfReader, count: int) -> list[str | None]:
    """The printed label of each page; the physical number stands for one that is broken or no page's number."""
    try:
        labels: list[str | None] = [str(label) for label in reader.page_labels]
    except BROKEN:
        labels = []
    plain = (label if label and NUMBERED.fullmatch(label) else None for label in labels)
    return [found or str(i) for i, found in zip(range(1, count + 1), chain(plain, repeat(None)), strict=False)]
