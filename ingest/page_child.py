"""The child process of `page_image`: limits itself, draws one page of a PDF with its quote boxed, prints a PNG.

The one file that knows pypdfium2 and Pillow: it also gives the picture of a page to character recognition, and the text
of pages that the first reader of PDF gives up. A line of JSON ({"boxes": n, …} or {"reason": …}) comes before the PNG.
"""

from __future__ import annotations

import ctypes
import io
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageDraw

from ingest.locating import Box, Glyph, Located, areas, locate
from ingest.readers.child import limit
from ingest.readers.lines import Run

WIDTH = 1100  # pixels: text of 9 points reads well, a page of text weighs about 200 kB
MAX_PIXELS = 3_000_000  # whatever the size the file claims
MAX_SIDE = 4000  # pixels
MAX_OUTPUT = 16 * 1024 * 1024  # bytes
MAX_GLYPHS = 60_000  # a full page of newsprint has about 15,000
MAX_SCAN = 8_000_000  # pixels of a page in grey for character recognition: A4 at 300 points an inch
MAX_SPARE = 400  # pages of a file that the first reader cannot open
BOLD = 600  # weight of letters
MARK = (255, 229, 154)
FRAME = (150, 57, 42)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as an image, what of the quote is boxed on it, and between which heights, in pixels; zeros without a box."""

    image: Image.Image
    located: Located
    top: int
    bottom: int


def drawn(path: Path, number: int, quote: str) -> Drawn:
    """Page `number` (1-based) with its quote boxed. Raises PdfiumError or IndexError."""
    document = pypdfium2.PdfDocument(path)
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1.0), math.sqrt(MAX_PIXELS / max(width * height, 1.0)), MAX_SIDE / max(height, 1.0))
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    image = bitmap.to_pil().convert("RGB")
    located = locate(glyphs(page), quote)
    convert = bitmap.get_posconv(page)
    boxes = [_on_image(box, convert) for box in located.boxes]
    marked(image, boxes)
    return Drawn(
        image, located, min((top for _, top, _, _ in boxes), default=0), max((box[3] for box in boxes), default=0)
    )


class PageUndrawable(Exception):
    """A page that pdfium cannot draw."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page in grey, and how many pixels an inch of it takes."""

    image: Image.Image
    dpi: float


def page_picture(path: Path, number: int, *, dpi: int) -> PagePicture:
    """Page `number` (1-based) for character recognition, with no more than MAX_SCAN pixels. Raises PageUndrawable."""
    try:
        document = pypdfium2.PdfDocument(path)
        try:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(dpi / 72, math.sqrt(MAX_SCAN / max(width * height, 1.0)))
            return PagePicture(page.render(scale=scale, grayscale=True).to_pil().convert("L"), 72 * scale)
        finally:
            document.close()
    except (pypdfium2.PdfiumError, IndexError, OSError, ValueError, ctypes.ArgumentError, OverflowError) as error:
        raise PageUndrawable(str(error)) from error


def page_runs(data: bytes, numbers: Sequence[int] | None = None) -> dict[int, list[Run]]:
    """The runs of text of these pages (1-based), or of all, that pdfium reads; none of a file that it cannot open.

    What is drawn in no way, in white or faintly, or off the page, is left out: nobody sees it.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except (pypdfium2.PdfiumError, ValueError, OSError):
        return {}
    found: dict[int, list[Run]] = {}
    for number in numbers if numbers is not None else range(1, min(len(document), MAX_SPARE) + 1):
        try:
            found[number] = _runs(document[number - 1])
        except (pypdfium2.PdfiumError, IndexError, OSError, ValueError, ctypes.ArgumentError, OverflowError):
            found[number] = []
    document.close()
    return found


def _runs(page: Any) -> list[Run]:
    text = page.get_textpage()
    left, bottom, right, top = page.get_bbox()
    runs: list[Run] = []
    open_: list[tuple[str, float, float, float, bool]] = []

    def close() -> None:
        said = "".join(c for c, *_ in open_)
        if said.strip():
            _, x, y, size, bold = open_[0]
            width = open_[-1][1] - x + 0.5 * size
            runs.append(Run(said, x, y, round(size, 1), max(width, 0.0), bold, spaced=said[0] == " "))
        open_.clear()

    for n in range(min(text.count_chars(), MAX_GLYPHS)):
        code = pdfium.FPDFText_GetUnicode(text, n)
        if code in (10, 13):
            close()
        if code < 32 or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF:
            if code in (2, 0xFFFE) and open_:  # a hyphen at the end of a line
                open_.append(("-", *open_[-1][1:]))
                continue
            if code in (0, 2, 9, 10, 13, 0xFFFE):
                continue
            code = 0xFFFD
        place = _place(text, n)
        if place is None or not (left <= place[0] <= right and bottom <= place[1] <= top) or not _is_drawn(text, n):
            continue
        x, y = place
        size = pdfium.FPDFText_GetFontSize(text, n) or 10.0
        if open_ and (abs(y - open_[-1][2]) > 0.3 * size or not -size < x - open_[-1][1] < 3 * size):
            close()
        open_.append((chr(code), x, y, size, pdfium.FPDFText_GetFontWeight(text, n) >= BOLD))
    close()
    return runs


def _place(text: Any, n: int) -> tuple[float, float] | None:
    """Where a character opens, in points; None when the file puts it nowhere."""
    x, y = ctypes.c_double(), ctypes.c_double()
    if not pdfium.FPDFText_GetCharOrigin(text, n, ctypes.byref(x), ctypes.byref(y)):
        return None
    return (x.value, y.value) if math.isfinite(x.value) and math.isfinite(y.value) else None


def _is_drawn(text: Any, n: int) -> bool:
    """Whether a character is painted in a colour that shows on white paper; one that software put in is."""
    holder = pdfium.FPDFText_GetTextObject(text, n)
    if holder and pdfium.FPDFTextObj_GetTextRenderMode(holder) in (3, 7):
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFText_GetFillColor(text, n, *map(ctypes.byref, (red, green, blue, alpha))):
        return True
    return alpha.value > 15 and min(red.value, green.value, blue.value) < 235


def glyphs(page: Any) -> list[Glyph]:
    """The characters of a page in the file's own order, those without a place left out."""
    text = page.get_textpage()
    found: list[Glyph] = []
    for n in range(min(text.count_chars(), MAX_GLYPHS)):
        code = pdfium.FPDFText_GetUnicode(text, n)
        if code in (0, 2, 0xFFFE, 0xFFFF) or code > 0x10FFFF:  # 2 and FFFE: a hyphen at the end of a line
            continue
        box = _box(text, n)
        if box is not None:
            found.append(Glyph(chr(code), box))
    return found


def marked(image: Image.Image, boxes: list[tuple[int, int, int, int]]) -> None:
    """Marks the lines as with a pen, and frames them. Boxes are (left, top, right, bottom) in pixels."""
    if not boxes:
        return
    layer = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(layer)
    for left, top, right, bottom in boxes:
        pen.rectangle((left - 2, top - 1, right + 2, bottom + 1), fill=MARK)
    image.paste(ImageChops.multiply(image, layer))
    frame = ImageDraw.Draw(image)
    for area in areas([Box(left, -bottom, right, -top) for left, top, right, bottom in boxes]):
        frame.rectangle((area.left - 9, -area.top - 4, area.right + 9, -area.bottom + 4), outline=FRAME, width=3)


def _box(text: Any, n: int) -> Box | None:
    """The box of a character, as high as its font: letters of a line then share their middle."""
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, n, ctypes.byref(rect)):
        return None
    left, right = sorted((rect.left, rect.right))
    bottom, top = sorted((rect.bottom, rect.top))
    finite = all(map(math.isfinite, (left, right, bottom, top)))
    return Box(left, bottom, right, top) if finite and top > bottom else None


def _on_image(box: Box, convert: Any) -> tuple[int, int, int, int]:
    corners = [convert.to_bitmap(x, y) for x, y in ((box.left, box.bottom), (box.right, box.top))]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def main(arguments: list[str]) -> int:
    path, number, memory_mib, seconds = Path(arguments[0]), int(arguments[1]), int(arguments[2]), float(arguments[3])
    quote = sys.stdin.buffer.read().decode("utf-8", "replace")
    limit(memory_mib, seconds, output=MAX_OUTPUT)
    png = io.BytesIO()
    said: dict[str, Any]
    try:
        page = drawn(path, number, quote)
        page.image.save(png, "PNG")
        said = {"boxes": len(page.located.boxes), "whole": page.located.whole, "top": page.top, "bottom": page.bottom}
        said |= {"width": page.image.width, "height": page.image.height}
    except IndexError:
        said = {"reason": "no_page"}
    except (pypdfium2.PdfiumError, OSError, ValueError, ctypes.ArgumentError, MemoryError, OverflowError):
        said = {"reason": "unreadable"}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + (b"" if "reason" in said else png.getvalue()))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
