"""What whoever runs the service says of it: a person to write to, what computes the answers, where it was evaluated."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.errors import GuichetError
from ui.settings import Settings

MEMORY_GB = 3.0  # both models, the index and the page, as measured on the built-in catalogue


def house_of(settings: Settings) -> House:
    """What the settings say. The evaluation is the operator's own, else the one that came with this version."""
    own = settings.home / "evaluation" / "metrics.json"
    ours = Path(__file__).resolve().parents[1] / "docs" / "evaluation" / "dev-metrics.json"
    return House(
        contact=settings.contact,
        cores=settings.threads or os.cpu_count() or 1,
        remote=settings.llm_url is not None,
        evaluations=(own, ours),
    )


def energy_wh(seconds: float, cores: int) -> float:
    """Watt-hours of an answer that took so long with every core busy: an upper estimate, nothing measured at the plug.

    Green Algorithms: Lannelongue, Grealey, Inouye, Advanced Science 2021, doi 10.1002/advs.202100707.
    """
    from assistant.evaluation.measures.cost import CORE_WATTS, MEMORY_WATTS

    return seconds * (cores * CORE_WATTS + MEMORY_GB * MEMORY_WATTS) / 3600


class EvaluationUnreadable(GuichetError):
    """A metrics.json that is not what `guichet evaluate` writes."""


@dataclass(frozen=True, slots=True)
class House:
    """The same for every visitor. None where nothing was said."""

    contact: str | None = None  # GUICHET_CONTACT: an e-mail address, a telephone number or a web address
    cores: int = 2  # that an answer may use
    remote: bool = False  # the writing model is a service elsewhere, of which the energy is not known
    evaluations: tuple[Path, ...] = ()  # where a metrics.json may be, the first one found counts


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The latest evaluation: how many questions, on what system and day, and each measure's value and interval."""

    questions: int
    system: Mapping[str, object]
    measures: tuple[Measured, ...]
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure over `n` questions; `unit` as metrics.json has it; `low` and `high` bound its 95 % interval."""

    name: str
    value: float
    unit: str
    low: float | None
    high: float | None
    n: int


def latest_evaluation(house: House) -> Evaluation | None:
    """The first metrics.json there is, None where there is none. Raises EvaluationUnreadable."""
    path = next((path for path in house.evaluations if path.is_file()), None)
    if path is None:
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        measures = tuple(
            Measured(name, float(m["value"]), str(m["unit"]), m.get("low"), m.get("high"), int(m["n"]))
            for name, m in data["measures"].items()
            if m["value"] is not None
        )
        system = dict(data["system"])
        day = date.fromisoformat(system["date"]) if system.get("date") else None
        return Evaluation(int(data["questions"]), system, measures, day)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvaluationUnreadable(
            f"Le fichier d'évaluation « {path} » est illisible : refaites-le avec « guichet evaluate »."
        ) from error
