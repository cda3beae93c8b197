"""The documents in a real browser: signed in, one added, asked about, its page seen with the quote boxed, removed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from library_worlds import CHEQUE, Shelf
from pdf_worlds import column, make_pdf
from visits import Visit

from ui.access import add_person
from ui.words import load_words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SECRET = "une phrase assez longue"
SERVER_STARTS_S = 30
LANDMARKS: tuple[Any, ...] = ("banner", "navigation", "main", "contentinfo")
BOXED = """async (image) => {
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const paper = canvas.getContext("2d");
  paper.drawImage(image, 0, 0);
  const data = paper.getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 0; i < data.length; i += 4)
    if (data[i] === 150 && data[i + 1] === 57 && data[i + 2] === 42) count += 1;
  return count;
}"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    made = Shelf(tmp_path_factory.mktemp("home"))
    add_person(made.settings.home, "zoe", SECRET, load_words("fr"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(shelf: Shelf) -> Iterator[str]:
    """The address of the whole application over a small library."""
    import uvicorn

    from ui.app import create_app

    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(shelf.living, library=shelf.library)  # type: ignore[arg-type]
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + SERVER_STARTS_S
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def sign_in(page: Page, address: str, path: str = "/gestion") -> None:
    """By the keyboard alone: the first field has the focus."""
    page.goto(address + path)
    page.locator("#name:focus").wait_for()
    page.keyboard.type("zoe")
    page.keyboard.press("Tab")
    page.keyboard.type(SECRET)
    page.keyboard.press("Enter")
    page.wait_for_selector("#add")
    page.wait_for_load_state()  # its style too


def add(page: Page, folder: Path, *given: tuple[str, bytes]) -> None:
    paths = [folder / name for name, _ in given]
    for path, (_, content) in zip(paths, given, strict=True):
        path.write_bytes(content)
    page.set_input_files("#files", [str(path) for path in paths])
    page.click("#add button[type=submit]")
    page.wait_for_url("**/gestion#outcome", timeout=180_000)  # two children read them, on what may be a loaded machine


def test_a_document_lives_from_its_upload_to_its_removal(visit: Visit, address: str, tmp_path: Path) -> None:
    page = visit.page
    sign_in(page, address)
    add(page, tmp_path, ("cheque.pdf", CHEQUE), ("abime.pdf", b"%PDF-1.7 nothing"))
    assert page.evaluate("document.activeElement.id") == "outcome"
    outcome = page.locator(".outcome").inner_text()
    assert "ajouté" in outcome
    assert "est abîmé" in outcome
    page.goto(address)
    page.wait_for_selector("#question textarea")
    visit.ask("Que finance le cheque numerique ?")
    page.wait_for_selector("#current .text .cite")
    page.locator("#current .text .cite").first.click()
    image = page.locator("#panel .page-view img")
    image.scroll_into_view_if_needed()
    assert image.evaluate(BOXED) > 100
    assert "citation encadrée" in (image.get_attribute("alt") or "")
    assert page.locator("#panel .page-view figcaption a").get_attribute("href") == "/documents/cheque/file#page=1"
    assert page.locator("#panel .page-view .note:visible").count() == 0
    page.goto(f"{address}/gestion")
    page.click('[data-remove="cheque"]')
    assert page.evaluate("document.activeElement.id") == "confirm-no"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.remove") == "cheque"
    page.keyboard.press("Enter")
    page.click("#confirm-yes")
    page.wait_for_selector("#outcome")
    page.locator("[data-remove=cheque]").wait_for(state="detached")
    page.goto(address)
    visit.answered()  # the conversation is found again
    page.click("#restart")
    page.wait_for_selector(".welcome")
    visit.ask("Que finance le cheque numerique ?")
    page.wait_for_selector("#current .answer")
    assert "1200 euros" not in page.inner_text("#current")
    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))] == []


FILLER = ["Chapitre", *(f"La mesure {n} aide {n} communes de la plaine et de la montagne." for n in range(40))]
LOW = make_pdf(
    [column([*FILLER, "", "Le bon numerique finance 3400 euros de materiel informatique.", "", *FILLER[:5]])]
)
SEEN = """() => {
  const panel = document.querySelector("#panel-body").getBoundingClientRect();
  const page = document.querySelector("#panel-body .page-view img").getBoundingClientRect();
  return [window.at[0] * page.height + page.top - panel.top, panel.bottom - page.top - window.at[1] * page.height];
}"""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_boxed_quote_comes_into_view_in_the_panel(
    browser: Browser, address: str, shelf: Shelf, motion: str
) -> None:
    shelf.ingest(("bon.pdf", LOW))
    visit = Visit(browser, address, viewport={"width": 1280, "height": 800}, reduced_motion=motion)
    page = visit.page
    visit.ask("Que finance le bon numerique ?")
    page.wait_for_selector("#current .text .cite")
    visit.answered()
    with page.expect_response(lambda got: "/documents/bon/pages/" in got.url) as got:
        page.locator("#current .text .cite").first.press("Enter")
    top, bottom = map(float, got.value.headers["x-quote-at"].split())
    assert top > 0.7
    page.evaluate("at => { window.at = at; }", [top, bottom])
    page.wait_for_function(f"(({SEEN})()).every((room) => room > 0)")
    assert page.evaluate("document.activeElement.closest('#panel h3') !== null")  # read aloud from its beginning
    assert page.evaluate("scrollY") < 300  # the page itself stays
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('#panel-body').scrollTop === 0")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.cite')")
    assert visit.errors == []
    visit.close()
    shelf.ingest(remove=["bon"])


def test_every_file_sent_has_its_line_one_that_was_refused_too(visit: Visit, address: str, tmp_path: Path) -> None:
    page = visit.page
    sign_in(page, address)
    attack = "<img src=x onerror=alert(1)>.png"
    add(page, tmp_path, ("note.md", b"# Une note\n\nDu texte."), (attack, b"\x89PNG"), ("faux.pdf", b"<html>"))
    rows = page.locator(".outcome tbody tr")
    assert rows.count() == 3
    assert "ajouté" in rows.filter(has_text="note.md").inner_text()
    assert "non lu" in rows.filter(has_text="faux.pdf").inner_text()
    assert "n'est pas d'un format pris ici" in rows.filter(has_text=".png").inner_text()
    assert "2 n'ont pas été lus" in page.inner_text(".outcome")
    page.goto(f"{address}/gestion")
    add(page, tmp_path, ("photo.png", b"\x89PNG"))  # none that can be read: a line all the same
    assert rows.count() == 1
    assert "photo.png" in rows.inner_text()
    assert visit.dialogs == []
    page.click('[data-remove="note"]')
    page.click("#confirm-yes")
    page.locator("[data-remove=note]").wait_for(state="detached")


def test_progress_is_told_while_files_are_sent_read_and_put_in(visit: Visit, address: str, tmp_path: Path) -> None:
    page = visit.page
    sign_in(page, address)
    page.evaluate(
        """() => { window.told = []; const far = document.querySelector("#far");
        new MutationObserver(() => window.told.push(far.textContent)).observe(far, { childList: true, subtree: true });
        window.addEventListener("pagehide", () => sessionStorage.setItem("told", JSON.stringify(window.told))); }"""
    )
    pages = [column([f"Le chapitre {n} finance {n} mesures pour les entreprises de la region."]) for n in range(30)]
    add(page, tmp_path, ("long.pdf", make_pdf(pages)))
    told = page.evaluate("sessionStorage.getItem('told')")
    assert "Envoi de «\N{NO-BREAK SPACE}long.pdf\N{NO-BREAK SPACE}» (1 sur 1)" in told
    assert "Fichiers lus" in told or "Préparation" in told
    page.click('[data-remove="long"]')
    page.click("#confirm-yes")
    page.locator("[data-remove=long]").wait_for(state="detached")


def test_the_file_opens_at_its_page(visit: Visit, address: str) -> None:
    answer = visit.page.request.get(f"{address}/documents/plan/file")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")


def test_a_wrong_password_says_so_and_gives_the_field_back(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/gestion")
    page.fill("#name", "zoe")
    page.fill("#password", "un mauvais mot de passe")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    page.locator("#password:focus").wait_for()
    assert "plan" not in page.inner_text("main").casefold()


def test_who_signs_out_sees_nothing_by_going_back(visit: Visit, address: str) -> None:
    page = visit.page
    sign_in(page, address)
    page.click("header form button")
    page.wait_for_selector("#password")
    page.go_back()
    page.wait_for_load_state()
    assert page.locator("[data-remove]").count() == 0


def test_the_link_to_it_is_on_the_page(visit: Visit, address: str) -> None:
    visit.page.get_by_role("link", name="Gérer les documents").click()
    visit.page.wait_for_selector("#password")


def test_who_comes_back_from_it_finds_the_conversation_again(visit: Visit) -> None:
    visit.ask("Que finance le plan ?")
    visit.answered()
    visit.page.get_by_role("link", name="Gérer les documents").click()
    visit.page.wait_for_selector("#password")
    visit.page.go_back()
    visit.answered()
    assert "Que finance le plan ?" in visit.page.inner_text("#current .asked")
    visit.page.get_by_role("link", name="Gérer les documents").click()
    visit.page.get_by_role("link", name="Retour au guichet").click()
    visit.answered()
    assert "Que finance le plan ?" in visit.page.inner_text("#current .asked")


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_shows_everything_within_its_width(browser: Browser, address: str, width: int) -> None:
    phone = Visit(browser, address, viewport={"width": width, "height": 720}, has_touch=True)
    sign_in(phone.page, address)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= width
    assert phone.page.locator('[data-remove="plan"]').is_visible()
    phone.close()


def test_it_speaks_english_on_the_english_side(visit: Visit, address: str) -> None:
    sign_in(visit.page, address, "/en/gestion")
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    assert "Add documents" in visit.page.inner_text("main")
    assert "Ajouter" not in visit.page.inner_text("main")


def violations(page: Page) -> list[str]:
    """What axe finds on the page."""
    pytest.importorskip("axe_playwright_python", reason="axe is not installed (extra dev)")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
        "best-practice"]})).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 200)).join(" | ")}`)"""
    )
    return found


@pytest.mark.parametrize(
    "context",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 320, "height": 640}}],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_no_violation(browser: Browser, address: str, context: dict[str, Any]) -> None:
    visit = Visit(browser, address, **context)
    page = visit.page
    page.goto(f"{address}/gestion")
    found = {"login": violations(page)}
    sign_in(page, address)
    found["documents"] = violations(page)
    assert {role: page.get_by_role(role).count() for role in LANDMARKS} == dict.fromkeys(LANDMARKS, 1)
    assert page.locator("h1").count() == 1
    page.click('[data-remove="plan"]')
    found["dialog"] = violations(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    visit.close()
