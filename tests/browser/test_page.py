"""The page in a real browser: a question, its proof, attacks that stay inert, a phone, nothing sent elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from page_worlds import ATTACK, TinyAssistant
from visits import Visit

from ingest.catalogue import load_schemes, load_vocabulary

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_question_is_answered_and_its_proof_opens(visit: Visit) -> None:
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.page.click("#current .text .cite")
    panel = visit.page.locator("#panel")
    assert " ".join(panel.locator("mark").inner_text().split()) == "Le plan dispose de 60 M€"
    assert "plan · 28 juin 2024 · page\N{NO-BREAK SPACE}19" in panel.inner_text()
    assert "Partie" in panel.locator(".path").inner_text()
    assert visit.errors == []


def test_the_quotes_are_shown_while_the_answer_is_written(visit: Visit, assistant: TinyAssistant) -> None:
    visit.ask("Une question retenue ?")
    visit.page.wait_for_selector("text=Citations des documents")
    assert "essaie de rédiger" in visit.page.inner_text("#steps")
    assert visit.page.locator("#current .copy").count() == 0
    assistant.release()
    visit.answered()
    assert visit.page.inner_text("#steps").strip() == ""


def test_the_keyboard_alone_opens_and_closes_a_proof(visit: Visit) -> None:
    visit.ask("Quel est le budget ?")
    visit.answered()
    mark = visit.page.locator("#current .text .cite").first
    mark.focus()
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.closest('#panel') !== null")
    visit.page.keyboard.press("Escape")
    assert visit.page.evaluate("document.activeElement.dataset.source") == "source-0-1"
    assert visit.page.locator("#panel mark").count() == 0


def test_an_attack_in_a_question_a_title_or_a_passage_is_inert(visit: Visit) -> None:
    visit.ask(f"Quel budget {ATTACK} ?")
    visit.answered()
    visit.page.click("#current .text .cite")
    visit.page.wait_for_timeout(300)
    assert visit.dialogs == []
    assert visit.page.locator("img[src=x]").count() == 0
    assert ATTACK in visit.page.inner_text("#current .asked")
    assert ATTACK in visit.page.inner_text("#panel")


def test_markup_that_slipped_in_would_not_run(visit: Visit) -> None:
    visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    visit.page.wait_for_timeout(300)
    assert visit.dialogs == []


def test_no_request_leaves_the_server(visit: Visit, address: str) -> None:
    visit.ask("Quel est le budget ?")
    visit.answered()
    for name in ("Quelle aide ?", "Catalogue", "À propos"):
        visit.page.get_by_role("tab", name=name).click()
        visit.page.wait_for_timeout(200)
    assert visit.requests
    assert [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))] == []


ENGLISH = re.compile(
    r"\b(?:the|and|your|you|loading|submit|clear|more|close|settings|error|type|message|copy|show|hide|open|drop|upload|click|"
    r"search|remove|select|dropdown|options?|what|which|how|ask|answer|quotes?|aids?|place|size|chatbot|response)\b",
    re.IGNORECASE,
)
FRENCH = re.compile(
    r"\b(?:le|la|les|des|une|votre|vous|pour|dans|avec|aide|quelle|réponse|territoire|taille|secteur|besoin|chercher|"
    r"fermer|arrêter|déposer|cliquer|tous|annoncée|sources? citées|propos)\b",
    re.IGNORECASE,
)


def walked(visit: Visit, question: str) -> list[str]:
    """All that the pages say: an answer, a source open, then every tab."""
    visit.ask(question)
    visit.answered()
    visit.page.locator("#current .text .cite").first.click()
    said = visit.said()
    for number in range(visit.page.locator("#pages [role=tab]:visible").count()):
        visit.tab(number)
        visit.page.wait_for_timeout(300)
        said += visit.said()
    regions = {term.label for term in load_vocabulary().regions.values() if term.code.startswith("REG-")}
    names = sorted({scheme.name for scheme in load_schemes()} | regions, key=len, reverse=True)
    for name in names:  # as their documents call them, in every language
        said = [text.replace(name, "") for text in said]
    return [text for text in dict.fromkeys(said) if ATTACK not in text]


def test_no_english_is_left_in_a_french_browser(visit: Visit) -> None:
    assert visit.page.evaluate("document.documentElement.lang") == "fr"
    assert [text for text in walked(visit, "Quel est le budget ?") if ENGLISH.search(text)] == []


def test_the_french_page_is_french_in_an_english_browser(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, locale="en-GB")
    assert visit.page.evaluate("document.documentElement.lang") == "fr"
    assert [text for text in walked(visit, "Quel est le budget ?") if ENGLISH.search(text)] == []
    visit.close()


def test_the_english_page_leaves_no_french_but_that_of_documents(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, "/en/")
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    assert [text for text in walked(visit, "What is the budget?") if FRENCH.search(text)] == []
    visit.close()


def test_the_language_is_switched_on_the_page(visit: Visit) -> None:
    visit.page.get_by_role("link", name="English").click()
    visit.page.get_by_role("tab", name="Which aid?").wait_for()
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    visit.page.get_by_role("link", name="Français").click()
    visit.page.get_by_role("tab", name="Quelle aide ?").wait_for()


def test_two_visitors_never_see_each_other(browser: Browser, address: str, visit: Visit) -> None:
    other = Visit(browser, address)
    visit.ask("Question de Paul ?")
    other.ask("Question de Zoé ?")
    visit.answered()
    other.answered()
    assert "Zoé" not in visit.page.inner_text("body")
    assert "Paul" not in other.page.inner_text("body")
    other.close()


def test_one_who_waits_for_the_writing_reads_the_quotes_and_the_place_in_line(
    browser: Browser, address: str, visit: Visit, assistant: TinyAssistant
) -> None:
    visit.ask("Une question retenue ?")
    visit.page.wait_for_selector("text=Citations des documents")
    other = Visit(browser, address)
    other.ask("Une autre question retenue ?")
    other.page.wait_for_selector("text=vous êtes au rang 1 de la file")
    assert "60\N{NO-BREAK SPACE}M€" in other.page.inner_text("#current .answer")
    assistant.release()
    assistant.release()
    visit.answered()
    other.answered()
    other.close()


def test_a_text_too_long_to_be_a_question_stays_in_its_box_and_is_said(visit: Visit) -> None:
    pasted = "Quel est le budget ? " * 900
    visit.page.fill("#question textarea", pasted)
    visit.page.click("#send")
    visit.page.wait_for_selector("text=raccourcissez-la")
    assert visit.page.input_value("#question textarea") == pasted


def test_what_unfolds_says_whether_it_is_unfolded(visit: Visit) -> None:
    fold = visit.page.locator("#organisation button.label-wrap")
    assert fold.get_attribute("aria-expanded") == "false"
    fold.click()
    visit.page.wait_for_selector('#organisation button.label-wrap[aria-expanded="true"]')
    assert visit.page.get_by_label("Taille").first.is_visible()


def test_the_source_of_an_answer_never_stands_beside_the_next(visit: Visit) -> None:
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.page.click("#current .text .cite")
    assert visit.page.locator("#panel mark").count() == 1
    visit.ask("Et la durée ?")
    visit.page.wait_for_selector('#current .asked[data-number="1"]')
    assert visit.page.locator("#panel mark").count() == 0


def test_an_answer_being_written_can_be_stopped(visit: Visit) -> None:
    visit.ask("Une question retenue ?")
    visit.page.wait_for_selector("text=Citations des documents")
    visit.page.click("#stop")
    visit.page.wait_for_selector("#steps .notice")
    visit.ask("Et la durée ?")
    visit.answered()
    assert "60\N{NO-BREAK SPACE}M€" in visit.page.inner_text("#thread .answer")  # the quotes stay
    assert "Une réponse écrite" not in visit.page.inner_text("body")


def test_a_fault_of_ours_gives_the_question_back_with_a_sentence(visit: Visit) -> None:
    visit.ask("Un bogue ?")
    visit.page.wait_for_selector("#steps [role=alert]")
    assert "panne de notre côté" in visit.page.inner_text("#steps")
    assert visit.page.input_value("#question textarea") == "Un bogue ?"
    assert visit.page.locator(".toast-body").count() == 0
    visit.ask("Quel est le budget ?")
    visit.answered()


def test_starting_again_leaves_nothing(visit: Visit) -> None:
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.page.click("#restart")
    visit.page.wait_for_selector(".welcome")
    assert "budget ?" not in visit.page.inner_text("#current")


def test_what_is_asked_at_once_after_starting_again_is_answered(visit: Visit) -> None:
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.page.click("#restart")
    visit.ask("Et la durée ?")  # a fraction of a second later
    visit.page.wait_for_function("document.querySelector('#current .asked')?.innerText.includes('durée')")
    visit.answered()
    assert visit.page.locator("#thread .asked").count() == 0
    visit.page.click("#restart")
    visit.page.keyboard.type("Et le taux ?")
    visit.page.wait_for_selector(".welcome")
    assert visit.page.input_value("#question textarea") == "Et le taux ?"  # being written: not erased


@pytest.mark.parametrize("stop", [True, False], ids=["stopped", "being-written"])
def test_what_is_asked_at_once_after_a_stop_or_while_an_answer_is_written_is_answered(visit: Visit, stop: bool) -> None:
    visit.ask("Une question retenue ?")
    visit.page.wait_for_selector("text=Citations des documents")
    if stop:
        visit.page.click("#stop")
    visit.ask("Et la durée ?")
    visit.page.wait_for_function("document.querySelector('#current .asked')?.innerText.includes('durée')")
    visit.answered()
    assert visit.page.locator("#thread .asked").count() == 1


def test_an_example_is_one_press_away(visit: Visit) -> None:
    visit.page.locator(".welcome .ask").nth(1).click()
    visit.answered()
    assert "DIVA" in visit.page.inner_text("#current .asked")


def test_a_company_described_meets_its_cards_and_asks_about_one(visit: Visit) -> None:
    visit.page.get_by_role("tab", name="Quelle aide ?").click()
    visit.page.get_by_label("Votre projet en quelques mots").fill(
        "TPE de 4 personnes à Marseille, nous cherchons des outils d'IA"
    )
    visit.page.click("#find")
    visit.page.wait_for_selector(".card")
    assert "Critères" in visit.page.inner_text(".card")
    visit.page.locator(".card .ask").first.click()
    visit.answered()
    assert "Comment demander" in visit.page.inner_text("#current .asked")


def test_the_catalogue_opens_a_fiche_and_searches(visit: Visit) -> None:
    visit.page.get_by_role("tab", name="Catalogue").click()
    visit.page.wait_for_selector(".fiche")
    before = visit.page.locator(".fiche").count()
    visit.page.locator(".fiche summary").first.click()
    assert "Source\N{NO-BREAK SPACE}:" in visit.page.locator(".fiche").first.inner_text()
    visit.page.fill("#search textarea, #search input", "cyber")
    visit.page.wait_for_function(f"document.querySelectorAll('.fiche').length < {before}")
    assert "cyber" in visit.page.inner_text("#catalogue").lower()


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_shows_everything_within_its_width(browser: Browser, address: str, width: int) -> None:
    phone = Visit(browser, address, viewport={"width": width, "height": 720}, has_touch=True)
    assert phone.page.locator("[role=tab]:visible").count() == 5
    phone.ask("Quel est le budget ?")
    phone.answered()
    phone.page.locator("#current .text .cite").first.tap()
    assert phone.page.locator("#panel mark").is_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= width
    phone.close()
