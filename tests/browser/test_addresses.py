"""Each page has its address, in a real browser: opened by it, reloaded, gone back to, given; a fiche has its own too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from page_worlds import ATTACK
from playwright.sync_api import expect
from visits import Visit

from ingest.catalogue import load_schemes
from ui.addresses import addresses, window_title

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = {scheme.id: scheme.name for scheme in load_schemes()}
PATIENCE_MS = 60_000


def at(visit: Visit, address: str, name: str) -> None:
    """Waits until the window is at an address, with its tab open, and is named after it."""
    expect(visit.page).to_have_url(re.compile(rf"{re.escape(address)}$"), timeout=PATIENCE_MS)
    tab = visit.page.get_by_role("tab", name=name, exact=True)
    expect(tab).to_have_attribute("aria-selected", "true", timeout=PATIENCE_MS)


def there(visit: Visit) -> str:
    where = urlsplit(visit.page.url)
    return where.path + (f"#{where.fragment}" if where.fragment else "")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_opens_at_its_own_address(browser: Browser, address: str, language: str) -> None:
    first = Visit(browser, address, addresses(language)["assistant"])
    names = [tab.strip() for tab in first.page.locator("#pages [role=tab]:visible").all_inner_texts()]
    first.close()
    for (page, path), name in zip(addresses(language).items(), names, strict=True):
        visit = Visit(browser, address, path)
        at(visit, path, name)
        assert visit.page.title() == window_title(language, page)
        assert visit.page.evaluate("document.documentElement.lang") == language
        assert visit.errors == []
        visit.close()


def test_back_goes_to_the_page_before_and_a_reload_stays(visit: Visit) -> None:
    visit.tab(2)
    at(visit, "/catalogue", "Catalogue")
    visit.tab(4)
    at(visit, "/a-propos", "À propos")
    visit.page.go_back()
    at(visit, "/catalogue", "Catalogue")
    visit.page.wait_for_selector("#catalogue .fiche")
    assert visit.page.title() == "Catalogue · Guichet IA"
    visit.page.go_back()
    at(visit, "/", "Assistant")
    visit.page.go_forward()
    at(visit, "/catalogue", "Catalogue")
    visit.page.reload()
    at(visit, "/catalogue", "Catalogue")
    visit.page.wait_for_selector("#catalogue .fiche")
    assert visit.errors == []


def test_an_answer_asked_for_from_a_fiche_is_one_step_from_it(visit: Visit) -> None:
    visit.tab(2)
    visit.page.locator("#fiche-diva summary").click()
    at(visit, "/catalogue#fiche-diva", "Catalogue")
    visit.page.locator("#fiche-diva .ask").click()
    visit.answered()
    at(visit, "/", "Assistant")
    visit.page.go_back()
    at(visit, "/catalogue#fiche-diva", "Catalogue")
    assert visit.page.locator("#fiche-diva").evaluate("fiche => fiche.open")


@pytest.mark.parametrize("path", ["/catalogue#fiche-diva", "/en/catalogue#fiche-diva"])
def test_the_address_of_a_fiche_opens_it(browser: Browser, address: str, path: str) -> None:
    visit = Visit(browser, address, path)
    visit.page.wait_for_function("document.activeElement?.closest('.fiche')?.id === 'fiche-diva'")
    assert visit.page.locator("#fiche-diva").evaluate("fiche => fiche.open")
    assert NAMES["diva"] in visit.page.inner_text("#fiche-diva summary")
    assert there(visit) == path
    visit.page.wait_for_timeout(500)
    assert visit.page.locator("#fiche-diva summary").evaluate("head => head.getBoundingClientRect().top") < 400
    visit.page.locator("#fiche-diva summary").click()
    visit.page.wait_for_function("location.hash === ''")
    visit.close()


def test_a_fiche_comes_into_view_below_the_bar_of_the_aids_ticked(visit: Visit) -> None:
    page = visit.page
    visit.tab(2)
    for name in ("diva", "ia-booster"):
        page.locator(f'[data-pick="{name}"]').check()
        page.wait_for_selector(f'[data-unpick="{name}"]')
    page.evaluate("location.hash = 'fiche-mon-assistant-ia'")
    page.wait_for_selector("#fiche-mon-assistant-ia[open]")
    page.wait_for_function(
        """() => { const top = document.querySelector("#fiche-mon-assistant-ia summary").getBoundingClientRect().top;
        const bar = document.querySelector("#selection").getBoundingClientRect();
        return bar.top <= 1 && top >= bar.bottom && top < bar.bottom + 100; }"""
    )


def test_the_address_of_no_fiche_says_so_and_shows_the_catalogue(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, "/catalogue#fiche-<img src=x onerror=alert(1)>")
    visit.page.wait_for_selector("#no-fiche >> text=n'est pas, ou n'est plus")
    assert visit.page.locator("#catalogue .fiche").count() == len(NAMES)
    assert visit.dialogs == []
    visit.close()


def test_a_fiche_that_the_filters_hide_is_shown_all_the_same(visit: Visit) -> None:
    visit.tab(2)
    visit.page.wait_for_selector("#catalogue .fiche")
    visit.page.fill("#search :is(input, textarea)", "cyber")
    visit.page.wait_for_function("!document.querySelector('#fiche-diva')")
    visit.page.evaluate("location.hash = 'fiche-diva'")
    visit.page.wait_for_function("document.querySelector('#fiche-diva')?.open")
    assert visit.page.input_value("#search :is(input, textarea)") == ""
    assert visit.page.locator("#no-fiche").count() == 0


def test_a_territory_in_the_address_of_the_catalogue_filters_it(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, "/catalogue?territoire=REG-53")
    visit.page.wait_for_selector("#catalogue >> text=aucune aide propre à ce territoire")
    assert visit.page.input_value("[data-menu=filter-region]") == "REG-53"
    visit.close()


FILTERED = {"region": "REG-76", "audience": "pme", "need": "formation", "kind": "formation", "state": "promised"}
WHOLE = "/catalogue?territoire=REG-76&public=pme&besoin=formation&nature=formation&etat=promised&mots=z%C3%A8bre+%26+co"
SEARCH = "#search :is(input, textarea)"


def narrowed(visit: Visit) -> dict[str, str]:
    """What the catalogue is filtered by, in its fields and in what it shows."""
    chosen = {name: visit.page.input_value(f"#filter-{name}-select") for name in FILTERED}
    return {**chosen, "words": visit.page.input_value(SEARCH)}


def listed(visit: Visit, count: int) -> None:
    visit.page.wait_for_function(f"document.querySelectorAll('#catalogue .fiche').length === {count}")


def query(visit: Visit, said: str) -> None:
    visit.page.wait_for_function("said => location.pathname + location.search === said", arg=said)


def test_each_filter_is_written_in_the_address_and_found_again_by_it(visit: Visit) -> None:
    page = visit.page
    visit.tab(2)
    listed(visit, len(NAMES))
    steps = page.evaluate("history.length")
    for name, value in FILTERED.items():
        page.select_option(f"#filter-{name}-select", value)
    page.fill(SEARCH, "zèbre & co")
    query(visit, WHOLE)
    assert page.evaluate("history.length") == steps  # to filter is no step to go back
    page.reload()
    page.wait_for_selector("#catalogue .count")
    page.wait_for_function("search => document.querySelector(search).value === 'zèbre & co'", arg=SEARCH)
    assert narrowed(visit) == {**FILTERED, "words": "zèbre & co"}
    listed(visit, 0)
    page.fill(SEARCH, "")
    page.wait_for_function("document.querySelectorAll('#catalogue .fiche').length > 0")
    shown = page.locator("#catalogue .fiche").count()
    query(visit, WHOLE.partition("&mots")[0])
    visit.tab(4)
    at(visit, "/a-propos", "À propos")
    page.go_back()
    query(visit, WHOLE.partition("&mots")[0])
    listed(visit, shown)
    page.click("#clear-filters")
    query(visit, "/catalogue")
    listed(visit, len(NAMES))
    assert visit.errors == []


def test_back_shows_the_catalogue_as_its_address_says(visit: Visit) -> None:
    page = visit.page
    visit.tab(2)
    listed(visit, len(NAMES))
    page.select_option("#filter-kind-select", "prix")
    query(visit, "/catalogue?nature=prix")
    listed(visit, 1)
    visit.tab(0)
    visit.tab(2)
    query(visit, "/catalogue?nature=prix")
    page.click("#clear-filters")
    query(visit, "/catalogue")
    listed(visit, len(NAMES))
    page.go_back()
    at(visit, "/", "Assistant")
    page.go_back()
    query(visit, "/catalogue?nature=prix")
    listed(visit, 1)
    assert page.input_value("#filter-kind-select") == "prix"


def test_what_no_filter_offers_is_left_out_of_the_address(browser: Browser, address: str) -> None:
    asked = "/catalogue?territoire=REG-999&public=<img src=x onerror=alert(1)>&nature=&etat=open&besoin=__proto__&x=1"
    visit = Visit(browser, address, asked)
    visit.page.wait_for_function("document.querySelector('#filter-state-select')?.value === 'open'")
    query(visit, "/catalogue?etat=open")
    assert narrowed(visit) == {**dict.fromkeys(FILTERED, ""), "state": "open", "words": ""}
    assert (visit.errors, visit.dialogs) == ([], [])
    visit.close()


def test_words_in_the_address_stay_words_and_are_cut(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, f"/catalogue/?mots={ATTACK}{'a' * 500}")
    visit.page.wait_for_function("search => document.querySelector(search)?.value.length === 200", arg=SEARCH)
    listed(visit, 0)
    assert visit.page.input_value(SEARCH).startswith("<img src=x")
    assert visit.dialogs == []
    visit.close()


def test_a_fiche_opened_among_filtered_ones_keeps_the_filters_in_the_address(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, "/catalogue?territoire=REG-52#fiche-diva")
    visit.page.wait_for_selector("#catalogue >> text=propres à ce territoire")
    visit.page.wait_for_function("document.querySelector('#fiche-diva')?.open")
    visit.page.wait_for_timeout(500)
    assert visit.page.locator("#catalogue .fiche[open]").count() == 1
    assert visit.page.locator("#fiche-diva").evaluate("fiche => fiche.open")
    visit.page.locator("#fiche-diva summary").click()
    visit.page.wait_for_function("location.hash === ''")
    query(visit, "/catalogue?territoire=REG-52")
    visit.page.get_by_role("link", name="English").click()
    query(visit, "/en/catalogue?territoire=REG-52")
    visit.page.wait_for_function("document.querySelector('#filter-region-select')?.value === 'REG-52'")
    visit.close()


def test_the_other_language_opens_the_same_page_at_the_same_part(visit: Visit) -> None:
    visit.tab(2)
    visit.page.locator("#fiche-diva summary").click()
    visit.page.wait_for_function("location.hash === '#fiche-diva'")
    visit.page.get_by_role("link", name="English").click()
    at(visit, "/en/catalogue#fiche-diva", "Catalogue")
    visit.page.wait_for_function("document.querySelector('#fiche-diva')?.open")
    visit.page.get_by_role("link", name="Français").click()
    at(visit, "/catalogue#fiche-diva", "Catalogue")


def test_a_conversation_is_found_again_at_the_address_of_another_page(visit: Visit, address: str) -> None:
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.page.goto(f"{address}/conseiller")
    at(visit, "/conseiller", "Conseiller")
    visit.tab(0)
    at(visit, "/", "Assistant")
    visit.page.wait_for_selector("#current .asked >> text=Quel est le budget ?")
    visit.answered()


def test_the_first_key_skips_the_head_of_any_page_and_leaves_its_address(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, "/conseiller")
    at(visit, "/conseiller", "Conseiller")
    visit.page.evaluate("document.activeElement.blur()")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.querySelector('#pages').contains(document.activeElement)")
    assert there(visit) == "/conseiller"
    visit.close()
