"""DOCX: headings, paragraphs, lists and tables in document order, footnotes after the paragraph that calls them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace

import docx
from docx.document import Document as Word
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from ingest.cleaning import flow, tidy
from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.assembly import Draft, assemble
from ingest.readers.outline import looks_like_heading
from ingest.readers.tables import table_text
from ingest.readers.unpacking import refuse_bomb

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DAMAGED = (  # all the ways in which a damaged file is said by the parts that read it
    zipfile.BadZipFile, zlib.error, PackageNotFoundError, etree.XMLSyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError,
    EOFError, NotImplementedError, AssertionError, OSError,
)  # fmt: skip
HEADING = re.compile(r"^(?:heading|titre|überschrift|título) ?(\d)", re.IGNORECASE)


def document(data: bytes, *, name: str, doc: str, digest: str) -> Document:
    """The Document of a Word file."""
    try:
        refuse_bomb(data, name)
        word = docx.Document(io.BytesIO(data))
        drafts = list(_drafts(word, _notes(data)))
        title = (word.core_properties.title or "").strip()
    except DAMAGED as error:
        raise UnreadableDocument(
            "unreadable", f"« {name} » est abîmé et ne peut pas être ouvert : demandez une nouvelle copie du fichier."
        ) from error
    if not any(d.kind == "heading" for d in drafts):
        drafts = [
            replace(d, kind="heading", mark=5, soft=True)
            if d.soft and i + 1 < len(drafts) and d.kind == "paragraph" and looks_like_heading(d.text)
            else d
            for i, d in enumerate(drafts)
        ]
    drafts = [d if d.kind == "heading" else replace(d, soft=False) for d in drafts]
    return assemble(drafts, doc=doc, title=title, digest=digest)


def _notes(data: bytes) -> dict[str, str]:
    """The text of each footnote and endnote, by its kind and id."""
    found: dict[str, str] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part, tag in (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")):
            if part not in archive.namelist():
                continue
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(archive.read(part), parser)
            for note in root.iter(f"{W}{tag}"):
                text = "".join(t.text or "" for t in note.iter(f"{W}t"))
                found[f"{tag}:{note.get(f'{W}id')}"] = flow(tidy(text))
    return found


def _drafts(word: Word, notes: dict[str, str]) -> Iterator[Draft]:
    items: list[str] = []
    called: list[str] = []
    number = 0
    for part in word.iter_inner_content():
        is_item = isinstance(part, Paragraph) and _is_item(part)
        if items and not is_item:
            yield Draft("list", "\n".join(items))
            items = []
            for text in called:
                number += 1
                yield Draft("note", f"{number} {text}")
            called = []
        if isinstance(part, Table):
            if rows := table_text(_rows(part)):
                yield Draft("table", rows)
            continue
        text = tidy(part.text).strip()
        called.extend(_calls(part, notes))
        if is_item and text:
            items.append(f"- {flow(text)}")
            continue
        if text:
            level = _level(part)
            if level:
                yield Draft("heading", flow(text), mark=level)
            else:
                bold = bool(part.runs) and all(run.bold for run in part.runs if run.text.strip())
                yield Draft("paragraph", text, soft=bold)
        for note in called:
            number += 1
            yield Draft("note", f"{number} {note}")
        called = []
    if items:
        yield Draft("list", "\n".join(items))
    for note in called:
        number += 1
        yield Draft("note", f"{number} {note}")


def _calls(paragraph: Paragraph, notes: dict[str, str]) -> list[str]:
    found: list[str] = []
    for tag in ("footnote", "endnote"):
        for mark in paragraph._p.iter(f"{W}{tag}Reference"):
            text = notes.get(f"{tag}:{mark.get(f'{W}id')}", "")
            if text:
                found.append(text)
    return found


def _level(paragraph: Paragraph) -> int:
    """1-6 for a heading style or an outline level, else 0."""
    style = paragraph.style
    while style is not None:
        if (style.name or "").lower() in ("title", "titre"):
            return 1
        if match := HEADING.match(style.name or ""):
            return min(6, int(match.group(1)))
        style = style.base_style
    outline = paragraph._p.find(f"{W}pPr/{W}outlineLvl")
    level = int(outline.get(f"{W}val", "9")) if outline is not None else 9
    return level + 1 if level < 6 else 0


def _is_item(paragraph: Paragraph) -> bool:
    if _level(paragraph):
        return False
    numbered = paragraph._p.find(f"{W}pPr/{W}numPr") is not None
    return numbered or bool(
        re.match(
            r"(?:list|liste)\b(?! paragraph$)", (paragraph.style.name if paragraph.style else "") or "", re.IGNORECASE
        )
    )


def _rows(table: Table) -> list[list[str]]:
    """Cells as text; a merged cell is written once."""
    rows: list[list[str]] = []
    for row in table.rows:
        cells: list[str] = []
        seen: list[object] = []
        for cell in row.cells:
            if any(cell._tc is other for other in seen):
                continue
            seen.append(cell._tc)
            cells.append(flow(tidy(cell.text)))
        rows.append(cells)
    return rows
