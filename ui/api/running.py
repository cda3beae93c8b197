"""Answers made in threads, a bounded number of them, and stopped when whoever asked has gone."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from fastapi import Request

from assistant.answers import Answer, Event, Final
from assistant.deadline import QuestionLeft
from ui.pacing import Busy

AT_ONCE = 160  # answers in progress or in line; each waits in a thread of its own, which costs 100 kB
SIGN_OF_LIFE_S = 5.0  # silence in a stream before an empty line tells both ends that the other is there

Stream = Callable[[threading.Event], Iterator[Event]]


class ClientGone(Exception):
    """Whoever asked closed the connection: there is nobody to answer."""


class Running:
    """The threads of one process."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="guichet-answer")
        self._lock = threading.Lock()
        self._count = 0
        self._readers: set[Callable[[BaseException], None]] = set()  # of the answers that somebody waits for

    def __len__(self) -> int:
        """Answers in progress or in line."""
        return self._count

    def stop(self, after_s: float) -> None:
        """Tells whoever still waits after a while, by QuestionLeft, that no answer comes."""
        later = threading.Timer(after_s, self._tell)
        later.daemon = True
        later.start()

    def _tell(self) -> None:
        with self._lock:
            readers = tuple(self._readers)
        for put in readers:
            put(QuestionLeft())

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def events(self, stream: Stream) -> AsyncIterator[Event | None]:
        """The events of `stream` as they come, None after each silence. Raises Busy and what the stream raises.

        Leaving the iteration sets the event given to `stream`, which ends the work.
        """
        with self._lock:
            if self._count >= self._at_once:
                raise Busy(5.0)
            self._count += 1
        loop, gone = asyncio.get_running_loop(), threading.Event()
        pieces: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()

        def put(piece: Event | BaseException | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody reads any more
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        def work() -> None:
            try:
                for event in stream(gone):
                    put(event)
                put(None)
            except BaseException as error:  # noqa: BLE001 — raised again where the pieces are read
                put(error)
            finally:
                with self._lock:
                    self._count -= 1

        try:
            self._pool.submit(work)
        except RuntimeError:  # the service is stopping
            with self._lock:
                self._count -= 1
            raise Busy(5.0) from None
        with self._lock:
            self._readers.add(put)
        try:
            while True:
                try:
                    piece = await asyncio.wait_for(pieces.get(), SIGN_OF_LIFE_S)
                except TimeoutError:
                    yield None
                    continue
                if piece is None:
                    return
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
        finally:
            with self._lock:
                self._readers.discard(put)
            gone.set()

    async def final(self, request: Request, stream: Stream) -> Answer:
        """The answer at the end. Raises ClientGone as soon as the connection is closed, and what `events` raises."""
        answering = asyncio.ensure_future(self._last(stream))
        leaving = asyncio.ensure_future(_disconnected(request))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                raise ClientGone
            return answering.result()
        finally:
            for task in (answering, leaving):
                task.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)

    async def _last(self, stream: Stream) -> Answer:
        final = None
        async with contextlib.aclosing(self.events(stream)) as events:  # type: ignore[type-var]
            async for event in events:
                if isinstance(event, Final):
                    final = event.answer
        if final is None:
            raise RuntimeError("the stream ended without a Final event")
        return final


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
