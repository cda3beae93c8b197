"""XLSX: the values of each visible sheet as the spreadsheet last computed them; no formula is ever evaluated."""

from __future__ import annotations

import datetime
import io
import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml.etree import XMLSyntaxError
from openpyxl.utils.exceptions import InvalidFileException

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.naming import declared_title
from ingest.readers.css import Colour, alike, colour
from ingest.readers.entries import Sheet, bounded, title_of
from ingest.readers.entries import document as entries
from ingest.readers.sheet_layout import Layout, layouts
from ingest.readers.unpacking import refuse_bomb

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
TINY = 1  # points: letters of that size are seen by nobody
MAX_SHEETS = 100
MAX_ROW = 1_048_576  # of a sheet: a file that numbers a row beyond would be read as that many empty ones


def document(data: bytes, *, name: str, doc: str, digest: str) -> Document:
    """The Document of a workbook, one entry a row."""
    try:
        refuse_bomb(data, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl says of styles and extensions that it drops
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            known = layouts(data)
            shown = [sheet for sheet in book.worksheets[:MAX_SHEETS] if sheet.sheet_state == "visible"]
            sheets = [_sheet(sheet, known.get(sheet.title, Layout()), name) for sheet in shown]
            title = str(book.properties.title or "").strip()
            book.close()
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        XMLSyntaxError,
        LookupError,  # also of an encoding that nobody knows
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
        EOFError,
        zlib.error,
        OSError,
        NotImplementedError,
    ) as error:  # openpyxl says a damaged workbook in all these ways
        raise UnreadableDocument(
            "unreadable", f"« {name} » est abîmé et ne peut pas être ouvert : demandez une nouvelle copie du fichier."
        ) from error
    made = entries(sheets, name=name, doc=doc, title=title_of(doc), digest=digest)
    of_shown = [known[sheet.title] for sheet in shown if sheet.title in known]
    masked = any(layout.hidden_rows or layout.hidden_columns for layout in of_shown)
    said = ["des lignes ou des colonnes masquées, laissées de côté"] if masked else []
    said += ["des cellules que personne ne voit, laissées de côté"] if any(layout.unseen for layout in of_shown) else []
    notice = " ; ".join(said)
    return replace(made, title=declared_title(title, made.text) or made.title, notice=notice)


def _sheet(sheet: Any, layout: Layout, name: str) -> Sheet:
    sheet.reset_dimensions()  # the size a file declares may be a lie, in rows or in columns
    return Sheet(sheet.title, bounded(_rows(sheet, layout), name))


def _rows(sheet: Any, layout: Layout) -> Iterator[Sequence[str]]:
    """The rows that show, without the columns that do not; a cell over several rows is written in each."""
    firsts = set(layout.above.values())
    said: dict[tuple[int, int], str] = {}
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROW), start=1):
        cells: list[str] = []
        for column, cell in enumerate(row, start=1):
            shows = _shows(cell)
            layout.unseen += not shows
            text = (_text(cell) if shows else "") or said.get(layout.above.get((number, column), (0, 0)), "")
            if (number, column) in firsts:
                said[number, column] = text
            if column not in layout.hidden_columns:
                cells.append(text)
        while cells and not cells[-1]:
            cells.pop()
        if number not in layout.hidden_rows:
            yield cells


def _shows(cell: Any) -> bool:
    """Whether a cell is drawn as something that can be read: not in the colour of its ground, struck out or of no size."""
    if cell.value is None or not cell.has_style:
        return True
    font, fill = cell.font, cell.fill
    if re.fullmatch(r"(?:\[[^\]]*\])?;+", str(cell.number_format or "")) or font.strike or (font.sz or 11) <= TINY:
        return False
    letters = _colour(font.color)
    painted = fill.fill_type not in (None, "none")
    ground = _colour(fill.fgColor) if painted and fill.fill_type == "solid" else None if painted else WHITE
    return letters is None or ground is None or not alike(letters, ground)


def _colour(said: Any) -> Colour | None:
    """A colour written as such, or white among those of the theme; None for the rest."""
    if said is None:
        return None
    if said.type == "rgb" and isinstance(said.rgb, str) and len(said.rgb) == 8:
        drawn = colour(f"#{said.rgb[2:]}")
        return drawn if isinstance(drawn, tuple) else None
    if said.type == "theme" and said.theme == 0 and not said.tint:
        return WHITE
    return {1: WHITE, 9: WHITE, 0: BLACK, 8: BLACK}.get(said.indexed) if said.type == "indexed" else None


def _text(cell: Any) -> str:
    """A value as a French reader sees it: dates day first, percentages and euros with their sign."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime.datetime):
        clock = "" if value.time() == datetime.time() else f" {value:%H:%M}"
        return f"{value:%d/%m/%Y}{clock}"
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    if isinstance(value, (int, float)):
        shape = str(cell.number_format or "")
        if "%" in shape:
            return f"{_number(value * 100)} %"
        return f"{_number(value)} €" if "€" in shape or "EUR" in shape else _number(value)
    return str(value)


def _number(value: float) -> str:
    """A number without the noise of its binary form, with a decimal comma."""
    return f"{value:.10g}".replace(".", ",") if abs(value) < 1e10 and value != int(value) else str(int(value))
