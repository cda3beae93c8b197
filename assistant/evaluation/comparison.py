"""Two runs on the same questions: what got better, what got worse, and whether a gate fell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.battery import MEASURES
from assistant.evaluation.measure import Measure, Value, one
from assistant.evaluation.metrics import Metrics, MetricsError
from assistant.evaluation.resampling import paired_interval, randomisation
from assistant.evaluation.scoring import MIN_FOR_INTERVAL

TINY = 1e-6  # what rounding in metrics.json may move


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over the `n` questions that both runs have a value for; `change` is `ours - theirs`."""

    measure: Measure
    ours: float
    theirs: float
    low: float | None
    high: float | None
    p: float | None
    n: int

    @property
    def change(self) -> float:
        return self.ours - self.theirs

    @property
    def worse(self) -> bool:
        return (self.measure.better == "up" and self.change < -TINY) or (
            self.measure.better == "down" and self.change > TINY
        )

    @property
    def fell(self) -> bool:
        """A gated figure that got worse."""
        return self.measure.gate and self.worse


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that changed: the measures that went each way, and its failures in either run."""

    id: str
    better: tuple[str, ...]
    worse: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`ours` against `theirs`, over their common questions; `gated` when they are one system before and after."""

    ours: str
    theirs: str
    common: int
    differences: tuple[Difference, ...]
    moved: tuple[Moved, ...]
    gated: bool = True

    @property
    def fallen(self) -> tuple[Difference, ...]:
        return tuple(d for d in self.differences if d.fell and self.gated)


def compare(ours: Metrics, theirs: Metrics, *, seed: int = 0, gated: bool = True) -> Comparison:
    """Measure by measure and question by question. Raises MetricsError when no question is common."""
    mine, other = {row.id: row for row in ours.rows}, {row.id: row for row in theirs.rows}
    common = [identifier for identifier in mine if identifier in other]
    if not common:
        raise MetricsError("Les deux évaluations n'ont aucune question en commun : comparez-en deux du même fichier.")
    differences = []
    for measure in MEASURES:
        pairs = [
            (mine[i].values[measure.name], other[i].values[measure.name])
            for i in common
            if measure.name in mine[i].values and measure.name in other[i].values
        ]
        if pairs and all(_alike(a, b) for a, b in pairs):
            differences.append(_difference(measure, [a for a, _ in pairs], [b for _, b in pairs], seed))
    moved = [
        Moved(i, *_directions(mine[i].values, other[i].values), other[i].failures, mine[i].failures) for i in common
    ]
    return Comparison(
        ours=ours.name,
        theirs=theirs.name,
        common=len(common),
        differences=tuple(differences),
        moved=tuple(m for m in moved if m.better or m.worse),
        gated=gated,
    )


def _alike(a: Value, b: Value) -> bool:
    return (len(a) if isinstance(a, tuple) else 0) == (len(b) if isinstance(b, tuple) else 0)


def _difference(measure: Measure, ours: list[Value], theirs: list[Value], seed: int) -> Difference:
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    a = np.where(np.abs(a - b) <= TINY, b, a)  # one of them may have been rounded
    low = high = p = None
    if len(a) >= MIN_FOR_INTERVAL:
        low, high = paired_interval(a, b, measure.combine, seed=seed)
        p = randomisation(a, b, measure.combine, seed=seed)
    return Difference(measure, one(measure.combine, a), one(measure.combine, b), low, high, p, len(a))


def _directions(ours: Mapping[str, Value], theirs: Mapping[str, Value]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The measures of a question that got better, and worse; times and costs, which always move, left out."""
    better: list[str] = []
    worse: list[str] = []
    for measure in MEASURES:
        if measure.better is None or measure.component in ("time", "cost"):
            continue
        a, b = ours.get(measure.name), theirs.get(measure.name)
        if a is None or b is None or measure.name == "aurc":
            continue
        change = measure.single(a) - measure.single(b)
        if abs(change) > TINY:
            (better if (change > 0) == (measure.better == "up") else worse).append(measure.name)
    return tuple(better), tuple(worse)
