"""Honest under load, in a real browser: the place in line is shown, an answer comes, a full line is told and nothing is lost."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
from api_worlds import wait_for
from fault_service import SLOW, Service, serving
from visits import Visit

from ui.pacing import WAITING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MONEY = "4 500 €".replace(" ", "\N{NO-BREAK SPACE}")
SETTINGS = {SLOW: "0.4", "GUICHET_RATE": "100000", "GUICHET_API_KEYS": "optional"}
QUESTION = "Quel montant le Chèque Phare apporte-t-il par entreprise ?"


@pytest.fixture(scope="module")
def service(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("line"), **SETTINGS) as made:
        yield made


def crowd(service: Service, number: int) -> list[threading.Thread]:
    """So many others who ask at once, each from its own address."""

    def ask(n: int) -> None:
        with contextlib.suppress(httpx.TransportError):
            service.ask(f"{QUESTION} ({n})", address=f"198.18.0.{n}", llm=False)

    threads = [threading.Thread(target=ask, args=(n,), daemon=True) for n in range(number)]
    for thread in threads:
        thread.start()
    return threads


def test_who_comes_after_others_sees_its_place_and_is_answered(browser: Browser, service: Service) -> None:
    visit = Visit(browser, service.address)
    visit.page.evaluate(
        "window.seen = ''; new MutationObserver(() => { seen += document.body.innerText; })"
        ".observe(document.body, {childList: true, subtree: true, characterData: true})"
    )
    others = crowd(service, 24)
    wait_for(lambda: service.metric("guichet_waiting") >= 15, 60)
    visit.ask(QUESTION)
    visit.answered()
    assert "vous êtes au rang" in visit.page.evaluate("seen")
    assert MONEY in visit.page.inner_text("#current .answer")
    for thread in others:
        thread.join(120)
    visit.close()


def test_a_full_line_is_told_and_the_question_stays_in_its_box(browser: Browser, service: Service) -> None:
    visit = Visit(browser, service.address)
    others = crowd(service, WAITING + 30)
    wait_for(lambda: service.metric("guichet_waiting") >= WAITING, 60)
    visit.ask(QUESTION)
    visit.page.wait_for_selector("text=Votre question n'a pas été prise")
    assert visit.page.input_value("#question textarea") == QUESTION
    for thread in others:
        thread.join(120)
    visit.ask(QUESTION)
    visit.answered()
    assert MONEY in visit.page.inner_text("#current .answer")
    visit.close()
