"""Where the page of a cited PDF can be seen: the address of its image with the quote boxed, and of the file at that page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote as percent
from urllib.parse import urlencode

from assistant.answers import Citation
from assistant.pages import page_of, place_of
from index.store import DocumentInfo
from ingest.documents import Page, Passage
from ui.originals import Originals


class Documents(Protocol):
    """The open index, as far as pages are looked up in it."""

    @property
    def documents(self) -> Mapping[str, DocumentInfo]: ...
    def passage(self, passage_id: str) -> Passage | None: ...


@dataclass(frozen=True, slots=True)
class PageView:
    """The page of a PDF where a quote stands; both addresses None when the file was not kept."""

    number: int
    image: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a document, and the text to box on it."""

    number: int
    text: str


SeePage = Callable[[Citation, Passage | None], PageView | None]


def no_page(citation: Citation, passage: Passage | None) -> PageView | None:
    """What is seen where no file is ever kept."""
    return None


class PageViews:
    """The pages of the documents in the index now in use."""

    def __init__(self, originals: Originals, index: Callable[[], Documents]) -> None:
        self.originals, self._index = originals, index

    def __call__(self, citation: Citation, passage: Passage | None) -> PageView | None:
        """The page of a citation from this passage; None when its source is no PDF."""
        info = self._index().documents.get(citation.doc)
        if info is None or passage is None or citation.page is None:
            return None
        if not self.originals.has(info.digest):
            return PageView(citation.page) if (info.source or "").lower().endswith(".pdf") else None
        asked = urlencode({"passage": passage.passage_id, "quote": citation.quote, "v": info.digest[:12]})
        here = f"/documents/{percent(info.doc, safe='')}"
        return PageView(citation.page, f"{here}/pages/{citation.page}.png?{asked}", f"{here}/file#page={citation.page}")

    def file(self, doc: str) -> Path | None:
        """The kept file of a document of the index; None for any other name."""
        info = self._index().documents.get(doc)
        return None if info is None else self.originals.file(info.digest)

    def has_file(self, doc: str) -> bool:
        """Whether the file of a document of the index is kept."""
        info = self._index().documents.get(doc)
        return info is not None and self.originals.has(info.digest)

    def has_quote(self, doc: str, passage_id: str, quote: str) -> bool:
        """Whether a quote is copied from this passage of this document."""
        passage = self._index().passage(passage_id)
        return passage is not None and passage.doc == doc and place_of(passage.text, quote) is not None


def place_on_page(passage: Passage, pages: Sequence[Page], quote: str | None) -> Place | None:
    """Where a passage begins or, with a quote, where that stands; None for a passage without a page, or a quote that is
    not of it."""
    if passage.page is None:
        return None
    if quote is None or not quote.strip():
        page = next((page for page in pages if page.number == passage.page), None)
        here = "" if page is None else passage.text[: max(0, page.end - passage.start)]
        return Place(passage.page, here or passage.text)
    place = place_of(passage.text, quote)
    if place is None:
        return None
    return Place(page_of(pages, passage.start + place[0], passage.start + place[1]) or passage.page, quote)
