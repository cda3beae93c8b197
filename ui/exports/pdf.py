"""A Dossier as PDF: the only file that knows reportlab. Fonts are embedded: Source Sans and Serif, SIL Open Font License."""

from __future__ import annotations

import io
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString, PDFtrue
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph as PlainText
from reportlab.platypus import SimpleDocTemplate, Spacer
from reportlab.platypus import Table as PlainGrid

from ui.exports.dossier import Block, Bullets, Dossier, Numbered, Paragraph, Section, pieces
from ui.exports.looks import BRICK, FONTS, INK, INSTEAD, LINE, LOOKS, SOFT, TINT
from ui.exports.structure import ARTIFACT, Element, Structure

MARGIN = 20 * mm
PAD = 6  # points that reportlab keeps free within its frame
_ONE_AT_A_TIME = threading.Lock()  # reportlab keeps the state of its fonts for the process


def pdf_bytes(dossier: Dossier) -> bytes:
    """The file: A4, its headings as outline, tagged for screen readers, each mark a link to its source, pages numbered."""
    with _ONE_AT_A_TIME:
        _register()
        out = io.BytesIO()
        document = _Document(
            out,
            pagesize=A4,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=18 * mm,
            bottomMargin=20 * mm,
            title=dossier.title,
            author="Guichet IA",
            subject=dossier.labels.subject,
            lang="fr-FR" if dossier.language == "fr" else "en-GB",
        )
        structure = Structure()
        story = _story(dossier, document.width - 2 * PAD, structure.document)
        document.build(story, canvasmaker=_footed(dossier, structure))
        return out.getvalue()


class _Document(SimpleDocTemplate):  # type: ignore[misc]  # reportlab is not typed
    """A document whose headings go to the outline."""

    def afterFlowable(self, flowable: Any) -> None:  # noqa: N802  # called by reportlab under this name
        level = {"heading1": 0, "heading2": 1}.get(getattr(getattr(flowable, "style", None), "name", ""))
        if level is not None:
            key = f"heading-{id(flowable)}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, level=level, closed=level > 0)


class _Text(PlainText):  # type: ignore[misc]
    """A paragraph that is drawn as an element of the structure, on each page that it goes on to."""

    element: Element

    def draw(self) -> None:
        with self.canv.marking(self.element):
            super().draw()

    def split(self, width: float, height: float) -> list[Any]:
        parts: list[Any] = super().split(width, height)
        for part in parts:
            part.element = self.element
        return parts


class _Grid(PlainGrid):  # type: ignore[misc]
    """A table whose lines and backgrounds are not read."""

    def _drawBkgrnd(self) -> None:  # noqa: N802  # called by reportlab under this name
        with self.canv.marking(None):
            super()._drawBkgrnd()

    def _drawLines(self) -> None:  # noqa: N802
        with self.canv.marking(None):
            super()._drawLines()


def _text(written: str, style: str, element: Element, **more: str) -> _Text:
    made = _Text(written, _style(style), **more)
    made.element = element
    return made


def _story(dossier: Dossier, width: float, document: Element) -> list[Any]:
    known = frozenset(source.n for source in dossier.sources)
    title = _text(_plain(dossier.title, "Heading"), "title", document.within("H1"))
    about = _text(_plain(dossier.about), "about", document.within("P"))
    notice = _text(_plain(dossier.notice), "notice", document.within("P"))
    story = [title, about, _Grid([[notice]], colWidths=[width], style=_NOTICE), Spacer(0, 4 * mm)]
    for section in dossier.sections:
        story += _section(section, known, width, document)
    if dossier.sources:
        story.append(_text(_plain(dossier.labels.sources, "Heading"), "heading1", document.within("H2")))
        story += [
            _text(_source(source, dossier.labels.address), "source", document.within("P")) for source in dossier.sources
        ]
    return story


def _section(section: Section, known: frozenset[int], width: float, document: Element) -> list[Any]:
    head = document.within(f"H{section.level + 1}")
    title = _text(_plain(section.title, "Heading"), f"heading{section.level}", head)
    return [title, *(flowable for block in section.blocks for flowable in _block(block, known, width, document))]


def _block(block: Block, known: frozenset[int], width: float, document: Element) -> list[Any]:
    if isinstance(block, Paragraph):
        return [_text(_marked(block.text, known), block.kind, document.within("P"))]
    if isinstance(block, Bullets):
        listed = document.within("L")
        bodies = ((item, listed.within("LI").within("LBody")) for item in block.items)
        return [*(_text(_marked(item, known), "item", body, bulletText="•") for item, body in bodies), Spacer(0, 4)]
    shares, table = sum(block.widths), document.within("Table")
    lines = [table.within("TR") for _ in (block.head, *block.rows)]
    rows = [[_text(_plain(cell), "head", lines[0].within("TH")) for cell in block.head]]
    for line, row in zip(lines[1:], block.rows, strict=True):
        rows.append([_text(_marked(cell, known), "cell", line.within("TD")) for cell in row])
    widths = [width * share / shares for share in block.widths]
    return [_Grid(rows, colWidths=widths, style=_GRID, repeatRows=1, splitInRow=1), Spacer(0, 3 * mm)]


def _source(source: Numbered, address: str) -> str:
    parts = [f'<a name="source-{source.n}"/><b>[{source.n}] {_plain(source.title, "Text-Bold")}</b>']
    parts += [f'<font color="{SOFT}">{_plain(text)}</font>' for text in (source.about, source.place) if text]
    if source.quote:
        parts.append(f"<i>« {_plain(source.quote, 'Text-Italic')} »</i>")
    if source.url.startswith(("https://", "http://")):
        url = escape(source.url, {'"': "&quot;"})
        parts.append(f'{_plain(address)} : <a href="{url}" color="{BRICK}">{_plain(source.url)}</a>')
    return "<br/>".join(parts)


def _marked(text: str, known: frozenset[int]) -> str:
    """A text whose marks lead to their sources."""
    return "".join(
        _plain(piece) if n is None else f'<a href="#source-{n}" color="{BRICK}">[{n}]</a>'
        for piece, n in pieces(text, known)
    )


def _plain(text: str, font: str = "Text") -> str:
    """A text escaped, with the signs that the font has not replaced by what comes nearest."""
    glyphs = pdfmetrics.getFont(font).face.charToGlyph
    return escape("".join(_drawn(sign, glyphs) for sign in text)).replace("\n", "<br/>")


def _drawn(sign: str, glyphs: dict[int, int]) -> str:
    if ord(sign) in glyphs or sign == "\n":
        return sign
    other = INSTEAD.get(sign) or unicodedata.normalize("NFKD", sign)
    return other if all(ord(part) in glyphs for part in other) else "?"


@cache
def _register() -> None:
    for name, (package, file) in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(files(package).joinpath("files", file).read_bytes())))
    pdfmetrics.registerFontFamily("Text", normal="Text", bold="Text-Bold", italic="Text-Italic", boldItalic="Text-Bold")


@cache
def _style(name: str) -> ParagraphStyle:
    look = {"fontName": "Text", "fontSize": 10.5, "leading": 14.5, "textColor": INK, **LOOKS[name]}
    look["textColor"] = HexColor(look["textColor"])
    return ParagraphStyle(
        name, **look, keepWithNext=name in ("heading1", "heading2", "label", "verdict"), splitLongWords=1
    )


_NOTICE: Final = [
    ("BACKGROUND", (0, 0), (-1, -1), HexColor(TINT)),
    ("LINEBEFORE", (0, 0), (0, -1), 3, HexColor(BRICK)),
    *((f"{side}PADDING", (0, 0), (-1, -1), 8) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
]
_GRID: Final = [
    ("BACKGROUND", (0, 0), (-1, 0), HexColor(TINT)),
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(LINE)),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    *((f"{side}PADDING", (0, 0), (-1, -1), 5) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
]


def _footed(dossier: Dossier, structure: Structure) -> type[Canvas]:
    """A canvas that marks what is drawn by its element, and writes the foot of every page once it knows how many there
    are."""

    class Footed(Canvas):  # type: ignore[misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._pages: list[dict[str, Any]] = []
            self._marked: Element | None = None
            self.setViewerPreference("DisplayDocTitle", "true")

        @contextmanager
        def marking(self, element: Element | None) -> Iterator[None]:
            """What is drawn meanwhile belongs to an element; to none, it is not read."""
            self._code.append(ARTIFACT if element is None else structure.begun(element, len(self._pages)))
            self._marked = element
            yield
            self._code.append("EMC")

        def linkRect(self, contents: str, destinationname: str, *given: Any, **named: Any) -> None:  # noqa: N802
            super().linkRect(f"[{destinationname.removeprefix('source-')}]", destinationname, *given, **named)

        def linkURL(self, url: str, *given: Any, **named: Any) -> None:  # noqa: N802
            super().linkURL(url, *given, **named, Contents=PDFString(url))

        def _addAnnotation(self, annotation: Any, *given: Any, **named: Any) -> None:  # noqa: N802
            super()._addAnnotation(annotation, *given, **named)
            if self._marked is not None:
                structure.led(self._marked, len(self._pages), annotation)

        def showPage(self) -> None:  # noqa: N802  # called by reportlab under this name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            pages = self._pages
            for n, page in enumerate(pages, start=1):
                self.__dict__.update(page)
                with self.marking(None):
                    self.setFont("Text", 8.5)
                    self.setFillColor(HexColor(SOFT))
                    self.drawString(MARGIN + PAD, 11 * mm, dossier.labels.made_by)
                    count = dossier.labels.page.format(n=n, total=len(pages))
                    self.drawRightString(A4[0] - MARGIN - PAD, 11 * mm, count)
                super().showPage()
            _tag(self._doc, structure)
            super().save()

    return Footed


def _tag(document: Any, structure: Structure) -> None:
    """Writes the structure into a document of reportlab, which has no word for it (ISO 32000-1, 14.7 and 14.8)."""
    written: dict[int, Any] = {}

    def reference(element: Element, parent: Any) -> Any:
        made = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.kind), "P": parent})
        if element.kind == "TH":
            made["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName("Column")})
        here = written[id(element)] = document.Reference(made)
        kids = [
            PDFDictionary(
                {"Type": PDFName("MCR"), "Pg": document.Reference(document.Pages.pages[page]), "MCID": number}
            )
            for page, number in element.drawn
        ]
        kids += [reference(part, here) for part in element.parts if not part.empty]
        if element.link is not None:
            page, annotation = element.link
            here_on = {"Pg": document.Reference(document.Pages.pages[page]), "Obj": document.Reference(annotation)}
            kids.append(PDFDictionary({"Type": PDFName("OBJR"), **here_on}))
        made["K"] = PDFArray(kids)
        return here

    root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
    root["K"] = PDFArray([reference(structure.document, document.Reference(root))])
    numbers: list[Any] = []
    for n, page in enumerate(document.Pages.pages):
        page.__Defaults__ = {**page.__Defaults__, "StructParents": n, "Tabs": PDFName("S")}
        numbers += [n, PDFArray([written[id(element)] for element in structure.marks.get(n, ())])]
    for n, link in enumerate(structure.links, start=len(document.Pages.pages)):
        _keyed(link.link[1], n)  # type: ignore[index]  # each of them has one
        numbers += [n, written[id(link)]]
    root["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
    root["ParentTreeNextKey"] = len(document.Pages.pages) + len(structure.links)
    document.Catalog.StructTreeRoot = root
    document.Catalog.MarkInfo = PDFDictionary({"Marked": PDFtrue})


def _keyed(annotation: Any, n: int) -> None:
    """A link of reportlab's, to the web or to a page, given the number of its element."""
    if not isinstance(annotation, PDFDictionary):
        annotation.permitted = (*annotation.permitted, "StructParent")
    (annotation if isinstance(annotation, PDFDictionary) else annotation.otherkw)["StructParent"] = n
