"""The structure of a PDF that a screen reader follows: headings, paragraphs, lists and tables, and what is drawn of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ARTIFACT = "/Artifact BMC"  # what is drawn and says nothing: lines, backgrounds, the foot of each page


@dataclass(slots=True, eq=False)
class Element:
    """An element by its standard name ("H1", "P", "TH"): where its own text is drawn, the elements in it, and of a link
    the page and the place to press."""

    kind: str
    parts: list[Element] = field(default_factory=list)
    drawn: list[tuple[int, int]] = field(default_factory=list)  # page from 0, number of the mark on that page
    link: tuple[int, Any] | None = None

    def within(self, kind: str) -> Element:
        """A new element, the last in this one."""
        part = Element(kind)
        self.parts.append(part)
        return part

    @property
    def empty(self) -> bool:
        return not self.drawn and self.link is None and all(part.empty for part in self.parts)


class Structure:
    """The elements of one document, from `document` down, and the marks of each page."""

    def __init__(self) -> None:
        self.document = Element("Document")
        self.marks: dict[int, list[Element]] = {}  # by page, the element of each mark
        self.links: list[Element] = []

    def begun(self, element: Element, page: int) -> str:
        """The operator that opens a mark of this element. The head of a table is read once, and not again where the
        table goes on to another page."""
        if element.kind == "TH" and element.drawn and element.drawn[-1][0] != page:
            return ARTIFACT
        marks = self.marks.setdefault(page, [])
        element.drawn.append((page, len(marks)))
        marks.append(element)
        return f"/{element.kind} <</MCID {len(marks) - 1}>> BDC"

    def led(self, element: Element, page: int, place: object) -> None:
        """A place to press in the text of this element."""
        link = element.within("Link")
        link.link = (page, place)
        self.links.append(link)
