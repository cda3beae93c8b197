"""A Measure is a value: what it gives for one question, and how the questions make one figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.cases import Case

Component = Literal[
    "understanding",
    "retrieval",
    "evidence",
    "answer",
    "citations",
    "figures",
    "abstention",
    "schemes",
    "time",
    "cost",
]
COMPONENTS: tuple[Component, ...] = (
    *("understanding", "retrieval", "evidence", "answer", "citations"),
    *("figures", "abstention", "schemes", "time", "cost"),
)
Value = float | tuple[float, ...]
Values = NDArray[np.float64]
Combine = Callable[[Values], Values]  # (samples, questions) or (samples, questions, parts) → (samples,)


def mean(values: Values) -> Values:
    return np.asarray(values.mean(axis=1))


def largest(values: Values) -> Values:
    return np.asarray(values.max(axis=1))


def ratio(values: Values) -> Values:
    """Sum of the first parts over sum of the second: a share over all sentences, not a mean of shares."""
    above, below = values[..., 0].sum(axis=1), values[..., 1].sum(axis=1)
    shares: Values = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return shares


def percentile(share: float) -> Combine:
    """The value at this share of the sorted values, an observed one (no interpolation)."""

    def at(values: Values) -> Values:
        ordered = np.sort(values, axis=1)
        return np.asarray(ordered[:, min(ordered.shape[1] - 1, int(share * ordered.shape[1]))])

    return at


def one(combine: Combine, values: Values) -> float:
    """The figure of one sample: (questions,) or (questions, parts)."""
    return float(combine(values[None])[0])


def first(parts: tuple[float, ...]) -> float:
    return parts[0]


@dataclass(frozen=True, slots=True)
class Measure:
    """`of` gives a question's value, None where it does not apply; `combine` makes one figure of those that do.

    `better` is "up", "down" or None where more is neither; `source` is the paper it comes from;
    `gate` marks the figures that a change must not lower.
    """

    name: str
    component: Component
    of: Callable[[Case], Value | None]
    source: str
    better: Literal["up", "down"] | None = "up"
    combine: Combine = mean
    unit: Literal["share", "ms", "s", "MiB", "tokens", "Wh", "words"] = "share"
    gate: bool = False
    shown: Callable[[tuple[float, ...]], float] = first

    def single(self, value: Value) -> float:
        """One question's value as one number, for a line of a table."""
        return self.shown(value) if isinstance(value, tuple) else float(value)
