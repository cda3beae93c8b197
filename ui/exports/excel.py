"""Rows as an XLSX workbook: the only file that writes with openpyxl."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ingest.errors import GuichetError
from ui.exports.cells import Row, safe_row

MAX_CELL = 32_000  # characters; the format stops at 32 767
WIDTH = (10, 48)  # characters of a column: enough to read, not so wide that one has to travel
MAX_ROWS = 1_048_576  # what a sheet may hold
TOP = Alignment(vertical="top", wrap_text=True)
HEAD = (Font(bold=True, color="7A2C20"), PatternFill("solid", fgColor="F6F0E6"))


def excel_bytes(rows: Iterable[Row], title: str, widths: Iterable[int] = (), *, wrapped: bool = False) -> bytes:
    """One sheet, its first row the head, kept in sight; texts stay texts. `widths` in characters, column by column."""
    out = io.BytesIO()
    write_workbook(rows, title, out, widths, wrapped=wrapped)
    return out.getvalue()


def write_workbook(
    rows: Iterable[Row], title: str, out: Path | BinaryIO, widths: Iterable[int] = (), *, wrapped: bool = False
) -> None:
    """The same, row by row, to a file; `wrapped` cells show every line, at four times the time. Raises GuichetError
    past the rows that a sheet may hold."""
    book = Workbook(write_only=True)
    book.properties.creator = "Guichet IA"
    sheet = book.create_sheet("".join(c for c in title if c not in r"[]:*?/\'")[:31] or "Guichet IA")
    sheet.freeze_panes = "A2"
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = min(max(width, WIDTH[0]), WIDTH[1])
    for n, row in enumerate(rows):
        if n >= MAX_ROWS:
            raise GuichetError(f"Le classeur dépasserait {MAX_ROWS} lignes : écrivez un fichier .csv.")
        values = safe_row(row)
        sheet.append([_cell(sheet, v, head=n == 0) for v in values] if wrapped or n == 0 else list(map(_cut, values)))
    book.save(out)


def _cell(sheet: Any, value: str | int | float, *, head: bool) -> Any:
    cell = WriteOnlyCell(sheet, _cut(value))
    cell.alignment = TOP
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
    if head:
        cell.font, cell.fill = HEAD
    return cell


def _cut(value: str | int | float) -> str | int | float:
    return value[:MAX_CELL] if isinstance(value, str) else value
