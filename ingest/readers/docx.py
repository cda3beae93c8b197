"""DOCX: headings, paragraphs, lists, tables and text boxes in document order, notes after the paragraph that calls them.

What was struck out and what does not show (masked letters, white on white) is no text of the document.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from ingest.cleaning import flow, tidy
from ingest.documents import Document
from ingest.errors import UnreadableDocument
from ingest.readers.assembly import Draft, assemble
from ingest.readers.ooxml import Package, R, W, is_on, value
from ingest.readers.outline import looks_like_heading
from ingest.readers.tables import table_text
from ingest.readers.unpacking import refuse_bomb
from ingest.readers.word_parts import MC, boxes_of, children_of, first_form, lines_are_flat, parts_of, rows_of, style_of
from ingest.readers.word_styles import CONTENTS, Ground, Look, Styles, ground_of, is_numbered, look_of, styles_of

DAMAGED = (  # all the ways in which a damaged file is said by the parts that read it
    zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError,
    NotImplementedError, AssertionError, OSError, RuntimeError,
)  # fmt: skip
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
WITHIN = frozenset(
    f"{W}{name}"
    for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo", "ruby", "rubyBase")
) | {f"{M}oMath", f"{M}oMathPara"}  # fmt: skip
SYMBOLS = {
    "t": "",
    "tab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
    "softHyphen": "\u00ad",
    "ptab": "\t",
    "sym": " ",
}
CHUNKS = (".htm", ".html", ".xhtml", ".txt")
MASKED = 20  # letters: fewer are a mark of the software, not a text kept from readers


def document(data: bytes, *, name: str, doc: str, digest: str) -> Document:
    """The Document of a Word file."""
    try:
        refuse_bomb(data, name)
        package = Package(data)
        reader = _Reader(package, styles_of(_tree(package, "styles")), _notes(package))
        body = package.tree(package.main).find(f"{W}body")
        drafts = list(reader.read(body)) if body is not None else []
        title = package.title()
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
    made = assemble(drafts, doc=doc, title=title, digest=digest)
    said = ["du texte que personne ne voit, laissé de côté"] if reader.masked >= MASKED else []
    said += [
        "1 document incorporé non lu" if reader.unread == 1 else f"{reader.unread} documents incorporés non lus"
    ] * (reader.unread > 0)
    return replace(made, notice=" ; ".join(said))


def _withdraws(run: Any) -> bool:
    """Whether what a run strikes out is a figure or a sentence, which its author takes back; a word is an effect."""
    text = "".join(t.text or "" for t in run.iter(f"{W}t"))
    return len(text.strip()) >= MASKED or any(sign.isdecimal() for sign in text)


def _tree(package: Package, kind: str) -> Any:
    part = package.related(kind)
    return package.tree(part) if part else None


def _notes(package: Package) -> dict[str, str]:
    """The text of each footnote and endnote, by its kind and id."""
    found: dict[str, str] = {}
    for tag in ("footnote", "endnote"):
        root = _tree(package, f"{tag}s")
        for note in root.iter(f"{W}{tag}") if root is not None else ():
            runs = (run for run in note.iter(f"{W}r") if look_of(run.find(f"{W}rPr")).shows())
            text = "".join(t.text or "" for run in runs for t in run.iter(f"{W}t"))
            found[f"{tag}:{note.get(f'{W}id')}"] = flow(tidy(text))
    return found


@dataclass(slots=True)
class _Said:
    """A paragraph as it is read: its text, the notes it calls, the boxes of text anchored in it."""

    parts: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    bold: bool = True

    def text(self) -> str:
        return tidy("".join(self.parts)).strip()


@dataclass(slots=True)
class _Reader:
    package: Package
    styles: Styles
    notes: dict[str, str]
    masked: int = 0  # letters that do not show
    unread: int = 0  # documents put in whole that are not read
    number: int = 0  # of the last note

    def read(self, holder: Any) -> Iterator[Draft]:
        """The blocks of a body, a cell or a box, in order; paragraphs of a list together, so those of the contents."""
        gathered: list[str] = []
        calls: list[str] = []
        kind = ""
        for part, ground in parts_of(holder):
            style = value(part.find(f"{W}pPr"), "pStyle") if part.tag == f"{W}p" else None
            here = self._kind(part, style)
            if gathered and here != kind:
                yield self._gathered(kind, gathered)
                yield from self._called(calls)
                gathered, calls = [], []
            kind = here
            if part.tag == f"{W}tbl":
                yield from self._table(part)
            elif part.tag == f"{W}altChunk":
                yield from self._chunk(part)
            else:
                said = self._paragraph(part, style, ground)
                text = said.text()
                if kind in ("list", "toc"):
                    gathered += [text] if text else []
                    calls += said.calls
                else:
                    yield from self._plain(text, said, style, part)
                    yield from self._called(said.calls)
                for box in said.boxes:
                    yield from self.read(box)
        if gathered:
            yield self._gathered(kind, gathered)
        yield from self._called(calls)

    def _kind(self, part: Any, style: str | None) -> str:
        if part.tag != f"{W}p":
            return "other"
        if CONTENTS.match(self.styles.name(style)):
            return "toc"
        if self._level(part, style):
            return "heading"
        properties = part.find(f"{W}pPr")
        numbered = properties.find(f"{W}numPr") if properties is not None else None
        if numbered is not None:
            return "list" if is_numbered(part) else "paragraph"
        return "list" if self.styles.is_list(style) else "paragraph"

    def _gathered(self, kind: str, texts: list[str]) -> Draft:
        if kind == "toc":
            lines = [re.sub(r"\s+(\d{1,4}|[ivxl]{1,6})$", r" ..... \1", flow(text)) for text in texts]
            return Draft("toc", "\n".join(lines))
        return Draft("list", "\n".join(f"- {flow(text)}" for text in texts))

    def _called(self, notes: list[str]) -> Iterator[Draft]:
        for text in notes:
            self.number += 1
            yield Draft("note", f"{self.number} {text}")

    def _plain(self, text: str, said: _Said, style: str | None, part: Any) -> Iterator[Draft]:
        if not text:
            return
        if level := self._level(part, style):
            yield Draft("heading", flow(text), mark=level)
        else:
            yield Draft("paragraph", text, soft=said.bold)

    def _level(self, paragraph: Any, style: str | None) -> int:
        """1-6 for a heading style or an outline level, else 0."""
        if level := self.styles.level(style):
            return level
        said = value(paragraph.find(f"{W}pPr"), "outlineLvl") or ""
        return int(said) + 1 if said.isdecimal() and int(said) < 6 else 0

    # ---- within a paragraph -----------------------------------------------------------------------------------

    def _paragraph(self, paragraph: Any, style: str | None, ground: Ground) -> _Said:
        said = _Said()
        properties = paragraph.find(f"{W}pPr")
        shade = ground_of(properties) or ground
        look = replace(self.styles.look(style), ground=shade or self.styles.look(style).ground).over(self.styles.first)
        look = replace(look, vanish=True) if lines_are_flat(properties) else look
        self._within(paragraph, look, said)
        return said

    def _within(self, holder: Any, look: Look, said: _Said) -> None:
        for child in holder:
            if child.tag == f"{W}r":
                self._run(child, look, said)
            elif child.tag in WITHIN:
                self._within(child, look, said)
            elif child.tag in (f"{M}r", f"{M}t") or str(child.tag).startswith(M):
                said.parts.append("".join(t.text or "" for t in child.iter(f"{M}t")))
            elif child.tag == f"{MC}AlternateContent":
                self._within(first_form(child), look, said)

    def _run(self, run: Any, under: Look, said: _Said) -> None:
        properties = run.find(f"{W}rPr")
        look = under
        bold: bool | None = False
        if properties is not None:
            look = look_of(properties).over(self.styles.look(value(properties, "rStyle"))).over(under)
            bold = is_on(value(properties, "b"))
        shows = look.shows() and not (look.struck and _withdraws(run))
        for child in run:
            name = str(child.tag).removeprefix(W)
            if name in SYMBOLS:
                text = child.text or "" if name == "t" else SYMBOLS[name]
                if shows:
                    said.parts.append(text)
                    said.bold = said.bold and (bool(bold) or not text.strip())
                else:
                    self.masked += len(text.strip())
            elif name in ("footnoteReference", "endnoteReference"):
                note = self.notes.get(f"{name.removesuffix('Reference')}:{child.get(f'{W}id')}", "")
                said.calls += [note] if note and shows else []
            elif name == "ruby":
                self._within(child, look, said)
            elif shows:
                said.boxes.extend(boxes_of(child))

    # ---- tables and what is put in whole ----------------------------------------------------------------------

    def _table(self, table: Any) -> Iterator[Draft]:
        cells = [cell for row in rows_of(table) for cell in children_of(row, "tc")]
        laid_out = len(cells) == 1 or any(self._level(p, style_of(p)) for cell in cells for p in cell.iter(f"{W}p"))
        if laid_out:
            for cell in cells:
                yield from self.read(cell)
        elif rows := table_text(self._texts(table)):
            yield Draft("table", rows)

    def _texts(self, table: Any) -> list[list[str]]:
        """Cells as text; a cell over several columns is written once, one over several rows in each of them."""
        painted: Ground = "unknown" if self.styles.paints_cells(value(table.find(f"{W}tblPr"), "tblStyle")) else None
        rows: list[list[str]] = []
        above: dict[int, str] = {}
        for row in rows_of(table):
            before = value(row.find(f"{W}trPr"), "gridBefore") or "0"
            column = int(before) if before.isdecimal() else 0
            texts = [""] * min(column, 20)
            for cell in children_of(row, "tc"):
                properties = cell.find(f"{W}tcPr")
                span = value(properties, "gridSpan") or "1"
                merged = value(properties, "vMerge")
                if merged in ("", "continue"):
                    texts.append(above.get(column, ""))
                else:
                    texts.append(self._cell(cell, ground_of(properties) or painted))
                    above[column] = texts[-1]
                column += int(span) if span.isdecimal() else 1
            rows.append(texts)
        return rows

    def _cell(self, cell: Any, ground: Ground) -> str:
        parts: list[str] = []
        for part, _ in parts_of(cell):
            if part.tag == f"{W}tbl":
                parts.extend(", ".join(filter(None, row)) for row in self._texts(part))
            elif part.tag == f"{W}p":
                said = self._paragraph(part, style_of(part), ground)
                parts.append(said.text())
                parts += [self._cell(box, "unknown") for box in said.boxes]
        return flow(" ".join(filter(None, parts)))

    def _chunk(self, chunk: Any) -> Iterator[Draft]:
        """A page of HTML or a text put in whole; what is of another format is counted."""
        _, part = self.package.relations.get(chunk.get(f"{R}id", ""), ("", ""))
        if not part.endswith(CHUNKS) or part not in self.package.names:
            self.unread += 1
            return
        from ingest.readers import html, text
        from ingest.readers.encoding import decode

        held = self.package.bytes_of(part)
        yield from html.page_drafts(held, part) if "htm" in part else text.drafts(decode(held, part))
