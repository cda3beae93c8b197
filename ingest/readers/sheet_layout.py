"""What a workbook says of its sheets beside their values: rows and columns that do not show, cells that are one."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ingest.readers.ooxml import Package, R

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TAGS = [f"{S}{name}" for name in ("row", "col", "mergeCell")]
PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})")
FLAT = 0.3  # points of a row, letters of a column
MAX_COLUMN = 16_384  # of a sheet
MAX_MERGED = 50_000  # cells written again in the rows that they stand for


@dataclass(slots=True)
class Layout:
    """Rows and columns by their number, from 1; `above` gives, for a cell under the first of a merged column, that first
    one."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    above: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    unseen: int = 0  # cells written so as not to be seen, counted as they are read


def layouts(data: bytes) -> dict[str, Layout]:
    """The layout of each sheet by its name. Raises what a damaged file makes the parts that read it raise."""
    package = Package(data)
    if package.main not in package.names:
        return {}
    sheets = package.tree(package.main).iter(f"{S}sheet")
    parts = {sheet.get("name", ""): package.relations.get(sheet.get(f"{R}id", ""), ("", ""))[1] for sheet in sheets}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name: _layout(archive.open(package.names[part])) for name, part in parts.items() if part in package.names
        }


def _layout(sheet: Any) -> Layout:
    found = Layout()
    number = 0
    with sheet:
        for _, element in etree.iterparse(sheet, tag=TAGS, resolve_entities=False, no_network=True):
            name = element.tag.removeprefix(S)
            hidden = element.get("hidden", "").lower() in ("1", "true") or _is_flat(element)
            if name == "row":
                number = int(element.get("r") or number + 1)
                if hidden:
                    found.hidden_rows.add(number)
            elif name == "col" and hidden:
                first, last = int(element.get("min", 0)), int(element.get("max", 0))
                found.hidden_columns.update(range(first, min(last, MAX_COLUMN) + 1))
            elif name == "mergeCell":
                _merge(found, element.get("ref", ""))
            element.clear()
    return found


def _is_flat(element: Any) -> bool:
    """Whether a row or a column is set to a size at which nothing is seen."""
    said = element.get("ht") or element.get("width") or ""
    return bool(re.fullmatch(r"\d+(?:\.\d+)?", said)) and float(said) < FLAT


def _merge(layout: Layout, place: str) -> None:
    """A cell over several rows stands for each of them."""
    match = PLACE.fullmatch(place.replace("$", ""))
    if match is None:
        return
    left, top, bottom = _column(match.group(1)), int(match.group(2)), int(match.group(3))
    for row in range(top + 1, min(bottom, top + MAX_MERGED) + 1):
        if len(layout.above) >= MAX_MERGED:
            return
        layout.above[row, left] = (top, left)


def _column(letters: str) -> int:
    """The number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
