"""Whether passages given with a question answer it: measures, weights, and what the answer does with them."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from answer_worlds import ask
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import GivenPassage
from assistant.given import OF_THE_DESK, from_passages
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


class OneWay:
    """An encoder of the name the judge knows, for which every question and passage point the same way, or nearly."""

    fingerprint = E5

    def __init__(self, cosine: float) -> None:
        self._passage = np.array([[cosine, math.sqrt(1 - cosine**2)]], np.float32)

    def encode_queries(self, texts: Any) -> np.ndarray:
        return np.array([[1.0, 0.0]] * len(texts), np.float32)

    def encode_passages(self, texts: Any) -> np.ndarray:
        return np.repeat(self._passage, len(texts), axis=0)


def index_at(cosine: float) -> Any:
    return SimpleNamespace(vectors=SimpleNamespace(search=lambda _vector, _k: [(0, cosine)]))


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


@pytest.mark.parametrize(("cosine", "answers"), [(0.93, True), (0.80, False)])
def test_passages_given_with_a_general_question_are_judged(cosine: float, answers: bool) -> None:
    encoder, texts = OneWay(cosine), tuple(GivenPassage(d, t) for d, t in zip(DOCS, PHARE, strict=True))
    found = from_passages(
        texts, ask("Quand le phare a-t-il été bâti ?"), encoder, encoder.encode_passages, index_at(0.8)
    )
    assert found.odds is not None
    assert (found.odds > 0) == answers


def test_a_question_the_index_is_near_is_left_to_the_checks() -> None:
    encoder, texts = OneWay(0.80), (GivenPassage("passage-1", PHARE[0]),)
    near = index_at(OF_THE_DESK + 0.01)
    assert from_passages(texts, ask("Quand ?"), encoder, encoder.encode_passages, near).odds is None
