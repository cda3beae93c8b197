"""How each kind of paragraph of a PDF looks: its font, its size, its place, in the terms of reportlab; and its fonts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FONTS: Final = {
    "Text": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    "Text-Bold": ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    "Text-Italic": ("font_source_sans_pro", "SourceSansPro-It.ttf"),
    "Heading": ("font_source_serif_pro", "SourceSerifPro-Bold.ttf"),
}
# what the fonts have not, by what says the same
INSTEAD: Final = {"\u202f": "\u00a0", "\u2009": "\u00a0", "\u2011": "-", "✗": "×", "▸": "›", "\t": " "}
INK, SOFT, BRICK, GREEN, LINE, TINT = "#2a2420", "#6a5d52", "#96392a", "#23604c", "#d9ccba", "#f6f0e6"

LOOKS: Final[Mapping[str, Mapping[str, str | float]]] = {
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
    "item": {"leftIndent": 12, "spaceAfter": 3, "bulletFontName": "Text", "bulletFontSize": 10.5},
    "cell": {"fontSize": 9.5, "leading": 13},
    "source": {"fontSize": 9.5, "leading": 13, "spaceAfter": 7, "leftIndent": 12, "firstLineIndent": -12},
}
