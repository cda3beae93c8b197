"""The names of French places that a form offers as one types: regions, departments, towns."""

from __future__ import annotations

from functools import cache

from assistant.gazetteer import DEPARTMENTS, REGIONS
from assistant.territories import Town, bare_place, french_towns

OFFERED = (
    10_000  # inhabitants of the smallest town offered, about a thousand of them; a smaller one is understood when typed
)


@cache
def place_names(least: int = OFFERED) -> tuple[tuple[str, str], ...]:
    """(shown, understood): regions by name, then departments with their number, then towns, the most populated first.

    A town is left out when its name alone does not tell which region it is in.
    """
    regions = [(name, name) for name, _ in sorted(REGIONS.values())]
    departments = [(f"{name} ({number})", number) for number, (name, _) in DEPARTMENTS.items()]
    large = sorted({found[0] for found in french_towns().values() if found[0].population >= least}, key=_by_size)
    taken = {shown for shown, _ in regions}
    named = [(town.name, town.name) for town in large if town.name not in taken and _tells(town.name, town.region)]
    return (*regions, *departments, *dict(named).items())


def _by_size(town: Town) -> tuple[int, str]:
    return (-town.population, town.name)


def _tells(name: str, region: str) -> bool:
    place = bare_place(name)
    return place is not None and place.code == region
