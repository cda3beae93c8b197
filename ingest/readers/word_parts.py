"""The parts of a body of Word: paragraphs, tables, rows, cells and boxes, whatever is put around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.readers.ooxml import W, is_on, value
from ingest.readers.word_styles import Ground

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
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
    """The rows of a table that are not struck out."""
    for row in children_of(table, "tr"):
        properties = row.find(f"{W}trPr")
        if properties is None or (properties.find(f"{W}del") is None and not is_on(value(properties, "hidden"))):
            yield row


def boxes_of(drawing: Any) -> Iterator[Any]:
    """The texts of the boxes that a drawing holds, each once."""
    if drawing.tag == f"{W}txbxContent":
        yield drawing
    elif drawing.tag == f"{MC}AlternateContent":
        yield from boxes_of(first_form(drawing))
    else:
        for child in drawing:
            yield from boxes_of(child)
