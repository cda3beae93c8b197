"""Who answers when: a bounded line before the assistant and another before the generator, where clients take turns.

Reading, searching and quoting take tens of milliseconds of processor; a draft takes seconds of the one generator. A
question that finds the first line full is told so; one that finds the second full keeps its answer made of quotes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from assistant.answers import Answer, Event, Final, Question, Quotes, Step
from assistant.deadline import QuestionLeft, leaving
from ingest.errors import GuichetError
from ui.turns import BATCH, Full, Turns, Waiter

if TYPE_CHECKING:
    from assistant.generator import Health

WAITING = 128  # questions in the first line; at 30 a second the last waits four seconds
PATIENCE_S = 10.0  # in the first line
DRAFTS_WAITING = 6  # questions before the generator; a draft takes three to nine seconds
DRAFT_PATIENCE_S = 25.0
LOOK_S = 0.25  # how often one who waits looks whether its asker is still there

BUSY_GENERATOR = "Le modèle de rédaction est occupé par d'autres questions : voici les citations seules."
SILENT_GENERATOR = "Le modèle de rédaction ne répond pas en ce moment : voici les citations seules."


class Busy(GuichetError):
    """The line is full, did not move in time, or gave this place to another client. `wait_s` is when to come back, in
    seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__("Le guichet répond déjà à beaucoup de questions : réessayez dans quelques secondes.")
        self.wait_s = wait_s


class Line:
    """`slots` at a time, at most `waiting` behind them, whose clients take turns (ui.turns)."""

    def __init__(self, slots: int, waiting: int) -> None:
        self._lock = threading.Lock()
        self._free = slots
        self._waiting = Turns(waiting)

    def __len__(self) -> int:
        """How many wait."""
        with self._lock:
            return len(self._waiting)

    def place(self, gone: threading.Event) -> int:
        """The place of whoever waits with this event, 1 for the next one; 0 for one who does not wait."""
        with self._lock:
            order = self._waiting.order()
        return next((place for place, waiter in enumerate(order, 1) if waiter.gone is gone), 0)

    @contextmanager
    def turn(self, patience_s: float, gone: threading.Event, client: str = "") -> Iterator[None]:
        """Holds a slot. Raises Busy when the line is full or too slow, or when this place went to a client that held
        fewer; QuestionLeft when `gone` is set meanwhile."""
        mine = Waiter(client, gone)
        with self._lock:
            if self._free and not len(self._waiting):
                self._free -= 1
                mine.called.set()
            else:
                self._join(mine, patience_s)
        try:
            self._wait(mine, patience_s)
            yield
        finally:
            self._leave(mine)

    def _join(self, mine: Waiter, patience_s: float) -> None:
        try:
            out = self._waiting.join(mine)
        except Full:
            raise Busy(patience_s / 2) from None
        if out is not None:
            out.put_out = True
            out.called.set()

    def _wait(self, mine: Waiter, patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        while not mine.called.wait(min(LOOK_S, max(0.0, deadline - time.monotonic()))):
            if mine.gone.is_set():
                raise QuestionLeft
            if time.monotonic() >= deadline:
                raise Busy(patience_s / 2)
        if mine.put_out:
            raise Busy(patience_s / 2)

    def _leave(self, mine: Waiter) -> None:
        with self._lock:
            if mine.put_out:
                return
            if not mine.called.is_set():
                self._waiting.leave(mine)
            elif len(self._waiting):
                self._waiting.call().called.set()
            else:
                self._free += 1


class Streaming(Protocol):
    """The assistant, as far as a line stands before it."""

    @property
    def index(self) -> Any: ...
    def stream(self, question: Question) -> Iterator[Event]: ...


class Paced:
    """An assistant behind its two lines. What else it has is reached as before."""

    def __init__(
        self,
        assistant: Streaming,
        *,
        at_once: int = 2,
        drafts: int = 1,
        waiting: int = WAITING,
        generators: Callable[[], Sequence[Health]] = tuple,
    ) -> None:
        self._assistant, self._generators = assistant, generators
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
        client: str = "",
    ) -> Generator[Event]:
        """The events of the assistant, each stage in its turn; without `draft`, the answer made of quotes is final.

        `client` is on whose behalf it is asked: clients take turns. BATCH waits for the generator as long as it does in
        the first line, since people come before it.

        Raises Busy when the first line is full, QuestionLeft once `gone` is set, and what the assistant raises.
        """
        gone = gone or threading.Event()
        events = _kept_going(self._assistant.stream(question), gone)
        try:
            quotes = None
            with self.composing.turn(patience_s, gone, client):
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
            if self._silent():
                yield Final(_undrafted(quotes, SILENT_GENERATOR))
                return
            patience_s = patience_s if client == BATCH else DRAFT_PATIENCE_S
            yield from _drafted(events, quotes, self.drafting.turn(patience_s, gone, client))
        finally:
            events.close()

    def _silent(self) -> bool:
        """Whether no generator answers now: nobody is made to wait for what would fail."""
        found = self._generators()
        return bool(found) and all(health.state == "open" for health in found)


def _undrafted(quotes: Answer, why: str) -> Answer:
    return replace(quotes, reason="model_unavailable", follow_ups=(*quotes.follow_ups, why))


def _drafted(events: Iterator[Event], quotes: Answer, turn: AbstractContextManager[None]) -> Iterator[Event]:
    try:
        with turn:
            yield from events
    except Busy:
        yield Final(_undrafted(quotes, BUSY_GENERATOR))


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
