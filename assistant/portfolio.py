"""Many companies against every scheme: each distinct profile is matched once.

A verdict depends on regions, size classes, sectors and needs alone, so companies that share them share their matches;
a headcount has done its work once it has given a class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answers import GivenProfile, Match
from assistant.eligibility import match_schemes
from assistant.profiles import Profile, understand_profile
from ingest.catalogue import Vocabulary
from ingest.naf import naf_sectors
from ingest.schemes import Scheme

PARTS = ("region", "size", "sector", "need")


@dataclass(frozen=True, slots=True)
class Company:
    """One line of a file of companies; `given` is in its own words."""

    line: int
    name: str
    siret: str | None
    given: GivenProfile


@dataclass(frozen=True, slots=True)
class Fits:
    """A company as understood, every scheme against it, best first, and the parts that meant nothing."""

    company: Company
    profile: Profile
    matches: Sequence[Match]
    not_understood: tuple[str, ...]


def match_companies(
    companies: Iterable[Company], schemes: Sequence[Scheme], vocabulary: Vocabulary, *, today: date
) -> Iterator[Fits]:
    """Each company in turn, in their order."""
    understood = _reader(vocabulary)
    known: dict[Profile, list[Match]] = {}
    for company in companies:
        profile, lost = understood(company.given)
        if profile not in known:
            known[profile] = match_schemes(profile, schemes, today=today)
        yield Fits(company, profile, known[profile], lost)


def _reader(vocabulary: Vocabulary) -> Callable[[GivenProfile], tuple[Profile, tuple[str, ...]]]:
    """Understands what is given, each distinct region, size, sector and need read once."""
    seen: dict[tuple[str, str], Profile] = {}

    def part(name: str, text: str) -> Profile:
        if (name, text) not in seen:
            seen[name, text] = understand_profile("", GivenProfile(**{name: text}), (), vocabulary)
        return seen[name, text]

    def read(given: GivenProfile) -> tuple[Profile, tuple[str, ...]]:
        said = {name: part(name, text) for name in PARTS if (text := getattr(given, name))}
        nothing = Profile()
        profile = replace(
            nothing,
            regions=said.get("region", nothing).regions,
            sizes=said.get("size", nothing).sizes,
            sectors=said.get("sector", nothing).sectors,
            needs=said.get("need", nothing).needs,
        )
        found = {"region": profile.regions, "size": profile.sizes, "sector": profile.sectors, "need": profile.needs}
        coded = (
            naf_sectors(given.sector or "") is not None
        )  # a code without a sector of ours is understood all the same
        lost = tuple(name for name in said if not found[name] and not (name == "sector" and coded))
        return profile, lost

    return read
