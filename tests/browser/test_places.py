"""The source of a fact of the catalogue in a real browser: opened where it was read, over the page, by the keyboard too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from page_worlds import ATTACK, TinyAssistant, info
from visits import Visit

from ingest.catalogue import load_schemes
from ingest.documents import Passage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DIVA = next(scheme for scheme in load_schemes() if scheme.id == "diva")
FACT = DIVA.facts[0]
DOC, SECTION = FACT.source.doc, FACT.source.section
NEAR = f"{SECTION}\n\n{FACT.text} {ATTACK}"
OTHER = f"{SECTION}\n\nUn tout autre sujet."


@pytest.fixture(scope="module")
def assistant() -> TinyAssistant:
    """Its index holds the document of DIVA too, and none of the others that the catalogue was read in."""
    made = TinyAssistant()
    own = [
        Passage(f"s{n}", DOC, text, n * 1000, n * 1000 + len(text), len(SECTION) + 2, ("Saisine", SECTION))
        for n, text in enumerate((OTHER, NEAR))
    ]
    made.index.documents[DOC] = info(DOC, "Saisine du CESER")
    of_document = made.index.of_document
    made.index.of_document = lambda doc: tuple(own) if doc == DOC else of_document(doc)
    return made


def test_the_source_of_a_fact_of_a_fiche_opens_where_it_was_read(visit: Visit) -> None:
    page = visit.page
    visit.tab(2)
    page.locator("#fiche-diva summary").click()
    place = page.locator("#fiche-diva .place").first
    place.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.matches('#place[open] h3')")
    said = page.inner_text("#place")
    assert FACT.text in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "Un tout autre sujet" not in said
    assert f"Saisine › {SECTION}" in said
    assert "la fiche le dit dans nos mots" in said
    assert page.locator("#place mark").count() == 0  # nothing there is said to be a quote
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('#place').open")
    assert place.evaluate("button => button === document.activeElement")
    page.keyboard.press("Enter")  # the same once more
    page.wait_for_function("document.querySelector('#place').open")
    page.click("#place-close")
    page.wait_for_function("!document.querySelector('#place').open")
    assert (visit.errors, visit.dialogs) == ([], [])


def test_the_sources_of_a_card_open_too_its_criteria_included(visit: Visit) -> None:
    page = visit.page
    visit.tab(1)
    page.fill("#aid-region input", "Nantes")
    page.click("#find")
    card = page.locator(".card", has=page.get_by_role("heading", name="DIVA", exact=True))
    card.locator(".facts .place").first.click()
    page.wait_for_selector("#place[open] >> text=Saisine du CESER")
    page.keyboard.press("Escape")
    if not card.locator(".criteria").evaluate("fold => fold.open"):
        card.locator(".criteria summary").click()
    card.locator(".criteria .place").first.click()
    page.wait_for_selector("#place[open] >> text=Saisine du CESER")
    page.mouse.click(40, 300)  # beside the box
    page.wait_for_function("!document.querySelector('#place').open")


def test_a_source_that_is_not_in_the_index_stays_text(visit: Visit) -> None:
    visit.tab(2)
    visit.page.wait_for_selector("#fiche-ia-booster")
    assert visit.page.locator("#fiche-ia-booster .source").count() > 0
    assert visit.page.locator("#fiche-ia-booster .place").count() == 0


@pytest.mark.parametrize("context", [{"color_scheme": "dark"}, {"viewport": {"width": 320, "height": 640}}])
def test_an_open_source_is_accessible_and_within_a_phone(
    browser: Browser, address: str, context: dict[str, Any]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (extra dev)")
    visit = Visit(browser, address, "/en/catalogue#fiche-diva", bypass_csp=True, **context)
    visit.page.locator("#fiche-diva .place").first.click()
    visit.page.wait_for_selector("#place[open] >> text=in our words")
    assert [fault["id"] for fault in axe.Axe().run(visit.page).response["violations"]] == []
    wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    visit.close()
