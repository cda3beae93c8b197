"""NAF codes, as registers write them, to the sector codes of the vocabulary. Table: ingest/catalogue/naf.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from ingest.catalogue import load_vocabulary
from ingest.catalogue_records import fault

# 62, 62.0, 62.01, 62.01Z, 6201Z, 62 01 Z, NAF 62.01Z
WHOLE = re.compile(r"\s*+(?:code )?(?:naf|ape)?\s*+:?\s*+(\d{2})\.? ?(\d{0,2}) ?[A-Z]?\s*", re.IGNORECASE)


@cache
def naf_table() -> Mapping[str, tuple[str, ...]]:
    """Sector codes by division ("62") or longer prefix ("58.2"). Raises CatalogueError for a sector it does not know."""
    text = files("ingest").joinpath("catalogue", "naf.yaml").read_text(encoding="utf-8")
    table: dict[str, list[str]] = yaml.safe_load(text)
    known = load_vocabulary().sectors
    for code, sectors in table.items():
        if unknown := [sector for sector in sectors if sector not in known]:
            raise fault(
                "naf.yaml", code, f"le secteur « {unknown[0]} » est inconnu : choisissez parmi {', '.join(known)}"
            )
    return {code: tuple(sectors) for code, sectors in table.items()}


def naf_sectors(text: str) -> frozenset[str] | None:
    """The sectors of one NAF code and nothing else ("62.01Z", "6201Z", "62"), empty when the vocabulary has none.

    None when the text is no code of the nomenclature.
    """
    found = WHOLE.fullmatch(text)
    if found is None or found[1] not in naf_table():
        return None
    code = f"{found[1]}.{found[2]}" if found[2] else found[1]
    prefixes = (code[:end] for end in range(len(code), 1, -1))
    return frozenset(next(naf_table()[prefix] for prefix in prefixes if prefix in naf_table()))
