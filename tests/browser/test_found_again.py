"""A conversation found again in its tab, in a real browser: after the other language or a reload; erased when begun anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from page_worlds import ATTACK, TinyAssistant
from visits import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HELD = "JSON.parse(sessionStorage.getItem('guichet') ?? '{}')"


def found_again(visit: Visit, last: str) -> None:
    """Waits for a last question, shown with what can be done from its answer."""
    visit.page.wait_for_function(
        "(text) => document.querySelector('#current .asked')?.innerText.includes(text)", arg=last
    )
    visit.answered()


def talk(visit: Visit) -> None:
    """Two questions, the second with something said of the organisation, and a third that is not sent."""
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.page.locator("#organisation button.label-wrap").click()
    visit.page.fill("#own-size input", "TPE")
    visit.ask("Et la durée ?")
    found_again(visit, "durée")
    visit.page.fill("#question textarea", "Et qui")


def test_the_other_language_shows_the_same_conversation_and_goes_on_from_it(
    visit: Visit, assistant: TinyAssistant
) -> None:
    talk(visit)
    visit.page.get_by_role("link", name="English").click()
    found_again(visit, "durée")
    assert "Quel est le budget ?" in visit.page.inner_text("#thread")
    assert visit.page.input_value("#question textarea") == "Et qui"
    assert visit.page.input_value("#own-size input") == "Micro-enterprise (TPE)"
    assert "60\N{NO-BREAK SPACE}M€" in visit.page.inner_text("#current .answer")
    assert "Checked answer" in visit.page.inner_text("#current .answer")
    visit.page.locator("#current .text .cite").first.click()
    assert visit.page.locator("#panel mark").is_visible()
    visit.ask("And who runs it?")
    found_again(visit, "And who")
    last = assistant.asked[-1]
    assert [turn.content for turn in last.history if turn.role == "user"] == ["Quel est le budget ?", "Et la durée ?"]
    assert last.profile.size == "TPE"
    visit.page.get_by_role("link", name="Français").click()
    found_again(visit, "And who")
    assert visit.page.input_value("#own-size input") == "TPE"
    assert visit.errors == []


def test_a_reload_changes_nothing_and_what_was_open_opens(visit: Visit) -> None:
    talk(visit)
    visit.page.get_by_role("tab", name="Catalogue").click()
    visit.page.locator('[data-pick="diva"]').check()
    visit.page.wait_for_selector('#picked-bar [data-unpick="diva"]')
    visit.page.reload()
    visit.page.wait_for_selector('#picked-bar [data-unpick="diva"]')
    assert visit.page.get_by_role("tab", name="Catalogue").get_attribute("aria-selected") == "true"
    assert visit.page.locator('[data-pick="diva"]').is_checked()
    visit.page.get_by_role("tab", name="Conseiller").click()
    visit.page.wait_for_selector("#case-now >> text=Conversation\N{NO-BREAK SPACE}: 2 questions. 1 aide cochée.")
    visit.page.get_by_role("tab", name="Assistant").click()
    found_again(visit, "durée")
    assert visit.page.inner_text("#steps").strip() == ""


def test_an_aid_looked_for_is_found_again_in_the_other_language(visit: Visit) -> None:
    visit.tab(1)
    visit.page.fill("#aid-size input", "TPE")
    visit.page.fill("#aid-need input", "Financement")
    visit.page.click("#find")
    visit.page.wait_for_selector("#results .card")
    visit.page.get_by_role("link", name="English").click()
    visit.page.wait_for_selector("#results .card")
    assert visit.page.input_value("#aid-need input") == "Funding"
    assert "micro-enterprise (TPE)" in visit.page.inner_text("#results .understood")


def test_a_new_conversation_erases_the_other_one(visit: Visit) -> None:
    talk(visit)
    visit.page.reload()
    found_again(visit, "durée")
    assert visit.page.evaluate(f"{HELD}.conversation.length") > 100
    visit.page.click("#restart")
    visit.page.wait_for_selector(".welcome")
    assert visit.page.evaluate("sessionStorage.getItem('guichet')") is None
    visit.page.reload()
    visit.page.wait_for_selector(".welcome")
    visit.page.wait_for_timeout(500)
    assert visit.page.locator(".asked").count() == 0
    assert visit.page.input_value("#question textarea") == ""


def test_a_new_conversation_leaves_nothing_of_the_visitor_before_on_any_page(visit: Visit) -> None:
    """At a desk that is shared, the next one must not see the company of the last."""
    page = visit.page
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.tab(1)
    page.fill("#aid-region input", "Marseille")
    page.fill("#aid-project textarea", "Atelier Rey, 4 personnes, des outils d'IA")
    page.click("#find")
    page.wait_for_selector("#results .card")
    visit.tab(2)
    page.locator('[data-pick="diva"]').check()
    page.wait_for_selector('#picked-bar [data-unpick="diva"]')
    visit.tab(3)
    page.fill("#case-name :is(input, textarea)", "Atelier Rey")
    with page.expect_download():
        page.click("#case-docx")
    visit.tab(0)
    page.click("#restart")
    page.wait_for_selector(".welcome")
    visit.tab(1)
    page.wait_for_function("!document.querySelector('#results .card, #results .count')")
    assert page.input_value("#aid-region input") == ""
    assert page.input_value("#aid-project textarea") == ""
    visit.tab(2)
    page.wait_for_selector("#picked-bar .none")
    assert not page.locator('[data-pick="diva"]').is_checked()
    visit.tab(3)
    page.wait_for_selector("#case-now >> text=La conversation est vide.")
    assert page.input_value("#case-name :is(input, textarea)") == ""
    assert page.locator("#case-exported a").count() == 0
    assert page.evaluate("sessionStorage.getItem('guichet')") is None
    page.reload()
    page.wait_for_timeout(500)
    visit.tab(1)
    page.wait_for_selector("#aid-region input")
    page.wait_for_timeout(500)
    assert page.input_value("#aid-region input") == ""
    assert "Rey" not in page.inner_text("body")
    assert visit.errors == []


def test_the_form_of_a_company_is_cleared_by_one_button(visit: Visit) -> None:
    visit.tab(1)
    visit.page.fill("#aid-region input", "Marseille")
    visit.page.press("#aid-region input", "Tab")
    visit.page.click("#find")
    visit.page.wait_for_selector("#results .card")
    visit.page.get_by_role("button", name="Effacer le formulaire").click()
    visit.page.wait_for_function("!document.querySelector('#results .card, #results .count')")
    assert visit.page.input_value("#aid-region input") == ""


def test_a_page_kept_whole_by_the_browser_does_not_show_what_was_erased_since(visit: Visit) -> None:
    talk(visit)
    visit.page.evaluate("sessionStorage.removeItem('guichet')")  # by another page of the tab
    with visit.page.expect_navigation():
        visit.page.evaluate(
            """() => { document.querySelector("#conversation textarea").value += "";
            addEventListener("pagehide", (event) => event.stopImmediatePropagation(), true);
            dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })); }"""
        )


def test_another_tab_knows_nothing_of_it(visit: Visit, address: str) -> None:
    talk(visit)
    other = visit.page.context.new_page()
    other.goto(address)
    other.wait_for_selector("#question textarea")
    other.wait_for_timeout(500)
    assert other.locator(".asked").count() == 0
    assert other.evaluate("sessionStorage.length") == 0


def test_a_question_left_before_its_quotes_goes_back_to_its_box(visit: Visit) -> None:
    visit.ask("Une question muette ?")
    visit.page.wait_for_selector("#steps .now")
    visit.page.reload()
    visit.page.wait_for_function("document.querySelector('#question textarea')?.value === 'Une question muette ?'")


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ("not json", False),
        (json.dumps([1, 2]), False),
        (json.dumps({"conversation": ATTACK}), True),
        (json.dumps({"conversation": "A" * 150_000}), True),
        (json.dumps({"conversation": "A" * 400_000, "question": {"toString": 1}, "tab": "99"}), False),
        (json.dumps({"tab": "constructor", "picked": f"{ATTACK},diva", "own-size": ATTACK}), False),
    ],
    ids=["not-json", "a-list", "markup", "long", "too-long", "elsewhere"],
)
def test_what_was_put_in_the_place_of_a_conversation_is_refused(visit: Visit, held: str, said: bool) -> None:
    """`said` where it is long enough, and short enough, to be read by the service, which says why it is not."""
    visit.page.add_init_script(f"sessionStorage.setItem('guichet', {json.dumps(held)})")
    visit.page.reload()
    visit.page.wait_for_selector("#question textarea")
    if said:
        visit.page.wait_for_selector("#steps >> text=ne peut pas être relue")
    visit.ask("Quel est le budget ?")
    visit.answered()
    assert visit.page.locator("#thread .asked").count() == 0
    assert visit.dialogs == []
    assert visit.page.locator("img[src=x]").count() == 0


def test_a_browser_that_closes_its_storage_shows_the_page_all_the_same(browser: Browser, address: str) -> None:
    visit = Visit(browser, address)
    visit.page.context.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('closed', 'SecurityError'); } })"
    )
    visit.page.reload()
    visit.page.wait_for_selector("#question textarea")
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.page.reload()
    visit.page.wait_for_selector(".welcome")
    assert visit.errors == []
    visit.close()
