"""Where the page of a cited PDF can be seen: the address of its image with the quote boxed, and of the file at that page."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote as percent
from urllib.parse import urlencode

from assistant.answers import Citation
from index.store import DocumentInfo, StoredDocument
from index.versions import IndexDamaged
from ingest.documents import Page, Passage
from ingest.originals import original

KNOWN = 64  # documents whose pages are remembered


class PagedDocuments(Protocol):
    """The open index, as far as pages are looked up in it."""

    @property
    def documents(self) -> Mapping[str, DocumentInfo]: ...
    def passage(self, passage_id: str) -> Passage | None: ...
    def stored(self, doc: str) -> StoredDocument: ...


@dataclass(frozen=True, slots=True)
class PageView:
    """The page of a PDF where a quote stands; both addresses None when the file was not kept."""

    number: int
    image: str | None = None
    file: str | None = None


SeePage = Callable[[Citation, Passage | None], PageView | None]


def no_page(citation: Citation, passage: Passage | None) -> PageView | None:
    """What is seen where no file is ever kept."""
    return None


class PageViews:
    """The pages of the documents in the index now in use."""

    def __init__(self, index_folder: Path, index: Callable[[], PagedDocuments]) -> None:
        self._folder, self._index = index_folder, index
        self._pages: OrderedDict[str, tuple[Page, ...]] = OrderedDict()

    def __call__(self, citation: Citation, passage: Passage | None) -> PageView | None:
        """The page of a citation from this passage; None when its source is no PDF."""
        info = self._index().documents.get(citation.doc)
        if info is None or passage is None or citation.page is None:
            return None
        if original(self._folder, info.digest) is None:
            return PageView(citation.page) if (info.source or "").lower().endswith(".pdf") else None
        number = self._page_of(info, passage, citation.quote) or citation.page
        asked = urlencode({"passage": passage.passage_id, "quote": citation.quote, "v": info.digest[:12]})
        here = f"/documents/{percent(info.doc, safe='')}"
        return PageView(number, f"{here}/pages/{number}.png?{asked}", f"{here}/file#page={number}")

    def file(self, doc: str) -> Path | None:
        """The kept file of a document of the index; None for any other name."""
        info = self._index().documents.get(doc)
        return None if info is None else original(self._folder, info.digest)

    def has_quote(self, doc: str, passage_id: str, quote: str) -> bool:
        """Whether a quote is copied from this passage of this document."""
        passage = self._index().passage(passage_id)
        return passage is not None and passage.doc == doc and place_of(passage.text, quote) is not None

    def _page_of(self, info: DocumentInfo, passage: Passage, quote: str) -> int | None:
        """The physical page that holds most of the quote."""
        found = place_of(passage.text, quote)
        if found is None:
            return None
        start, end = passage.start + found[0], passage.start + found[1]
        shares = [(min(end, page.end) - max(start, page.start), -page.number) for page in self._pages_of(info)]
        best = max(shares, default=(0, 0))
        return -best[1] if best[0] > 0 else None

    def _pages_of(self, info: DocumentInfo) -> tuple[Page, ...]:
        known = self._pages.get(info.digest)
        if known is not None:
            return known
        try:
            pages = self._index().stored(info.doc).document.pages
        except (KeyError, IndexDamaged):
            return ()  # replaced this very moment: the page of the passage will do
        self._pages[info.digest] = pages
        while len(self._pages) > KNOWN:
            self._pages.popitem(last=False)
        return pages


def place_of(text: str, quote: str) -> tuple[int, int] | None:
    """Where a quote stands in a text, white space folded; None when it does not."""
    words = quote.split()
    found = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
    return None if found is None else found.span()
