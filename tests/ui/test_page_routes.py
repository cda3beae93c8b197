"""Pages of cited PDFs over HTTP: those of the index alone, whatever is written in the address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from library_worlds import CHEQUE, PLAN, Shelf

from assistant.answers import Answer, Question
from ingest.page_image import PageImage, PageNotDrawn, page_image
from ui.app import create_app
from ui.fragments.answers import answer_html
from ui.page_routes import AT_ONCE, Drawings, TooBusy, add_page_routes
from ui.page_views import PageView, no_page
from ui.words import load_page_words

QUESTION = Question("Combien coute le diagnostic regional ?")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    made = Shelf(tmp_path_factory.mktemp("home"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> Iterator[TestClient]:
    with TestClient(create_app(shelf.living, library=shelf.library)) as opened:  # type: ignore[arg-type]
        yield opened


def view(shelf: Shelf) -> PageView:
    (citation, *_) = shelf.living.answer(QUESTION).citations
    seen = shelf.library.views(citation, shelf.living.index.passage(citation.passage_id))
    assert seen is not None
    return seen


def html(shelf: Shelf, answer: Answer) -> str:
    index = shelf.living.index
    words = load_page_words("fr")
    return str(answer_html(words, 0, answer, index.documents, index.passage, kept=True, see_page=shelf.library.views))


def test_the_page_is_that_of_the_quote_not_of_the_beginning_of_its_passage(shelf: Shelf) -> None:
    (citation, *_) = shelf.living.answer(QUESTION).citations
    passage = shelf.living.index.passage(citation.passage_id)
    assert passage is not None
    assert (passage.page, citation.page) == (1, 2)
    assert view(shelf).number == 2
    assert (view(shelf).file or "").endswith("#page=2")


def test_the_image_of_a_cited_page_has_the_quote_boxed(shelf: Shelf, client: TestClient) -> None:
    answer = client.get(view(shelf).image or "")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-quote"] == "boxed"
    top, bottom = map(float, answer.headers["x-quote-at"].split())  # parts of its height
    assert 0 < top < bottom < 0.2
    assert answer.content.startswith(b"\x89PNG")


def test_a_quote_that_goes_on_to_the_next_page_is_said_to(shelf: Shelf) -> None:
    path = shelf.library.views.file(shelf.living.answer(QUESTION).citations[0].doc)
    assert path is not None
    said = shelf.living.answer(QUESTION).citations[0].quote
    drawn = page_image(path, view(shelf).number, f"{said} Et la fin de la phrase est sur la page suivante.")
    assert (drawn.boxes > 0, drawn.whole) == (True, False)
    app = FastAPI()
    add_page_routes(app, shelf.library.views, Drawings(lambda path, number, quote: drawn))
    assert TestClient(app).get(view(shelf).image or "").headers["x-quote"] == "in-part"
    assert 'data-when="boxed_in_part"' in html(shelf, shelf.living.answer(QUESTION))


def test_the_file_opens_in_the_browser_as_it_was_given(shelf: Shelf, client: TestClient) -> None:
    answer = client.get((view(shelf).file or "").partition("#")[0])
    assert answer.content == PLAN
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/documents/inconnu/file",
        "/documents/../../etc/passwd/file",
        "/documents/%2e%2e%2f%2e%2e%2fetc%2fpasswd/file",
        "/documents/..%5c..%5cfile/file",
        "/documents/plan%00/file",
        "/documents/fiche-diva/file",
        "/documents//file",
        "/documents/plan/originals",
        "/documents/plan/pages/0.png",
        "/documents/plan/pages/99.png",
        "/documents/plan/pages/-1.png",
        "/documents/plan/pages/123456.png",
        "/documents/plan/pages/1.png?passage=nothing&quote=Le%20diagnostic",
        "/documents/plan/pages/2.png?passage=&quote=anything",
        f"/documents/plan/pages/2.png?quote={'x' * 2000}",
    ],
)
def test_nothing_else_is_given(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "png" not in answer.headers["content-type"]
    assert b"%PDF" not in answer.content
    assert b"root:" not in answer.content


def test_a_name_that_is_the_digest_of_a_file_is_no_name(shelf: Shelf, client: TestClient) -> None:
    digest = shelf.living.index.documents["plan"].digest
    assert client.get(f"/documents/{digest}/file").status_code == 404


def test_the_panel_shows_the_page_and_links_to_the_file(shelf: Shelf) -> None:
    shown = html(shelf, shelf.living.answer(QUESTION))
    assert '<img src="/documents/plan/pages/2.png?' in shown
    assert 'href="/documents/plan/file#page=2"' in shown
    assert "page 2" in shown
    assert "la citation encadrée" in shown


def test_a_document_without_its_file_says_so(tmp_path: Path) -> None:
    other = Shelf(tmp_path)
    try:
        other.ingest(("cheque.pdf", CHEQUE), originals=False)
        answer = other.living.answer(Question("Que finance le cheque numerique ?"))
        assert {citation.doc for citation in answer.citations} == {"cheque"}
        shown = html(other, answer)
        assert "sans garder son fichier" in shown
        assert "<img" not in shown
    finally:
        other.close()


def test_a_source_that_is_no_pdf_has_no_page(shelf: Shelf) -> None:
    citation = replace(shelf.living.answer(QUESTION).citations[0], page=None)
    passage = shelf.living.index.passage(citation.passage_id)
    assert shelf.library.views(citation, passage) is None
    assert no_page(citation, passage) is None


def test_a_removed_document_is_given_no_more(tmp_path: Path) -> None:
    other = Shelf(tmp_path)
    try:
        other.ingest(("cheque.pdf", CHEQUE))
        with TestClient(create_app(other.living, library=other.library)) as client:  # type: ignore[arg-type]
            other.living.refresh()
            assert client.get("/documents/cheque/file").status_code == 200
            other.ingest(remove=("cheque",))
            other.living.refresh()
            assert client.get("/documents/cheque/file").status_code == 404
    finally:
        other.close()


class Painter:
    """Draws nothing, as slowly as it is told; counts."""

    def __init__(self, size: int = 10) -> None:
        self.calls, self.size, self.go = 0, size, threading.Event()
        self.go.set()

    def __call__(self, path: Path, number: int, quote: str) -> PageImage:
        self.calls += 1
        assert self.go.wait(10)
        if number == 13:
            raise PageNotDrawn("La page 13 ne peut pas être dessinée.")
        return PageImage(b"x" * self.size, 1, 1, 1)


def test_a_page_is_drawn_once() -> None:
    painter = Painter()
    drawings = Drawings(painter)
    for _ in range(3):
        drawings.image(Path("a.pdf"), 1, "q")
    drawings.image(Path("a.pdf"), 2, "q")
    assert painter.calls == 2


def test_what_is_remembered_is_bounded() -> None:
    painter = Painter(size=10)
    drawings = Drawings(painter, room=25)
    for number in (1, 2, 3, 1):
        drawings.image(Path("a.pdf"), number, "")
    assert painter.calls == 4


def test_a_failure_gives_its_place_back() -> None:
    drawings = Drawings(Painter())
    for _ in range(AT_ONCE + 1):
        with pytest.raises(PageNotDrawn):
            drawings.image(Path("a.pdf"), 13, "")
    assert drawings.image(Path("a.pdf"), 1, "").boxes == 1


def test_more_pages_than_can_wait_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.page_routes.WAITING", 1)
    painter = Painter()
    painter.go.clear()
    drawings = Drawings(painter)
    threads = [threading.Thread(target=drawings.image, args=(Path("a.pdf"), n, "")) for n in range(1, AT_ONCE + 2)]
    for thread in threads[:AT_ONCE]:
        thread.start()
    while painter.calls < AT_ONCE:
        pass
    threads[-1].start()
    while not drawings._waiting:
        pass
    with pytest.raises(TooBusy):
        drawings.image(Path("a.pdf"), 99, "")
    painter.go.set()
    for thread in threads:
        thread.join(10)
