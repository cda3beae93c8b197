"""Lists of aids, one a row: each row becomes an entry, its columns named, under the heading that its title makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.cleaning import flow, tidy
from ingest.documents import Block, Document, Kind
from ingest.errors import UnreadableDocument
from ingest.naming import names_by_file
from ingest.readers.hidden import without_hidden_markup
from ingest.readers.inline import cell_text
from ingest.readers.outline import fold

MAX_ROWS = 20_000  # entries of one file: the whole national base of aids has under 10 000
MAX_COLUMNS = 300
MAX_CHARS = 30_000_000  # a list of 10 000 aids with their descriptions is under 20 MB
MAX_TITLE = 200  # characters: a longer cell is a description
TITLES = (  # words of a column's name that say what the row is called, the best first
    r"^(?:nom|intitule|titre|name|title)$",
    r"^(?:nom|intitule|titre|libelle|name|title|designation|denomination)\b",
    r"\b(?:nom|intitule|titre|libelle|name|title)$",
    r"^(?:l[ae]? )?(?:aide|dispositif|mesure|programme|appel a projets?|subvention|action|projet)s?$",
    r"\b(?:nom|intitule|titre|libelle)\b",
)
NOT_TITLES = re.compile(
    r"\b(?:id|identifiant|code|numero|url|lien|uuid|slug|date|siren|siret|organisme|porteur|contact)\b"
)
MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:[a-z]+|#\d+);")
FIGURE = re.compile(r"[\d\s.,/:%€$+-]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read: its name ("" when alone) and its rows of cells as text."""

    name: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: Kind
    text: str
    level: int = 0


def document(sheets: Sequence[Sheet], *, name: str, doc: str, title: str, digest: str) -> Document:
    """The Document of `sheets`, one section a row. Raises UnreadableDocument beyond the limits."""
    filled = [sheet for sheet in sheets if any(any(cell.strip() for cell in row) for row in sheet.rows)]
    pieces: list[_Piece] = []
    for sheet in filled:
        depth = 0
        if len(filled) > 1:
            pieces.append(_Piece("heading", flow(tidy(sheet.name)) or "Feuille", 1))
            depth = 1
        pieces.extend(_pieces(sheet.rows, depth))
    return _laid_out(pieces, doc, title, digest)


def bounded(rows: Iterable[Sequence[str]], name: str) -> list[Sequence[str]]:
    """The rows that hold something, or UnreadableDocument "too_large" as soon as they are more than a list of aids."""
    kept: list[Sequence[str]] = []
    size = 0
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        kept.append(row)
        size += sum(map(len, row))
        if len(kept) > MAX_ROWS or len(row) > MAX_COLUMNS or size > MAX_CHARS:
            raise UnreadableDocument(
                "too_large",
                f"« {name} » dépasse {MAX_ROWS} lignes, {MAX_COLUMNS} colonnes ou {MAX_CHARS // 10**6} millions de caractères : découpez le tableau.",
            )
    return kept


def title_of(stem: str) -> str:
    """A file name as a title."""
    title = names_by_file(stem)
    return title if len(title) > 3 else f"Tableau {title}".strip()


def _pieces(rows: Sequence[Sequence[str]], depth: int) -> list[_Piece]:
    table = [[_clean(cell) for cell in row] for row in rows]
    table = [row for row in table if any(row)]
    width = max((len(row) for row in table), default=0)
    table = [row + [""] * (width - len(row)) for row in table]
    used = [c for c in range(width) if any(row[c] for row in table)]
    table = [[row[c] for c in used] for row in table]
    pieces: list[_Piece] = []
    while len(used) > 1 and len(table) > 1 and sum(map(bool, table[0])) == 1:  # a title or a remark above the table
        pieces.append(_Piece("paragraph", next(filter(None, table.pop(0)))))
    if not table:
        return pieces
    if len(used) == 1:
        return [*pieces, _Piece("list", "\n".join(f"- {row[0]}" for row in table if row[0]))]
    if _is_header(table[0]) and len(table) > 1:
        names, body = _names(table[0]), table[1:]
    else:
        names, body = _names([""] * len(used)), table
    column = _title_column(names, body)
    for number, row in enumerate(body, start=1):
        named = column is not None and bool(row[column]) and len(row[column]) <= MAX_TITLE
        heading = row[column] if named and column is not None else f"Ligne {number}"
        lines = [
            f"{label} : {cell}"
            for c, (label, cell) in enumerate(zip(names, row, strict=True))
            if cell and not (named and c == column)
        ]
        if lines:
            pieces.append(_Piece("heading", heading, depth + 1))
            pieces.append(_Piece("list", "\n".join(lines)))
        elif any(row):
            pieces.append(_Piece("paragraph", heading))
    return pieces


def _clean(cell: str) -> str:
    """A cell on one line, without HTML marks and what they hide."""
    cell = tidy(cell).replace("\f", " ")
    if MARKUP.search(cell):
        cell = cell_text(without_hidden_markup(cell))
    return re.sub(r"\s+", " ", cell).strip()


def _is_header(row: Sequence[str]) -> bool:
    """Whether a first row names columns: short words, each once, nearly all filled, no figure, date or address alone."""
    filled = [cell for cell in row if cell]
    words = all(
        len(c) <= 80 and any(map(str.isalpha, c)) and not FIGURE.fullmatch(c) and "://" not in c and "@" not in c
        for c in filled
    )
    return words and len(set(filled)) == len(filled) and len(filled) >= max(2, 0.6 * len(row))


def _names(header: Sequence[str]) -> list[str]:
    return [cell.rstrip(" :").replace("_", " ") or f"Colonne {number}" for number, cell in enumerate(header, start=1)]


def _title_column(names: Sequence[str], body: Sequence[Sequence[str]]) -> int | None:
    """The column that says what a row is called: by its name first, else the first of short texts, each one different."""
    folded = [fold(name) for name in names]
    for pattern in TITLES:
        for column, name in enumerate(folded):
            if re.search(pattern, name) and not NOT_TITLES.search(name) and any(row[column] for row in body):
                return column
    for column, name in enumerate(folded):
        cells = [row[column] for row in body if row[column]]
        if NOT_TITLES.search(name) or len(cells) < 0.8 * len(body):
            continue
        texts = [
            c
            for c in cells
            if 3 <= len(c) <= MAX_TITLE and sum(ch.isalpha() for ch in c) > len(c) / 2 and "://" not in c
        ]
        if len(texts) >= 0.9 * len(cells) and len(set(cells)) >= 0.9 * len(cells):
            return column
    return None


def _laid_out(pieces: Sequence[_Piece], doc: str, title: str, digest: str) -> Document:
    parts: list[str] = []
    blocks: list[Block] = []
    offset = 0
    for piece in pieces:
        if parts:
            parts.append("\n\n")
            offset += 2
        parts.append(piece.text)
        blocks.append(Block(piece.kind, offset, offset + len(piece.text), piece.level))
        offset += len(piece.text)
    return Document(doc=doc, title=title, text="".join(parts), blocks=tuple(blocks), digest=digest)
