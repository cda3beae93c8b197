"""Two processes behind one address, one killed: jobs end, limits still count, keys, files and sums are everyone's."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from api_worlds import bearer, make_key
from library_worlds import CHEQUE
from process_worlds import Service, service

from ui.access import add_person
from ui.words import load_words

SECRET = "une phrase assez longue"
PATIENCE_S = 90.0


@pytest.fixture(scope="module", params=["file", "postgres"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres: Callable[[str], str]
) -> Iterator[Service]:
    """Over a file of one machine, then over the PostgreSQL of several."""
    home = tmp_path_factory.mktemp("two") / "home"
    home.mkdir()
    add_person(home, "zoe", SECRET, load_words("fr"))
    store = None
    if request.param == "postgres":
        import psycopg

        with psycopg.connect(postgres("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS two_processes")
            connection.execute("CREATE DATABASE two_processes")
        store = postgres("two_processes")
    with service(home, store) as running:
        yield running


@pytest.fixture(autouse=True)
def ready(served: Service) -> None:
    served.ready()


def call(served: Service, method: str, path: str, **options: Any) -> httpx.Response:
    """A program's call, on a connection of its own, made again where a process died under it."""
    until = time.monotonic() + PATIENCE_S
    while True:
        with suppress(httpx.TransportError):
            return httpx.request(method, served.address + path, timeout=30, **options)
        assert time.monotonic() < until
        time.sleep(0.2)


def wait_for(condition: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.2)
    return found


def test_a_job_whose_process_is_killed_ends_with_every_answer_once(served: Service) -> None:
    key = bearer(make_key(served.database, "batch"))
    questions = [{"question": f"{n}. Combien coûte le diagnostic régional ?"} for n in range(12)]
    served.slow()
    number = call(served, "POST", "/api/v1/jobs", json={"questions": questions}, headers=key).json()["id"]
    served.kill(served.answering())

    def ended() -> bool:
        return bool(call(served, "GET", f"/api/v1/jobs/{number}", headers=key).json()["state"] == "done")

    wait_for(ended)
    lines = call(served, "GET", f"/api/v1/jobs/{number}/results", headers=key).text.splitlines()
    assert len(lines) == 12
    assert [re.search(r'"id": "(\d+)"', line)[1] for line in lines] == [str(n + 1) for n in range(12)]  # type: ignore[index]


def test_a_limit_counts_in_every_process_and_after_one_died(served: Service) -> None:
    key = bearer(make_key(served.database, "ask", "batch", per_minute=1))
    asked = {"question": "Combien coûte le diagnostic régional ?", "llm": False}
    pid = served.some_process()
    served.fast()
    statuses = [call(served, "POST", "/api/v1/ask", json=asked, headers=key).status_code for _ in range(5)]
    assert statuses == [200] * 5
    served.kill(pid)
    assert {call(served, "POST", "/api/v1/ask", json=asked, headers=key).status_code for _ in range(4)} == {429}


def test_the_counters_are_those_of_all(served: Service) -> None:
    key = bearer(make_key(served.database, "ask", "metrics"))
    asked = {"question": "Combien coûte le diagnostic régional ?", "llm": False}
    before = counted(served, key)
    for _ in range(6):
        assert call(served, "POST", "/api/v1/ask", json=asked, headers=key).status_code == 200
    assert counted(served, key) == before + 6
    text = call(served, "GET", "/api/v1/metrics", headers=key).text
    assert "diagnostic" not in text
    assert len(re.findall(r"^guichet_waiting ", text, re.MULTILINE)) == 1


def counted(served: Service, key: dict[str, str]) -> int:
    text = call(served, "GET", "/api/v1/metrics", headers=key).text
    counts = re.findall(r'^guichet_requests_total\{[^}]*route="/api/v1/ask"[^}]*\} (\S+)', text, re.MULTILINE)
    return int(sum(map(float, counts)))


def test_documents_being_added_are_added_though_the_process_dies(served: Service) -> None:
    browser = httpx.Client(base_url=served.address, timeout=30, headers={"connection": "close"})
    form = re.search(r'name="form" value="([^"]+)"', browser.get("/gestion").text)
    assert form is not None
    signed = browser.post("/gestion/connexion", data={"form": form[1], "name": "zoe", "password": SECRET})
    assert signed.status_code == 303
    token = re.search(r'data-form="([^"]+)"', browser.get("/gestion").text)
    assert token is not None
    headers = {"x-form": token[1], "x-file-name": "cheque.pdf"}
    sent = browser.post("/gestion/envoi", content=CHEQUE, headers=headers).json()["token"]
    (served.home / "hold").touch()  # the process stays before the index
    assert "work" in browser.post("/gestion/ajout", json={"files": [sent]}, headers=headers).json()
    worker = wait_for(lambda: served.database.rows("SELECT worker FROM works WHERE stage = 'reading'"))
    pid = int(str(worker[0][0]).split(":")[1])
    served.kill(pid)
    (served.home / "hold").unlink()  # only then: let go first, it might end before it dies

    def ended() -> bool:
        with suppress(httpx.TransportError):
            return bool(browser.get("/gestion/travail").json().get("ended"))
        return False

    wait_for(ended)
    assert browser.get("/gestion/travail").json()["stage"] == "done"
    assert "cheque" in browser.get("/gestion").text
    assert not list((served.home / "incoming").glob("*"))
    assert served.database.rows("SELECT tries FROM works")[0][0] == 2
    browser.close()
