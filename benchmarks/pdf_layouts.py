"""The text corpus set again as PDF in one and in two columns, and what is read back: words in order, headings.

usage: python benchmarks/pdf_layouts.py TEXT_FILE...

What the typesetter of `corpus-pdf` does not do: two columns under running heads, titles of six ranks, the last two as
large as the text, tables with rules, notes in small letters.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import reportlab
from pdf_fidelity import recovered, words
from pdf_headings import compared
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table

from ingest.documents import Document
from ingest.passages import cut
from ingest.readers import read

SIZES = (17.0, 14.0, 12.0, 10.5, 9.0, 9.0)  # of titles, by rank; the text has 9
BODY = ParagraphStyle("body", fontName="Vera", fontSize=9, leading=11.5, spaceAfter=5, alignment=4)
ITEM = ParagraphStyle("item", parent=BODY, leftIndent=12, bulletIndent=2)
NOTE = ParagraphStyle("note", fontName="Vera", fontSize=7, leading=8.5, spaceAfter=4)
CELL = ParagraphStyle("cell", fontName="Vera", fontSize=6.5, leading=7.5)
RULES = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("GRID", (0, 0), (-1, -1), 0.3, colors.grey)]


def title(rank: int) -> ParagraphStyle:
    size = SIZES[rank - 1]
    return ParagraphStyle(
        f"h{rank}", fontName="VeraBd", fontSize=size, leading=1.25 * size, spaceBefore=8, spaceAfter=4, keepWithNext=1
    )


def story(document: Document, width: float) -> Iterator[Flowable]:
    for block in document.blocks:
        text = document.text[block.start : block.end]
        if block.kind == "heading":
            yield Paragraph(escape(text), title(block.level))
        elif block.kind == "list":
            for item in text.split("\n"):
                said = item.removeprefix("- ")
                yield Paragraph(escape(said), ITEM, bulletText="•" if item.startswith("- ") else None)
        elif block.kind == "table":
            rows = [[Paragraph(escape(cell), CELL) for cell in row.split(" | ")] for row in text.split("\n")]
            wide = max(map(len, rows))
            filled = [row + [""] * (wide - len(row)) for row in rows]
            yield Table(filled, colWidths=[width / wide] * wide, style=RULES, repeatRows=1, splitInRow=1)
            yield Spacer(1, 6)
        elif block.kind == "note":
            call, _, said = text.partition(" ")
            yield Paragraph(f"<super>{escape(call)}</super> {escape(said)}", NOTE)
        elif block.kind == "toc":
            yield from (Paragraph(escape(line), NOTE) for line in text.split("\n"))
        else:
            yield Paragraph(escape(text), BODY)


def typeset(document: Document, path: Path, columns: int) -> None:
    def running(canvas: Canvas, made: BaseDocTemplate) -> None:
        canvas.setFont("Vera", 7)
        canvas.drawString(45, 815, "Document de travail — Région")
        canvas.drawRightString(550, 20, f"Page {made.page}")

    width = (515 - 15 * (columns - 1)) / columns
    frames = [Frame(40 + n * (width + 15), 40, width, 760, id=str(n)) for n in range(columns)]
    page = PageTemplate(frames=frames, onPage=running)
    BaseDocTemplate(str(path), pagesize=A4, pageTemplates=[page]).build(list(story(document, width - 12)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--show", type=int, default=0, help="the N commonest differences of headings")
    arguments = parser.parse_args()
    fonts = Path(reportlab.__file__).parent / "fonts"
    for name in ("Vera", "VeraBd"):
        registerFont(TTFont(name, str(fonts / f"{name}.ttf")))
    with tempfile.TemporaryDirectory() as folder:
        for text in arguments.texts:
            document = read(text)
            for columns in (1, 2):
                path = Path(folder) / f"{text.stem}.pdf"
                typeset(document, path, columns)
                found = read(path)
                right, count, wrong = compared(document, found)
                share, _ = recovered(words(p.text for p in cut(document)), words(p.text for p in cut(found)))
                where = f"{columns} column{'s' * (columns > 1)}"
                print(f"{text.stem}, {where}: words {share:.4f}, headings {right} of {count}")
                for (theirs, mine), times in wrong.most_common(arguments.show):
                    print(f"  {times} × {' > '.join(theirs)}\n      read {' > '.join(mine)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
