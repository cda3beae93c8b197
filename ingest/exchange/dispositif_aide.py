"""The national schema `dispositif-aide` v0.1.0, professional, activation and steering extensions: both ways.

https://schema.data.gouv.fr/etalab/schema-dispositif-aide ; lists are separated by "|", dates are ISO 8601. Four things
of ours have no place there: the state of a scheme, the source of each fact, what sources do not say, contradictions.
"""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
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
    shortened,
)
from ingest.exchange.markup import plain_text
from ingest.exchange.writing import closing, opening
from ingest.naf import naf_sectors
from ingest.schemes import ANY, Field, Scheme

COLUMNS = (
    *("id", "titre", "promesse", "description", "eligibilite", "types_aides", "porteurs", "programmes_parents"),
    *("url_source", "cibles", "eligibilite_geographique", "eligibilite_geographique_exclusions"),
    *("date_ouverture", "date_cloture", "date_mise_a_jour"),
    *("conditions_activation", "contact_principal"),
    *("taille_entreprise", "effectifs_minimum", "effectifs_maximum", "secteurs_activite"),
    *("chiffre_affaires_minimum", "chiffre_affaires_maximum", "statut_juridique", "secteur_public_exclusion"),
    "anciennete_minimum_mois",
)
REQUIRED = (
    *("id", "titre", "description", "eligibilite", "types_aides", "porteurs", "cibles"),
    *("eligibilite_geographique", "date_mise_a_jour"),
)
SOURCE = "dispositif-aide"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "guichet-ia.catalogue")  # an id of ours always gives the same UUID
MAX_PROMISE, MAX_DESCRIPTION = 180, 5000
NOT_SAID = "Non précisé dans les documents."
TYPES = ("assistance", "avantage fiscal", "conseil", "étude", "financement", "formation", "information", "prêt")
TYPE_OF_NEED = {"financement": "financement", "diagnostic": "étude", "conseil": "conseil", "formation": "formation"}
TARGET_OF_SIZE = {"association": "associations", "collectivite": "secteur public", "particulier": "particuliers"}
SIZE_OF_TARGET = {target: size for size, target in TARGET_OF_SIZE.items()}
CLASSES = ("tpe", "pme", "eti", "ge")
OWN_COLUMN: tuple[Field, ...] = ("audience", "conditions", "contact", "how_to_apply")


# ---- out ------------------------------------------------------------------------------------------------------


def to_row(scheme: Scheme, names: Mapping[str, str]) -> dict[str, str]:
    """A scheme as the columns of the schema, empty where it says nothing; `names` gives other schemes by id."""
    facts: dict[str, list[str]] = {}
    for fact in scheme.facts:
        facts.setdefault(fact.field, []).append(fact.text)
    days = {opening(scheme.name, scheme.opens_on)} if scheme.opens_on else set()
    days |= {closing(scheme.name, scheme.closes_on)} if scheme.closes_on else set()  # they have columns of their own
    rest = " ".join(t for name, texts in facts.items() if name not in OWN_COLUMN for t in texts if t not in days)
    conditions = " ".join([*facts.get("audience", []), *facts.get("conditions", [])])
    updated = scheme.checked_on or (scheme.provenance.date if scheme.provenance else None) or scheme.as_of
    sizes = next((c.allowed for c in scheme.criteria if c.name == "size"), None)
    return dict.fromkeys(COLUMNS, "") | {
        "id": _uuid(scheme),
        "titre": scheme.name,
        "promesse": shortened(scheme.summary, MAX_PROMISE),
        "description": shortened(rest or scheme.summary, MAX_DESCRIPTION),
        "eligibilite": conditions or NOT_SAID,
        "types_aides": "|".join(_types(scheme)),
        "porteurs": json.dumps(
            [{"nom": name, "siren": None, "roles": []} for name in scheme.operators], ensure_ascii=False
        )
        if scheme.operators
        else "",
        "programmes_parents": names.get(scheme.part_of or "", ""),
        "url_source": scheme.url or "",
        "cibles": "|".join(_targets(sizes)),
        "eligibilite_geographique": "|".join(dict.fromkeys("PAYS-99100" if r == "UE" else r for r in scheme.regions)),
        "date_ouverture": scheme.opens_on.isoformat() if scheme.opens_on else "",
        "date_cloture": scheme.closes_on.isoformat() if scheme.closes_on else "",
        "date_mise_a_jour": updated.isoformat() if updated else "",
        "conditions_activation": " ".join(facts.get("how_to_apply", [])),
        "contact_principal": " ".join(facts.get("contact", [])),
        "taille_entreprise": "|".join(c for c in CLASSES if sizes and (c in sizes or ANY in sizes)),
    }


def to_rows(schemes: Sequence[Scheme]) -> list[dict[str, str]]:
    names = {scheme.id: scheme.name for scheme in schemes}
    return [to_row(scheme, names) for scheme in schemes]


def to_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """UTF-8 text, comma separated, one header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def to_json(rows: Iterable[Mapping[str, str]]) -> str:
    """The same fields, null where empty; the bearers as a list."""
    records: list[dict[str, Any]] = [{name: value or None for name, value in row.items()} for row in rows]
    for record in records:
        record["porteurs"] = json.loads(record["porteurs"]) if record["porteurs"] else []
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def missing(row: Mapping[str, str]) -> list[str]:
    """The columns that the schema requires and that are empty in a row."""
    return [name for name in REQUIRED if not row[name]]


def _uuid(scheme: Scheme) -> str:
    given = scheme.provenance.id if scheme.provenance and scheme.provenance.name == SOURCE else None
    return given or str(uuid.uuid5(NAMESPACE, scheme.id))


def _types(scheme: Scheme) -> list[str]:
    """The types of the schema that its kind names, or that its needs call for; "information" when none."""
    kinds = [part for part in scheme.kind.split(", ") if part in TYPES]
    needs = next((c.allowed for c in scheme.criteria if c.name == "need"), None) or ()
    return kinds or [t for need, t in TYPE_OF_NEED.items() if need in needs] or ["information"]


def _targets(sizes: tuple[str, ...] | None) -> list[str]:
    if sizes is None:
        return ["professionnels"]
    if ANY in sizes:
        return ["professionnels", "particuliers", "associations", "secteur public"]
    others = [target for size, target in TARGET_OF_SIZE.items() if size in sizes]
    return (["professionnels"] if set(sizes) - TARGET_OF_SIZE.keys() else []) + others


# ---- in -------------------------------------------------------------------------------------------------------


def read(data: bytes, file: str) -> Imported:
    """The drafts of a CSV or JSON file of the schema. Raises CatalogueError for another file."""
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
        return read_each(json_records(data, file, "data"), _draft, file)
    rows = csv_records(data, file, ",;", "titre", "eligibilite_geographique")
    return read_each(rows, _draft, file)


def _draft(record: Mapping[str, Any]) -> Draft:
    types = [label.lower() for label in pieces(record.get("types_aides"), r"\|")]
    targets = pieces(record.get("cibles"), r"\|")
    conditions = plain_text(record.get("eligibilite"))
    regions, territory = _territory(record)
    sectors = _sectors(record)
    sizes = _sizes(record, targets)
    limits = _limits(record)
    return Draft(
        name=name_of(record.get("titre")),
        source=SOURCE,
        number=str(record.get("id") or "").strip() or None,
        facts=facts_of(
            ("purpose", record.get("description")),
            ("conditions", None if conditions == NOT_SAID else conditions),
            ("conditions", limits),
            ("how_to_apply", record.get("conditions_activation")),
            ("how_to_apply", record.get("url_candidature") and f"Demande en ligne : {record['url_candidature']}"),
            ("contact", record.get("contact_principal")),
        ),
        summary=plain_text(record.get("promesse")),
        kind=", ".join(types) or "aide",
        regions=regions,
        territory=territory,
        sizes=sizes,
        size_text=limits or f"Bénéficiaires : {', '.join(targets)}" if sizes is None and (limits or targets) else None,
        sectors=sectors,
        sector_text=_joined("Codes NAF", record.get("secteurs_activite")),
        needs=needs_of(types),
        need_text=", ".join(types) or None,
        operators=tuple(_bearers(record.get("porteurs"))),
        url=an_address(record.get("url_source")),
        opens_on=a_day(record.get("date_ouverture")),
        closes_on=a_day(record.get("date_cloture")),
        updated_on=a_day(record.get("date_mise_a_jour")),
    )


def _territory(record: Mapping[str, Any]) -> tuple[tuple[str, ...], str | None]:
    """Regions when the record names regions or the country and excludes nothing; else the codes, as a text."""
    codes = pieces(record.get("eligibilite_geographique"), r"\|")
    outside = pieces(record.get("eligibilite_geographique_exclusions"), r"\|")
    regions = tuple(code for code in codes if re.fullmatch(r"REG-\d\d|PAYS-99100", code))
    if regions and len(regions) == len(codes) and not outside:
        return regions, None
    said = ", ".join(codes) + (f" ; sauf {', '.join(outside)}" if outside else "")
    return (regions if len(regions) == len(codes) else ()), said or None


def _sizes(record: Mapping[str, Any], targets: Sequence[str]) -> tuple[str, ...] | None:
    """Size classes and other publics; None when professionals are meant without their size."""
    classes = [size for size in pieces(str(record.get("taille_entreprise") or "").lower(), r"\|") if size in CLASSES]
    others = [SIZE_OF_TARGET[target] for target in targets if target in SIZE_OF_TARGET]
    if not targets or ("professionnels" in targets and not classes) or _limits(record):
        return None
    return tuple(classes if "professionnels" in targets else []) + tuple(others)


def _sectors(record: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Sectors of NAF codes; None when one of them has none, which would exclude companies it does accept."""
    found = [naf_sectors(code) for code in pieces(record.get("secteurs_activite"), r"\|")]
    return tuple(sorted(frozenset().union(*(f or () for f in found)))) or None if all(found) else None


def _limits(record: Mapping[str, Any]) -> str | None:
    said = [
        _joined(label, record.get(name))
        for name, label in (
            ("effectifs_minimum", "Effectif minimal"),
            ("effectifs_maximum", "Effectif maximal"),
            ("chiffre_affaires_minimum", "Chiffre d'affaires minimal en euros"),
            ("chiffre_affaires_maximum", "Chiffre d'affaires maximal en euros"),
            ("statut_juridique", "Statut juridique"),
            ("anciennete_minimum_mois", "Ancienneté minimale en mois"),
        )
    ]
    return " ; ".join(filter(None, said)) or None


def _joined(label: str, value: object) -> str | None:
    parts = pieces(value if value != 0 else "0", r"\|")
    return f"{label} : {', '.join(parts)}" if parts else None


def _bearers(value: object) -> list[str]:
    """The names of the bearers: a list, its JSON, or the loose notation of the schema's own example."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            loose = re.findall(r"\bnom['\"]?\s*:\s*(?:'((?:[^'\\]|\\.|'(?=\w))*)'|\"([^\"]*)\")", str(value))
            return [name for pair in loose if (name := " ".join((pair[0] or pair[1]).split()))]
    items = value if isinstance(value, list) else []
    names = [item.get("nom") if isinstance(item, Mapping) else item for item in items]
    return [" ".join(str(name).split()) for name in names if name and str(name).strip()]
