"""The formats that `guichet catalogue import` reads, by the name a person gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from ingest.errors import CatalogueError
from ingest.exchange import aides_entreprises, aides_territoires, dispositif_aide, regions
from ingest.exchange.drafts import Imported

MAX_BYTES = 200_000_000  # the largest dump seen is under 30 MB
FORMATS: Mapping[str, Callable[[bytes, str], Imported]] = {
    "dispositif-aide": dispositif_aide.read,
    "aides-entreprises": aides_entreprises.read,
    "aides-territoires": aides_territoires.read,
    "region-sud": regions.read_sud,
    "pays-de-la-loire": regions.read_loire,
    "occitanie": regions.read_occitanie,
}


def import_file(path: Path, format: str, *, licence: str | None = None) -> Imported:
    """The drafts of a file; `licence` is that of the data when the file does not say. Raises CatalogueError."""
    if format not in FORMATS:
        raise CatalogueError(f"Le format « {format} » n'est pas connu : choisissez parmi {', '.join(FORMATS)}.")
    if path.stat().st_size > MAX_BYTES:
        raise CatalogueError(f"« {path.name} » dépasse {MAX_BYTES // 10**6} Mo : découpez-le.")
    found = FORMATS[format](path.read_bytes(), path.name)
    drafts = tuple(replace(draft, licence=draft.licence or licence) for draft in found.drafts)
    return Imported(drafts, found.left_out)
