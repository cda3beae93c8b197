"""Scheme: one support scheme of the built-in catalogue, its typed criteria and its sourced facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

State = Literal["announced", "voted", "open", "experimental", "running", "ended", "unknown"]
CriterionName = Literal["region", "size", "sector", "need"]
Field = Literal[
    "purpose",  # what it brings
    "audience",
    "amount",  # always with what it is an amount of: an envelope is never what a company receives
    "amount_per_company",
    "rate",
    "cost",  # to the beneficiary
    "duration",
    "dates",
    "deadline",
    "targets",
    "results",
    "operator",
    "partners",
    "prescribers",
    "how_to_apply",
    "contact",
    "conditions",
    "cumulation",
]
ANY = "any"  # a criterion the sources declare open to all


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read: a document of the corpus, its section, its physical page when it has pages."""

    doc: str
    section: str
    date: date | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact in our own words, a full French sentence, with its source."""

    field: Field
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Criterion:
    """A typed criterion. `allowed` holds codes of the vocabulary, `(ANY,)`, or is None: the sources do not say.

    `examples` tells that the sources name these codes as examples: of another, they do not say.
    """

    name: CriterionName
    allowed: tuple[str, ...] | None
    text: str | None  # the readable condition
    source: Source | None
    examples: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says where sources differ: a fragment in our own words; `when` is a year, a month or a day."""

    text: str
    when: str  # ISO 8601, as precise as the source: 2024, 2024-05 or 2024-05-22
    source: Source


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Sourced statements on one field that differ, the oldest first; none is chosen silently."""

    field: Field
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an imported scheme comes from: the publisher of the data, its own number there, its page, its date."""

    name: str
    id: str | None = None
    url: str | None = None
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """`regions` are COG codes (REG-93, REG-76, REG-52), PAYS-99100 for a national scheme, UE for a European one.

    They are empty only for an imported scheme whose source does not say where it holds.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    regions: tuple[str, ...]
    state: State
    as_of: date | None
    summary: str
    facts: tuple[Fact, ...]
    criteria: tuple[Criterion, ...]
    silent_on: tuple[Field, ...]  # what the sources do not say of it
    part_of: str | None = None
    follows: str | None = None
    url: str | None = None
    prolongs: str | None = None
    checked_on: date | None = None  # when the fiche was last compared with its sources
    opens_on: date | None = None  # of the applications, when a source gives the day
    closes_on: date | None = None
    operators: tuple[str, ...] = ()  # names alone, as exchanged; the sentences are facts
    contradictions: tuple[Contradiction, ...] = ()
    provenance: Provenance | None = None
    licence: str | None = None  # of imported data


def standing(scheme: Scheme, day: date) -> Scheme:
    """The scheme as it stands on a day: ended, as of its last one, once that is past, whatever its source said before."""
    past = scheme.closes_on is not None and scheme.closes_on < day
    return replace(scheme, state="ended", as_of=scheme.closes_on) if past else scheme


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a dossier: facts of a section of a plan, in our own words."""

    heading: tuple[str, ...]
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Dossier:
    """A digest of one published document."""

    id: str
    title: str
    nature: str
    date: date | None
    region: str | None
    publisher: str
    url: str | None
    entries: tuple[Entry, ...]
