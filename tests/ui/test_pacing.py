"""The two lines before the assistant: bounded, shared by clients in turn, and left by whoever has gone."""

import threading
import time
from collections.abc import Iterator

import pytest
from page_worlds import TinyAssistant, make_answer

from assistant.answers import Answer, Event, Final, Question, Quotes, Step
from assistant.breaker import State
from assistant.deadline import QuestionLeft, leaving, until
from assistant.generator import Health
from ui.pacing import BUSY_GENERATOR, SILENT_GENERATOR, Busy, Line, Paced

NOBODY_GONE = threading.Event()


def last(events: Iterator[Event]) -> Answer:
    *_, final = events
    assert isinstance(final, Final)
    return final.answer


class Drafting(TinyAssistant):
    """Drafts until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.drafting, self.go_on = threading.Event(), threading.Event()

    def stream(self, question: Question) -> Iterator[Event]:
        yield Step("understand")
        yield Quotes(make_answer(question, answer="citations"))
        yield Step("draft")
        self.drafting.set()
        self.go_on.wait(10)
        yield Final(make_answer(question, answer="rédigée"))


def held(line: Line) -> tuple[threading.Event, threading.Thread]:
    """A line with one slot taken by another thread, until the event is set."""
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with line.turn(5, NOBODY_GONE):
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(5)
    return leave, thread


def test_a_full_line_says_so_at_once() -> None:
    line = Line(1, 0)
    leave, thread = held(line)
    with pytest.raises(Busy), line.turn(5, NOBODY_GONE):
        pass
    leave.set()
    thread.join()
    with line.turn(1, NOBODY_GONE):
        pass


def test_a_line_that_does_not_move_is_left_in_time() -> None:
    line = Line(1, 5)
    leave, thread = held(line)
    started = time.monotonic()
    with pytest.raises(Busy), line.turn(0.3, NOBODY_GONE):
        pass
    assert 0.2 < time.monotonic() - started < 2
    assert len(line) == 0
    leave.set()
    thread.join()


def test_whoever_has_gone_leaves_the_line() -> None:
    line, gone = Line(1, 5), threading.Event()
    leave, thread = held(line)
    gone.set()
    with pytest.raises(QuestionLeft), line.turn(5, gone):
        pass
    leave.set()
    thread.join()
    with line.turn(1, NOBODY_GONE):
        pass


def test_first_come_is_first_served() -> None:
    line, order = Line(1, 20), list[int]()
    leave, thread = held(line)

    def come(n: int) -> None:
        with line.turn(10, NOBODY_GONE):
            order.append(n)

    others = []
    for n in range(8):
        others.append(threading.Thread(target=come, args=(n,)))
        others[-1].start()
        while len(line) < n + 1:
            time.sleep(0.005)
    leave.set()
    for other in (*others, thread):
        other.join()
    assert order == list(range(8))


def test_the_place_told_is_the_order_served() -> None:
    line, order, gones = Line(1, 6), list[str](), [threading.Event() for _ in range(4)]
    leave, thread = held(line)

    def come(gone: threading.Event, client: str, name: str) -> None:
        with line.turn(60, gone, client):
            order.append(name)

    comers = [("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1")]
    others = []
    for gone, (client, name) in zip(gones, comers, strict=True):
        others.append(threading.Thread(target=come, args=(gone, client, name)))
        others[-1].start()
        while not line.place(gone):
            time.sleep(0.005)
    places = [line.place(gone) for gone in gones]
    assert (places, line.place(NOBODY_GONE)) == ([1, 3, 4, 2], 0)
    leave.set()
    for other in (*others, thread):
        other.join()
    assert order == ["a1", "b1", "a2", "a3"]
    assert [line.place(gone) for gone in gones] == [0] * 4


def test_one_put_out_for_another_client_is_told_and_takes_no_slot() -> None:
    line, told, served = Line(1, 2), list[str](), list[str]()
    leave, thread = held(line)

    def come(client: str, name: str) -> None:
        try:
            with line.turn(60, threading.Event(), client):
                served.append(name)
        except Busy:
            told.append(name)

    others = []
    for n in range(2):
        others.append(threading.Thread(target=come, args=("heavy", f"heavy {n}")))
        others[-1].start()
        while len(line) < n + 1:
            time.sleep(0.005)
    others.append(threading.Thread(target=come, args=("light", "light")))
    others[-1].start()
    others[1].join()
    assert (told, len(line)) == (["heavy 1"], 2)
    leave.set()
    for other in (*others, thread):
        other.join()
    assert served == ["heavy 0", "light"]
    assert (len(line), line._free) == (0, 1)


def test_slots_are_never_lost_nor_made() -> None:
    line, at_once, most = Line(3, 100), 0, 0
    lock = threading.Lock()

    def come(client: str) -> None:
        nonlocal at_once, most
        with line.turn(10, NOBODY_GONE, client):
            with lock:
                at_once += 1
                most = max(most, at_once)
            time.sleep(0.002)
            with lock:
                at_once -= 1

    threads = [threading.Thread(target=come, args=(str(n % 3),)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3
    assert (len(line), line._free) == (0, 3)


def test_the_answer_is_the_assistants() -> None:
    assert last(Paced(TinyAssistant()).stream(Question("Quel budget ?"))).answer.startswith("60 M€")


def test_without_a_draft_the_quotes_are_final() -> None:
    assert last(Paced(Drafting()).stream(Question("q"), draft=False)).answer == "citations"


def test_a_busy_generator_leaves_the_answer_made_of_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.pacing.DRAFT_PATIENCE_S", 0.2)
    assistant = Drafting()
    paced = Paced(assistant)
    first = threading.Thread(target=lambda: last(paced.stream(Question("première"))))
    first.start()
    assistant.drafting.wait(5)
    second = last(paced.stream(Question("seconde")))
    assert (second.answer, second.reason) == ("citations", "model_unavailable")
    assert BUSY_GENERATOR in second.follow_ups
    assistant.go_on.set()
    first.join()


def test_nobody_waits_for_a_generator_that_gives_no_sign() -> None:
    assistant = Drafting()
    states: list[State] = ["open", "open"]
    paced = Paced(assistant, generators=lambda: [Health(f"g{n}", state) for n, state in enumerate(states)])
    answer = last(paced.stream(Question("q")))
    assert (answer.answer, answer.reason) == ("citations", "model_unavailable")
    assert SILENT_GENERATOR in answer.follow_ups
    assert not assistant.drafting.is_set()
    states[1] = "half_open"
    assistant.go_on.set()
    assert last(paced.stream(Question("q"))).reason is None, "one of them may be tried"


def test_quotes_go_on_while_the_generator_writes() -> None:
    assistant = Drafting()
    paced = Paced(assistant, at_once=1)
    first = threading.Thread(target=lambda: last(paced.stream(Question("première"))))
    first.start()
    assistant.drafting.wait(5)
    started = time.monotonic()
    assert last(paced.stream(Question("seconde"), draft=False)).answer == "citations"
    assert time.monotonic() - started < 2
    assistant.go_on.set()
    first.join()


def test_a_stream_left_early_gives_its_slot_back() -> None:
    paced = Paced(TinyAssistant(), at_once=1, waiting=0)
    for _ in range(3):
        events = paced.stream(Question("q"))
        next(events)
        events.close()  # type: ignore[attr-defined]
    assert last(paced.stream(Question("q"))).status == "answered"


def test_a_question_that_is_gone_is_not_begun() -> None:
    gone, assistant = threading.Event(), TinyAssistant()
    gone.set()
    with pytest.raises(QuestionLeft):
        list(Paced(assistant).stream(Question("q"), gone=gone))
    assert assistant.asked == []


def test_a_generation_is_stopped_when_its_asker_goes() -> None:
    gone, closed = threading.Event(), threading.Event()

    def produce():  # type: ignore[no-untyped-def]
        try:
            while True:
                time.sleep(0.05)
                yield "mot"
        finally:
            closed.set()

    threading.Timer(0.3, gone.set).start()
    with leaving(gone), pytest.raises(QuestionLeft):
        list(until(produce, time.monotonic() + 20))
    assert closed.wait(5)


def test_a_generation_that_says_nothing_is_left_too() -> None:
    gone, silent = threading.Event(), threading.Event()

    def produce():  # type: ignore[no-untyped-def]
        silent.wait(10)
        yield "trop tard"

    threading.Timer(0.2, gone.set).start()
    started = time.monotonic()
    with leaving(gone), pytest.raises(QuestionLeft):
        list(until(produce, time.monotonic() + 20))
    assert time.monotonic() - started < 5
    silent.set()
