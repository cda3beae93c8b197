"""A service of two real processes behind one address, over a tiny library: run as a program, asked by the tests.

    python tests/process_worlds.py HOME [DATABASE]

While HOME/hold is there an ingestion stays before its files. While HOME/wait is there an answer stays at its quotes; the number of the process that waits stands in HOME/answering.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
from library_worlds import Shelf
from worlds import HashingEncoder

from assistant.answers import Event, Question, Quotes
from assistant.assistant import Assistant
from index.postgres.connection import Database as Store
from index.store import Index
from ingest.catalogue import load_schemes, load_vocabulary
from ui.api.database import Database, open_database
from ui.service import today

ROOT = Path(__file__).resolve().parents[1]
STARTS_S = 120.0
LONGEST_S = 60.0  # an answer waits


class Slow:
    """The assistant of a process, which stays at its quotes when it is asked to."""

    def __init__(self, assistant: Any, home: Path) -> None:
        self._assistant, self._home = assistant, home

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def stream(self, question: Question) -> Iterator[Event]:
        for event in self._assistant.stream(question):
            yield event
            if isinstance(event, Quotes) and (self._home / "wait").exists():
                (self._home / "answering").write_text(str(os.getpid()))
                until = time.monotonic() + LONGEST_S
                while (self._home / "wait").exists() and time.monotonic() < until:
                    time.sleep(0.05)


def serve(opened: Any, home: str, store: str | None, listening: socket.socket, metrics: str) -> None:
    """What each process does: the whole service, over the index of HOME."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics
    import uvicorn

    from ui.api.app import make_desk
    from ui.app import create_app
    from ui.library import open_library
    from ui.living import LivingAssistant
    from ui.pacing import Paced
    from ui.settings import Settings

    settings = Settings(home=Path(home), index=Path(home) / "index")
    encoder = HashingEncoder()

    def make(index: Index) -> Assistant:
        return Assistant(index, encoder, load_schemes(), load_vocabulary(), today=today)

    living = LivingAssistant(settings.index, encoder, None, make)
    hold_ingestions(settings.home)
    with closing(open_database(settings.home, store_of(store))) as database, closing(living):
        paced = Paced(Slow(living, settings.home), at_once=4)
        desk = make_desk(paced, database, metrics=Path(metrics))
        app = create_app(paced, desk, library=open_library(settings, living))
        opened.set()
        (settings.home / f"serving-{os.getpid()}").touch()
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        uvicorn.Server(config).run(sockets=[listening])


def alive(mark: Path) -> bool:
    """Whether the process that left this mark is there."""
    try:
        os.kill(int(mark.name.split("-")[1]), 0)
    except ProcessLookupError:
        return False
    return True


def store_of(url: str | None) -> Store | None:
    return Store(url) if url else None


def hold_ingestions(home: Path) -> None:
    """Lets a test see a work begun, and kill its process before its end."""
    from ui.management import works

    update = works.update

    def held(*arguments: Any, stage: Any, **options: Any) -> Any:
        with stage("reading"):
            while (home / "hold").exists():
                time.sleep(0.05)
        return update(*arguments, stage=stage, **options)

    works.update = held


def main(home: str, store: str | None) -> int:
    """The supervisor: says the port, then each process that died."""
    from tempfile import TemporaryDirectory

    from ui.api.leases import released
    from ui.api.metrics import forget_process
    from ui.commands.supervising import Supervisor
    from ui.words import load_words

    listening = socket.create_server(("127.0.0.1", 0))
    with TemporaryDirectory() as metrics, closing(open_database(Path(home), store_of(store))) as database:

        def ready() -> None:
            print(listening.getsockname()[1], flush=True)

        def died(pid: int) -> None:
            forget_process(Path(metrics), pid)
            released(database, pid)

        return Supervisor(2, serve, (home, store, listening, metrics), load_words("fr")).run(ready, died)


class Service:
    """A running service, as a test sees it."""

    def __init__(self, home: Path, address: str, database: Database) -> None:
        self.home, self.address, self.database = home, address, database

    def slow(self) -> None:
        """From now on answers stay at their quotes."""
        (self.home / "answering").unlink(missing_ok=True)
        (self.home / "wait").touch()

    def fast(self) -> None:
        (self.home / "wait").unlink(missing_ok=True)

    def ready(self) -> None:
        """Answers at once, by two processes: one that died has been replaced."""
        self.fast()
        until = time.monotonic() + 2 * STARTS_S
        while sum(map(alive, self.home.glob("serving-*"))) < 2:
            assert time.monotonic() < until, "the process that died is not replaced"
            time.sleep(0.1)

    def answering(self, seconds: float = LONGEST_S) -> int:
        """The process that waits with an answer."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(FileNotFoundError, ValueError):
                return int((self.home / "answering").read_text())
            time.sleep(0.05)
        raise AssertionError("no process answers")

    def some_process(self) -> int:
        """A process of the service: one that a program asks, and that stays with its answer."""
        self.slow()

        def ask() -> None:
            with contextlib.suppress(httpx.TransportError):  # it will be killed
                body = {"question": "Combien coûte le diagnostic régional ?"}
                httpx.post(f"{self.address}/api/v1/ask", json=body, timeout=LONGEST_S)

        threading.Thread(target=ask, daemon=True).start()
        return self.answering()

    def kill(self, pid: int) -> None:
        """As the kernel does when there is no memory left; what waited may go on."""
        os.kill(pid, signal.SIGKILL)
        self.fast()


@contextmanager
def service(home: Path, store: str | None = None) -> Iterator[Service]:
    """Two processes behind one address."""
    shelf = Shelf(home)
    shelf.close()
    command = [sys.executable, __file__, str(home), *([store] if store else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with closing(open_database(home, store_of(store))) as database:
            yield Service(home, f"http://127.0.0.1:{port}", database)
    finally:
        process.terminate()
        assert process.wait(60) == 0


def told(lines: str) -> list[dict[str, Any]]:
    """The messages of an event stream."""
    return [json.loads(line[5:]) for line in lines.splitlines() if line.startswith("data:")]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
