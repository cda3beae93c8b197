"""The whole of `guichet serve` in a process of its own, over the tiny world of answer_worlds, to be hurt by tests.

    python fault_service.py HOME PORT [MODEL]

MODEL is a file as model_stand_in reads it, or "url" for the endpoints of the settings; without one, no generator. The
encoder waits GUICHET_TEST_SLOW seconds before each question, when that is set; the model may keep silent for
GUICHET_TEST_HUNG seconds, 2 otherwise. The clock of the wall is that of the machine
plus the seconds in the file HOME/clock, where there is one: it may jump while the service runs.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

TESTS = Path(__file__).resolve().parent
STARTS_S = 180.0  # gradio alone takes 20 on a busy machine
SLOW = "GUICHET_TEST_SLOW"
HUNG = "GUICHET_TEST_HUNG"


def main(home: Path, port: int, model: str | None) -> None:
    _turn_the_clock(home / "clock")
    import model_stand_in
    from answer_worlds import documents
    from worlds import HashingEncoder

    import ui.commands.serve as serve
    import ui.living as living
    from assistant.breaker import Breaker
    from assistant.embedded import EmbeddedServer
    from assistant.endpoint import Endpoint
    from assistant.generator import LanguageModel
    from index.build import update_index
    from ingest.passages import cut
    from ui.settings import read_settings
    from ui.words import load_words

    class Slow(HashingEncoder):
        def encode_queries(self, texts: Any) -> Any:
            time.sleep(float(os.environ.get(SLOW, "0")))
            return super().encode_queries(texts)

    def embedded(_settings: object) -> LanguageModel:
        hung_s = float(os.environ.get(HUNG, "2"))
        server = EmbeddedServer(Path(str(model)), command=model_stand_in.COMMAND, hung_s=hung_s, beat_s=0.2)
        return LanguageModel([Endpoint("petit", server.url, server.key, Breaker(failures=None), server)], ["embedded"])

    os.environ["GUICHET_HOME"] = str(home)
    settings = read_settings()
    if not settings.index.exists():
        update_index(settings.index, HashingEncoder(256), put=[(d, cut(d)) for d in documents()])
    living.open_encoder = lambda _settings: Slow(256)  # type: ignore[assignment,return-value]
    if model is not None and model != "url":
        living.open_language_model = embedded
    serve.run(settings, load_words("fr"), "127.0.0.1", port, llm=model is not None)


def _turn_the_clock(file: Path) -> None:
    """Before anything else is imported, so that nothing keeps the true one."""
    true, offset = time.time, [0.0]

    def follow() -> None:
        while True:
            if file.exists():
                offset[0] = float(file.read_text() or "0")
            time.sleep(0.05)

    threading.Thread(target=follow, daemon=True).start()
    time.time = lambda: true() + offset[0]


class Service:
    """A running service: its address, its process, its home."""

    def __init__(self, address: str, process: subprocess.Popen[bytes], home: Path) -> None:
        self.address, self.process, self.home = address, process, home

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.address, trust_env=False, timeout=120, **options)

    def get(self, path: str) -> Any:
        with self.client() as client:
            return client.get(path).json()

    def ask(self, question: str, *, address: str | None = None, **fields: Any) -> httpx.Response:
        """`address`, as a proxy of this machine gives it: another client than the others."""
        with self.client(headers={"x-forwarded-for": address} if address else {}) as client:
            return client.post("/api/v1/ask", json={"question": question, **fields})

    def metric(self, name: str) -> float:
        with self.client() as client:
            lines = client.get("/api/v1/metrics").text.splitlines()
        return float(next(line.rpartition(" ")[2] for line in lines if line.startswith(f"{name} ")))


@contextmanager
def serving(home: Path, model: str | None = None, **environment: str) -> Iterator[Service]:
    """The service, answering; killed at the end when it still runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    given = {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "GUICHET_LANG": "fr"} | environment
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    command = [sys.executable, "-W", "ignore", str(Path(__file__)), str(home), str(port), *([model] if model else [])]
    said = (home / "said.txt").open("wb")
    with said, subprocess.Popen(command, env=kept | given, cwd=TESTS.parent, stdout=said, stderr=said) as process:
        service = Service(f"http://127.0.0.1:{port}", process, home)
        try:
            until = time.monotonic() + STARTS_S
            while not _up(service):
                assert process.poll() is None, (home / "said.txt").read_text()
                assert time.monotonic() < until, "it did not start"
                time.sleep(0.2)
            yield service
        finally:
            process.kill()


def _up(service: Service) -> bool:
    try:
        with service.client() as client:
            return client.get("/api/v1/health/live").status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
