"""Aides-territoires: the results of its API (`GET /api/aids/`), one page or several pages of them in a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.exchange.drafts import (
    Draft,
    Imported,
    a_day,
    an_address,
    facts_of,
    json_records,
    name_of,
    needs_of,
    pieces,
    read_each,
    regions_of,
    sizes_of,
)
from ingest.exchange.markup import plain_text

SOURCE = "Aides-territoires"


def read(data: bytes, file: str) -> Imported:
    """The drafts of a file of results. Raises CatalogueError for another file."""
    records = json_records(data, file, "results")
    pages = [r["results"] for r in records if isinstance(r, Mapping) and isinstance(r.get("results"), list)]
    return read_each([aid for page in pages for aid in page] if pages else records, _draft, file)


def _draft(record: Mapping[str, Any]) -> Draft | None:
    if record.get("is_live") is False:
        return None
    types = [plain_text(label) for label in pieces(record.get("aid_types"))]
    audiences = [plain_text(label) for label in pieces(record.get("targeted_audiences"))]
    regions, territory = regions_of([plain_text(record.get("perimeter"))])
    financers = [plain_text(label) for label in pieces(record.get("financers"))]
    return Draft(
        name=name_of(record.get("name")),
        source=SOURCE,
        number=str(record.get("id") or record.get("slug") or "").strip() or None,
        facts=facts_of(
            ("purpose", record.get("description")),
            ("audience", f"Publics visés : {', '.join(audiences)}" if audiences else None),
            ("conditions", record.get("eligibility")),
            ("rate", _rate(record)),
            ("amount", _euros("Montant du prêt", record.get("loan_amount"))),
            ("amount", _euros("Montant de l'avance récupérable", record.get("recoverable_advance_amount"))),
            ("cost", "L'accès à cette aide est payant." if record.get("is_charged") is True else None),
            ("how_to_apply", _apply(record)),
            ("contact", record.get("contact")),
        ),
        summary=plain_text(record.get("short_title")) or plain_text(record.get("description")),
        kind="appel à projets" if record.get("is_call_for_project") is True else (", ".join(types).lower() or "aide"),
        regions=regions,
        territory=territory,
        sizes=sizes_of(audiences),
        size_text=f"Publics visés : {', '.join(audiences)}" if audiences else None,
        needs=needs_of(types),
        need_text=", ".join(types) or None,
        operators=tuple(financers),
        url=an_address(record.get("origin_url")),
        page=an_address(record.get("url")),
        opens_on=a_day(record.get("start_date")),
        closes_on=a_day(record.get("submission_deadline")),
        updated_on=a_day(record.get("date_updated")),
        licence=plain_text(record.get("import_share_licence")) or None,
    )


def _rate(record: Mapping[str, Any]) -> str | None:
    low, high = record.get("subvention_rate_lower_bound"), record.get("subvention_rate_upper_bound")
    comment = plain_text(record.get("subvention_comment"))
    known = [f"{value} %" for value in (low, high) if isinstance(value, int | float) and value]
    rate = f"Taux de subvention : {' à '.join(dict.fromkeys(known))}" if known else ""
    return "\n".join(part for part in (rate, comment) if part) or None


def _euros(label: str, value: object) -> str | None:
    return f"{label} : {value:,.0f} €".replace(",", " ") if isinstance(value, int | float) and value else None


def _apply(record: Mapping[str, Any]) -> str | None:
    address = an_address(record.get("application_url"))
    steps = plain_text(record.get("mobilization_steps"))
    known = [f"Étapes concernées : {steps.replace(chr(10), ', ')}"] if steps else []
    return "\n".join([*known, *([f"Demande en ligne : {address}"] if address else [])]) or None
