"""Intervals and paired tests: seeded, of the right size, and those of scipy where it has them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from assistant.evaluation.measure import mean, percentile, ratio
from assistant.evaluation.measures.grounded_refusal import macro_f1
from assistant.evaluation.measures.timing import timing
from assistant.evaluation.measures.unsupported_figures import UNSUPPORTED_FIGURES
from assistant.evaluation.resampling import bound_of_none, interval, paired_interval, randomisation
from assistant.evaluation.scoring import figure

RNG = np.random.default_rng(7)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = RNG.random(40)
    assert interval(values, mean, seed=3) == interval(values, mean, seed=3)
    assert interval(values, mean, seed=3) != interval(values, mean, seed=4)


def test_the_interval_of_a_mean_is_that_of_scipy() -> None:
    values = (RNG.random(80) < 0.7).astype(np.float64)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=9999, method="percentile", rng=1).confidence_interval
    assert interval(values, mean, seed=0) == pytest.approx((theirs.low, theirs.high), abs=0.03)


def test_about_19_intervals_in_20_hold_the_true_mean() -> None:
    held = 0
    for seed in range(200):
        sample = np.random.default_rng(seed).random(60)
        low, high = interval(sample, mean, seed=seed, draws=400)
        held += low <= 0.5 <= high
    assert 0.88 <= held / 200 <= 0.99


def test_the_paired_test_is_that_of_scipy() -> None:
    ours, theirs = RNG.random(12), RNG.random(12) * 0.8
    exact = stats.permutation_test(
        (ours, theirs), lambda a, b, axis: np.mean(a - b, axis=axis), permutation_type="samples", n_resamples=10_000
    ).pvalue
    assert randomisation(ours, theirs, mean, seed=0) == pytest.approx(exact, abs=0.03)


def test_the_interval_of_a_difference_is_that_of_scipy() -> None:
    ours, theirs = RNG.random(60), RNG.random(60) * 0.8
    scipys = stats.bootstrap(
        (ours, theirs), lambda a, b, axis: np.mean(a - b, axis=axis), paired=True, n_resamples=9999,
        method="percentile", rng=1,
    ).confidence_interval  # fmt: skip
    assert paired_interval(ours, theirs, mean, seed=0) == pytest.approx((scipys.low, scipys.high), abs=0.02)


@pytest.mark.parametrize("combine", [mean, percentile(0.95)])
def test_two_equal_runs_do_not_differ(combine: object) -> None:
    values = RNG.random(30)
    assert randomisation(values, values, combine, seed=0) == 1  # type: ignore[arg-type]
    assert paired_interval(values, values, combine, seed=0) == (0, 0)  # type: ignore[arg-type]


def test_two_clearly_different_runs_differ() -> None:
    better = np.ones(30)
    assert randomisation(better, np.zeros(30), mean, seed=0) < 0.01
    assert paired_interval(better, np.zeros(30), mean, seed=0) == (1, 1)


@pytest.mark.parametrize("questions", [5, 17, 83])
def test_a_fault_that_no_question_showed_still_has_an_upper_bound_that_of_scipy(questions: int) -> None:
    exact = stats.binomtest(0, questions).proportion_ci(0.95, method="exact")
    assert bound_of_none(questions) == pytest.approx(exact.high)
    none, all_of_them = (
        figure(UNSUPPORTED_FIGURES, {str(n): value for n in range(questions)}, seed=0) for value in (0.0, 1.0)
    )
    assert none is not None
    assert all_of_them is not None
    assert (none.low, none.high) == (0, pytest.approx(exact.high))
    assert (all_of_them.low, all_of_them.high) == (pytest.approx(1 - exact.high), 1)


def test_a_time_that_never_changes_keeps_its_narrow_interval() -> None:
    found = figure(timing("total", "total", 0.5), {str(n): 1.0 for n in range(9)}, seed=0)
    assert found is not None
    assert (found.low, found.high) == (1, 1)


def test_a_figure_of_two_parts_is_drawn_question_by_question() -> None:
    parts = np.array([[1.0, 2.0], [0.0, 8.0], [3.0, 3.0], [0.0, 1.0], [1.0, 4.0]])
    low, high = interval(parts, ratio, seed=0)
    assert low <= 5 / 18 <= high
    refusals = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    assert interval(refusals, macro_f1, seed=0)[1] == 1
