"""aides-entreprises.fr: its open data, `aides.json` or `aides.csv` (";", windows-1252).

What its records do not say stays unknown: `status` 1 only says that a record is published, not that an aid is open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ingest.exchange.drafts import (
    Draft,
    Imported,
    a_day,
    an_address,
    csv_records,
    facts_of,
    json_records,
    name_of,
    needs_of,
    pieces,
    read_each,
    regions_of,
)
from ingest.exchange.markup import plain_text

SOURCE = "aides-entreprises.fr"
LICENCE = "Licence Ouverte, source aides-entreprises.fr"
WITHDRAWN = "0"  # status
SIZES = {"1": ("tpe",), "2": ("tpe",), "3": ("pme",), "4": ("pme",), "5": ("eti", "ge")}  # effectif
NATIONAL, EUROPEAN = "2", "3"  # couverture_geo; 1 is a territory


def read(data: bytes, file: str) -> Imported:
    """The drafts of a dump, JSON or CSV by its first character. Raises CatalogueError for another file."""
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
        return read_each(json_records(data, file, "aides", "data", "results"), _draft, file)
    rows = csv_records(data, file, ";,", "aid_nom")
    return read_each(rows, _draft, file)


def _draft(record: Mapping[str, Any]) -> Draft | None:
    if str(record.get("status", "")).strip() == WITHDRAWN:
        return None
    index, more = _nested(record.get("cache_indexation")), _nested(record.get("complements"))
    natures = _labels(index.get("natures") or record.get("natures"), "typ_libelle")
    projects = _labels(index.get("projets") or record.get("projets"), "proj_libelle")
    coverage = str(record.get("couverture_geo") or "").strip()
    regions, territory = regions_of(["France" if coverage == NATIONAL else "Europe"])
    if coverage not in (NATIONAL, EUROPEAN):
        regions, territory = regions_of(_labels(index.get("territoires") or record.get("territoires"), "ter_libelle"))
    codes = [code.strip() for code in pieces(record.get("effectif"), r"[|;,]")]
    sizes = tuple(dict.fromkeys(size for code in codes for size in SIZES.get(code, ())))
    return Draft(
        name=name_of(record.get("aid_nom")),
        source=SOURCE,
        number=str(record.get("id_aid") or "").strip() or None,
        facts=facts_of(
            ("purpose", record.get("aid_objet")),
            ("purpose", f"Projets concernés : {', '.join(projects)}" if projects else None),
            ("audience", record.get("aid_benef")),
            ("conditions", record.get("aid_operations_el")),
            ("conditions", record.get("aid_conditions")),
            ("amount", record.get("aid_montant")),
            ("contact", record.get("contacts") if isinstance(record.get("contacts"), str) else None),
        ),
        summary=plain_text(record.get("aid_objet")),
        kind=", ".join(natures).lower() or "aide",
        regions=regions,
        territory=territory,
        sizes=sizes or None,
        size_text=plain_text(record.get("aid_benef")).replace("\n", " ") or None,
        needs=needs_of(natures),
        need_text=", ".join(natures) or None,
        operators=tuple(_labels(index.get("financeurs") or record.get("financeurs"), "org_nom")),
        url=next((link for item in _items(more.get("source")) if (link := an_address(item.get("lien")))), None),
        closes_on=a_day(record.get("date_fin")),  # 0000-00-00 is no day
        updated_on=a_day(record.get("aid_validation")) or a_day(record.get("horodatage")),
        licence=LICENCE,
    )


def _nested(value: object) -> Mapping[str, Any]:
    """An object, written as such or as a text of JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _labels(value: object, key: str) -> list[str]:
    """The labels of a list of objects; the cells of the CSV hold them as text."""
    if isinstance(value, list):
        value = [item.get(key) if isinstance(item, Mapping) else item for item in value]
    return [text for item in pieces(value) if (text := plain_text(item))]
