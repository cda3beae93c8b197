"""The assistant on another site, in a real browser: opened on an allowed site, refused on any other."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from api_worlds import make_world
from page_worlds import TinyAssistant

from ui.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page

STARTS_S = 30


class Town(BaseHTTPRequestHandler):
    """A site that shows the guichet, under a policy as strict as a careful site has."""

    service = ""

    def do_GET(self) -> None:
        page = f"""<!doctype html><html lang="fr"><title>Ville</title><h1>Ma ville</h1>
        <script src="{self.service}/guichet/embed.js" data-lang="{"en" if "en" in self.path else "fr"}"></script>"""
        policy = f"default-src 'none'; script-src {self.service}; frame-src {self.service}"
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-security-policy", policy)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def site(name: str, handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://{name}:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@contextmanager
def guichet(folder: Path, *origins: str) -> Iterator[str]:
    import uvicorn

    assistant = TinyAssistant()
    desk = make_world(folder, assistant, origins=origins)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(assistant, desk), log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    with closing(desk.database):
        thread.start()
        until = time.monotonic() + STARTS_S
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@dataclass(frozen=True)
class Sites:
    service: str
    allowed: str  # another site, in the list: localhost is not 127.0.0.1
    refused: str


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with ExitStack() as stack:
        handler = type("Served", (Town,), {})
        allowed = stack.enter_context(site("localhost", handler))
        refused = stack.enter_context(site("localhost", handler))
        service = stack.enter_context(guichet(tmp_path_factory.mktemp("desk"), allowed))
        handler.service = service  # type: ignore[attr-defined]
        yield Sites(service, allowed, refused)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="fr-FR")
    yield context.new_page()
    context.close()


def opened(page: Page) -> Frame:
    """Presses the button; the frame of the panel, once it has loaded or failed to."""
    page.get_by_role("button", name="Une question sur les aides à l'IA ?").click()
    handle = page.wait_for_selector("#guichet-ia-panneau iframe")
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    return frame


def test_a_visitor_of_an_allowed_site_asks_and_is_answered(page: Page, sites: Sites) -> None:
    page.goto(sites.allowed)
    frame = opened(page)
    frame.wait_for_selector("#question textarea")
    frame.fill("#question textarea", "Combien ?")
    frame.press("#question textarea", "Enter")
    frame.wait_for_selector("#current .answer .copy")
    assert "60\N{NO-BREAK SPACE}M€" in frame.inner_text("#current .answer")


def test_the_pages_of_the_panel_have_their_addresses_and_leave_the_back_of_the_site_alone(
    page: Page, sites: Sites
) -> None:
    page.goto(sites.allowed)
    frame = opened(page)
    frame.wait_for_selector("#question textarea")
    steps = page.evaluate("history.length")
    frame.get_by_role("tab", name="Catalogue").click()
    frame.wait_for_selector("#catalogue .fiche")
    frame.get_by_role("tab", name="À propos").click()
    frame.wait_for_selector("#about-title")
    assert frame.url == f"{sites.service}/a-propos"
    assert page.evaluate("history.length") == steps
    frame.get_by_role("link", name="English").click()
    frame.wait_for_url(f"{sites.service}/en/about")
    frame.wait_for_selector("#about-title >> text=About this desk")


def test_on_another_site_the_panel_stays_empty(page: Page, sites: Sites) -> None:
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(sites.refused)
    frame = opened(page)
    while not any("frame-ancestors" in error for error in errors):
        page.wait_for_event("console", timeout=60_000)
    page.wait_for_timeout(500)
    assert frame.query_selector("#question") is None


def test_nothing_is_asked_of_the_guichet_before_the_button_is_pressed(page: Page, sites: Sites) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(sites.allowed)
    page.wait_for_timeout(300)
    assert [url for url in asked if url.startswith(sites.service)] == [f"{sites.service}/guichet/embed.js"]


def test_the_panel_opens_and_closes_from_the_keyboard(page: Page, sites: Sites) -> None:
    page.goto(sites.allowed)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.className") == "open"


def test_the_panel_speaks_english_where_it_is_asked_to(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.allowed}/en")
    page.get_by_role("button", name="Ask about AI support").click()
    handle = page.wait_for_selector("#guichet-ia-panneau iframe")
    assert handle is not None
    assert handle.get_attribute("src") == f"{sites.service}/en/"


def test_the_policy_of_a_careful_site_is_enough(page: Page, sites: Sites) -> None:
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(sites.allowed)
    page.get_by_role("button", name="Une question sur les aides à l'IA ?").wait_for()
    page.wait_for_timeout(200)
    assert [error for error in errors if "favicon" not in error and "404" not in error] == []


@pytest.mark.parametrize("path", ["/", "/en/", "/catalogue", "/en/about"])
def test_the_pages_name_the_sites_that_may_frame_them(sites: Sites, path: str) -> None:
    headers = httpx.get(sites.service + path).headers
    assert f"frame-ancestors {sites.allowed};" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


@pytest.mark.parametrize("path", ["/gestion", "/sante", "/guichet/page.js", "/nulle-part", "/api/v1/health/live"])
def test_nothing_else_is_framed(sites: Sites, path: str) -> None:
    headers = httpx.get(sites.service + path).headers
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_without_a_list_no_site_frames_anything(tmp_path: Path) -> None:
    from fastapi.testclient import TestClient

    with TestClient(create_app(TinyAssistant())) as client:
        for path in ("/", "/en/", "/guichet/embed.js"):
            headers = client.get(path).headers
            assert headers["x-frame-options"] == "DENY"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["cross-origin-resource-policy"] == "same-origin"
