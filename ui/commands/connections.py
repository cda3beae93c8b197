"""The connections of the server: one whose request does not come, or comes too slowly, is closed.

uvicorn bounds neither the time to a first request nor that of its head, so that a thousand connections that say nothing
would keep everybody else out. Bodies are bounded by those who read them (ui.api.door, ui.security).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from ui.security import Receive, Scope, Send

LAST_S = 0.5  # for a request already under way to an idle connection as the service is told to stop
LENGTHS = {b"content-length", b"transfer-encoding"}  # of which another program before us may read the other one
CLOSED = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
HEAD_S = 20.0  # to receive the head of a request: a telephone on a bad line takes under two


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, with an end to its patience."""

    head_s = HEAD_S
    last_s = LAST_S
    _late: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most, self._inner = self.limit_concurrency, self.app
        self.limit_concurrency, self.app = None, self._bounded

    def refused(self) -> None:
        """A request found more connections than the service holds."""

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application, but for a request of two lengths, and for one too many in place of uvicorn's own refusal,
        which does not say when to come back."""
        if LENGTHS.issubset(name for name, _ in scope["headers"]):
            await _refuse(send, 400, b"Bad Request", CLOSED)
        elif self._most is None or len(self.connections) < self._most:
            await self._inner(scope, receive, send)
        else:
            self.refused()
            await _refuse(send, 503, b"Service Unavailable", [*CLOSED, (b"retry-after", b"5")])

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._wait()
        else:
            self._heard()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._heard()  # uvicorn itself closes what stays idle between two requests

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Closed when idle, but not over a request that lies unread: that would be a reset, and no answer."""
        self.loop.call_later(self.last_s, self._leave)

    def _leave(self) -> None:
        if not self.transport.is_closing():
            super().shutdown()

    def _wait(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.head_s, self._end)

    def _heard(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _end(self) -> None:
        transport: Any = self.transport
        if transport is not None and not transport.is_closing():
            transport.close()


async def _refuse(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def counting(refused: Callable[[str], None]) -> type[PatientProtocol]:
    """The protocol that tells `refused` of requests beyond the connections that the service holds."""

    class Counting(PatientProtocol):
        def refused(self) -> None:
            refused("connections")

    return Counting
