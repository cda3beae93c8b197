"""Two processes behind one address, one killed in the middle of an answer: the visitor of the page loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from process_worlds import Service, service
from visits import Visit

from ui.access import add_person
from ui.words import load_words

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENCE_MS = 60_000
SECRET = "une phrase assez longue"


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("two") / "home"
    home.mkdir()
    add_person(home, "zoe", SECRET, load_words("fr"))
    with service(home) as running:
        yield running


@pytest.fixture(autouse=True)
def ready(served: Service) -> None:
    served.ready()


def test_the_process_that_answers_is_killed_and_the_conversation_goes_on(browser: Browser, served: Service) -> None:
    visit = Visit(browser, served.address)
    visit.page.set_default_timeout(PATIENCE_MS)
    visit.ask("Combien de mesures compte le plan régional ?")
    visit.answered()
    served.slow()
    visit.ask("Combien coûte le diagnostic régional ?")
    visit.page.wait_for_selector("text=Citations des documents")
    pid = served.answering()
    visit.page.evaluate(
        "window.seen = []; new MutationObserver(() => seen.push(document.querySelector('#again')?.textContent ?? ''))"
        ".observe(document.body, {childList: true, subtree: true, characterData: true})"
    )
    served.kill(pid)
    visit.page.wait_for_selector('#current .asked[data-number="1"]')
    visit.answered()
    assert "800 euros" in visit.page.inner_text("#current .answer")
    assert "vingt mesures" in visit.page.inner_text("#thread")
    assert any("votre demande est faite de nouveau" in text for text in visit.page.evaluate("seen"))
    assert visit.page.locator("#again").is_hidden()
    assert visit.page.locator(".toast-body").count() == 0
    visit.ask("Combien de jours dure-t-il ?")  # what « il » is stands in the question before
    visit.page.wait_for_selector('#current .asked[data-number="2"]')
    visit.answered()
    assert "vingt mesures" in visit.page.inner_text("#thread")
    assert "800 euros" in visit.page.inner_text("#thread")
    visit.close()


def test_who_stops_an_answer_stops_it_wherever_it_is_made(browser: Browser, served: Service) -> None:
    visit = Visit(browser, served.address)
    visit.page.set_default_timeout(PATIENCE_MS)
    served.slow()
    visit.ask("Combien coûte le diagnostic régional ?")
    visit.page.wait_for_selector("text=Citations des documents")
    served.answering()
    visit.page.click("#stop")
    visit.page.wait_for_selector("#steps .notice")
    served.fast()
    assert visit.page.locator("#again").count() == 0
    assert "800 euros" in visit.page.inner_text("#current .answer")
    visit.ask("Combien de mesures compte le plan régional ?")
    visit.page.wait_for_selector('#current .asked[data-number="1"]')
    visit.answered()
    visit.close()


def test_who_manages_the_documents_stays_signed_in(browser: Browser, served: Service) -> None:
    visit = Visit(browser, served.address)
    page = visit.page
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{served.address}/gestion")
    page.fill("#name", "zoe")
    page.fill("#password", SECRET)
    page.click("button.act")
    page.wait_for_selector("#add")
    served.kill(served.some_process())
    for _ in range(6):  # each process in its turn
        page.reload()
        page.wait_for_selector("#add")
    visit.close()
