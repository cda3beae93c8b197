"""The page for everyone: no violation that axe finds, journeys by keyboard alone, large text, regions that announce."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from page_worlds import TinyAssistant
from visits import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => (await axe.run(document, {runOnly: tags})).violations.map(
  (v) => `${v.id}: ${v.help} — ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`)"""


def violations(visit: Visit) -> list[str]:
    pytest.importorskip("axe_playwright_python", reason="axe is not installed (extra dev)")
    visit.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = visit.page.evaluate(RUN, STANDARDS)
    return found


def everywhere(visit: Visit, name: str) -> dict[str, list[str]]:
    """What axe finds on each page: with an answer and its source open, with cards, then every other tab."""
    found = {"welcome": violations(visit)}
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.page.locator("#current .text .cite").first.click()
    found["answer"] = violations(visit)
    visit.photograph(f"{name}-0")
    visit.page.keyboard.press("Escape")
    visit.page.locator("#organisation button").first.click()
    for number in range(1, visit.page.locator("#pages [role=tab]:visible").count()):
        visit.tab(number)
        if number == 1:
            visit.page.fill("#aid-project textarea", "TPE de 4 personnes à Marseille, des outils d'IA")
            visit.page.click("#find")
            visit.page.wait_for_selector(".card")
        visit.page.wait_for_timeout(500)
        found[visit.page.locator("#pages [role=tab][aria-selected=true]:visible").inner_text()] = violations(visit)
        visit.photograph(f"{name}-{number}")
    return {tab: faults for tab, faults in found.items() if faults}


@pytest.mark.parametrize(
    ("path", "context"),
    [
        ("/", {"color_scheme": "light"}),
        ("/", {"color_scheme": "dark"}),
        ("/en/", {"color_scheme": "light", "locale": "en-GB"}),
        ("/", {"viewport": {"width": 320, "height": 640}}),
    ],
    ids=["light", "dark", "english", "phone"],
)
def test_axe_finds_no_violation_on_any_page(
    browser: Browser, address: str, path: str, context: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    visit = Visit(browser, address, path, **context)
    assert everywhere(visit, request.node.callspec.id) == {}
    visit.close()


@pytest.mark.parametrize("width", [640, 320], ids=["zoom-200", "zoom-400"])
def test_enlarged_text_needs_no_scroll_to_the_side(browser: Browser, address: str, width: int) -> None:
    """A window of 1280 pixels at 200 % is 640 wide, at 400 % it is 320 (WCAG 1.4.10)."""
    visit = Visit(browser, address, viewport={"width": width, "height": 500})
    visit.ask("Quel est le budget ?")
    visit.answered()
    for number in range(visit.page.locator("#pages [role=tab]:visible").count()):
        visit.tab(number)
        visit.page.wait_for_timeout(300)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, number
    visit.close()


def test_a_whole_conversation_by_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    reach(visit, "document.activeElement.closest('#question') !== null")
    page.keyboard.type("Quel est le budget ?")
    page.keyboard.press("Enter")
    visit.answered()
    page.evaluate("document.querySelector('#current').scrollIntoView()")
    reach(visit, "document.activeElement.matches('#current .cite')", back=True)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#panel') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.cite')")
    reach(visit, "document.activeElement.dataset.do === 'edit'")
    page.keyboard.press("Enter")
    page.wait_for_selector("#steps .notice")
    assert page.evaluate("document.activeElement.closest('#question') !== null")
    assert page.input_value("#question textarea") == "Quel est le budget ?"
    page.keyboard.type(" Et la durée ?")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#current .asked')?.innerText.includes('durée')")
    visit.answered()
    assert page.locator("#thread .asked").count() == 0  # the edited question took the place of the other


def test_an_aid_is_found_by_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    reach(visit, "document.activeElement.matches('[role=tab]')")
    page.keyboard.press("ArrowRight")
    reach(visit, "document.activeElement.closest('#aid-region') !== null")
    page.keyboard.type("toul")  # a fast hand waits for nothing: every key counts as it comes
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    reach(visit, "document.activeElement.id === 'find'")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    assert "Occitanie" in page.inner_text("#results .understood")
    reach(visit, "document.activeElement.dataset.choose !== undefined")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('#results .understood')[0]?.innerText.includes('·')")


@pytest.mark.parametrize(("typed", "offered"), [("st etien", "Saint-Étienne"), ("31", "Haute-Garonne (31)")])
def test_a_list_of_places_is_a_combobox_that_knows_no_accents(visit: Visit, typed: str, offered: str) -> None:
    visit.tab(1)
    field = visit.page.get_by_role("combobox", name="Territoire")
    field.click()
    visit.page.keyboard.type(typed)
    assert visit.page.get_by_role("option").first.inner_text() == offered
    assert "proposition" in visit.page.inner_text("#aid-region [role=status]")
    visit.page.keyboard.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert visit.page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    visit.page.keyboard.press("Escape")
    assert visit.page.get_by_role("option").count() == 0
    assert field.input_value() == typed  # what is typed stays
    visit.page.keyboard.press("ArrowDown")
    visit.page.get_by_role("option", name=offered, exact=True).click()
    assert field.input_value() == offered
    assert field.get_attribute("aria-expanded") == "false"


def test_enter_takes_the_only_suggestion_left_and_no_other(visit: Visit) -> None:
    page = visit.page
    visit.tab(1)
    page.get_by_role("combobox", name="Secteur").focus()
    page.keyboard.type("indus")
    assert page.get_by_role("option").all_inner_texts() == ["Industrie"]
    assert "1 proposition\N{NO-BREAK SPACE}: Industrie" in page.inner_text("#aid-sector [role=status]")
    page.keyboard.press("Enter")
    assert page.input_value("#aid-sector input") == "Industrie"
    assert page.get_by_role("option").count() == 0
    page.keyboard.press("Enter")  # nothing is offered any more: the form is sent
    page.wait_for_selector("#results .understood >> text=industrie")
    page.get_by_role("combobox", name="Territoire").focus()
    page.keyboard.type("toul")
    assert page.get_by_role("option").count() > 1
    page.keyboard.press("Enter")
    assert page.input_value("#aid-region input") == "toul"


LISTEN = """() => { window.heard = []; new MutationObserver((changes) => { for (const { target } of changes) {
  const region = (target.parentElement ?? target).closest("[aria-live], [role=status], [role=log], [role=alert]");
  if (region) window.heard.push(region.textContent); } })
  .observe(document, { childList: true, subtree: true, characterData: true }); }"""


def test_what_changes_is_announced_by_live_regions(visit: Visit, assistant: TinyAssistant) -> None:
    visit.page.evaluate(LISTEN)
    visit.ask("Une question retenue ?")
    visit.page.wait_for_selector("text=Citations des documents")
    visit.page.wait_for_function("document.querySelector('#told').textContent.includes('essaie de rédiger')")
    assert "comprise" not in visit.page.inner_text("#told")  # what is done is not read again at each step
    assistant.release()
    visit.answered()
    said = visit.page.locator("#said [aria-live=polite]")
    assert said.get_attribute("role") == "log"
    assert "Une réponse écrite" in said.inner_text()
    assert visit.page.locator("#current").get_attribute("aria-live") is None  # the answer is not said twice
    visit.page.wait_for_function("document.querySelector('#told').textContent === ''")
    heard = visit.page.evaluate("heard")
    assert any("Une réponse écrite" in text for text in heard)
    assert [text for text in heard if re.search(r"queue|processing|\d\.\d", text)] == []  # Gradio's clock


def test_the_page_has_its_landmarks_and_one_title(visit: Visit) -> None:
    for role in ("banner", "main", "contentinfo"):
        assert visit.page.get_by_role(role).count() == 1, role
    assert visit.page.get_by_role("banner").get_by_role("heading", level=1).count() == 1
    assert visit.page.locator("h1").count() == 1
    assert visit.page.get_by_role("main").get_by_role("tabpanel").count() == 1
    for name in ("Langue de la page", "Pages du guichet"):
        assert visit.page.get_by_role("navigation", name=name).is_visible()


def test_the_window_is_named_after_the_page_and_the_foot_leads_to_what_is_said_of_the_desk(visit: Visit) -> None:
    assert visit.page.title() == "Guichet IA"
    visit.page.get_by_role("tab", name="Catalogue").click()
    assert visit.page.title() == "Catalogue · Guichet IA"
    visit.page.get_by_role("contentinfo").get_by_role("link", name="Accessibilité").press("Enter")
    visit.page.wait_for_function("document.activeElement.id === 'about-accessibility'")
    assert visit.page.title() == "À propos · Guichet IA"


def test_the_bar_of_the_question_hides_neither_an_example_nor_what_has_the_focus(
    browser: Browser, address: str
) -> None:
    visit = Visit(browser, address, viewport={"width": 320, "height": 640})

    def above(name: str) -> bool:
        example, bar = visit.page.locator(name), visit.page.locator(".compose")
        box, at = example.bounding_box(), bar.bounding_box()
        assert box is not None
        assert at is not None
        return box["y"] >= 0 and box["y"] + box["height"] <= at["y"]

    assert above(".welcome .ask >> nth=0")
    reach(visit, "document.activeElement.matches('.welcome .ask:last-child')")
    visit.page.wait_for_timeout(300)
    assert above(".welcome .ask >> nth=-1")
    visit.close()


def test_the_first_key_skips_to_the_content(visit: Visit) -> None:
    visit.page.evaluate("document.activeElement.blur()")
    visit.page.keyboard.press("Tab")
    skip = visit.page.locator("a.skip")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    assert skip.bounding_box()["x"] >= 0  # shown while it has the focus
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.querySelector('#pages').contains(document.activeElement)")


def reach(visit: Visit, condition: str, *, back: bool = False, steps: int = 80) -> None:
    """Presses Tab until the focus is where it should be."""
    for _ in range(steps):
        if visit.page.evaluate(condition):
            return
        visit.page.keyboard.press("Shift+Tab" if back else "Tab")
    where = visit.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    pytest.fail(f"Tab never met {condition}; the focus is on {where}")
