"""A Dossier as DOCX: the only file that writes with python-docx."""

from __future__ import annotations

import io
from typing import Any, Final

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from ui.exports.dossier import Block, Bullets, Dossier, Numbered, Paragraph, Table, pieces

INK, SOFT, BRICK, GREEN = (RGBColor.from_string(code) for code in ("2A2420", "6A5D52", "96392A", "23604C"))
TINT: Final = "F6F0E6"
SERIF, SANS = "Georgia", "Calibri"
# name of our paragraphs -> (size in points, bold, italic, colour, space before and after in points)
LOOKS: Final[dict[str, tuple[float, bool, bool, RGBColor, int, int]]] = {
    "question": (12, True, False, INK, 0, 6),
    "label": (9.5, True, False, GREEN, 6, 0),
    "verdict": (11, True, False, INK, 8, 3),
    "quote": (11, False, True, INK, 0, 4),
    "note": (10, False, False, SOFT, 0, 4),
    "source": (10, False, False, INK, 0, 6),
}


def word_bytes(dossier: Dossier) -> bytes:
    """The file: real headings, tables with repeated heads, each mark a link to its source, pages numbered."""
    made = docx.Document()
    _prepare(made, dossier)
    known = frozenset(source.n for source in dossier.sources)
    made.add_paragraph(dossier.title, style="Title")
    made.add_paragraph(dossier.about, style="Guichet note")
    _notice(made, dossier.notice)
    for section in dossier.sections:
        made.add_heading(section.title, level=section.level)
        for block in section.blocks:
            _block(made, block, known)
    if dossier.sources:
        made.add_heading(dossier.labels.sources, level=1)
        for source in dossier.sources:
            _source(made, source, dossier.labels.address)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _prepare(made: Any, dossier: Dossier) -> None:
    """The page, the styles, the language and the foot."""
    about, sheet = made.core_properties, made.sections[0]
    about.title, about.author, about.subject = dossier.title[:255], "Guichet IA", dossier.labels.subject
    about.language = language = "fr-FR" if dossier.language == "fr" else "en-GB"
    about.comments = ""
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin = sheet.right_margin = Mm(20)
    sheet.top_margin = sheet.bottom_margin = Mm(18)
    styles = made.styles
    _font(styles["Normal"], SANS, 11, INK)
    _speak(styles["Normal"], language)
    styles["Normal"].paragraph_format.space_after = Pt(5)
    for heading, height, tint in (("Title", 24, BRICK), ("Heading 1", 16, INK), ("Heading 2", 13, INK)):
        _font(styles[heading], SERIF, height, tint, bold=True)
        styles[heading].paragraph_format.keep_with_next = True
    for border in styles["Title"].element.xpath(".//w:pBdr"):
        border.getparent().remove(border)
    for name, (size, bold, italic, colour, before, after) in LOOKS.items():
        style = styles.add_style(f"Guichet {name}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _font(style, SANS, size, colour, bold=bold, italic=italic)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = name in ("label", "verdict")
    foot = sheet.footer.paragraphs[0]
    foot.style, foot.alignment = styles["Guichet note"], WD_ALIGN_PARAGRAPH.CENTER
    first, between, last = dossier.labels.page.replace("{total}", "{n}").split("{n}")
    foot.add_run(f"{dossier.labels.made_by} · {first}")
    _count(foot, "PAGE")
    foot.add_run(between)
    _count(foot, "NUMPAGES")
    foot.add_run(last)


def _block(made: Any, block: Block, known: frozenset[int]) -> None:
    if isinstance(block, Paragraph):
        style = None if block.kind == "body" else f"Guichet {block.kind}"
        _marked(made.add_paragraph(style=style), block.text, known)
    elif isinstance(block, Bullets):
        for item in block.items:
            _marked(made.add_paragraph(style="List Bullet"), item, known)
    else:
        _table(made, block, known)


def _table(made: Any, block: Table, known: frozenset[int]) -> None:
    grid = made.add_table(rows=1 + len(block.rows), cols=len(block.head), style="Table Grid")
    grid.autofit = False
    width = Mm(170)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)
    for line, cells in zip(grid.rows, (block.head, *block.rows), strict=True):
        for cell, text, share in zip(line.cells, cells, block.widths, strict=True):
            cell.width = int(width * share / sum(block.widths))
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            _marked(paragraph, text, known)
            for run in paragraph.runs:
                run.font.size = Pt(10)
                run.font.bold = line is grid.rows[0] or cells is block.head or None
            if cells is block.head:
                _shade(cell)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _notice(made: Any, text: str) -> None:
    grid = made.add_table(rows=1, cols=1, style="Table Grid")
    cell = grid.rows[0].cells[0]
    cell.paragraphs[0].add_run(text).font.size = Pt(10)
    _shade(cell)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _source(made: Any, source: Numbered, address: str) -> None:
    paragraph = made.add_paragraph(style="Guichet source")
    _bookmark(paragraph, source.n)
    paragraph.add_run(f"[{source.n}] {source.title}").bold = True
    for text in (source.about, source.place):
        if text:
            paragraph.add_run().add_break()
            paragraph.add_run(text).font.color.rgb = SOFT
    if source.quote:
        paragraph.add_run().add_break()
        paragraph.add_run(f"« {source.quote} »").italic = True
    if source.url.startswith(("https://", "http://")):
        paragraph.add_run().add_break()
        paragraph.add_run(f"{address} : ")
        relation = made.part.relate_to(source.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        _link(paragraph, source.url, {"r:id": relation})


def _marked(paragraph: Any, text: str, known: frozenset[int]) -> None:
    """A text whose marks lead to their sources."""
    for piece, n in pieces(text, known):
        if n is None:
            paragraph.add_run(piece)
        else:
            _link(paragraph, piece, {"w:anchor": f"source-{n}"})


def _link(paragraph: Any, text: str, to: dict[str, str]) -> None:
    link = OxmlElement("w:hyperlink")
    for name, value in to.items():
        link.set(qn(name), value)
    run = paragraph.add_run(text)
    run.font.color.rgb = BRICK
    link.append(run._r)
    paragraph._p.append(link)


def _bookmark(paragraph: Any, n: int) -> None:
    for name in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(name)
        mark.set(qn("w:id"), str(n))
        if name == "w:bookmarkStart":
            mark.set(qn("w:name"), f"source-{n}")
        paragraph._p.append(mark)


def _count(paragraph: Any, instruction: str) -> None:
    """A field that the reader's word processor fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", TINT)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _font(
    style: Any, name: str, size: float, colour: RGBColor, *, bold: bool | None = None, italic: bool | None = None
) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic, font.color.rgb = name, Pt(size), bold, italic, colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # the template's own fonts would win
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), name)


def _speak(style: Any, language: str) -> None:
    """The language that a screen reader and a spelling checker go by."""
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), language)
    style.element.get_or_add_rPr().append(spoken)
