"""Two clients before one slow generator, over HTTP: the one who asks little is served among those of the other."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_worlds import Library, bearer, make_key, make_world, serving, visiting, wait_for
from fastapi.testclient import TestClient
from relay_worlds import JOIN, event

from assistant.answers import Event, Question, Step
from ui.api.desk import Desk
from ui.app import create_app
from ui.pacing import BUSY_GENERATOR, DRAFTS_WAITING, Paced
from ui.transfers import COOKIE, new_owner
from ui.turns import BATCH

ASK, CHAT = "/api/v1/ask", "/v1/chat/completions"
LONG_S = 60.0


class Scripted(Library):
    """Writes one draft at each `release`, and remembers in which order it began them."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[str] = []

    def stream(self, question: Question) -> Iterator[Event]:
        for made in super().stream(question):
            yield made
            if isinstance(made, Step) and made.name == "draft":
                self.begun.append(question.text)


class Crowd:
    """Questions asked at once, each by a connection of its own, and their answers as they come."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.answers: dict[str, dict[str, Any]] = {}
        self.threads: list[threading.Thread] = []

    def ask(self, key: str, text: str) -> None:
        def work() -> None:
            body = {"question": text}
            with contextlib.suppress(httpx.TransportError):  # asked for no longer: the test ended
                answer = httpx.post(
                    self._address + ASK, json=body, headers=bearer(key), timeout=LONG_S, trust_env=False
                )
                self.answers[text] = answer.json()

        self.threads.append(threading.Thread(target=work, daemon=True))
        self.threads[-1].start()


def test_one_question_beside_twelve_connections_is_the_second_draft(tmp_path: Path) -> None:
    assistant = Scripted()
    paced = Paced(assistant, at_once=4)
    desk = make_world(tmp_path, paced)
    heavy, light = make_key(desk.database, per_minute=600), make_key(desk.database, per_minute=600)
    with serving(desk) as address:
        crowd = Crowd(address)
        for n in range(1 + DRAFTS_WAITING):
            crowd.ask(heavy, f"retenue {n}")
            wait_for(lambda n=n: len(paced.drafting) == n and len(assistant.begun) == 1, LONG_S)
        for n in range(7, 12):  # no place for them: their quotes at once
            crowd.ask(heavy, f"retenue {n}")
            wait_for(lambda n=n: f"retenue {n}" in crowd.answers, LONG_S)
        crowd.ask(light, "retenue, elle aussi")
        wait_for(lambda: "retenue 6" in crowd.answers, LONG_S)  # the last of the heavy one made room, and is told
        for n in range(6, 12):
            told = crowd.answers[f"retenue {n}"]
            assert BUSY_GENERATOR in told["follow_ups"]
            assert (told["status"], told["reason"]) == ("answered", "model_unavailable")
        for _ in range(1 + DRAFTS_WAITING):
            assistant.release()
        for thread in crowd.threads:
            thread.join(LONG_S)
    written = ["retenue 0", "retenue 1", "retenue, elle aussi", *(f"retenue {n}" for n in range(2, 6))]
    assert assistant.begun == written
    assert [crowd.answers[text]["generator"] for text in written] == ["tiny"] * 7
    assert (len(paced.drafting), paced.drafting._waiting._lines) == (0, {})


def test_one_who_hangs_up_leaves_the_line(tmp_path: Path) -> None:
    assistant = Scripted()
    paced = Paced(assistant)
    desk = make_world(tmp_path, paced)
    with serving(desk) as address:
        crowd = Crowd(address)
        crowd.ask(make_key(desk.database), "retenue")
        wait_for(lambda: len(assistant.begun) == 1, LONG_S)
        with (
            httpx.Client(base_url=address, timeout=LONG_S, trust_env=False) as client,
            client.stream("POST", ASK, json={"question": "retenue, quittée"}, headers={"accept": "text/event-stream"}),
        ):
            wait_for(lambda: len(paced.drafting) == 1, LONG_S)
        wait_for(lambda: len(paced.drafting) == 0, LONG_S)
        assistant.release()
        crowd.threads[0].join(LONG_S)
    assert assistant.begun == ["retenue"]


class Named(Paced):
    """Remembers on whose behalf it was asked."""

    def __init__(self) -> None:
        super().__init__(Library())
        self.clients: list[str] = []

    def stream(self, question: Question, **options: Any) -> Any:
        self.clients.append(options.get("client", ""))
        return super().stream(question, **options)


@pytest.fixture
def named() -> Named:
    return Named()


@pytest.fixture
def desk(tmp_path: Path, named: Named) -> Desk:
    return make_world(tmp_path, named)


def test_a_client_is_its_key_or_its_address_whatever_the_door(desk: Desk, named: Named) -> None:
    key = make_key(desk.database)
    said = {"model": "guichet", "messages": [{"role": "user", "content": "Quel budget ?"}]}
    with visiting(desk, address="127.0.0.1") as client:
        for headers in (bearer(key), {}):
            assert client.post(ASK, json={"question": "Quel budget ?"}, headers=headers).status_code == 200
            assert client.post(CHAT, json=said, headers=headers).status_code == 200
    identity = f"key:{key.split('_')[1]}"
    assert named.clients == [identity, identity, "address:127.0.0.1", "address:127.0.0.1"]


def test_the_questions_of_a_job_are_one_client(desk: Desk, named: Named) -> None:
    with visiting(desk) as client:
        sent = client.post("/api/v1/jobs", json={"questions": [{"question": "Un ?"}, {"question": "Deux ?"}]})
        assert sent.status_code == 202
        wait_for(lambda: len(named.clients) == 2, LONG_S)
    assert named.clients == [BATCH, BATCH]


@pytest.mark.parametrize(
    ("address", "expected"), [("192.0.2.7", "page:192.0.2.7"), ("2001:db8::1", "page:2001:db8::/64")]
)
def test_the_page_asks_for_its_address(named: Named, address: str, expected: str) -> None:
    with TestClient(create_app(named), client=(address, 50_000)) as client:
        assert "60 M€" in client.post(JOIN, json=event(client, "Quel budget ?")).text
    assert named.clients == [expected]


def test_the_page_asks_for_its_visitor_where_no_address_is_known(named: Named) -> None:
    visitors = [new_owner(), new_owner()]
    for visitor in visitors:
        with TestClient(create_app(named), cookies={COOKIE: visitor}) as client:
            client.post(JOIN, json=event(client, "Quel budget ?"))
    assert len(set(named.clients)) == 2
    assert all(name.startswith("page:") and "?" not in name for name in named.clients)
