"""The page of a citation is that of its quote."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from worlds import make_passage

from assistant.answers import Citation
from assistant.pages import on_their_pages, page_of, place_of
from ingest.documents import Page, Passage

TEXT = "Une phrase de la première page.\n\nUne autre, à cheval sur deux\npages, finit ici."
PAGES = (Page(1, "i", 0, 33), Page(2, "1", 33, 47), Page(3, "2", 47, len(TEXT)))


class Index:
    def __init__(self, *pages: Page) -> None:
        self._pages = pages

    def passage(self, passage_id: str) -> Passage | None:
        return make_passage(TEXT, passage_id="p") if passage_id == "p" else None

    def pages(self, doc: str) -> tuple[Page, ...]:
        return self._pages


def cited(quote: str, page: int | None = 1, *, passage: str = "p", pages: tuple[Page, ...] = PAGES) -> int | None:
    (citation,) = on_their_pages([Citation(1, "doc", "Titre", quote, passage, page)], Index(*pages))
    return citation.page


def test_a_quote_further_in_its_passage_has_its_own_page() -> None:
    assert cited("Une phrase de la première page.") == 1
    assert cited("Une autre, à") == 2
    assert cited("pages, finit ici.") == 3


def test_a_quote_on_two_pages_has_the_one_that_holds_most_of_it() -> None:
    assert cited("Une autre, à cheval sur deux pages, finit ici.") == 3


def test_what_has_no_pages_or_no_place_is_left_as_it_is() -> None:
    assert cited("Une autre, à", None) is None
    assert cited("Une phrase qui n'y est pas") == 1
    assert cited("Une autre, à", passage="unknown") == 1
    assert cited("Une autre, à", pages=()) == 1


def test_white_space_may_differ() -> None:
    assert place_of("un  deux\ntrois", "deux trois") == (4, 14)
    assert place_of("un deux", "") is None


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.data())
def test_the_page_found_overlaps_the_span(sizes: list[int], data: st.DataObject) -> None:
    starts = [sum(sizes[:n]) for n in range(len(sizes))]
    pages = [Page(n, None, s, s + size) for n, (s, size) in enumerate(zip(starts, sizes, strict=True), start=1)]
    start = data.draw(st.integers(0, sum(sizes) - 1))
    end = data.draw(st.integers(start + 1, sum(sizes)))
    number = page_of(pages, start, end)
    assert number is not None
    page = pages[number - 1]
    overlap = min(end, page.end) - max(start, page.start)
    assert overlap == max(min(end, p.end) - max(start, p.start) for p in pages)
