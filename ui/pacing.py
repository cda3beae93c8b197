"""Who answers when: a bounded, first-come line before the assistant and another before the generator.

Reading, searching and quoting take tens of milliseconds of processor; a draft takes seconds of the one generator. A
question that finds the first line full is told so; one that finds the second full keeps its answer made of quotes.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from assistant.answers import Answer, Event, Final, Question, Quotes, Step
from assistant.deadline import QuestionLeft, leaving
from ingest.errors import GuichetError

WAITING = 128  # questions in the first line; at 30 a second the last waits four seconds
PATIENCE_S = 10.0  # in the first line
DRAFTS_WAITING = 6  # questions before the generator; a draft takes three to nine seconds
DRAFT_PATIENCE_S = 25.0
LOOK_S = 0.25  # how often one who waits looks whether its asker is still there

BUSY_GENERATOR = "Le modèle de rédaction est occupé par d'autres questions : voici les citations seules."


class Busy(GuichetError):
    """The line is full, or did not move in time. `wait_s` is when to come back, in seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__("Le guichet répond déjà à beaucoup de questions : réessayez dans quelques secondes.")
        self.wait_s = wait_s


class Line:
    """`slots` at a time, first come first served, at most `waiting` behind them."""

    def __init__(self, slots: int, waiting: int) -> None:
        self._lock = threading.Lock()
        self._free = slots
        self._waiting = waiting
        self._line: deque[threading.Event] = deque()
        self.let_in = 0  # from the line to a slot, since the start: one who waits knows its place by it

    def __len__(self) -> int:
        """How many wait."""
        return len(self._line)

    @contextmanager
    def turn(self, patience_s: float, gone: threading.Event) -> Iterator[None]:
        """Holds a slot. Raises Busy when the line is full or too slow, QuestionLeft when `gone` is set meanwhile."""
        mine = threading.Event()
        with self._lock:
            if self._free and not self._line:
                self._free -= 1
                mine.set()
            elif len(self._line) >= self._waiting:
                raise Busy(patience_s / 2)
            else:
                self._line.append(mine)
        try:
            self._wait(mine, patience_s, gone)
            yield
        finally:
            self._leave(mine)

    def _wait(self, mine: threading.Event, patience_s: float, gone: threading.Event) -> None:
        deadline = time.monotonic() + patience_s
        while not mine.wait(min(LOOK_S, max(0.0, deadline - time.monotonic()))):
            if gone.is_set():
                raise QuestionLeft
            if time.monotonic() >= deadline:
                raise Busy(patience_s / 2)

    def _leave(self, mine: threading.Event) -> None:
        with self._lock:
            if not mine.is_set():
                self._line.remove(mine)
            elif self._line:
                self._line.popleft().set()
                self.let_in += 1
            else:
                self._free += 1


class Streaming(Protocol):
    """The assistant, as far as a line stands before it."""

    @property
    def index(self) -> Any: ...
    def stream(self, question: Question) -> Iterator[Event]: ...


class Paced:
    """An assistant behind its two lines. What else it has is reached as before."""

    def __init__(self, assistant: Streaming, *, at_once: int = 2, drafts: int = 1, waiting: int = WAITING) -> None:
        self._assistant = assistant
        self.composing = Line(at_once, waiting)
        self.drafting = Line(drafts, DRAFTS_WAITING)

    @property
    def index(self) -> Any:
        """The index that answers now."""
        return self._assistant.index

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def answer(self, question: Question) -> Answer:
        """The answer at the end of `stream`."""
        for event in self.stream(question):
            if isinstance(event, Final):
                return event.answer
        raise AssertionError("a stream ends with Final")

    def stream(
        self,
        question: Question,
        *,
        gone: threading.Event | None = None,
        draft: bool = True,
        patience_s: float = PATIENCE_S,
    ) -> Generator[Event]:
        """The events of the assistant, each stage in its turn; without `draft`, the answer made of quotes is final.

        Raises Busy when the first line is full, QuestionLeft once `gone` is set, and what the assistant raises.
        """
        gone = gone or threading.Event()
        events = _kept_going(self._assistant.stream(question), gone)
        try:
            quotes = None
            with self.composing.turn(patience_s, gone):
                for event in events:
                    yield event
                    if isinstance(event, Final):
                        return
                    if isinstance(event, Quotes):
                        quotes = event.answer
                        break
            if quotes is None:
                raise AssertionError("a stream has Quotes or Final")
            following = next(events) if draft else Final(quotes)
            if not isinstance(following, Step):
                yield following
                return
            yield following
            yield from self._drafted(events, quotes, gone)
        finally:
            events.close()

    def _drafted(self, events: Iterator[Event], quotes: Answer, gone: threading.Event) -> Iterator[Event]:
        try:
            with self.drafting.turn(DRAFT_PATIENCE_S, gone):
                yield from events
        except Busy:
            follow_ups = (*quotes.follow_ups, BUSY_GENERATOR)
            yield Final(replace(quotes, reason="model_unavailable", follow_ups=follow_ups))


def _kept_going(events: Iterator[Event], gone: threading.Event) -> Generator[Event]:
    """The events until `gone` is set, of which whatever takes long in them is told."""
    try:
        while True:
            if gone.is_set():
                raise QuestionLeft
            with leaving(gone):
                event = next(events, None)
            if event is None:
                return
            yield event
    finally:
        if isinstance(events, Generator):
            events.close()  # now, and not when the failure that ended it is forgotten
