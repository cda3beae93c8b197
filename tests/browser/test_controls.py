"""Everything that can be pressed, on every page in a real browser: no two things of one name that do not do the same, the
words that are seen in the name that is read aloud, and no label beyond its button."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from visits import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUESTIONS = "id;question\na1;Quel est le budget ?\na2;Où est la panne ?\n"
COMPANIES = "nom;ville;effectif\nAtelier Rey;Marseille;4\nLabo Ariane;Nantes;30\n"
PRESSED = ":is(button, a[href], summary, select, input:is([type=checkbox], [type=file])):not(.visually-hidden *)"
# of each: its name read aloud, the words that are seen, what it does
NAMES = """(pressed) => [...document.querySelectorAll(pressed)].filter((e) => e.checkVisibility()).map((e) => {
  const said = (node) => [...node.childNodes].map((n) => n.nodeType === 3 ? n.textContent
    : n.nodeType !== 1 || n.ariaHidden === "true" ? "" : said(n)).join("");
  const seen = (node) => [...node.childNodes].map((n) => n.nodeType === 3 ? n.textContent
    : n.nodeType !== 1 || n.matches(".sr-only, [aria-hidden=true]") ? "" : seen(n)).join("");
  const labels = [...(e.labels ?? [])].map(said).join(" ");
  const does = [...e.attributes].filter((a) => /^data-(?!testid)|^(href|id|name|for)$/.test(a.name));
  const where = e.matches("summary") ? said(e.parentElement) : "";
  return [e.ariaLabel ?? (labels || said(e)), e.matches("select, input") ? "" : seen(e),
    does.map((a) => `${a.name}=${a.value}`).join(" ") + where].map((text) => text.replace(/\\s+/g, " ").trim());
})"""
BEYOND = """(pressed) => [...document.querySelectorAll(pressed)].filter((e) => e.checkVisibility()).filter((e) => {
  const box = e.getBoundingClientRect();
  if (box.width < 4) return false; // read aloud only
  const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
  const rects = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!node.textContent.trim() || node.parentElement.getBoundingClientRect().width < 4 || node.parentElement.matches(".icon")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    rects.push(...range.getClientRects());
  }
  const out = rects.some((r) => r.left < box.left - 1 || r.right > box.right + 1 || r.bottom > box.bottom + 2 || r.top < box.top - 2);
  const gist = e.querySelector(".gist"); // cut on purpose, and whole below
  return (out && !gist) || box.right > innerWidth + 1 || (e.matches("button") && e.scrollWidth > e.clientWidth + 1);
}).map((e) => e.textContent.trim().slice(0, 60))"""


def everywhere(visit: Visit, look: Callable[[str], None]) -> None:
    """Every page with all it can show: answers, an abstention, the form, cards, fiches, a comparison, results, files."""
    page = visit.page
    look("welcome")
    visit.ask("Quel est le budget ?")
    visit.answered()
    visit.ask("Une question tue, Bretagne, TPE ?")
    page.wait_for_selector("#current .abstention")
    visit.answered()
    page.locator("#organisation button.label-wrap").click()
    page.wait_for_selector("#own-need input")
    look("answers")
    page.locator("#thread .text .cite").first.click()
    page.wait_for_selector("#panel.open mark")
    look("source")
    page.keyboard.press("Escape")
    visit.tab(1)
    look("form")
    page.fill("#aid-project textarea", "TPE de 4 personnes à Marseille, des outils d'IA")
    page.click("#find")
    page.wait_for_selector(".card")
    for fold in page.locator("#results details > summary").all():
        fold.click()
    look("cards")
    visit.tab(2)
    page.wait_for_selector(".fiche")
    for name in ("diva", "ia-booster"):
        page.locator(f'[data-pick="{name}"]').check()
        page.wait_for_selector(f'[data-unpick="{name}"]')
        page.locator(f"#fiche-{name} summary").click()
    page.click("#compare")
    page.wait_for_selector("table.compare")
    look("catalogue")
    visit.tab(3)
    look("adviser")
    for inlet, content, read, start, result in (
        ("questions", QUESTIONS, "questions-read", "batch-start", "batch-result"),
        ("entreprises", COMPANIES, "companies-read", "portfolio-start", "portfolio-result"),
    ):
        sent: Any = {"name": "fichier.csv", "mimeType": "text/plain", "buffer": content.encode()}
        page.set_input_files(f"#sent-{inlet}-file", sent)
        page.wait_for_selector(f"#{read} .understood")
        page.click(f"#{start}")
        page.wait_for_selector(f"#{result} table")
    look("results")
    visit.tab(4)
    page.wait_for_selector("#about-title")
    look("about")


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_each_thing_to_press_has_a_name_of_its_own_that_holds_the_words_seen(
    browser: Browser, address: str, path: str
) -> None:
    visit = Visit(browser, address, path)
    same: dict[str, list[str]] = {}
    unlike: list[str] = []
    nameless: list[str] = []

    def look(where: str) -> None:
        doing: dict[str, set[str]] = {}
        for name, seen, does in visit.page.evaluate(NAMES, PRESSED):
            doing.setdefault(name, set()).add(does)
            if not name:
                nameless.append(f"{where}: {does}")
            if re.search(r"\w", seen) and seen.casefold() not in name.casefold():
                unlike.append(f"{where}: {name} / {seen}")
        same[where] = [f"{name}: {sorted(does)}" for name, does in doing.items() if len(does) > 1]

    everywhere(visit, look)
    faults = [f"{where}: {name}" for where, names in same.items() for name in names]
    assert "\n".join((*faults, *unlike, *nameless)) == ""
    visit.close()


@pytest.mark.parametrize("path", ["/", "/en/"])
@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 320, "height": 640}},
        {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
    ],
    ids=["phone", "zoom-200"],
)
def test_no_label_goes_beyond_its_button(browser: Browser, address: str, path: str, screen: dict[str, Any]) -> None:
    """A window of 1280 pixels at 200 % is 640 wide."""
    visit = Visit(browser, address, path, **screen)
    found: dict[str, list[str]] = {}

    def look(where: str) -> None:
        found[where] = visit.page.evaluate(BEYOND, f"{PRESSED}, .send-button")
        wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found[where] += [f"{wide} px to the side"] if wide > 0 else []

    everywhere(visit, look)
    assert "\n".join(f"{where}: {label}" for where, labels in found.items() for label in labels) == ""
    visit.close()
