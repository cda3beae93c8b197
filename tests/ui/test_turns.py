"""Clients take turns: nobody starves, a full line makes room for whoever holds less, and the place told is true."""

from __future__ import annotations

from collections import Counter, deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.turns import BATCH, BEFORE_BATCH, Full, Turns, Waiter

PLACES = 6


def come(turns: Turns, *clients: str) -> list[Waiter]:
    waiters = [Waiter(client) for client in clients]
    for waiter in waiters:
        turns.join(waiter)
    return waiters


def called(turns: Turns) -> list[str]:
    return [turns.call().client for _ in range(len(turns))]


def test_within_a_client_the_first_come_is_the_first_served() -> None:
    turns = Turns(PLACES)
    waiters = come(turns, *["a"] * 4)
    assert [turns.call() for _ in range(4)] == waiters


def test_one_question_beside_many_of_another_client_is_second_at_most() -> None:
    turns = Turns(PLACES)
    come(turns, "heavy", "heavy", "heavy", "heavy", "light")
    assert called(turns) == ["heavy", "light", "heavy", "heavy", "heavy"]


def test_a_client_with_twelve_connections_and_one_now_and_then_both_have_their_drafts() -> None:
    """The scenario of a review: first come, first served gave the second client one draft of five."""
    turns, served, light = Turns(PLACES), Counter[str](), list[int]()
    come(turns, *["heavy"] * PLACES)
    for turn in range(200):
        if turn % 5 == 0:
            out = turns.join(Waiter("light"))
            assert out is None or out.client == "heavy"
            light.append(turn)
        while True:
            try:
                turns.join(Waiter("heavy"))
            except Full:
                break
        served[client := turns.call().client] += 1
        if client == "light":
            assert turn - light.pop() <= 1
    assert served["light"] == 40
    assert served["heavy"] == 160


def test_three_clients_with_as_much_to_ask_have_as_much() -> None:
    turns = Turns(9)
    come(turns, *"aaabbbccc")
    assert called(turns) == list("abcabcabc")


def test_a_full_line_makes_room_for_a_client_that_holds_less() -> None:
    turns = Turns(PLACES)
    heavy = come(turns, *["heavy"] * PLACES)
    assert turns.join(Waiter("light")) is heavy[-1]
    assert turns.join(Waiter("light")) is heavy[-2]
    assert turns.join(Waiter("light")) is heavy[-3]
    with pytest.raises(Full):
        turns.join(Waiter("light"))
    with pytest.raises(Full):
        turns.join(Waiter("heavy"))
    assert len(turns) == PLACES


def test_a_line_full_of_clients_with_one_question_each_is_full() -> None:
    turns = Turns(PLACES)
    come(turns, *"abcdef")
    with pytest.raises(Full):
        turns.join(Waiter("g"))
    with pytest.raises(Full):
        Turns(0).join(Waiter("a"))


def test_of_two_that_hold_as_much_the_one_whose_turn_is_further_makes_room() -> None:
    turns = Turns(4)
    *_, last = come(turns, *"aabb")
    assert turns.join(Waiter("c")) is last


def test_a_client_that_left_has_no_turn_and_no_name_in_the_line() -> None:
    turns = Turns(PLACES)
    first, second, other = come(turns, "a", "a", "b")
    turns.leave(first)
    assert turns.order() == (second, other)
    turns.leave(second)
    assert turns.order() == (other,)
    turns.call()
    assert (len(turns), turns._lines) == (0, {})


def test_files_come_after_people_and_have_a_turn_all_the_same() -> None:
    turns = Turns(20)
    come(turns, BATCH, BATCH, *["a"] * 4, *["b"] * 4)
    assert called(turns) == ["a", "b", "a", BATCH, "b", "a", "b", BATCH, "a", "b"]


def test_files_alone_wait_for_nobody() -> None:
    turns = Turns(PLACES)
    come(turns, BATCH, BATCH)
    assert called(turns) == [BATCH, BATCH]


CLIENTS = ["a", "b", "c", BATCH]
MOVES = st.lists(st.one_of(st.sampled_from(CLIENTS), st.just("call"), st.integers(0, PLACES - 1)), max_size=80)


@given(MOVES)
def test_whatever_comes_and_goes_the_line_is_bounded_in_order_and_true(moves: list[str | int]) -> None:
    turns, present = Turns(PLACES), dict[str, deque[Waiter]]()
    for move in moves:
        order = turns.order()
        if move == "call":
            if order:
                waiter = turns.call()
                assert waiter is order[0]
                assert present[waiter.client].popleft() is waiter
        elif isinstance(move, int):
            if move < len(order):
                turns.leave(order[move])
                present[order[move].client].remove(order[move])
        else:
            waiter, held = Waiter(move), {client: len(line) for client, line in present.items()}
            try:
                out = turns.join(waiter)
            except Full:
                assert len(order) == PLACES
                assert max(held.values()) <= held.get(move, 0) + 1
                continue
            if out is not None:
                assert len(order) == PLACES
                assert held[out.client] == max(held.values()) >= held.get(move, 0) + 2
                assert present[out.client].pop() is out
            present.setdefault(move, deque()).append(waiter)
        assert len(turns) == sum(map(len, present.values())) <= PLACES
        assert set(turns.order()) == {waiter for line in present.values() for waiter in line}
        assert len(turns.order()) == len(turns)


@given(st.sampled_from(["me", BATCH]), st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=80, max_size=80))
def test_nobody_starves_whoever_comes_behind(client: str, crowd: list[list[int]]) -> None:
    """Ten clients, or as many new ones as one likes, come between any two turns: the first of a client has its turn."""
    turns, mine, strangers = Turns(PLACES), Waiter(client), 0
    come(turns, *["0"] * PLACES)
    turns.join(mine)
    for turn, comers in enumerate(crowd):
        for number in comers:
            strangers += 1
            try:
                out = turns.join(Waiter(f"new {strangers}" if number == 9 else str(number)))
            except Full:
                continue
            assert out is not mine
        if not len(turns):
            break
        if turns.call() is mine:
            assert turn <= PLACES + BEFORE_BATCH
            return
    raise AssertionError("it never had its turn")
