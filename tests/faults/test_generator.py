"""The embedded generator killed or hung, in its real child process: quotes are given, and the next question is written."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import model_stand_in
import pytest
from answer_worlds import open_world
from api_worlds import wait_for

from assistant import drafting, embedded, endpoint
from assistant.answers import Question
from assistant.breaker import Breaker
from assistant.embedded import EmbeddedServer
from assistant.endpoint import Endpoint
from assistant.generator import GeneratorError, LanguageModel, open_model

ROOT = Path(__file__).resolve().parents[2]
ASKED = [("user", "Bonjour ?")]
QUESTION = Question("Quel montant le Chèque Phare apporte-t-il par entreprise ?")
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs the signals of Unix")


def model_of(server: EmbeddedServer) -> LanguageModel:
    return LanguageModel([Endpoint("petit", server.url, server.key, Breaker(failures=None), server)], ["embedded"])


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "petit.gguf"
    path.write_text("well")
    return path


@pytest.fixture
def server(gguf: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(gguf, command=model_stand_in.COMMAND, hung_s=2.0, beat_s=600.0)
    yield server
    server.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def text(model: LanguageModel, timeout_s: float = 60) -> str:
    return model.complete(ASKED, max_tokens=9, timeout_s=timeout_s).text


def killed_once_asked(server: EmbeddedServer, gguf: Path) -> None:
    """Kills the server, in the middle of its answer, from another thread."""

    def kill() -> None:
        wait_for(gguf.with_suffix(".asked").exists, 60)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)

    threading.Thread(target=kill).start()


def signalled_in(seconds: float, server: EmbeddedServer, name: signal.Signals) -> None:
    def send() -> None:
        if server.pid is not None:
            os.kill(server.pid, name)

    threading.Timer(seconds, send).start()


def test_a_server_killed_in_the_middle_of_an_answer_is_started_again(gguf: Path, server: EmbeddedServer) -> None:
    gguf.write_text("stuck")
    model = model_of(server)
    server.url()
    first = server.pid
    gguf.write_text("well")
    killed_once_asked(server, gguf)
    started = time.monotonic()
    with pytest.raises(GeneratorError):
        text(model, timeout_s=300)
    assert time.monotonic() - started < 60, "its death is noticed at once, not at the time limit"
    assert text(model) == "Bonjour !"
    assert server.pid != first
    assert server.restarts == 1
    assert model.health()[0].restarts == 1


def test_a_server_killed_between_two_answers_costs_none(gguf: Path, server: EmbeddedServer) -> None:
    model = model_of(server)
    assert text(model) == "Bonjour !"
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    wait_for(lambda: server._child is None or server._child.process.poll() is not None)
    assert text(model) == "Bonjour !"


def test_a_server_that_hangs_is_replaced(server: EmbeddedServer) -> None:
    model = model_of(server)
    text(model)
    first = server.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(GeneratorError, match="n'a pas répondu"):
        text(model, timeout_s=1)
    wait_for(lambda: server.restarts == 1 and server.pid not in (None, first), 60)
    assert text(model) == "Bonjour !"
    assert not alive(first), "and nothing of it is left"


@pytest.fixture
def watched(gguf: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(gguf, command=model_stand_in.COMMAND, hung_s=2.0, beat_s=0.1)
    yield server
    server.close()


def test_a_server_that_hangs_in_the_middle_of_an_answer_is_killed_before_the_time_limit(
    gguf: Path, watched: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "STALLED_S", 600.0)
    gguf.write_text("stuck")
    model = model_of(watched)
    started = time.monotonic()
    stream = model.stream(ASKED, max_tokens=9, timeout_s=600)
    assert next(stream) == "Bon"
    first = watched.pid
    assert first is not None
    gguf.write_text("well")
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(GeneratorError):
        list(stream)
    assert time.monotonic() - started < 300, "long before the time limit"
    assert text(model) == "Bonjour !"
    assert watched.pid not in (None, first)


def test_a_server_that_hangs_while_nobody_asks_is_replaced(watched: EmbeddedServer) -> None:
    model = model_of(watched)
    text(model)
    first = watched.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    wait_for(lambda: watched.restarts == 1 and watched.pid not in (None, first), 60)
    wait_for(lambda: model.health()[0].state == "closed", 60)
    assert not alive(first)
    assert text(model) == "Bonjour !"


def test_a_server_that_is_slow_to_give_a_sign_is_doubted_and_kept(gguf: Path) -> None:
    server = EmbeddedServer(gguf, command=model_stand_in.COMMAND, hung_s=300.0, beat_s=0.1)
    model = model_of(server)
    try:
        text(model)
        first = server.pid
        assert first is not None
        assert model.health()[0].state == "closed"
        os.kill(first, signal.SIGSTOP)
        wait_for(lambda: server._asked_at is not None, 60)
        server._asked_at = time.monotonic() - 200
        assert model.health()[0].state == "open"
        os.kill(first, signal.SIGCONT)
        wait_for(lambda: model.health()[0].state == "closed", 60)
        assert (server.pid, server.restarts) == (first, 0)
    finally:
        server.close()


def test_a_server_that_answers_and_writes_nothing_more_is_replaced(gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "STALLED_S", 600.0)
    server = EmbeddedServer(gguf, command=model_stand_in.COMMAND, hung_s=60.0, beat_s=0.1, stuck_s=2.0)
    gguf.write_text("stuck")
    model = model_of(server)
    try:
        stream = model.stream(ASKED, max_tokens=9, timeout_s=600)
        assert next(stream) == "Bon"
        gguf.write_text("well")
        with pytest.raises(GeneratorError):
            list(stream)
        wait_for(lambda: server.restarts == 1, 60)
        assert text(model) == "Bonjour !"
        time.sleep(3)
        assert server.restarts == 1, "one that nobody asks is not stuck"
    finally:
        server.close()


def test_a_start_that_failed_is_told(gguf: Path, server: EmbeddedServer) -> None:
    gguf.write_text("dead")
    model = model_of(server)
    with pytest.raises(GeneratorError):
        text(model)
    assert model.health()[0].state == "half_open"
    gguf.write_text("well")
    text(model)
    assert model.health()[0].state == "closed"


def test_a_server_that_is_only_slow_is_kept(gguf: Path, server: EmbeddedServer) -> None:
    gguf.write_text("silent")
    model = model_of(server)
    server.url()
    first = server.pid
    with pytest.raises(GeneratorError, match="n'a pas répondu"):
        text(model, timeout_s=1)
    time.sleep(0.5)
    server.url()  # waits for whoever looks at it
    assert (server.pid, server.restarts) == (first, 0)


@pytest.mark.parametrize("mode", ["unloadable", "dead"])
def test_a_model_that_does_not_load_is_said_and_tried_again(gguf: Path, server: EmbeddedServer, mode: str) -> None:
    gguf.write_text(mode)
    model = model_of(server)
    with pytest.raises(GeneratorError, match="fichier GGUF entier"):
        text(model)
    gguf.write_text("well")
    assert text(model) == "Bonjour !"


def test_a_model_that_never_loads_is_given_up(
    gguf: Path, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gguf.write_text("mute")
    monkeypatch.setattr(embedded, "START_S", 0.5)
    with pytest.raises(GeneratorError, match="fichier GGUF entier"):
        server.url()


def test_closing_does_not_wait_for_a_model_that_loads(gguf: Path, server: EmbeddedServer) -> None:
    gguf.write_text("mute")

    def load() -> None:
        with pytest.raises(GeneratorError):
            server.url()

    loading = threading.Thread(target=load)
    loading.start()
    wait_for(lambda: server.pid is not None)
    started = time.monotonic()
    server.close()
    loading.join(30)
    assert not loading.is_alive()
    assert time.monotonic() - started < 30


def test_a_question_whose_generator_dies_keeps_its_quotes_and_the_next_is_written(
    tmp_path: Path, gguf: Path, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gguf.write_text("stuck")
    assistant = open_world(tmp_path / "index", model=model_of(server))
    server.url()
    gguf.write_text("well")
    killed_once_asked(server, gguf)
    answer = assistant.answer(QUESTION)
    assert (answer.status, answer.reason, answer.generator) == ("answered", "model_unavailable", "extractive")
    assert "4 500 €" in answer.citations[0].quote
    after = assistant.answer(QUESTION)
    assert after.reason is None, "the generator was asked, whatever it wrote"
    assert after.tokens == {"prompt": 12, "completion": 3}
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    monkeypatch.setattr(drafting, "TIMEOUT_S", 1.0)
    hung = assistant.answer(QUESTION)
    assert (hung.reason, hung.citations) == ("model_unavailable", answer.citations)
    monkeypatch.undo()
    assert replace(assistant.answer(QUESTION), timings_ms={}) == replace(after, timings_ms={})
    assistant.close()


# ---- the real model ---------------------------------------------------------------------------------------------

PARENT = """
import sys
from pathlib import Path
from assistant.generator import open_model
model = open_model(gguf=Path(sys.argv[1]))
model.complete([("user", "Bonjour")], max_tokens=1, timeout_s=300)
server = model._embedded
print(server.pid, server.url(), server.key, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def real_gguf() -> Path:
    from index.models import generator_file
    from ui.settings import read_settings

    path = generator_file(read_settings().home)
    if not path.is_file():
        pytest.skip("le modèle de langue n'est pas installé (guichet setup)")
    return path


@pytest.mark.real
def test_the_real_model_dies_with_its_parent_and_listens_to_it_alone(real_gguf: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(real_gguf)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        pid, url, key = parent.stdout.readline().split()
        body = {"messages": [{"role": "user", "content": "Bonjour"}], "max_tokens": 1}
        assert httpx.post(f"{url}/chat/completions", json=body, trust_env=False).status_code == 401
        command = Path(f"/proc/{pid}/cmdline")
        assert not command.exists() or key not in command.read_text()
        port = int(url.removesuffix("/v1").rpartition(":")[2])
        for address in {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)}:
            if not str(address).startswith("127."):
                with pytest.raises(OSError), socket.create_connection((str(address), port), timeout=5):  # noqa: PT011
                    pass
        parent.kill()
    wait_for(lambda: not alive(int(pid)) or _zombie(int(pid)), 60)


def _zombie(pid: int) -> bool:
    """Ended, with nobody left to be told: an orphan in a container without an init."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" in status.read_text()


@pytest.mark.real
@pytest.mark.parametrize("name", [signal.SIGKILL, signal.SIGSTOP])
def test_the_real_model_killed_or_stopped_writes_the_next_answer(real_gguf: Path, name: signal.Signals) -> None:
    model = open_model(gguf=real_gguf)
    server = model._embedded
    assert server is not None
    server._hung_s = 5.0
    try:
        before = model.complete(ASKED, max_tokens=4, timeout_s=300).text
        long = [("user", json.dumps(list(range(400))))]
        signalled_in(2.0, server, name)
        with pytest.raises(GeneratorError):
            model.complete(long, max_tokens=64, timeout_s=10)
        assert model.complete(ASKED, max_tokens=4, timeout_s=300).text == before
        assert server.restarts == 1
    finally:
        model.close()


@pytest.mark.real
def test_the_real_model_lets_go_of_a_question_that_was_left(real_gguf: Path) -> None:
    from assistant.deadline import QuestionLeft, leaving

    model = open_model(gguf=real_gguf)
    server = model._embedded
    assert server is not None
    try:
        model.complete(ASKED, max_tokens=1, timeout_s=300)
        gone = threading.Event()
        threading.Timer(1.0, gone.set).start()
        with leaving(gone), pytest.raises(QuestionLeft):
            model.complete([("user", json.dumps(list(range(800))))], max_tokens=64, timeout_s=300)

        def idle() -> bool:
            asked = {"authorization": f"Bearer {server.key}"}
            slots = httpx.get(f"{server.url()[:-3]}/slots", headers=asked, trust_env=False, timeout=60).json()
            return not slots[0]["is_processing"]

        until = time.monotonic() + 60  # a batch of 128 tokens, not the minutes that the rest of it would take
        while not idle():
            assert time.monotonic() < until, "it goes on for one who has left"
            time.sleep(3)  # what asks it every second keeps it from looking at who is there
    finally:
        model.close()
