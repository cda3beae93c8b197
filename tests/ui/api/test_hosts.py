"""The names that the whole service answers to, asked of a real server: a site whose name leads here gets nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from api_worlds import make_world, wait_for
from library_worlds import Shelf

from ui.api.hosts import known, local
from ui.app import create_app
from ui.pacing import Paced

SITE = "https://guichet.ma-region.fr"
FORWARDED = {"x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https"}
PAGES = ("/", "/en/", "/config", "/en/config", "/gradio_api/info", "/guichet/page.js", "/gestion", "/guichet/embed.js")
API = ("/api/v1/documents", "/api/v1/openapi.json", "/v1/models")
HEALTH = ("/sante", "/api/v1/health/live", "/api/v1/health/ready")


@contextmanager
def served(folder: Path, **access: object) -> Iterator[httpx.Client]:
    """The pages, their management and the API, on a real port, where keys are needed by nobody."""
    shelf = Shelf(folder / "home")
    desk = make_world(folder, Paced(shelf.living), keys="optional", **access)
    app = create_app(desk.answering, desk, library=shelf.library)  # type: ignore[arg-type]
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    wait_for(lambda: server.started, 60)
    with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", trust_env=False, timeout=60) as client:
        yield client
    server.should_exit = True
    thread.join(10)
    listening.close()
    desk.database.close()
    shelf.close()


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, httpx.Client]]:
    with ExitStack() as stack:
        yield {
            "alone": stack.enter_context(served(tmp_path_factory.mktemp("alone"), origins=(SITE,))),
            "open": stack.enter_context(served(tmp_path_factory.mktemp("open"), open_to_network=True)),
        }


def status(client: httpx.Client, path: str, host: str, **headers: str) -> int:
    return client.get(path, headers={"host": host.format(port=client.base_url.port), **headers}).status_code


@pytest.mark.parametrize("path", [*PAGES, *API])
def test_a_site_whose_name_leads_here_reads_nothing(services: dict[str, httpx.Client], path: str) -> None:
    alone = services["alone"]
    assert status(alone, path, "localhost:{port}") < 400
    for host in ("evil.example:{port}", "evil.example", "localhost.evil.example:{port}", "127.0.0.1.evil.example", ""):
        assert status(alone, path, host) == 421, host
    # what a page can add to its request, its name being of this port
    assert status(alone, path, "evil.example:{port}", **FORWARDED) == 421


@pytest.mark.parametrize(
    "path", ["/gradio_api/queue/join", "/api/v1/ask", "/v1/chat/completions", "/gestion/connexion"]
)
def test_nor_does_it_send_anything(services: dict[str, httpx.Client], path: str) -> None:
    alone = services["alone"]
    host = f"evil.example:{alone.base_url.port}"
    refused = alone.post(path, json={"question": "x"}, headers={"host": host, "origin": f"http://{host}"})
    assert refused.status_code == 421


def test_the_refusal_says_what_to_open_in_both_languages(services: dict[str, httpx.Client]) -> None:
    alone = services["alone"]
    refused = alone.get("/", headers={"host": "evil.example"})
    french, english = refused.text.splitlines()
    assert refused.headers["content-type"].startswith("text/plain")
    assert "ouvrez" in french
    assert "open" in english
    assert french.count(f"http://localhost:{alone.base_url.port}/") == english.count("http://localhost:") == 1


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:{port}", "127.0.0.9", "[::1]:{port}", "[::1]"])
def test_the_names_of_this_machine_are_answered_on_any_port(services: dict[str, httpx.Client], host: str) -> None:
    assert status(services["alone"], "/", host) == 200


def test_the_name_of_a_proxy_or_of_a_listed_site_is_answered(services: dict[str, httpx.Client]) -> None:
    alone = services["alone"]
    for host in ("guichet.ma-chambre.fr", "10.1.2.3:8443"):  # deploy/nginx.conf passes on the name and the visitor
        assert status(alone, "/", host, **FORWARDED) == 200
        assert status(alone, "/v1/models", host, **FORWARDED) == 200
    assert status(alone, "/", SITE.removeprefix("https://")) == 200


def test_a_probe_names_the_service_as_it_likes(services: dict[str, httpx.Client]) -> None:
    assert {status(services["alone"], path, "10.244.1.7:7860") for path in HEALTH} == {200}


def test_a_service_of_the_network_is_called_by_any_name(services: dict[str, httpx.Client]) -> None:
    assert {status(services["open"], path, "aides.example:{port}") for path in (*PAGES, *API)} == {200}


@pytest.mark.parametrize(
    "host", ["", ":", "@localhost", "localhost:", "localhost@evil.example", "[::1", "127.1", "::1"]
)
def test_what_only_looks_local_is_not(host: str) -> None:
    assert not local(host)


def test_on_the_port_of_http_a_name_without_one_came_straight_here() -> None:
    headers = [(b"host", b"evil.example"), (b"x-forwarded-for", b"203.0.113.7")]
    assert not known({"type": "http", "headers": headers, "server": ("127.0.0.1", 80)}, ())
    assert known({"type": "http", "headers": headers, "server": ("127.0.0.1", 7860)}, ())
