"""Cells that no spreadsheet runs, and rows as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from ui.exports.dossier import clean

# what a spreadsheet may take for a formula, also behind blanks and in its wide forms
FORMULA = re.compile(r"[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
LISTED = re.compile(r"- (?!\s*[-+=@\d(])")

Row = Sequence[str | int | float]


def safe_cell(text: str) -> str:
    """The text, behind an apostrophe when a spreadsheet would run it."""
    return f"'{text}" if FORMULA.match(text) else text


def safe_answer(text: str) -> str:
    """As `safe_cell`; a list of an answer, which no spreadsheet runs, as it is."""
    return text if LISTED.match(text) else safe_cell(text)


def safe_row(row: Row) -> list[str | int | float]:
    """Numbers as they are, texts made harmless."""
    return [safe_cell(clean(cell)) if isinstance(cell, str) else cell for cell in row]


def csv_bytes(rows: Iterable[Row], separator: str = ";") -> bytes:
    """UTF-8 with its mark and the separator of French spreadsheets, so that a double click opens it right."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(safe_row(row) for row in rows)
    return text.getvalue().encode("utf-8-sig")
