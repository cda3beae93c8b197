"""Whether passages given with a question answer it: measures, weights, and what the answer does with them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.judging import (
    TITLED,
    UNTITLED,
    Weights,
    answer_odds,
    fit,
    load_judge,
    measures,
    title_of,
)

PHARE = ["Phare: Le phare éclaire la côte.", "Phare: Le phare a été bâti en 1855.", "Digue: La digue protège le port."]
DOCS = ["passage-1", "passage-2", "passage-3"]
E5 = "multilingual-e5-small-0123456789abcdef"


def cosines(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_measures_of_three_passages() -> None:
    seen = measures("Quand le phare a-t-il été bâti ?", PHARE, DOCS, cosines(0.9, 0.8, 0.7))
    assert seen["near"] == pytest.approx(0.8)
    assert seen["best"] == pytest.approx(0.8)
    assert seen["same"] == pytest.approx(2 / 3)
    assert seen["titled"] == 1.0


def test_passages_without_titles_have_none() -> None:
    seen = measures("Quand ?", ["Le phare éclaire la côte."], ["passage-1"], cosines(0.9))
    assert (seen["same"], seen["titled"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "doc", "title"),
    [
        ("Phare de Planier: Il éclaire la rade.", "passage-4", "Phare de Planier"),
        ("Il éclaire la rade.", "passage-4", ""),
        ("Il éclaire la rade.", "plan-lumiere", "plan lumiere"),
        ("Il est bâti en pierre. Note: il est blanc.", "passage-1", ""),
    ],
)
def test_the_title_of_a_passage(text: str, doc: str, title: str) -> None:
    assert title_of(text, doc) == title


def test_nearer_passages_are_likelier_to_answer() -> None:
    near = answer_odds("Quand le phare ?", PHARE, DOCS, cosines(0.92, 0.91, 0.9), E5)
    far = answer_odds("Quand le phare ?", PHARE, DOCS, cosines(0.82, 0.81, 0.8), E5)
    assert near is not None
    assert far is not None
    assert near > 0 > far


def test_another_encoder_has_no_judge_and_neither_has_nothing() -> None:
    assert answer_odds("Quand ?", PHARE, DOCS, cosines(0.9, 0.9, 0.9), "another-encoder") is None
    assert answer_odds("Quand ?", [], [], cosines(), E5) is None


def test_the_weights_that_ship_are_whole() -> None:
    judge = load_judge()
    assert (judge.titled.features, judge.untitled.features) == (TITLED, UNTITLED)
    for weights in (judge.titled, judge.untitled):
        assert len(weights.mean) == len(weights.scale) == len(weights.weight) == len(weights.features)
        assert all(scale > 0 for scale in weights.scale)
        assert all(weight > 0 for weight in weights.weight)


@given(st.integers(min_value=0, max_value=10_000))
def test_a_fit_finds_the_least_of_its_loss(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = np.arange(60) % 2 == 0
    x = rng.normal(size=(60, 2)) + y[:, None] * rng.normal(size=2)
    found = fit(x, y, ("a", "b"), ridge=2.0)

    def loss(weights: Weights) -> float:
        odds = np.array([weights.log_odds({"a": a, "b": b}) for a, b in x])
        return float(np.logaddexp(0, np.where(y, -odds, odds)).sum() + sum(w * w for w in weights.weight))

    best = loss(found)
    for step in (-0.01, 0.01):
        assert loss(replace(found, bias=found.bias + step)) > best
        assert loss(replace(found, weight=(found.weight[0] + step, found.weight[1]))) > best
    assert math.isfinite(best)
