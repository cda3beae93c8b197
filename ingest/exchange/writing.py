"""Drafts written as YAML files of the catalogue, in a folder of the person's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ingest.catalogue import load_schemes, load_vocabulary
from ingest.exchange.drafts import Draft, fold, sentence, summary_of
from ingest.fiches import french_date
from ingest.schemes import Field

MAX_ID = 60  # characters of an id, which is also a file's name
ASKED: tuple[Field, ...] = (
    "audience",
    "amount_per_company",
    "rate",
    "deadline",
    "how_to_apply",
    "contact",
    "conditions",
)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the drafts: files written, and a sentence for each that was not."""

    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()


def write_drafts(drafts: Sequence[Draft], folder: Path) -> Written:
    """One YAML file a draft. A file of the folder is replaced only by the record it came from."""
    folder.mkdir(parents=True, exist_ok=True)
    built_in = {scheme.id for scheme in load_schemes()}
    taken: set[str] = set()
    files, left_out = [], []
    for draft in drafts:
        number = slug(draft.number or "")[:40].strip("-")
        wanted = slug(draft.name)[:MAX_ID].strip("-") or "aide"
        choices = [wanted, f"{wanted}-{slug(draft.source)}"] + ([f"{wanted}-{number}"] if number else [])
        free = (c for c in choices if c not in built_in | taken and _may_replace(folder / f"{c}.yaml", draft))
        name = next(free, None)
        if name is None:
            left_out.append(
                f"« {draft.name} » : une autre fiche porte déjà ce nom dans {folder}, elle est laissée de côté."
            )
            continue
        taken.add(name)
        path = folder / f"{name}.yaml"
        text = yaml.safe_dump(record(draft, name), allow_unicode=True, sort_keys=False, width=110)
        path.write_text(text, encoding="utf-8")
        files.append(path)
    return Written(tuple(files), tuple(left_out))


def _may_replace(path: Path, draft: Draft) -> bool:
    if not path.exists():
        return True
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError):
        return False
    origin = content.get("provenance") if isinstance(content, dict) else None
    return isinstance(origin, dict) and (origin.get("name"), origin.get("id")) == (draft.source, draft.number)


def slug(text: str) -> str:
    return fold(text).replace(" ", "-")


def opening(name: str, day: date) -> str:
    return f"« {name} » ouvre le {french_date(day)}."


def closing(name: str, day: date) -> str:
    return f"« {name} » se termine le {french_date(day)}."


def record(draft: Draft, id: str) -> dict[str, Any]:
    """The draft as a writer of the catalogue would write it: state unknown, null where nothing is said."""
    told = [(name, sentence(text)) for name, text in draft.facts if sentence(text)]
    if draft.territory:
        told.append(("conditions", f"Territoire : {sentence(draft.territory)}"))
    if draft.opens_on:
        told.append(("dates", opening(draft.name, draft.opens_on)))
    if draft.closes_on:
        told.append(("deadline", closing(draft.name, draft.closes_on)))
    told = told or [("purpose", f"{draft.source} présente « {draft.name} ».")]
    said = {name for name, _ in told} | ({"amount_per_company", "rate"} if "amount" in dict(told) else set())

    def criterion(codes: tuple[str, ...] | None, text: str | None) -> dict[str, Any] | None:
        if codes is None and not text:
            return None
        return {
            "allowed": list(codes) if codes else None,
            "text": sentence(text or _labels(codes)),
            "source": "origine",
        }

    territory = f"Territoire : {draft.territory}" if draft.territory else None
    found: dict[str, Any] = {
        "id": id,
        "name": draft.name,
        "kind": draft.kind,
        "regions": list(draft.regions),
        "state": "unknown",
        "as_of": draft.updated_on,
        "opens_on": draft.opens_on,
        "closes_on": draft.closes_on,
        "summary": summary_of(
            draft.summary, *(text for _, text in draft.facts), f"{draft.source} présente {draft.name}"
        ),
        "sources": {"origine": {"doc": draft.source, "section": draft.name}},
        "facts": [{"field": name, "text": text, "source": "origine"} for name, text in told],
        "criteria": {
            "region": criterion(None if territory else draft.regions or None, territory),
            "size": criterion(draft.sizes, draft.size_text),
            "sector": criterion(draft.sectors, draft.sector_text),
            "need": criterion(draft.needs, draft.need_text),
        },
        "silent_on": [name for name in ASKED if name not in said],
        "operators": list(draft.operators),
        "url": draft.url,
        "provenance": _filled(name=draft.source, id=draft.number, url=draft.page, date=draft.updated_on),
        "licence": draft.licence,
    }
    kept = ("id", "name", "kind", "regions", "state", "as_of", "summary", "sources", "facts", "criteria", "silent_on")
    return {key: value for key, value in found.items() if key in kept or value}


def _filled(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _labels(codes: tuple[str, ...] | None) -> str:
    words = load_vocabulary()
    terms = {**words.regions, **words.sizes, **words.needs, **words.sectors}
    return ", ".join(terms[code].label for code in codes or ())
