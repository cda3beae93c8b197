"""A Dossier as PDF: the only file that knows reportlab. Fonts are embedded: Source Sans and Serif, SIL Open Font License."""

from __future__ import annotations

import io
import threading
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, ListItem, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from ui.exports.dossier import Block, Bullets, Dossier, Numbered, Paragraph, Section, pieces

FONTS: Final = {
    "Text": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    "Text-Bold": ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    "Text-Italic": ("font_source_sans_pro", "SourceSansPro-It.ttf"),
    "Heading": ("font_source_serif_pro", "SourceSerifPro-Bold.ttf"),
}
INK, SOFT, BRICK, GREEN, LINE, TINT = "#2a2420", "#6a5d52", "#96392a", "#23604c", "#d9ccba", "#f6f0e6"
# what the fonts have not, by what says the same
INSTEAD: Final = {"\u202f": "\u00a0", "\u2009": "\u00a0", "\u2011": "-", "✗": "×", "▸": "›", "\t": " "}
MARGIN = 20 * mm
PAD = 6  # points that reportlab keeps free within its frame
_ONE_AT_A_TIME = threading.Lock()  # reportlab keeps the state of its fonts for the process


def pdf_bytes(dossier: Dossier) -> bytes:
    """The file: A4, its headings as outline, each mark a link to its source, pages numbered."""
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
        document.build(_story(dossier, document.width - 2 * PAD), canvasmaker=_footed(dossier))
        return out.getvalue()


class _Document(SimpleDocTemplate):  # type: ignore[misc]  # reportlab is not typed
    """A document whose headings go to the outline."""

    def afterFlowable(self, flowable: Any) -> None:  # noqa: N802  # called by reportlab under this name
        level = {"heading1": 0, "heading2": 1}.get(getattr(getattr(flowable, "style", None), "name", ""))
        if level is not None:
            key = f"heading-{id(flowable)}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, level=level, closed=level > 0)


def _story(dossier: Dossier, width: float) -> list[Any]:
    known = frozenset(source.n for source in dossier.sources)
    story: list[Any] = [
        Text(_plain(dossier.title, "Heading"), _style("title")),
        Text(_plain(dossier.about), _style("about")),
        Grid([[Text(_plain(dossier.notice), _style("notice"))]], colWidths=[width], style=_NOTICE),
        Spacer(0, 4 * mm),
    ]
    for section in dossier.sections:
        story += _section(section, known, width)
    if dossier.sources:
        story.append(Text(_plain(dossier.labels.sources, "Heading"), _style("heading1")))
        story += [Text(_source(source, dossier.labels.address), _style("source")) for source in dossier.sources]
    return story


def _section(section: Section, known: frozenset[int], width: float) -> list[Any]:
    title = Text(_plain(section.title, "Heading"), _style(f"heading{section.level}"))
    return [title, *(flowable for block in section.blocks for flowable in _block(block, known, width))]


def _block(block: Block, known: frozenset[int], width: float) -> list[Any]:
    if isinstance(block, Paragraph):
        return [Text(_marked(block.text, known), _style(block.kind))]
    if isinstance(block, Bullets):
        items = [ListItem(Text(_marked(item, known), _style("body")), leftIndent=12) for item in block.items]
        return [ListFlowable(items, bulletType="bullet", start="•", bulletFontName="Text", leftIndent=12), Spacer(0, 4)]
    shares = sum(block.widths)
    rows = [[Text(_plain(cell), _style("head")) for cell in block.head]]
    rows += [[Text(_marked(cell, known), _style("cell")) for cell in row] for row in block.rows]
    widths = [width * share / shares for share in block.widths]
    return [Grid(rows, colWidths=widths, style=_GRID, repeatRows=1, splitInRow=1), Spacer(0, 3 * mm)]


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
    looks: dict[str, dict[str, Any]] = {
        "title": {"fontName": "Heading", "fontSize": 22, "leading": 27, "textColor": BRICK, "spaceAfter": 3},
        "about": {"fontSize": 11, "leading": 15, "textColor": SOFT, "spaceAfter": 10},
        "notice": {"fontSize": 9.5, "leading": 13},
        "heading1": {"fontName": "Heading", "fontSize": 14.5, "leading": 18, "spaceBefore": 14, "spaceAfter": 5},
        "heading2": {"fontName": "Heading", "fontSize": 11.5, "leading": 15, "spaceBefore": 8, "spaceAfter": 4},
        "body": {"spaceAfter": 5},
        "question": {"fontName": "Text-Bold", "fontSize": 11.5, "leading": 15, "spaceAfter": 7},
        "label": {"fontName": "Text-Bold", "fontSize": 9, "leading": 12, "textColor": GREEN, "spaceBefore": 4},
        "verdict": {"fontName": "Text-Bold", "spaceBefore": 6, "spaceAfter": 4},
        "quote": {"fontName": "Text-Italic", "leftIndent": 12, "spaceAfter": 5},
        "note": {"fontSize": 9.5, "leading": 13, "textColor": SOFT, "spaceAfter": 5},
        "head": {"fontName": "Text-Bold", "fontSize": 9, "leading": 12},
        "cell": {"fontSize": 9.5, "leading": 13},
        "source": {"fontSize": 9.5, "leading": 13, "spaceAfter": 7, "leftIndent": 12, "firstLineIndent": -12},
    }
    look = {"fontName": "Text", "fontSize": 10.5, "leading": 14.5, "textColor": INK, **looks[name]}
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


def _footed(dossier: Dossier) -> type[Canvas]:
    """A canvas that writes the foot of every page once it knows how many there are."""

    class Footed(Canvas):  # type: ignore[misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  # called by reportlab under this name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for n, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self.setFont("Text", 8.5)
                self.setFillColor(HexColor(SOFT))
                self.drawString(MARGIN + PAD, 11 * mm, dossier.labels.made_by)
                count = dossier.labels.page.format(n=n, total=len(self._pages))
                self.drawRightString(A4[0] - MARGIN - PAD, 11 * mm, count)
                super().showPage()
            super().save()

    return Footed
