"""CSV: the separator told by which one parts the lines most evenly."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter

from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.entries import MAX_CHARS, Sheet, bounded, title_of
from ingest.readers.entries import document as entries

SEPARATORS = (";", "\t", ",", "|")  # at equal evidence the French one first
SAMPLE = 60  # records looked at
csv.field_size_limit(MAX_CHARS)  # of the library, for one cell: a description may be longer than its 131,072 characters


def document(text: str, *, name: str, doc: str, digest: str) -> Document:
    """The Document of a CSV text, one entry a row. A cell that looks like a formula is text and stays so."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    separator, text = _declared(text)
    separator = separator or _separator(text)
    try:
        rows = bounded(csv.reader(io.StringIO(text), delimiter=separator), name)
    except csv.Error as error:
        raise UnreadableDocument(
            "unreadable", f"« {name} » n'est pas un CSV lisible ({error}) : vérifiez ses guillemets."
        ) from error
    return entries([Sheet("", rows)], name=name, doc=doc, title=title_of(doc), digest=digest)


def _declared(text: str) -> tuple[str | None, str]:
    """The separator that a first line "sep=;" declares, as spreadsheets write it, and the text after it."""
    first, _, rest = text.partition("\n")
    said = first.strip().lower()
    return (said[4], rest) if said.startswith("sep=") and len(said) == 5 else (None, text)


def _separator(text: str) -> str:
    """The candidate under which most records of the sample have one same number of cells, two at least."""
    best, found = 0.0, ";"
    for candidate in SEPARATORS:
        try:
            rows = [row for row in itertools.islice(csv.reader(io.StringIO(text), delimiter=candidate), SAMPLE) if row]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows)
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        value = count / len(rows) + min(width, 20) / 1000 if width > 1 else 0.0
        if value > best:
            best, found = value, candidate
    return found
