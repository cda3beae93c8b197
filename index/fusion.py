"""Rankings merged by reciprocal rank (Cormack et al., SIGIR 2009, doi 10.1145/1571941.1572114)."""

from __future__ import annotations

from collections.abc import Sequence


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[int]], weights: Sequence[float], *, k: float
) -> list[tuple[int, float]]:
    """Rows with sum(weight / (k + rank)) over the rankings that hold them; ranks are 1-based.

    Divided by the best possible sum, so that a row first in every ranking has 1. Best first, equals in row order.
    """
    best = sum(weights) / (k + 1)
    if best <= 0:
        return []
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, row in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + weight / (k + rank)
    return sorted(((row, score / best) for row, score in scores.items()), key=lambda pair: (-pair[1], pair[0]))
