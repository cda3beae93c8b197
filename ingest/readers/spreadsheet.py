"""XLSX: the values of each visible sheet as the spreadsheet last computed them; no formula is ever evaluated."""

from __future__ import annotations

import datetime
import io
import math
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
from ingest.readers.entries import Sheet, bounded, title_of
from ingest.readers.entries import document as entries
from ingest.readers.sheet_layout import Layout, layouts
from ingest.readers.unpacking import refuse_bomb

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
    masked = any(
        known[sheet.title].hidden_rows or known[sheet.title].hidden_columns for sheet in shown if sheet.title in known
    )
    notice = "des lignes ou des colonnes masquées, laissées de côté" if masked else ""
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
            text = _text(cell) or said.get(layout.above.get((number, column), (0, 0)), "")
            if (number, column) in firsts:
                said[number, column] = text
            if column not in layout.hidden_columns:
                cells.append(text)
        while cells and not cells[-1]:
            cells.pop()
        if number not in layout.hidden_rows:
            yield cells


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
