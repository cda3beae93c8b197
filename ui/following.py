"""The events of an answer, brought from the threads where they are made to the page that awaits them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Generator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol

from assistant.answers import Event, Question, Step
from ui.api.register import Register
from ui.pacing import Line

LOOK_S = 0.1  # how often one who waits looks at its place


class Pacing(Protocol):
    """An assistant behind its two lines (ui.pacing.Paced)."""

    composing: Line
    drafting: Line

    def stream(
        self, question: Question, *, gone: threading.Event | None = None, client: str = ""
    ) -> Generator[Event]: ...


@dataclass(frozen=True, slots=True)
class InLine:
    """The question waits; `place` is 1 for the next one. `drafting` tells the line of the generator from the first."""

    place: int
    drafting: bool


async def followed(
    paced: Pacing, question: Question, pool: Executor, register: Register | None = None, client: str = ""
) -> AsyncIterator[Event | InLine]:
    """The events of the answer, and its place whenever it changes while it waits; leaving stops the work. The answer is
    kept by the register, where it is on. Clients take turns (ui.turns): the place grows when another comes before.

    Raises what `stream` raises: Busy when the first line is full, GuichetError.
    """
    gone, loop = threading.Event(), asyncio.get_running_loop()
    stream = paced.stream(question, gone=gone, client=client)
    if register is not None:
        stream = register.recorded("page", stream)
    line = paced.composing
    pending: asyncio.Future[Event | None] = loop.create_future()
    pending.set_result(None)  # nothing is awaited yet
    try:
        while True:
            pending = loop.run_in_executor(pool, next, stream, None)
            pending.add_done_callback(_forgotten)
            shown = 0  # place
            while not (await asyncio.wait({pending}, timeout=LOOK_S))[0]:
                place = line.place(gone)
                if place and place != shown:
                    shown = place
                    yield InLine(place, line is paced.drafting)
            event = pending.result()
            if event is None:
                return
            if isinstance(event, Step) and event.name == "draft":
                line = paced.drafting
            yield event
    finally:
        gone.set()
        pending.add_done_callback(lambda _: pool.submit(stream.close))  # in its turn: what it holds is let go now


def _forgotten(pending: asyncio.Future[Event | None]) -> None:
    """Whatever came of a question that was left: looked at, so that the log does not speak of it."""
    if not pending.cancelled():
        pending.exception()
