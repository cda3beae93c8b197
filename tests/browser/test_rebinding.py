"""A site whose name was made to lead to this machine (DNS rebinding), in a real browser: it reads nothing of ours."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from api_worlds import make_world, wait_for
from page_worlds import TinyAssistant
from visits import CHROMIUM, PATIENCE_MS, QUIET

from ui.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAME = "evil.example"
# as a proxy of this machine would send it: a page may add these to what it asks of its own site
TRIED = """async () => {
  const headers = {"x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https", "x-forwarded-host": "localhost"};
  const read = async (path) => (await fetch(path, {headers})).status;
  return Promise.all(["/", "/config", "/gestion", "/api/v1/documents"].map(read));
}"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    import uvicorn

    folder: Path = tmp_path_factory.mktemp("desk")
    assistant = TinyAssistant()
    desk = make_world(folder, assistant)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(assistant, desk), log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    with closing(desk.database):
        thread.start()
        wait_for(lambda: server.started, 60)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def rebound() -> Iterator[Browser]:
    """A browser for which the site's name is an address of this machine."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with playwright.sync_playwright() as p:
        rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
        opened = p.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET, rules])
        yield opened
        opened.close()


def test_under_the_name_of_a_site_nothing_is_shown_nor_read(rebound: Browser, port: int) -> None:
    page = rebound.new_page(bypass_csp=True)  # the page of the attack is its own, with no policy of ours
    opened = page.goto(f"http://{NAME}:{port}/", timeout=PATIENCE_MS)
    assert opened is not None
    assert opened.status == 421
    assert page.query_selector("#question") is None
    assert f"http://localhost:{port}/" in page.inner_text("body")
    assert page.evaluate(TRIED) == [421] * 4
    page.close()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_under_a_name_of_this_machine_the_page_answers(rebound: Browser, port: int, name: str) -> None:
    page = rebound.new_page()
    page.goto(f"http://{name}:{port}/", timeout=PATIENCE_MS)
    page.wait_for_selector("#question textarea", timeout=PATIENCE_MS)
    page.fill("#question textarea", "Combien ?")
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#current .answer .copy", timeout=PATIENCE_MS)
    page.close()
