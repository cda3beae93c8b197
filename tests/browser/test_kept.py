"""Whether questions are kept is told where they are written, in a real browser; nothing is told where they are not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from api_worlds import Library, wait_for
from visits import Visit

from ui.api.app import make_desk
from ui.api.database import Database, memory_database
from ui.pacing import Paced

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AXE = "async () => (await axe.run(document)).violations.map((v) => `${v.id}: ${v.help}`)"


@contextmanager
def keeping(days: int | None) -> Iterator[tuple[str, Database]]:
    """A page over a tiny assistant that keeps questions for some days, and what it keeps."""
    import uvicorn

    from ui.app import create_app

    database, paced = memory_database(), Paced(Library())
    app = create_app(paced, make_desk(paced, database, kept_days=days))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    wait_for(lambda: server.started, 60)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", database
    server.should_exit = True
    thread.join(10)
    database.close()


@pytest.fixture(scope="module")
def kept(browser: Browser) -> Iterator[tuple[str, Database]]:
    with keeping(14) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "near", "about"),
    [
        (
            "/",
            "gardées 14 jours par ce guichet",
            "garde 14 jours chaque question posée ici",
        ),
        ("/en/", "kept for 14 days by this desk", "keeps each question asked here for 14 days"),
    ],
)
def test_kept_questions_are_told_beside_the_box_and_under_about(
    browser: Browser, kept: tuple[str, Database], path: str, near: str, about: str
) -> None:
    visit = Visit(browser, kept[0], path, viewport={"width": 320, "height": 640})
    told = visit.page.locator("#question").get_by_text(near)
    assert told.is_visible()
    box = told.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 640, "it is on the screen before anything is written"
    assert not visit.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    visit.photograph(f"kept-{path.strip('/') or 'fr'}")
    pytest.importorskip("axe_playwright_python", reason="axe is not installed (extra dev)")
    visit.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    assert visit.page.evaluate(AXE) == []
    visit.tab(4)
    visit.page.wait_for_selector("#privacy")
    assert about in visit.page.inner_text("#privacy")
    assert visit.errors == []
    visit.close()


def test_a_question_of_the_page_is_kept_masked(browser: Browser, kept: tuple[str, Database]) -> None:
    visit = Visit(browser, kept[0])
    visit.photograph("kept-wide")
    visit.ask("Quel budget pour zoe@atelier.fr ?")
    visit.answered()
    rows = kept[1].rows("SELECT door, question FROM kept_questions")
    assert rows == [("page", "Quel budget pour [adresse e-mail] ?")]
    visit.close()


def test_where_nothing_is_kept_the_page_says_so(browser: Browser) -> None:
    with keeping(None) as (address, database):
        visit = Visit(browser, address)
        assert "gardée" not in visit.page.inner_text("#question")
        visit.ask("Quel budget ?")
        visit.answered()
        assert database.rows("SELECT * FROM kept_questions") == []
        visit.tab(4)
        visit.page.wait_for_selector("#privacy")
        assert "n'enregistre pas vos questions" in visit.page.inner_text("#privacy")
        visit.close()
