"""How sure a figure is, and whether two runs differ: the bootstrap and randomisation, seeded."""

from __future__ import annotations

import numpy as np

from assistant.evaluation.measure import Combine, Values, one

DRAWS = 2000  # the ends of a 95 % interval move by less than a fiftieth of its width from seed to seed
LEVEL = 0.95


def interval(values: Values, combine: Combine, *, seed: int, draws: int = DRAWS) -> tuple[float, float]:
    """The percentile bootstrap interval of `combine`, questions drawn with replacement.

    Efron, Annals of Statistics 7(1), 1979, doi 10.1214/aos/1176344552; in retrieval, Sakai, SIGIR 2006,
    doi 10.1145/1148170.1148261. `values`: (questions,) or (questions, parts).
    """
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(values), size=(draws, len(values)))
    return _ends(combine(values[rows]))


def bound_of_none(questions: int) -> float:
    """The upper bound of the 95 % interval of a share that no question of so many showed.

    All the draws of a bootstrap would then be alike, and its interval a point: none of 17 is not "surely never", it is
    "less than one in five". Clopper, Pearson, Biometrika 26(4), 1934, doi 10.1093/biomet/26.4.404, at 0 of n.
    """
    return float(1 - ((1 - LEVEL) / 2) ** (1 / questions))


def paired_interval(ours: Values, theirs: Values, combine: Combine, *, seed: int) -> tuple[float, float]:
    """The same for `combine(ours) - combine(theirs)`: the same questions are drawn for both."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(ours), size=(DRAWS, len(ours)))
    return _ends(combine(ours[rows]) - combine(theirs[rows]))


def randomisation(ours: Values, theirs: Values, combine: Combine, *, seed: int) -> float:
    """The two-sided p-value of the difference: how often swapping the runs question by question gives as much.

    Smucker, Allan, Carterette, CIKM 2007, doi 10.1145/1321440.1321528; with the +1 of Phipson and Smyth, 2010,
    doi 10.2202/1544-6115.1585, so that it is never 0.
    """
    rng = np.random.default_rng(seed)
    observed = abs(one(combine, ours) - one(combine, theirs))
    swaps = rng.integers(0, 2, size=(DRAWS, len(ours))).astype(bool)
    chosen = swaps if ours.ndim == 1 else swaps[..., None]
    drawn = np.abs(combine(np.where(chosen, theirs, ours)) - combine(np.where(chosen, ours, theirs)))
    return float((1 + (drawn >= observed - 1e-12).sum()) / (1 + DRAWS))


def _ends(drawn: Values) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
