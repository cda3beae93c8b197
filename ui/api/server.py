"""The server of a process: told to stop, it lets answers end for a while, then tells those who still wait."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

import uvicorn

from ui.api.running import Running

ANSWERS_S = 6.0  # an answer made of quotes takes less, the line before it included; a draft may not end
ROUNDS = 5  # of the loop, between a connection let in and its protocol: asyncio takes three
TOLD_S = 4.0  # more for what was told to leave, files under way and the connections of pages


class Server(uvicorn.Server):
    """uvicorn's, and the answers under way; `leave` tells what else works here that it is time to stop."""

    def __init__(self, config: uvicorn.Config, running: Running, leave: Callable[[], None] = lambda: None) -> None:
        config.timeout_graceful_shutdown = int(ANSWERS_S + TOLD_S)
        super().__init__(config)
        self._running, self._leave = running, leave

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leave()
        self._running.stop(ANSWERS_S)
        await self._take_in_last()
        await super().shutdown(sockets)

    async def _take_in_last(self) -> None:
        """Whoever was let in as the door closes gets a protocol first: asyncio would drop the connection unanswered."""
        loop = asyncio.get_running_loop()
        for listening in (held for server in self.servers for held in server.sockets):
            with contextlib.suppress(NotImplementedError):  # the loop of Windows takes no readers
                loop.remove_reader(listening.fileno())
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
