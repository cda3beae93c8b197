"""Gradio's own routes, all of them as installed: but for those the pages press, none answers, whatever is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from page_worlds import TinyAssistant
from reading_contract import watched
from relay_worlds import JOIN
from starlette.routing import BaseRoute, Mount

from ui.app import create_app

# What a browser needs to show the pages and press their buttons. Another address here is a decision to take and write
# down in docs/security.md, not a test to mend.
PRESSED = {
    "/",
    "/assets/{path}",
    "/static/{path}",
    "/config",
    "/theme.css",
    "/favicon.ico",
    "/robots.txt",
    "/gradio_api/info",
    "/gradio_api/queue/join",
    "/gradio_api/startup-events",
}
VALUES = {"session_hash": "abc123", "path": "x.js", "path_or_url": "/etc/passwd", "api_name": "ask", "event_id": "1"}


def walk(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, path with its parameters) of every route under the pages."""
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "app", None), "routes", None)
        path = prefix + getattr(route, "path", "")
        if isinstance(route, Mount) and inner:
            yield from walk(inner, path)
        elif original := getattr(route, "original_router", None):
            yield from walk(original.routes, prefix + getattr(route, "prefix", ""))
        elif getattr(route, "path", None) is not None:
            for method in getattr(route, "methods", None) or ("GET", "POST"):
                yield method, path


@pytest.fixture(scope="module")
def app() -> object:
    return create_app(TinyAssistant())


@pytest.fixture(scope="module")
def client(app: object) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:  # type: ignore[arg-type]
        yield opened


def gradio_routes(app: object) -> list[tuple[str, str]]:
    """The routes of the pages mounted at the root: the last Gradio application of ours."""
    mounts = [route for route in app.routes if isinstance(route, Mount) and route.path == ""]  # type: ignore[attr-defined]
    (root,) = mounts
    return sorted(set(walk(list(root.app.routes))))  # type: ignore[attr-defined]


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: VALUES.get(m[1], "x"), path)


def plain(path: str) -> str:
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", path).rstrip("/") or "/"


def test_gradio_offers_far_more_than_the_pages_use(app: object) -> None:
    offered = {plain(path) for _, path in gradio_routes(app)}
    assert len(offered) > 30
    assert {"/gradio_api/upload", "/gradio_api/file={path_or_url}"} <= offered


def test_only_what_the_pages_press_answers(app: object, client: TestClient) -> None:
    opened = []
    for method, path in gradio_routes(app):
        if plain(path) in PRESSED or method in ("HEAD", "OPTIONS"):
            continue
        for prefix in ("", "/en"):
            answer = client.request(method, prefix + filled(path), json={} if method in ("POST", "PUT") else None)
            if answer.status_code not in (404, 405):
                opened.append((method, prefix + path, answer.status_code))
    assert opened == []


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file%3D/etc/passwd",
        "/assets/../../../../etc/passwd",
        "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/en//gradio_api/upload",
        "/gradio_api//upload",
        "/gradio_api/./upload",
        "/assets/..;/gradio_api/upload",
        "/GRADIO_API/upload",
        "/gradio_api/queue/join/../../upload",
    ],
)
def test_no_writing_of_an_address_goes_around(client: TestClient, path: str) -> None:
    for method in ("GET", "POST"):
        answer = client.request(method, path)
        assert answer.status_code in (400, 403, 404, 405, 422)
        assert "root:" not in answer.text


def test_what_is_pressed_says_nothing_of_this_machine(client: TestClient) -> None:
    for path in ("/config", "/gradio_api/info", "/gradio_api/startup-events"):
        text = client.get(path).text
        assert not re.search(r"/(?:home|root|work|usr|tmp|var)/", text), path
        assert "GUICHET_" not in text


def test_a_websocket_is_not_opened(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/gradio_api/queue/join"):
        pass


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_event_makes_the_service_fetch_an_address(client: TestClient, prefix: str) -> None:
    """Gradio fetches, or copies, what a value says to be a file; no page of ours takes one this way."""
    meta = {"_type": "gradio.FileData"}
    files = (
        {"path": "https://ailleurs.example/a.png", "meta": meta},
        {"path": "a.png", "url": "https://ailleurs.example/a.png", "meta": meta},
        {"path": "/etc/hostname", "meta": meta},
        {"path": "https://ailleurs.example/a.png"},
    )
    pressed = [d for d in client.get(f"{prefix}/config").json()["dependencies"] if d["inputs"]]
    assert len(pressed) > 5
    for held in (*files, {"a": [{"b": files[0]}]}, [[files[1]]]):
        with watched() as acts:
            for dependency in pressed:
                body = {"fn_index": dependency["id"], "data": [held] * len(dependency["inputs"]), "event_data": None}
                answer = client.post(f"{prefix}{JOIN}", json=body)
                assert answer.status_code == 422
        assert acts == []
