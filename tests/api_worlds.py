"""A tiny world for the API: its two rooms over the assistant of page_worlds, in this process or on a real port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from page_worlds import TinyAssistant

from ui.api.app import make_desk, make_rooms, working
from ui.api.database import Database, open_database
from ui.api.desk import Access, Desk
from ui.api.door import Door
from ui.api.keys import Scope, create_key
from ui.pacing import Paced

STARTS_S = 20.0


class Library(TinyAssistant):
    """The tiny assistant with what the API reads of an index."""

    def __init__(self) -> None:
        super().__init__()
        passage = self.index.passage("p1")
        self.index.of_document = lambda doc: (passage,) if doc == "plan" else ()
        self.index.fingerprint = "tiny"
        self.condition = "ok"

    def generators(self) -> tuple[Any, ...]:
        return ()


def make_world(folder: Path, assistant: Any = None, **access: Any) -> Desk:
    """A desk over the tiny assistant; `access` as in Access."""
    paced = assistant if isinstance(assistant, Paced) else Paced(assistant or Library())
    return make_desk(paced, open_database(folder), access=Access(**access))


def make_app(desk: Desk) -> FastAPI:
    """The API alone, without the pages."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=working(desk))
    app.add_middleware(Door, rooms=make_rooms(desk), desk=desk)
    return app


@contextmanager
def visiting(
    desk: Desk, *, address: str = "127.0.0.1", host: str = "localhost", **options: Any
) -> Iterator[TestClient]:
    """A client that seems to come from `address` and to call `host`."""
    with (
        closing(desk.database),
        TestClient(make_app(desk), base_url=f"http://{host}", client=(address, 50_000), **options) as client,
    ):
        yield client


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """The address of a real server on a loopback port."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(desk), log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + STARTS_S
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


def make_key(database: Database, *scopes: Scope, **fields: Any) -> str:
    """The text of a new key."""
    from datetime import UTC, datetime

    return create_key(database, "essai", scopes or ("ask",), now=datetime.now(UTC), **fields)[1]


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def wait_for(condition: Any, seconds: float = 10.0) -> None:
    """Until the condition holds; fails after `seconds`."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)
