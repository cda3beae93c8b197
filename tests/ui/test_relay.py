"""An event of the page in one request: nothing of it stays, nobody reads another's, whoever leaves stops the work."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from api_worlds import wait_for
from fastapi import FastAPI
from fastapi.testclient import TestClient
from gradio.blocks import Block
from page_worlds import TinyAssistant
from relay_worlds import JOIN, conversation, event, messages
from starlette.routing import Mount

from assistant.answers import Event, Question, Quotes
from ui.app import create_app
from ui.relay import Pages, Relay
from ui.security import Receive, Scope, Send
from ui.transfers import COOKIE, new_owner


class Waiting(TinyAssistant):
    """Stays at its quotes until it is let go, or left."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.left = threading.Event(), threading.Event()

    def stream(self, question: Question) -> Iterator[Event]:
        try:
            for event in super().stream(question):
                yield event
                if isinstance(event, Quotes) and "attendre" in question.text:
                    self.go.wait(20)
        except GeneratorExit:
            self.left.set()
            raise


@pytest.fixture(scope="module")
def assistant() -> Waiting:
    return Waiting()


@pytest.fixture(scope="module")
def app(assistant: Waiting) -> FastAPI:
    return create_app(assistant)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, cookies={COOKIE: new_owner()}) as opened:
        yield opened


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_answer_of_the_one_request_is_the_stream(client: TestClient, prefix: str) -> None:
    answer = client.post(f"{prefix}{JOIN}", json=event(client, "Quel budget ?", prefix=prefix))
    rows = messages(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    assert [row["msg"] for row in rows if row["msg"] == "process_completed"] == ["process_completed"]
    assert rows[-1]["msg"] == "close_stream"
    assert "60 M€" in answer.text


def test_any_process_goes_on_from_what_the_page_sends(client: TestClient, assistant: Waiting) -> None:
    held = conversation(messages(client.post(JOIN, json=event(client, "Quel budget ?")).text))
    client.post(JOIN, json=event(client, "Et après ?", held))
    assert [turn.content for turn in assistant.asked[-1].history][:1] == ["Quel budget ?"]


def test_a_conversation_that_was_changed_is_said_and_begins_anew(client: TestClient, assistant: Waiting) -> None:
    before = len(assistant.asked)
    said = client.post(JOIN, json=event(client, "Quel budget ?", "AAAA")).text
    assert "ne peut pas être relue" in said
    assert len(assistant.asked) == before


def test_nothing_of_a_visitor_stays_in_the_process(app: FastAPI, client: TestClient) -> None:
    for n in range(5):
        client.post(JOIN, json=event(client, f"Ma question secrète {n} ?"))
    (root,) = [route for route in app.routes if isinstance(route, Mount) and route.path == ""]
    pages: Any = root.app
    queue = pages.get_blocks()._queue
    assert dict(queue.pending_messages_per_session) == {}
    assert queue.pending_event_ids_session == {}
    wait_for(lambda: queue.event_ids_to_events == {}, 60)  # Gradio lets go of an event just after its last message
    assert dict(pages.state_holder.session_data) == {}
    before = _parts_of_pages()
    for n in range(5):
        client.post(JOIN, json=event(client, f"Ma question secrète {n} ?"))
    assert _parts_of_pages() == before
    assert "secrète" not in json.dumps(pages.state_holder["x"].config_values, default=str)


def _parts_of_pages() -> int:
    """How many parts of pages (components of Gradio) are in memory."""
    gc.collect()
    return sum(isinstance(thing, Block) for thing in gc.get_objects())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        b'"x"',
        b"[" * 100_000,
        b'{"data": [], "fn_index": 99999}',
        b'{"fn_index": "x"}',
        b"{}",
    ],
)
def test_what_no_page_sends_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post(JOIN, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422, 500)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_the_form_of_another_site_asks_nothing(client: TestClient, assistant: Waiting, kind: str) -> None:
    before, body = len(assistant.asked), json.dumps(event(client, "Quel budget ?"))
    assert client.post(JOIN, content=body, headers={"content-type": kind}).status_code == 422
    assert len(assistant.asked) == before


def test_halves_of_characters_break_no_stream(client: TestClient) -> None:
    body = json.dumps(event(client, "Quel budget \ud800 ?"))
    answer = client.post(JOIN, content=body, headers={"content-type": "application/json"})
    assert messages(answer.text)[-1]["msg"] == "close_stream"


HOSTILE = [  # values that say they are files, here or elsewhere
    {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
    {"path": "/etc/passwd", "url": "http://127.0.0.1:9/", "meta": {"_type": "gradio.FileData"}},
    {"path": "", "url": "file:///etc/passwd", "meta": {"_type": "gradio.FileData"}},
    [{"path": "../../etc/passwd"}],
]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_of_an_event_reads_a_file_or_asks_another_machine(
    client: TestClient, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    connect = socket.socket.connect

    def told(self: socket.socket, address: Any) -> None:
        asked.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", told)
    config = client.get("/config").json()
    for one in config["dependencies"]:
        body = {"data": [value] * len(one["inputs"]), "fn_index": one["id"], "event_data": value}
        answer = client.post(JOIN, json=body)
        assert "root:" not in answer.text
        assert "Traceback" not in answer.text
    assert asked == []


@pytest.mark.parametrize(
    "path", ["queue/data?session_hash=abc", "cancel", "reset", "heartbeat/abc", "app_id", "queue/join/", "queue/status"]
)
def test_the_queue_of_another_is_not_to_be_had(client: TestClient, path: str) -> None:
    for method in ("GET", "POST"):
        assert client.request(method, f"/gradio_api/{path}").status_code in (404, 405)


@contextmanager
def serving(app: FastAPI) -> Iterator[httpx.Client]:
    """A visitor of the application behind a real server, where connections end as they end."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    wait_for(lambda: server.started, 30)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with httpx.Client(base_url=address, cookies={COOKIE: new_owner()}, timeout=30) as client:
        yield client
    server.should_exit = True
    thread.join(10)
    listening.close()


def test_whoever_leaves_stops_the_work() -> None:
    assistant = Waiting()
    with serving(create_app(assistant)) as client:
        body = event(client, "Faut-il attendre ?")  # type: ignore[arg-type]
        with client.stream("POST", JOIN, json=body) as answer:
            for line in answer.iter_lines():
                if "60 M€" in line:
                    break
        time.sleep(0.5)
        assistant.go.set()
        assert assistant.left.wait(20)


def test_nothing_of_whoever_leaves_at_the_last_message_stays() -> None:
    app = create_app(Waiting())
    with serving(app) as client:
        body = event(client, "Quel budget ?")  # type: ignore[arg-type]
        for _ in range(20):
            with client.stream("POST", JOIN, json=body) as answer:
                next(line for line in answer.iter_lines() if "process_completed" in line)
        (root,) = [route for route in app.routes if isinstance(route, Mount) and route.path == ""]
        pages: Any = root.app
        queue = pages.get_blocks()._queue
        wait_for(lambda: queue.event_ids_to_events == {}, 60)
        assert pages.iterators_to_reset == set()


async def _full(scope: Scope, receive: Receive, send: Send) -> None:
    """A queue of Gradio's that takes nobody more."""
    await send({"type": "http.response.start", "status": 503, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b'{"detail": "Queue is full."}'})


def test_who_asks_too_often_or_finds_the_queue_full_is_told_when_to_come_back() -> None:
    pages = {"": Pages(frozenset({1}), lambda _session, _event: None)}
    asked = {"fn_index": 1, "data": []}
    for wait_s, told in ((7.2, "8"), (0.0, "10")):
        client = TestClient(Relay(_full, pages, lambda _request, wait_s=wait_s: wait_s))  # type: ignore[misc]
        answer = client.post(JOIN, json=asked)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, told)
