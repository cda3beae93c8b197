"""A small real HTTP server that speaks the chat protocol, well, badly or not at all."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def answering(mode: str = "well") -> Iterator[Endpoint]:
    """An endpoint on a free port for as long as it is needed."""
    server = Endpoint(mode)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.end.set()
        server.shutdown()
        server.server_close()


class Endpoint(ThreadingHTTPServer):
    """Speaks the chat protocol as a stream. `mode` chooses how it fails; what it is asked is kept in `asked`."""

    daemon_threads = True
    pieces = ("Bon", "jour", " !")

    def __init__(self, mode: str = "well", *, key: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = key  # asked of whoever comes, when there is one
        self.mode = mode
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.end = threading.Event()
        self.left = threading.Event()  # whoever asked closed the connection before the answer was whole

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body | {"path": self.path})
        self.server.keys.append(self.headers["Authorization"])
        if self._refused():
            return
        mode = self.server.mode
        if mode == "silent":
            self._wait_for_the_other_end()
            return
        if mode.isdigit():
            self._send(int(mode), b'{"error": {"message": "non"}}', "application/json")
            return
        if mode == "page":
            self._send(200, b"<html>Bienvenue</html>", "text/html")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        while mode == "alive" and not self.server.end.wait(0.05):
            self.wfile.write(b": toujours la\n\n")
        while mode in ("endless", "pondering") and not self.server.end.is_set():
            said = {"content": "bla "} if mode == "endless" else {"role": "assistant"}
            try:
                self._event({"choices": [{"index": 0, "delta": said, "finish_reason": None}]})
            except OSError:  # whoever asked has heard enough
                self.server.left.set()
                return
        for rank, piece in enumerate(self.server.pieces):
            choice: dict[str, Any] = {"index": 0, "delta": {"role": "assistant", "content": piece}}
            if body.get("logprobs") and rank == 0:
                top = [
                    {"token": t, "logprob": p, "bytes": None} for t, p in (("Oui", -0.2), (" non", -1.9), ("Bon", -4))
                ]
                choice["logprobs"] = {
                    "content": [{"token": "Oui", "logprob": -0.2, "bytes": None, "top_logprobs": top}]
                }
            self._event({"choices": [choice | {"finish_reason": None}]})
            if mode == "cut":
                return
            if mode == "stuck":
                self._wait_for_the_other_end()
                return
            if mode == "slow":
                self.server.end.wait(0.2)
            if mode == "broken":
                self.wfile.write(b'data: {"choices": [{"ind\n\n')
                return
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self._event({"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}})
        self.wfile.write(b"data: [DONE]\n\n")

    def do_GET(self) -> None:
        """/slots, as llama-server has it."""
        if not self._refused():
            busy = {"is_processing": True, "id_task": 1, "n_prompt_tokens": 9, "next_token": [{"n_decoded": 1}]}
            slots = [busy] if self.server.mode == "stuck" and self.server.asked else [{"is_processing": False}]
            self._send(200, json.dumps(slots).encode(), "application/json")

    def _refused(self) -> bool:
        refused = self.server.key is not None and self.headers["Authorization"] != f"Bearer {self.server.key}"
        if refused:
            self._send(401, b"{}", "application/json")
        return refused

    def _wait_for_the_other_end(self) -> None:
        """Says nothing more, until the connection is closed or the test ends."""
        self.connection.settimeout(0.05)
        while not self.server.end.is_set():
            with contextlib.suppress(TimeoutError):
                if not self.connection.recv(1):
                    self.server.left.set()
                    return

    def _event(self, content: dict[str, Any]) -> None:
        frame = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "petit"} | content
        self.wfile.write(b"data: " + json.dumps(frame).encode() + b"\n\n")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(body)
