"""The formats of an export by their extension, and the writer of each, loaded when it is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ui.exports.cells import Row
from ui.exports.dossier import Dossier

MEDIA: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
DOCUMENTS: Final = ("docx", "pdf")
TABLES: Final = ("csv", "xlsx")


def document_bytes(dossier: Dossier, form: str) -> bytes:
    """A dossier as "docx" or "pdf"."""
    if form == "docx":
        from ui.exports.word import word_bytes

        return word_bytes(dossier)
    from ui.exports.pdf import pdf_bytes

    return pdf_bytes(dossier)


def table_bytes(rows: Iterable[Row], form: str, title: str, *, wrapped: bool = True) -> bytes:
    """Rows, the first one the head, as "csv" or "xlsx"; cells that are not `wrapped` are written faster."""
    if form == "csv":
        from ui.exports.cells import csv_bytes

        return csv_bytes(rows)
    from ui.exports.excel import excel_bytes

    kept = list(rows)
    widths = [max((_longest(row[n]) for row in kept[:200]), default=0) for n in range(len(kept[0]))] if kept else []
    return excel_bytes(kept, title, widths, wrapped=wrapped)


def _longest(cell: str | int | float) -> int:
    """Characters of the longest line of a cell, and a little air."""
    return max((len(line) for line in str(cell).splitlines()), default=0) + 2
