"""Events of the pages in one request each, so that any process of the service may answer any of them.

Gradio parts an event into two requests, which must come to the same process: one puts it in a queue, the other waits
for what comes of it. Here the first one's answer is the stream: the event is put in the queue of this process and
followed there, in a session of its own that is forgotten afterwards. A visitor who closes the connection stops the work.
The page's script (assets/relay.js) is the other end, and asks again, elsewhere, when a stream is cut.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ui.security import App, Message, Receive, Scope, Send

LATER_S = 10.0  # until a queue of Gradio's that is full is asked again
JOIN = re.compile(r"(/en)?/gradio_api/queue/join")

Wait = Callable[[Request], float]  # seconds; 0 for who may ask now


@dataclass(frozen=True, slots=True)
class Pages:
    """Mounted pages: the numbers of their events, and what drops all that Gradio keeps of a session."""

    events: frozenset[int]
    forget: Callable[[str, str | None], None]  # a session, and the number of its event once it is in the queue


class Relay:
    """ASGI middleware before the pages of each prefix ("" and "/en"); `wait` says when a visitor has asked too often."""

    def __init__(self, app: App, pages: Mapping[str, Pages], wait: Wait | None = None) -> None:
        self._app, self._pages, self._wait = app, pages, wait

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = JOIN.fullmatch(scope.get("path", "")) if scope["type"] == "http" else None
        if asked is None or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        wait_s = await run_in_threadpool(self._wait, Request(scope)) if self._wait is not None else 0.0
        if wait_s > 0:
            detail = "Trop de demandes à la fois : réessayez dans une minute."
            await _json(send, 503, {"detail": detail}, wait_s=wait_s)
            return
        prefix = asked[1] or ""
        event = _event(await _body(receive)) if _says_json(scope) else None
        pages = self._pages[prefix]
        if event is None or event.get("fn_index") not in pages.events:
            await _json(send, 422, {"detail": "Cette demande n'est pas celle d'une page du guichet."})
            return
        event["session_hash"] = session = secrets.token_hex(16)
        here = _Event(self._app, scope, f"{prefix}/gradio_api", event)
        try:
            await here.follow(receive, send)
        finally:
            pages.forget(session, here.number)


class _Event:
    """One event, asked of Gradio in this process."""

    def __init__(self, app: App, scope: Scope, root: str, body: dict[str, Any]) -> None:
        self._app, self._scope, self._root, self._body = app, scope, root, body
        self.number: str | None = None  # Gradio's own, once the event is in the queue

    async def follow(self, receive: Receive, send: Send) -> None:
        """Puts the event in the queue, then sends what comes of it, until its end or until the visitor goes."""
        status, answer = await self._ask("queue/join", self._body)
        number = answer.get("event_id")
        if status != 200 or not isinstance(number, str):
            await _json(send, status if status != 200 else 500, answer)
            return
        self.number = number
        gone = asyncio.Event()

        async def heard() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def leave() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            names = ("session_hash", "fn_index")
            await self._ask("cancel", {**{name: self._body.get(name) for name in names}, "event_id": number})
            gone.set()

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"x-accel-buffering", b"no")]}
            await send(message)  # a proxy passes each event on at once

        leaving = asyncio.ensure_future(leave())
        try:
            query = f"session_hash={self._body['session_hash']}".encode()
            await self._app(self._inner("GET", "queue/data", b"", query), heard, told)
        finally:
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)

    async def _ask(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the JSON of a short request to Gradio."""
        content, status, parts = json.dumps(body).encode(), 500, list[bytes]()

        async def receive() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            parts.append(message.get("body", b""))

        await self._app(self._inner("POST", path, content), receive, send)
        answer = json.loads(b"".join(parts) or b"{}")
        return status, answer if isinstance(answer, dict) else {}

    def _inner(self, method: str, path: str, body: bytes, query: bytes = b"") -> Scope:
        """The scope of a request of ours, by the same visitor."""
        kept = [
            pair for pair in self._scope["headers"] if not pair[0].startswith((b"content-", b"transfer-", b"accept"))
        ]
        if method == "POST":
            kept += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        address = f"{self._root}/{path}"
        raw = address.encode()
        return {
            **self._scope,
            "method": method,
            "path": address,
            "raw_path": raw,
            "query_string": query,
            "headers": kept,
        }


def _says_json(scope: Scope) -> bool:
    """Whether the body is announced as JSON, which a form of another site cannot do unasked."""
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return bool(kind.partition(b";")[0].strip().lower() == b"application/json")


async def _body(receive: Receive) -> bytes | None:
    """The whole body, which the shield has bounded; None when it did not come to its end."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = bool(message.get("more_body"))
    return bytes(body)


def _event(body: bytes | None) -> dict[str, Any] | None:
    """The event of a body; None for anything else, and for one that holds a file. Halves of characters, which no answer could hold, become "?"."""
    try:
        whole = json.dumps(json.loads(body or b""), ensure_ascii=False).encode("utf-8", "replace")
        event = json.loads(whole)
    except (ValueError, RecursionError):
        return None
    known = isinstance(event, dict) and isinstance(event.get("data"), list) and isinstance(event.get("fn_index"), int)
    return event if known and not _holds_a_file(event) else None


def _holds_a_file(value: object) -> bool:
    """Whether a value says, somewhere in it, to be a file: Gradio would fetch its address, whoever asks. Files come and
    go by ui.transfers."""
    held = [value]
    while held:
        one = held.pop()
        if isinstance(one, dict):
            if "path" in one:
                return True
            held += one.values()
        elif isinstance(one, list):
            held += one
    return False


async def _json(send: Send, status: int, content: dict[str, Any], *, wait_s: float = LATER_S) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status in (429, 503):
        headers.append((b"retry-after", str(max(1, math.ceil(wait_s))).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
