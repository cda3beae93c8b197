"""The circuit breaker, by a clock of the test's own."""

from __future__ import annotations

import threading

import pytest

from assistant.breaker import Breaker, Resting
from assistant.deadline import QuestionLeft
from assistant.embedded import GeneratorError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(GeneratorError), breaker.attempt():
            raise GeneratorError("non")


def opened() -> tuple[Breaker, Clock]:
    clock = Clock()
    breaker = Breaker(failures=3, rests_s=30, clock=clock)
    fail(breaker, 3)
    return breaker, clock


def test_it_opens_after_failures_in_a_row_and_is_then_asked_nothing() -> None:
    breaker = Breaker(failures=3, rests_s=30, clock=Clock())
    fail(breaker, 2)
    with breaker.attempt():
        pass
    fail(breaker, 2)
    assert breaker.state == "closed", "a success between them starts the count again"
    fail(breaker)
    assert breaker.state == "open"
    with pytest.raises(Resting), breaker.attempt():
        raise AssertionError("nothing is tried")


def test_after_its_rest_one_attempt_decides() -> None:
    breaker, clock = opened()
    clock.now = 30
    assert breaker.state == "half_open"
    fail(breaker)
    assert breaker.state == "open", "it rests again"
    clock.now = 59.9
    with pytest.raises(Resting), breaker.attempt():
        pass
    clock.now = 60
    with breaker.attempt():
        pass
    assert breaker.state == "closed"
    fail(breaker, 2)
    assert breaker.state == "closed", "the failures of before are forgotten"


def test_a_half_open_breaker_lets_one_through_at_a_time() -> None:
    breaker, clock = opened()
    clock.now = 30
    inside, leave = threading.Event(), threading.Event()

    def first() -> None:
        with breaker.attempt():
            inside.set()
            leave.wait(10)

    trying = threading.Thread(target=first)
    trying.start()
    assert inside.wait(10)
    with pytest.raises(Resting), breaker.attempt():
        pass
    leave.set()
    trying.join(10)
    assert breaker.state == "closed"


def test_whoever_asked_going_away_says_nothing_of_the_service() -> None:
    breaker, clock = opened()
    clock.now = 30
    with pytest.raises(QuestionLeft), breaker.attempt():
        raise QuestionLeft
    assert breaker.state == "half_open", "the attempt is for the next question"
    with breaker.attempt():
        pass
    assert breaker.state == "closed"


def test_one_that_never_opens() -> None:
    breaker = Breaker(failures=None)
    fail(breaker, 20)
    assert breaker.state == "closed"
