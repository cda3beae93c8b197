"""Cases scored: for each measure its value on each question, then one figure with its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.battery import MEASURES
from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure, Value, Values, one
from assistant.evaluation.resampling import bound_of_none, interval

NO_KIND = "question"  # of a file that names no kinds
MIN_FOR_INTERVAL = 5  # fewer questions say too little for an interval that would look like one


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over `n` questions; `low` and `high` bound its 95 % interval, None where there are too few."""

    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Scores:
    """A system on a file of questions. `values[measure][question id]`, for the questions it applies to."""

    values: Mapping[str, Mapping[str, Value]]
    figures: Mapping[str, Figure]
    by_kind: Mapping[str, Mapping[str, Figure]]
    by_document: Mapping[str, Mapping[str, Figure]]


def score(cases: Sequence[Case], *, seed: int = 0, measures: Sequence[Measure] = MEASURES) -> Scores:
    """Every measure on every case that it applies to, and its figures: all, by kind, by gold document."""
    values = {m.name: values_of(m, cases) for m in measures}
    kinds = grouped(cases, lambda case: [case.gold.kind or NO_KIND])
    documents = grouped(cases, lambda case: case.gold.docs)
    return Scores(
        values=values,
        figures=_figures(measures, values, None, seed),
        by_kind={kind: _figures(measures, values, ids, seed) for kind, ids in kinds.items()},
        by_document={doc: _figures(measures, values, ids, seed) for doc, ids in documents.items()},
    )


def values_of(measure: Measure, cases: Sequence[Case]) -> dict[str, Value]:
    found = ((case.gold.id, measure.of(case)) for case in cases)
    return {identifier: value for identifier, value in found if value is not None}


def grouped(cases: Sequence[Case], names: Callable[[Case], Sequence[str]]) -> dict[str, set[str]]:
    """The ids of the cases by name, names in alphabetical order."""
    groups: dict[str, set[str]] = {}
    for case in cases:
        for name in names(case):
            groups.setdefault(name, set()).add(case.gold.id)
    return dict(sorted(groups.items()))


def figure(measure: Measure, values: Mapping[str, Value], seed: int) -> Figure | None:
    """The one figure of some questions' values; None when there are none."""
    if not values:
        return None
    array: Values = np.asarray(list(values.values()), dtype=np.float64)
    value = one(measure.combine, array)
    if len(array) < MIN_FOR_INTERVAL:
        return Figure(value, None, None, len(array))
    low, high = interval(array, measure.combine, seed=seed)
    if measure.unit == "share" and low == high:
        low = 1 - bound_of_none(len(array)) if value == 1 else low
        high = bound_of_none(len(array)) if value == 0 else high
    return Figure(value, low, high, len(array))


def _figures(
    measures: Sequence[Measure], values: Mapping[str, Mapping[str, Value]], ids: set[str] | None, seed: int
) -> dict[str, Figure]:
    found = {}
    for measure in measures:
        chosen = {i: v for i, v in values[measure.name].items() if ids is None or i in ids}
        made = figure(measure, chosen, seed)
        if made is not None:
            found[measure.name] = made
    return found
