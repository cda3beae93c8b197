"""metrics.json: everything measured of one system, without the text of a question, an answer or a document."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.evaluation.battery import MEASURES
from assistant.evaluation.cases import Case
from assistant.evaluation.confusion import confusions
from assistant.evaluation.curves import risk_coverage, within
from assistant.evaluation.failures import failures
from assistant.evaluation.measure import Value
from assistant.evaluation.scoring import NO_KIND, Figure, Scores
from ingest.errors import GuichetError

FORMAT = "guichet-evaluation-1"


class MetricsError(GuichetError):
    """A metrics file that cannot be read or compared."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question of one run, without its words."""

    id: str
    kind: str
    status: str
    failures: tuple[str, ...]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Metrics:
    """What metrics.json holds. `system` describes the run: name, generator, index, version, machine, seed."""

    system: Mapping[str, Any]
    problems: Mapping[str, int]
    figures: Mapping[str, Figure]
    by_kind: Mapping[str, Mapping[str, Figure]]
    by_document: Mapping[str, Mapping[str, Figure]]
    confusion: Mapping[str, Sequence[tuple[str, str, int]]]
    curves: Mapping[str, Sequence[tuple[float, float]]]
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        return str(self.system.get("name", "?"))


def measured(
    cases: Sequence[Case], scores: Scores, *, system: Mapping[str, Any], problems: Mapping[str, int]
) -> Metrics:
    """The metrics of a run, from its cases and their scores."""
    rows = tuple(
        Row(
            id=case.gold.id,
            kind=case.gold.kind or NO_KIND,
            status=case.given.status if case.given else "missing",
            failures=tuple(failures(case)),
            values={name: values[case.gold.id] for name, values in scores.values.items() if case.gold.id in values},
        )
        for case in cases
    )
    curves = {
        "risk_coverage": risk_coverage(cases),
        **{f"within_{key}": within(cases, key) for key in ("retrieval", "first_token", "total")},
    }
    return Metrics(
        system=system,
        problems=problems,
        figures=scores.figures,
        by_kind=scores.by_kind,
        by_document=scores.by_document,
        confusion=confusions(cases),
        curves={name: points for name, points in curves.items() if points},
        rows=rows,
    )


def to_json(metrics: Metrics) -> dict[str, Any]:
    """Plain dicts and lists, keys in their public order, floats rounded to six digits."""
    return {
        "format": FORMAT,
        "system": dict(metrics.system),
        "questions": len(metrics.rows),
        "problems": dict(metrics.problems),
        "measures": {
            m.name: {
                **_figure(metrics.figures[m.name]),
                "component": m.component,
                "better": m.better,
                "unit": m.unit,
                "gate": m.gate,
                "source": m.source,
            }
            for m in MEASURES
            if m.name in metrics.figures
        },
        "by_kind": {kind: {n: _figure(f) for n, f in found.items()} for kind, found in metrics.by_kind.items()},
        "by_document": {doc: {n: _figure(f) for n, f in found.items()} for doc, found in metrics.by_document.items()},
        "confusion": {
            name: [{"gold": g, "understood": s, "n": n} for g, s, n in rows] for name, rows in metrics.confusion.items()
        },
        "curves": {name: [[_round(x), _round(y)] for x, y in points] for name, points in metrics.curves.items()},
        "per_question": [
            {
                "id": row.id,
                "kind": row.kind,
                "status": row.status,
                "failures": list(row.failures),
                "values": {name: _value(value) for name, value in row.values.items()},
            }
            for row in metrics.rows
        ],
    }


def to_text(metrics: Metrics) -> str:
    """The file as it is written: a line a measure, a line a question, so that two of them differ line by line."""
    return "{\n" + ",\n".join(f"{_dumped(key)}: {_lines(value)}" for key, value in to_json(metrics).items()) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f" {_dumped(key)}: {_dumped(item)}" for key, item in value.items()) + "\n}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f" {_dumped(item)}" for item in value) + "\n]"
    return _dumped(value)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


class _FigureRecord(BaseModel):
    model_config = ConfigDict(extra="ignore")
    value: float
    low: float | None = None
    high: float | None = None
    n: int


class _RowRecord(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    kind: str = NO_KIND
    status: str = ""
    failures: list[str] = []
    values: dict[str, float | list[float]] = {}


class _MetricsRecord(BaseModel):
    model_config = ConfigDict(extra="ignore")
    format: str
    system: dict[str, Any] = {}
    problems: dict[str, int] = {}
    measures: dict[str, _FigureRecord]
    by_kind: dict[str, dict[str, _FigureRecord]] = {}
    by_document: dict[str, dict[str, _FigureRecord]] = {}
    curves: dict[str, list[tuple[float, float]]] = {}
    per_question: list[_RowRecord]


def read_metrics(path: Path) -> Metrics:
    """A metrics.json written before. Raises MetricsError."""
    try:
        record = _MetricsRecord.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise MetricsError(f"« {path} » n'existe pas : donnez le metrics.json d'une évaluation.") from error
    except OSError as error:
        raise MetricsError(f"« {path} » ne peut pas être lu : {error.strerror}.") from error
    except (ValueError, ValidationError, RecursionError) as error:
        raise MetricsError(
            f"« {path} » n'est pas un metrics.json du guichet : donnez celui qu'une évaluation a écrit."
        ) from error
    if record.format != FORMAT:
        raise MetricsError(f"« {path} » est d'un autre format ({record.format}) : refaites cette évaluation.")
    rows = tuple(
        Row(
            r.id,
            r.kind,
            r.status,
            tuple(r.failures),
            {name: tuple(v) if isinstance(v, list) else v for name, v in r.values.items()},
        )
        for r in record.per_question
    )
    return Metrics(
        system=record.system,
        problems=record.problems,
        figures=_read(record.measures),
        by_kind={kind: _read(found) for kind, found in record.by_kind.items()},
        by_document={doc: _read(found) for doc, found in record.by_document.items()},
        confusion={},
        curves=record.curves,
        rows=rows,
    )


def _read(found: Mapping[str, _FigureRecord]) -> dict[str, Figure]:
    return {name: Figure(f.value, f.low, f.high, f.n) for name, f in found.items()}


def _figure(figure: Figure) -> dict[str, Any]:
    low, high = figure.low, figure.high
    return {
        "value": _round(figure.value),
        "low": None if low is None else _round(low),
        "high": None if high is None else _round(high),
        "n": figure.n,
    }


def _value(value: Value) -> float | list[float]:
    return [_round(part) for part in value] if isinstance(value, tuple) else _round(value)


def _round(value: float) -> float:
    return round(value, 6) if math.isfinite(value) else 0.0
