"""Points of the plots: risk against coverage, and the share of answers within a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.evaluation.cases import Case
from assistant.evaluation.measures.risk_coverage import risks, sure_and_wrong

Points = list[tuple[float, float]]
MOST = 200  # points of a curve; more cannot be told apart


def risk_coverage(cases: Sequence[Case]) -> Points:
    """(coverage over all the questions, risk) as less and less sure answers are given."""
    pairs = [pair for case in cases if (pair := sure_and_wrong(case)) is not None]
    if not pairs:
        return []
    risk = risks(np.asarray([pairs], dtype=np.float64))[0]
    return _thinned([((n + 1) / len(cases), float(value)) for n, value in enumerate(risk)])


def within(cases: Sequence[Case], key: str) -> Points:
    """(ms, share of the questions whose time of this name is no more), sorted."""
    times = sorted(case.reply.timings_ms[key] for case in cases if case.reply and case.reply.timings_ms.get(key))
    return _thinned([(ms, (n + 1) / len(times)) for n, ms in enumerate(times)])


def _thinned(points: Points) -> Points:
    step = max(1, len(points) // MOST)
    return [p for n, p in enumerate(points) if n % step == 0 or n == len(points) - 1]
