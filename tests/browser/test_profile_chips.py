"""The chips of what is understood of a company, over an assistant that reads the questions: what is taken back stays so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from answer_worlds import open_world
from visits import Visit

from assistant.assistant import Assistant

ASKED = "Quelle aide pour une TPE à Marseille ?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """In place of the one that echoes: chips come from what a question says."""
    with closing(open_world(tmp_path_factory.mktemp("index"))) as opened:
        yield opened


def chips(visit: Visit) -> list[str]:
    return [" ".join(text.split()) for text in visit.page.locator("#current .said-chip .value").all_inner_texts()]


def said(visit: Visit) -> str:
    return visit.page.inner_text("#current").replace("\N{NO-BREAK SPACE}", " ")


def taken_back(visit: Visit, name: str) -> None:
    """Presses the cross of a chip and waits for the answer in which it is no more."""
    visit.page.click(f"#current .said-chip [data-do='forget {name}']")
    visit.page.wait_for_selector(f"#current .answer:not(:has([data-do='forget {name}'])) .copy")
    visit.page.wait_for_selector(f"#current:not(:has([data-do='forget {name}'])) .next")


def test_a_territory_taken_back_stays_so_though_the_question_names_it(visit: Visit) -> None:
    visit.ask(ASKED)
    visit.answered()
    assert any("Provence-Alpes-Côte d'Azur" in chip for chip in chips(visit))
    taken_back(visit, "region")
    assert not any("Provence" in chip for chip in chips(visit))
    assert ASKED in visit.page.inner_text("#current .asked")
    taken_back(visit, "size")
    assert chips(visit) == []
    assert visit.errors == []


def test_a_place_asked_after_one_typed_wins_and_its_correction_wins_back(visit: Visit) -> None:
    visit.page.click("#organisation button")
    visit.page.fill("#own-region input, #own-region textarea", "Marseille")
    visit.ask("Quelle aide pour une TPE à Toulouse ?")
    visit.answered()
    assert any("Occitanie" in chip for chip in chips(visit))
    visit.page.wait_for_function("document.querySelector('#own-region input').value === 'Toulouse'")  # what was used
    assert "« Marseille » et vos questions disent « Toulouse »" in said(visit)
    visit.ask("Combien coûte le diagnostic ?")
    visit.page.wait_for_selector("#current .asked:has-text('coûte')")
    visit.answered()
    assert "vos questions disent" not in said(visit)
    assert visit.page.input_value("#own-region input") == "Toulouse"
    visit.page.fill("#own-region input, #own-region textarea", "Nice")
    visit.page.click("#apply")
    visit.page.wait_for_selector("#current .said-chip .value:has-text('Provence')")
    assert not any("Occitanie" in chip for chip in chips(visit))


@pytest.mark.parametrize(("part", "understood"), [("size", "TPE"), ("region", "Provence-Alpes-Côte d'Azur")])
def test_a_chip_pressed_opens_its_field_with_what_was_understood(visit: Visit, part: str, understood: str) -> None:
    visit.ask(ASKED)
    visit.answered()
    chip = visit.page.locator(f"#current .said-chip .value[data-open={part}]")
    assert chip.evaluate("chip => chip.textContent").endswith(f"{understood} (corriger)")
    chip.click()
    visit.page.wait_for_function(f"document.activeElement?.closest('#own-{part}') && getSelection().toString()")
    assert visit.page.input_value(f"#own-{part} input") == understood
    visit.page.keyboard.type("Nice" if part == "region" else "PME")  # what was there is replaced
    visit.page.keyboard.press("Escape")
    assert visit.page.input_value(f"#own-{part} input") == ("Nice" if part == "region" else "PME")
    visit.page.click("#apply")
    visit.page.wait_for_selector(f"#current .answer:has(+ .next [data-open={part}]), #current .next [data-open={part}]")
    if part == "size":
        visit.page.wait_for_selector("#current .said-chip .value:has-text('PME')")
    assert visit.errors == []
