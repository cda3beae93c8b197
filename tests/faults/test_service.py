"""The whole service in a process of its own, hurt while it answers: what it says, what it keeps, what it frees."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_worlds import wait_for
from endpoint_worlds import answering
from fault_service import HUNG, SLOW, Service, serving

QUESTION = "Quel montant le Chèque Phare apporte-t-il par entreprise ?"
READY = "/api/v1/health/ready"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs the signals of Unix")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One that is hurt and must not die."""
    with serving(tmp_path_factory.mktemp("service")) as made:
        yield made


def answered(response: httpx.Response) -> bool:
    return response.status_code == 200 and "4 500 €" in response.json()["answer"]


def test_a_thousand_questions_at_once_are_answered_or_told_when_to_come_back(service: Service) -> None:
    outcomes: Counter[int] = Counter()
    waits: list[str | None] = []
    lock = threading.Lock()

    def ask(n: int) -> None:
        with service.client() as client:
            for _ in range(10):
                response = client.post("/api/v1/ask", json={"question": f"{QUESTION} ({n})", "llm": False})
                with lock:
                    outcomes[response.status_code] += 1
                    if response.status_code != 200:
                        waits.append(response.headers.get("retry-after"))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(100)]
    crowd = [threading.Thread(target=_lonely, args=(service, outcomes, waits, lock)) for _ in range(60)]
    for thread in (*threads, *crowd):
        thread.start()
    for thread in (*threads, *crowd):
        thread.join(300)
    assert not any(thread.is_alive() for thread in (*threads, *crowd)), "none hangs"
    assert sum(outcomes.values()) == 1060
    assert set(outcomes) <= {200, 429, 503}
    assert outcomes[200] > 0
    assert all(wait is not None and int(wait) >= 1 for wait in waits)
    wait_for(lambda: service.metric("guichet_waiting") == 0, 60)
    assert answered(service.ask(QUESTION))


def _lonely(service: Service, outcomes: Counter[int], waits: list[str | None], lock: threading.Lock) -> None:
    response = service.ask(QUESTION, llm=False)
    with lock:
        outcomes[response.status_code] += 1
        if response.status_code != 200:
            waits.append(response.headers.get("retry-after"))


def test_a_client_that_leaves_frees_its_place(service: Service) -> None:
    host, port = service.address.removeprefix("http://").split(":")
    body = json.dumps({"question": QUESTION}).encode()
    for accept in ("text/event-stream", "application/json"):
        head = f"POST /api/v1/ask HTTP/1.1\r\nhost: localhost\r\naccept: {accept}\r\ncontent-type: application/json\r\n"
        for _ in range(30):
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    wait_for(lambda: service.metric("guichet_waiting") == 0, 60)
    assert answered(service.ask(QUESTION))


def test_an_index_corrupted_under_the_service_is_told_and_answers_go_on(service: Service) -> None:
    index = service.home / "index"
    shutil.copytree(index, service.home / "copy")
    before = service.ask(QUESTION).json()["citations"]
    assert service.get(READY) == {"status": "ok", "index": "ok", "generator": "none"}
    for path in (index / "versions").rglob("*"):
        if path.suffix in (".faiss", ".npy", ".sqlite"):
            with path.open("r+b") as file:  # in place: whoever has it open or mapped sees it
                file.truncate(path.stat().st_size // 3)
    assert service.get(READY) == {"status": "degraded", "index": "damaged", "generator": "none"}
    assert service.metric("guichet_index_ok") == 0
    assert service.ask(QUESTION).json()["citations"] == before
    fresh = service.ask("Que publiera le portail des données ouvertes ?")  # passages not read before
    assert fresh.status_code == 200
    assert fresh.json()["retrieved"]
    shutil.rmtree(index)
    assert service.get(READY) == {"status": "degraded", "index": "missing", "generator": "none"}
    assert service.ask(QUESTION).json()["citations"] == before
    shutil.copytree(service.home / "copy", index)
    wait_for(lambda: service.get(READY)["index"] == "ok", 60)  # without a restart, without another ingestion
    assert service.metric("guichet_index_ok") == 1
    assert service.ask(QUESTION).json()["citations"] == before


def test_the_file_of_the_service_deleted_under_it_is_no_end(service: Service) -> None:
    for path in service.home.glob("service.sqlite*"):
        path.unlink()
    assert service.ask(QUESTION).status_code in (200, 503)
    assert service.get("/api/v1/health/live") == {"status": "ok"}


# ---- stopped ----------------------------------------------------------------------------------------------------


def test_a_service_told_to_stop_finishes_or_tells_and_gives_its_job_back(tmp_path: Path) -> None:
    with serving(tmp_path, **{SLOW: "0.5"}) as service:
        with service.client() as client:
            questions = [{"question": f"{QUESTION} ({n})"} for n in range(40)]
            job = client.post("/api/v1/jobs", json={"questions": questions, "llm": False}).json()
        wait_for(lambda: service.get(f"/api/v1/jobs/{job['id']}")["state"] == "running", 60)
        outcomes: list[int | str] = []

        def ask() -> None:
            try:
                outcomes.append(service.ask(QUESTION).status_code)
            except httpx.TransportError as error:
                outcomes.append(type(error).__name__)

        asking = [threading.Thread(target=ask) for _ in range(12)]
        for thread in asking:
            thread.start()
        wait_for(lambda: service.metric("guichet_waiting") + len(outcomes) >= 10, 60)  # two more at work: all are in
        service.process.send_signal(signal.SIGTERM)
        for thread in asking:
            thread.join(60)
        assert service.process.wait(60) in (0, -signal.SIGTERM)
    assert len(outcomes) == 12
    assert set(outcomes) <= {200, 503}, outcomes
    with closing(sqlite3.connect(tmp_path / "service.sqlite")) as connection:
        state, worker = connection.execute("SELECT state, worker FROM jobs").fetchone()
    assert (state, worker) == ("queued", None), "whoever comes next takes it up at once"
    with serving(tmp_path) as service:
        wait_for(lambda: service.get(f"/api/v1/jobs/{job['id']}")["state"] == "done", 120)
        assert service.get(f"/api/v1/jobs/{job['id']}")["answered"] == 40


# ---- the generator ----------------------------------------------------------------------------------------------


def test_a_generator_killed_or_hung_under_the_service(tmp_path: Path) -> None:
    gguf = tmp_path / "petit.gguf"
    gguf.write_text("well")
    with serving(tmp_path, str(gguf)) as service:
        assert service.ask(QUESTION).json()["tokens"]["completion"] == 3
        first = _generators(service)
        assert len(first) == 1
        os.kill(first[0], signal.SIGKILL)
        record = service.ask(QUESTION).json()
        assert record["reason"] in (None, "model_unavailable")
        assert record["citations"]
        after = service.ask(QUESTION).json()
        assert (after["reason"], after["tokens"]["completion"]) == (None, 3)
        assert service.metric("guichet_generator_restarts") == 1
        assert _generators(service) != first
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(60)
        children = _generators(service)
    assert not children, "none outlives the service"


def test_a_generator_that_hangs_is_told_and_holds_nobody_up(tmp_path: Path) -> None:
    gguf = tmp_path / "petit.gguf"
    gguf.write_text("well")
    with serving(tmp_path, str(gguf), **{HUNG: "8"}) as service:
        assert service.ask(QUESTION).json()["tokens"]["completion"] == 3
        assert service.get(READY) == {"status": "ok", "index": "ok", "generator": "ok"}
        [first] = _generators(service)
        os.kill(first, signal.SIGSTOP)
        held: list[dict[str, Any]] = []
        asking = threading.Thread(target=lambda: held.append(service.ask(QUESTION).json()))
        asking.start()
        wait_for(lambda: service.get(READY)["generator"] == "down", 60)
        assert service.get(READY) == {"status": "degraded", "index": "ok", "generator": "down"}
        record = service.ask(QUESTION).json()
        assert (record["status"], record["reason"]) == ("answered", "model_unavailable")
        assert record["citations"]
        assert asking.is_alive() or held, "the one before it may still wait for the generator"
        asking.join(60)
        assert held[0]["citations"], "and is given its quotes when the generator is killed"
        wait_for(lambda: service.get(READY)["generator"] == "ok", 60)
        assert service.ask(QUESTION).json()["tokens"]["completion"] == 3
        assert service.metric("guichet_generator_restarts") == 1
        assert first not in _generators(service)


def test_endpoints_that_fail_are_told_and_questions_keep_their_quotes(tmp_path: Path) -> None:
    with answering("503") as bad, answering() as good:
        url = f"{bad.url},{good.url}"
        with serving(tmp_path, "url", GUICHET_LLM_URL=url, GUICHET_LLM_MODEL="petit") as service:
            for _ in range(6):
                assert service.ask(QUESTION).json()["reason"] is None
            assert service.get(READY) == {"status": "degraded", "index": "ok", "generator": "partial"}
            name = bad.url.removeprefix("http://").removesuffix("/v1")
            assert service.metric(f'guichet_generator_breaker{{endpoint="{name}",state="open"}}') == 1
            good.mode = "503"
            for _ in range(3):
                record = service.ask(QUESTION).json()
                assert (record["status"], record["reason"]) == ("answered", "model_unavailable")
                assert record["citations"]
            assert service.get(READY)["generator"] == "down"
            started = time.monotonic()
            assert service.ask(QUESTION).json()["reason"] == "model_unavailable"
            assert time.monotonic() - started < 20, "nobody waits for what is known to be down"


def _generators(service: Service) -> list[int]:
    """The processes of the stand-in for the model that were started by the service."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command, status = (path / "cmdline").read_bytes(), (path / "stat").read_text()
        except OSError:
            continue
        if b"model_stand_in" in command and int(status.rpartition(")")[2].split()[1]) in (service.process.pid, 1):
            found.append(int(path.name))
    return found
