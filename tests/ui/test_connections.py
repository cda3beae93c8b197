"""Connections that say nothing, or say it slowly, are closed; those that ask and come back are not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from api_worlds import wait_for

from ui.api.running import Running
from ui.api.server import Server
from ui.commands.connections import PatientProtocol, counting
from ui.security import Message, Receive, Scope, Send

SLOW = 0.5  # seconds that the server of these tests waits


class Quick(PatientProtocol):
    head_s = SLOW


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body, then answers."""
    assert scope["type"] == "http"
    message: Message = {"more_body": True}
    while message.get("more_body"):
        message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=Quick, log_level="error", lifespan="off", timeout_keep_alive=60)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    wait_for(lambda: server.started, 30)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(10)


def answered(client: socket.socket) -> bool:
    """Whether a whole answer comes."""
    said = b""
    while not said.endswith(b"\r\n\r\nok"):
        piece = client.recv(1000)
        if not piece:
            return False
        said += piece
    return True


@pytest.mark.parametrize("said", [b"", b"G", b"GET / HTTP/1.1\r\nHost: a\r\n", b"GET / HTTP/1.1\r\nX: " + b"a" * 5000])
def test_a_head_that_does_not_come_ends_the_connection(port: int, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(said)
        assert client.recv(1000) == b""


def test_a_head_sent_byte_after_byte_does_not_last(port: int) -> None:
    def trickle(client: socket.socket) -> None:
        for _ in range(600):
            client.sendall(b"G")
            time.sleep(0.1)

    with (
        socket.create_connection(("127.0.0.1", port), timeout=60) as client,
        pytest.raises((BrokenPipeError, ConnectionResetError)),
    ):
        trickle(client)


def test_who_asks_again_on_the_same_connection_is_served(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        for _ in range(3):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answered(client)
            time.sleep(2 * SLOW)


def test_a_body_may_take_its_time_here(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
        time.sleep(2 * SLOW)
        client.sendall(b"b")
        assert answered(client)


class Lasting(PatientProtocol):
    last_s = 5.0


def test_a_request_under_way_as_the_service_is_told_to_stop_is_answered() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(uvicorn.Config(app, http=Lasting, log_level="error", lifespan="off"), Running())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    wait_for(lambda: server.started, 30)
    address = listening.getsockname()
    with socket.create_connection(address, timeout=60) as asking, socket.create_connection(address, timeout=60) as idle:
        wait_for(lambda: len(server.server_state.connections) == 2, 30)
        server.should_exit = True
        wait_for(lambda: not any(held.is_serving() for held in server.servers), 30)
        asking.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answered(asking)
        assert idle.recv(1000) == b"", "closed, as it said nothing"
    thread.join(30)
    assert not thread.is_alive()


def test_beyond_the_connections_it_holds_the_service_says_when_to_come_back() -> None:
    told: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))
    http = counting(told.append)
    server = uvicorn.Server(uvicorn.Config(app, http=http, log_level="error", lifespan="off", limit_concurrency=3))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    wait_for(lambda: server.started, 30)
    address = listening.getsockname()
    with socket.create_connection(address, timeout=60) as one, socket.create_connection(address, timeout=60) as two:
        one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answered(one)
        two.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answered(two)
        with socket.create_connection(address, timeout=60) as third:
            third.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            said = b"".join(iter(lambda: third.recv(1000), b""))
        assert said.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 5" in said.lower()
        assert told == ["connections"]
    server.should_exit = True
    thread.join(30)


def test_a_request_that_tells_two_lengths_is_refused_and_nothing_behind_it_is_read(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(head + b"0\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n")
        said = b"".join(iter(lambda: client.recv(1000), b""))
    assert said.startswith(b"HTTP/1.1 400")
    assert said.count(b"HTTP/1.1") == 1
