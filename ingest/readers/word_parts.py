"""The parts of a body of Word: paragraphs, tables, rows, cells and boxes, whatever is put around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.readers.ooxml import W, is_on, value
from ingest.readers.word_styles import Ground

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
FLAT = 30  # twentieths of a point: lines and rows of that height show nothing
OFF = -1_828_800  # of 914,400 an inch: a box that ends that far before where it is anchored is off any page
AROUND = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))


def style_of(paragraph: Any) -> str | None:
    return value(paragraph.find(f"{W}pPr"), "pStyle")


def parts_of(holder: Any) -> Iterator[tuple[Any, Ground]]:
    """Paragraphs, tables and chunks in order, whatever is put around them; under letters in a box, nobody knows what."""
    ground: Ground = "unknown" if holder.tag == f"{W}txbxContent" else None
    for child in holder:
        if child.tag in (f"{W}p", f"{W}tbl", f"{W}altChunk"):
            yield child, ground
        elif child.tag in AROUND:
            yield from parts_of(child)
        elif child.tag == f"{MC}AlternateContent":
            yield from parts_of(first_form(child))


def first_form(alternatives: Any) -> Any:
    """The first of the forms that a part is given in; the others say the same for older software."""
    return next((child for child in alternatives), alternatives)


def children_of(holder: Any, name: str) -> Iterator[Any]:
    for child in holder:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in AROUND:
            yield from children_of(child, name)


def rows_of(table: Any) -> Iterator[Any]:
    """The rows of a table that are not struck out, nor of no height."""
    for row in children_of(table, "tr"):
        properties = row.find(f"{W}trPr")
        if properties is None:
            yield row
        elif properties.find(f"{W}del") is None and not is_on(value(properties, "hidden")):
            height = properties.find(f"{W}trHeight")
            if height is None or not _is_flat(height, "val", "hRule"):
                yield row


def lines_are_flat(properties: Any) -> bool:
    """Whether the lines of a paragraph are set to a height at which nothing is seen."""
    spacing = properties.find(f"{W}spacing") if properties is not None else None
    return spacing is not None and _is_flat(spacing, "line", "lineRule")


def _is_flat(said: Any, size: str, rule: str) -> bool:
    held = said.get(f"{W}{size}", "")
    return said.get(f"{W}{rule}") == "exact" and bool(held.isdecimal()) and int(held) <= FLAT


def _is_unseen(placed: Any) -> bool:
    """Whether a drawing at its place on the page says that it does not show, or ends before the page begins."""
    if is_on(placed.get("hidden")) or any(is_on(about.get("hidden")) for about in placed.iterfind(f"{WP}docPr")):
        return True
    extent = placed.find(f"{WP}extent")
    for side, size in (("positionH", "cx"), ("positionV", "cy")):
        said = placed.findtext(f"{WP}{side}/{WP}posOffset", "").strip()
        long = extent.get(size, "") if extent is not None else ""
        if re.fullmatch(r"-\d{1,12}", said) and int(said) + (int(long) if long.isdecimal() else 0) < OFF:
            return True
    return False


def boxes_of(drawing: Any) -> Iterator[Any]:
    """The texts of the boxes that a drawing holds, each once; none of one that is hidden or put off the page."""
    if str(drawing.tag).startswith(WP) and _is_unseen(drawing):
        return
    if drawing.tag == f"{W}txbxContent":
        yield drawing
    elif drawing.tag == f"{MC}AlternateContent":
        yield from boxes_of(first_form(drawing))
    else:
        for child in drawing:
            yield from boxes_of(child)
