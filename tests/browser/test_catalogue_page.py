"""The catalogue in a real browser: filtered, ticked, compared side by side, exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdf
import pytest
from visits import Visit

from ingest.catalogue import load_schemes
from ui.transfers import COOKIE

SCHEMES = {scheme.id: scheme for scheme in load_schemes()}
CATALOGUE = 2  # place of the tab


@pytest.fixture
def catalogue(visit: Visit) -> Iterator[Visit]:
    visit.tab(CATALOGUE)
    visit.page.wait_for_selector(".fiche")
    yield visit
    assert visit.errors == []
    assert visit.dialogs == []


def tick(visit: Visit, *ids: str) -> None:
    for scheme in ids:
        visit.page.locator(f'[data-pick="{scheme}"]').check()
    visit.page.wait_for_function(f"document.querySelectorAll('#picked-bar [data-unpick]').length === {len(ids) + 1}")


def export(visit: Visit, form: str) -> tuple[str, bytes]:
    with visit.page.expect_download() as waiting:
        visit.page.click(f"#export-{form}")
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def choose(visit: Visit, filter_: str, shown: str) -> None:
    visit.page.select_option(f"[data-menu=filter-{filter_}]", label=shown)


def test_filters_combine_and_are_cleared(catalogue: Visit) -> None:
    page = catalogue.page
    count = page.locator("#catalogue .fiche").count()
    choose(catalogue, "region", "Occitanie")
    page.wait_for_function(f"document.querySelectorAll('#catalogue .fiche').length < {count}")
    there = sum(bool({"REG-76", "PAYS-99100", "UE"} & set(scheme.regions)) for scheme in SCHEMES.values())
    assert page.locator("#catalogue .fiche").count() == there
    choose(catalogue, "kind", "formation")
    page.wait_for_function(f"document.querySelectorAll('#catalogue .fiche').length < {there}")
    wanted = [s.name for s in SCHEMES.values() if "REG-76" in s.regions and s.kind == "formation"]
    assert page.locator("#catalogue .fiche summary strong").all_inner_texts() == wanted
    page.click("#clear-filters")
    page.wait_for_function(f"document.querySelectorAll('#catalogue .fiche').length === {count}")
    assert page.input_value("[data-menu=filter-region]") == ""


def test_a_region_without_aids_of_its_own_offers_those_of_the_country_and_of_the_union(catalogue: Visit) -> None:
    page = catalogue.page
    choose(catalogue, "region", "Martinique")
    page.wait_for_selector("#catalogue >> text=aucune aide propre à ce territoire")
    assert page.get_by_role("heading", name="Aides nationales et européennes").is_visible()
    names = page.locator("#catalogue .fiche summary strong").all_inner_texts()
    assert SCHEMES["ia-booster"].name in names
    assert SCHEMES["diva"].name not in names
    _, content = export(catalogue, "csv")
    assert len(list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))) == len(names)


def test_schemes_are_compared_side_by_side_and_the_keyboard_gets_back(catalogue: Visit) -> None:
    page = catalogue.page
    page.click("#compare")
    page.wait_for_selector("#comparison [role=alert]")
    assert "de deux à quatre aides" in page.inner_text("#comparison")
    tick(catalogue, "diva", "ia-booster", "coach-digital")
    page.click("#compare")
    page.wait_for_selector("table.compare")
    heads = page.locator(".compare thead th").all_inner_texts()
    assert heads == ["Sujet", *(SCHEMES[id_].name for id_ in ("diva", "ia-booster", "coach-digital"))]
    assert page.locator(".compare tbody tr").count() > 5
    page.wait_for_function("document.activeElement.id === 'compared'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'compare' && !document.querySelector('table.compare')")
    page.keyboard.press("Enter")
    page.wait_for_selector("table.compare")


def test_ticks_stay_through_filters_and_chips_remove_them(catalogue: Visit) -> None:
    page = catalogue.page
    tick(catalogue, "diva", "ia-booster")
    assert "2 aides choisies" in page.inner_text("#picked-bar")
    page.fill("#search input, #search textarea", "diva")
    page.wait_for_function("document.querySelectorAll('#catalogue .fiche').length < 20")
    assert page.locator('[data-pick="diva"]').is_checked()
    page.click('[data-unpick="diva"]')
    page.wait_for_function("document.querySelectorAll('#picked-bar [data-unpick]').length === 2")
    assert not page.locator('[data-pick="diva"]').is_checked()
    page.click('[data-unpick="*"]')
    page.wait_for_selector("#picked-bar .none")
    assert "Aucune aide choisie" in page.inner_text("#picked-bar")


def test_ticks_that_follow_one_another_at_once_are_all_told(catalogue: Visit) -> None:
    catalogue.page.evaluate(
        """async () => { for (const tick of [...document.querySelectorAll("[data-pick]")].slice(0, 6)) {
        tick.click(); await new Promise((done) => setTimeout(done, 20)); } }"""
    )
    catalogue.page.wait_for_function("document.querySelectorAll('#picked-bar [data-unpick]').length === 7")


def test_what_is_ticked_is_exported_and_opens_again(catalogue: Visit) -> None:
    tick(catalogue, "diva", "ia-booster")
    name, content = export(catalogue, "xlsx")
    assert name.startswith("guichet-aides-")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert [sheet.cell(n, 1).value for n in (2, 3)] == ["diva", "ia-booster"]
    _, pdf = export(catalogue, "pdf")
    said = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert SCHEMES["ia-booster"].name in said
    assert "ce n'est pas une décision" in " ".join(said.split())


def test_without_a_tick_what_is_shown_is_exported(catalogue: Visit) -> None:
    choose(catalogue, "kind", "prix")
    catalogue.page.wait_for_function("document.querySelectorAll('#catalogue .fiche').length === 1")
    _, content = export(catalogue, "csv")
    assert len(content.decode("utf-8-sig").splitlines()) >= 2
    assert content.decode("utf-8-sig").count("prix-ia") == 1


def test_another_visitor_cannot_fetch_the_file(catalogue: Visit, address: str) -> None:
    export(catalogue, "csv")
    link = catalogue.page.get_attribute("#exported a", "href") or ""
    assert catalogue.page.request.get(address + link).ok
    catalogue.page.context.clear_cookies(name=COOKIE)
    assert catalogue.page.request.get(address + link).status == 404


def test_a_phone_shows_the_comparison_within_its_width(catalogue: Visit) -> None:
    page = catalogue.page
    page.set_viewport_size({"width": 320, "height": 700})
    tick(catalogue, "diva", "ia-booster")
    page.click("#compare")
    page.wait_for_selector("table.compare")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(".compare td").first.evaluate("e => getComputedStyle(e, '::before').content") == '"DIVA"'
