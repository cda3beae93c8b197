"""The browser and the page that every browser test visits; without Debian's chromium they are skipped, and say so."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from page_worlds import TinyAssistant
from visits import CHROMIUM, QUIET, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SERVER_STARTS_S = 30


@pytest.fixture(scope="module")  # while it is open its event loop runs in this thread: no other test may be there
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with playwright.sync_playwright() as p:
        opened = p.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def assistant() -> TinyAssistant:
    """Who answers at `address`; remembers what it was asked."""
    return TinyAssistant()


@pytest.fixture(scope="module")
def address(assistant: TinyAssistant) -> Iterator[str]:
    """The address of a page over a tiny assistant, served for the time of a module."""
    import uvicorn

    from ui.app import create_app

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(assistant), log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + SERVER_STARTS_S
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    visitor = Visit(browser, address)
    yield visitor
    visitor.close()
