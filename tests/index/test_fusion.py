"""Reciprocal rank fusion: the formula, its symmetry, its order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import reciprocal_rank_fusion

RANKING = st.lists(st.integers(0, 20), unique=True, max_size=12)
WEIGHT = st.floats(0.1, 5)


def by_hand(rankings: list[list[int]], weights: list[float], k: float) -> dict[int, float]:
    items = {item for ranking in rankings for item in ranking}
    best = sum(weight / (k + 1) for weight in weights)
    return {
        item: sum(w / (k + r.index(item) + 1) for r, w in zip(rankings, weights, strict=True) if item in r) / best
        for item in items
    }


@given(st.lists(st.tuples(RANKING, WEIGHT), min_size=1, max_size=4), st.floats(0, 100))
def test_scores_are_those_of_the_definition(sides: list[tuple[list[int], float]], k: float) -> None:
    rankings, weights = [r for r, _ in sides], [w for _, w in sides]
    found = reciprocal_rank_fusion(rankings, weights, k=k)
    assert dict(found) == pytest.approx(by_hand(rankings, weights, k))
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
    assert all(0 < score <= 1 + 1e-9 for _, score in found)


@given(RANKING, RANKING, WEIGHT, WEIGHT)
def test_the_sides_may_be_swapped(a: list[int], b: list[int], wa: float, wb: float) -> None:
    assert dict(reciprocal_rank_fusion([a, b], [wa, wb], k=60)) == pytest.approx(
        dict(reciprocal_rank_fusion([b, a], [wb, wa], k=60))
    )


@given(RANKING.filter(lambda r: len(r) > 1), RANKING, st.data())
def test_a_better_rank_never_lowers_a_score(a: list[int], b: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(a) - 1))
    item = a[place]
    raised = [*a[: place - 1], item, a[place - 1], *a[place + 1 :]]
    before, after = (dict(reciprocal_rank_fusion([side, b], [1, 1], k=60)) for side in (a, raised))
    assert after[item] > before[item]


def test_first_on_every_side_is_one() -> None:
    assert reciprocal_rank_fusion([[7, 1], [7]], [2, 0.5], k=10)[0] == (7, pytest.approx(1.0))


def test_no_ranking_gives_nothing() -> None:
    assert reciprocal_rank_fusion([], [], k=60) == []
    assert reciprocal_rank_fusion([[], []], [1, 1], k=60) == []
