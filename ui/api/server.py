"""The server of a process: told to stop, it lets answers end for a while, then tells those who still wait."""

from __future__ import annotations

import socket

import uvicorn

from ui.api.running import Running

ANSWERS_S = 6.0  # an answer made of quotes takes less, the line before it included; a draft may not end
TOLD_S = 4.0  # more for what was told to leave, files under way and the connections of pages


class Server(uvicorn.Server):
    """uvicorn's, and the answers under way."""

    def __init__(self, config: uvicorn.Config, running: Running) -> None:
        config.timeout_graceful_shutdown = int(ANSWERS_S + TOLD_S)
        super().__init__(config)
        self._running = running

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._running.stop(ANSWERS_S)
        await super().shutdown(sockets)
