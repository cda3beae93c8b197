"""What stands before the API: its addresses, the size and time of bodies, origins, headers, a number and a line each."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from starlette.datastructures import Headers

from ui.api.desk import Desk
from ui.api.problems import Problem, problem_response
from ui.security import App, Message, Receive, Scope, Send

log = logging.getLogger("guichet.access")

MAX_BODY = 256 * 1024  # bytes of a request
MAX_JOB = 8 * 1024 * 1024  # of a job: a thousand questions with their passages
BODY_S = 20.0  # to receive a body whole
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Room:
    """An application under a prefix, and the larger bodies that some of its addresses take."""

    app: FastAPI
    larger: Mapping[str, int]  # path under the prefix -> bytes


class Door:
    """ASGI middleware, before the pages: what is under a prefix goes to its room, everything else goes on."""

    def __init__(self, app: App, rooms: Mapping[str, Room], desk: Desk) -> None:
        self._app, self._rooms, self._desk = app, rooms, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        prefix = next((p for p in self._rooms if path == p or path.startswith(f"{p}/")), None)
        if prefix is None or scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._enter(prefix, scope, receive, send)

    async def _enter(self, prefix: str, scope: Scope, receive: Receive, send: Send) -> None:
        room = self._rooms[prefix]
        inner = {**scope, "root_path": scope.get("root_path", "") + prefix, "app": room.app}
        inner["guichet.request"] = secrets.token_hex(8)
        started, status = time.perf_counter(), 0

        async def answered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _with_headers(message["headers"], inner["guichet.request"])}
            await send(message)

        try:
            self._check_origin(inner)
            _check_type(inner)
            limit = room.larger.get(inner["path"].removeprefix(prefix), MAX_BODY)
            body = await _body(inner, receive, limit)
            await room.app(inner, _replayed(body, receive), answered)
        except Problem as problem:
            await problem_response(Request(inner), problem)(inner, receive, answered)
        finally:
            route = getattr(inner.get("route"), "path", "?")
            self._desk.metrics.request(f"{prefix}{route}", inner["method"] if route != "?" else "?", status)
            fields = {
                "request": inner["guichet.request"],
                "method": inner["method"],
                "route": f"{prefix}{route}",
                "status": status,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "key": inner.get("guichet.key"),
            }
            log.info("request", extra={"fields": fields})

    def _check_origin(self, scope: Scope) -> None:
        """A page of another site may call only when its site is in the list; programs send no origin."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or origin in self._desk.access.origins:
            return
        if urlsplit(origin).netloc != headers.get("host"):
            self._desk.metrics.refused("origin")
            raise Problem("origin_refused")


def _check_type(scope: Scope) -> None:
    """A body is JSON and says so, which a form of another site's page cannot."""
    headers = Headers(scope=scope)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    if kind != "application/json" and not empty:
        raise Problem("not_json")


async def _body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body. Raises Problem when it is too long or too slow."""
    declared = Headers(scope=scope).get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise Problem("too_long")
    parts, size, more = [], 0, True
    deadline = time.monotonic() + BODY_S
    while more:
        try:
            message = await asyncio.wait_for(receive(), max(0.01, deadline - time.monotonic()))
        except TimeoutError:
            raise Problem("too_slow") from None
        if message["type"] == "http.disconnect":
            break
        part = cast(bytes, message.get("body", b""))
        size += len(part)
        if size > limit:
            raise Problem("too_long")
        parts.append(part)
        more = bool(message.get("more_body"))
    return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A receiver that gives the body at once, then what comes after it: the client going away."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _with_headers(headers: list[tuple[bytes, bytes]], request: str) -> list[tuple[bytes, bytes]]:
    ours = {**HEADERS, "guichet-request": request}
    kept = [(name, value) for name, value in headers if name.lower().decode("latin-1") not in ours]
    return kept + [(name.encode(), value.encode()) for name, value in ours.items()]
