"""The pages of PDFs through the API: a real PDF in a real index, drawn by the real child process, the quote boxed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from api_worlds import bearer, make_key
from fastapi.testclient import TestClient
from library_worlds import CHEQUE, COSTS, Shelf
from PIL import Image

from ingest.page_image import PageImage, PageNotDrawn
from ui.api.app import make_desk, make_rooms
from ui.api.database import open_database
from ui.api.desk import Access, Desk
from ui.api.door import Door
from ui.api.page_images import PageImages
from ui.pacing import Paced
from ui.page_routes import Drawings, TooBusy

MARK = (255, 229, 154)  # the colour of a quote on its page
HTML = b"<html><body><h1>Le bon de formation</h1><p>Le bon de formation finance trois jours.</p></body></html>"
QUOTE = COSTS[0]


@contextmanager
def visiting(shelf: Shelf, drawings: Drawings | None = None, **access: Any) -> Iterator[tuple[TestClient, Desk]]:
    from fastapi import FastAPI

    with closing(open_database(shelf.settings.home)) as database:
        desk = make_desk(Paced(shelf.living), database, access=Access(**access))  # type: ignore[arg-type]
        app = FastAPI(openapi_url=None)
        images = PageImages(shelf.library.views, drawings or Drawings())
        app.add_middleware(Door, rooms=make_rooms(desk, images), desk=desk)
        with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50_000)) as client:
            yield client, desk


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    made = Shelf(tmp_path_factory.mktemp("home"))
    made.ingest(("bon.html", HTML))
    made.living.refresh()
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> Iterator[TestClient]:
    with visiting(shelf) as (opened, _):
        yield opened


def passage_of(client: TestClient, doc: str) -> dict[str, Any]:
    passage: dict[str, Any] = client.get(f"/api/v1/documents/{doc}/passages").json()["passages"][0]
    return passage


def marked_rows(png: bytes) -> tuple[int, int] | None:
    """The first and last row of pixels of a quote's colour, as parts of the height in hundredths."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    width = picture.width
    rows = [n // width for n, pixel in enumerate(picture.get_flattened_data()) if pixel == MARK]
    return (100 * rows[0] // picture.height, 100 * rows[-1] // picture.height) if rows else None


def test_a_citation_leads_to_its_page_with_the_quote_boxed(client: TestClient) -> None:
    question = {"question": "Combien coute le diagnostic regional ?"}
    citation = client.post("/api/v1/ask", json=question).json()["citations"][0]
    answer = client.get(f"/api/v1/passages/{citation['passage_id']}/image", params={"quote": citation["quote"]})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["guichet-page"] == str(citation["page"]) == "2"
    assert answer.headers["guichet-quote"] == "boxed"
    assert marked_rows(answer.content) is not None


def test_the_address_in_a_passage_shows_its_page_with_what_is_on_it_boxed(client: TestClient) -> None:
    passage = passage_of(client, "plan")
    assert passage["page"] == 1
    answer = client.get(passage["page_image"])
    assert (answer.status_code, answer.headers["guichet-page"], answer.headers["guichet-quote"]) == (200, "1", "boxed")
    whole, quote = marked_rows(answer.content), "Le plan regional compte vingt mesures"
    part = marked_rows(client.get(passage["page_image"], params={"quote": quote}).content)
    assert whole is not None
    assert part is not None
    assert whole[0] <= part[0] <= part[1] <= whole[1]


def test_any_page_of_a_document_is_shown_as_it_is(client: TestClient) -> None:
    answer = client.get("/api/v1/documents/plan/pages/2/image")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert (answer.headers["guichet-page"], answer.headers["guichet-quote"]) == ("2", "none")
    assert marked_rows(answer.content) is None


def test_the_answer_holds_to_the_openapi_page(client: TestClient) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (extra dev)")
    api = schemathesis.openapi.from_asgi("/api/v1/openapi.json", client.app)
    passage = passage_of(client, "plan")
    case = api["/passages/{passage_id}/image"]["GET"].Case(path_parameters={"passage_id": passage["passage_id"]})
    case.validate_response(client.get(passage["page_image"]))


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/documents/plan/pages/3/image", "no_such_page"),
        ("/documents/plan/pages/1000000/image", "no_such_page"),
        ("/documents/inconnu/pages/1/image", "not_found"),
        ("/documents/..%2F..%2Fetc%2Fpasswd/pages/1/image", "not_found"),
        ("/documents/bon/pages/1/image", "no_page_image"),
        ("/passages/inconnu/image", "not_found"),
    ],
)
def test_what_is_not_there_is_a_problem(client: TestClient, path: str, problem: str) -> None:
    answer = client.get(f"/api/v1{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["type"].endswith(f":{problem}")


@pytest.mark.parametrize("page", ["0", "-1", "deux", "1.5", "99999999999999999999"])
def test_a_page_is_a_number_from_one(client: TestClient, page: str) -> None:
    answer = client.get(f"/api/v1/documents/plan/pages/{page}/image")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "page")


def test_a_document_without_pages_has_no_page_image(client: TestClient) -> None:
    passage = passage_of(client, "bon")
    assert (passage["page"], passage["page_image"]) == (None, None)
    assert client.get(f"/api/v1/passages/{passage['passage_id']}/image").json()["type"].endswith(":no_page_image")


def test_a_quote_is_copied_from_its_passage_and_bounded(client: TestClient) -> None:
    address = passage_of(client, "plan")["page_image"]
    assert client.get(address, params={"quote": "une autre phrase"}).json()["type"].endswith(":no_such_quote")
    assert client.get(address, params={"quote": "x" * 5000}).status_code == 422


def test_the_problem_is_said_in_french_and_in_english(client: TestClient) -> None:
    path = "/api/v1/documents/plan/pages/9/image"
    assert client.get(path).json()["detail"] == "Ce document a 2 page(s), et pas de page 9."
    english = client.get(path, headers={"accept-language": "en"}).json()["detail"]
    assert english == "This document has 2 page(s), and no page 9."


def test_a_key_without_the_right_to_documents_sees_no_page(shelf: Shelf) -> None:
    with visiting(shelf, keys="required") as (client, desk):
        path = "/api/v1/documents/plan/pages/1/image"
        assert client.get(path).status_code == 401
        assert client.get(path, headers=bearer(make_key(desk.database, "ask"))).status_code == 403
        assert client.get(path, headers=bearer(make_key(desk.database, "documents"))).status_code == 200


def test_a_removed_document_is_shown_no_more(tmp_path: Path) -> None:
    with closing(Shelf(tmp_path)) as shelf, visiting(shelf) as (client, _):
        shelf.ingest(("cheque.pdf", CHEQUE))
        shelf.living.refresh()
        image = passage_of(client, "cheque")["page_image"]
        assert client.get(image).status_code == 200
        shelf.ingest(remove=("cheque",))
        shelf.living.refresh()
        assert client.get(image).status_code == 404
        assert client.get("/api/v1/documents/cheque/pages/1/image").status_code == 404


def test_a_file_that_was_not_kept_has_no_page_image(tmp_path: Path) -> None:
    with closing(Shelf(tmp_path)) as shelf, visiting(shelf) as (client, _):
        shelf.ingest(("cheque.pdf", CHEQUE), originals=False)
        shelf.living.refresh()
        passage = passage_of(client, "cheque")
        assert (passage["page"], passage["page_image"]) == (1, None)
        answer = client.get("/api/v1/documents/cheque/pages/1/image")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:guichet:probleme:no_page_image")


class Refusing(Drawings):
    """Draws nothing, for the reason it is given."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def image(self, path: Path, number: int, quote: str) -> PageImage:
        raise self._error


@pytest.mark.parametrize(
    ("error", "status", "problem"), [(TooBusy(), 503, "busy"), (PageNotDrawn("abîmée"), 404, "page_not_drawn")]
)
def test_what_cannot_be_drawn_now_or_ever_is_told(shelf: Shelf, error: Exception, status: int, problem: str) -> None:
    with visiting(shelf, Refusing(error)) as (client, _):
        answer = client.get("/api/v1/documents/plan/pages/1/image")
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:guichet:probleme:{problem}")
        assert ("retry-after" in answer.headers) == (status == 503)
