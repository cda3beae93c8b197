"""The page that a quote stands on: a passage may begin on one page and hold its quote on the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from assistant.answers import Citation
from ingest.documents import Page, Passage


class Paged(Protocol):
    """The index, as far as pages go."""

    def passage(self, passage_id: str) -> Passage | None: ...
    def pages(self, doc: str) -> tuple[Page, ...]: ...


def on_their_pages(citations: Iterable[Citation], index: Paged) -> tuple[Citation, ...]:
    """The citations, each with the physical page that holds most of its quote; unchanged where there are no pages."""
    return tuple(citation if citation.page is None else _paged(citation, index) for citation in citations)


def place_of(text: str, quote: str) -> tuple[int, int] | None:
    """Where a quote stands in a text, white space folded; None when it does not."""
    words = quote.split()
    found = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
    return None if found is None else found.span()


def page_of(pages: Sequence[Page], start: int, end: int) -> int | None:
    """The number of the page that holds most of a span of the document's text, the first of those that hold as much."""
    shares = [(min(end, page.end) - max(start, page.start), -page.number) for page in pages]
    share, number = max(shares, default=(0, 0))
    return -number if share > 0 else None


def _paged(citation: Citation, index: Paged) -> Citation:
    passage = index.passage(citation.passage_id)
    place = place_of(passage.text, citation.quote) if passage is not None else None
    if passage is None or place is None:
        return citation
    number = page_of(index.pages(citation.doc), passage.start + place[0], passage.start + place[1])
    return citation if number is None else replace(citation, page=number)
