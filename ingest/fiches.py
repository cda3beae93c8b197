"""From a Scheme or a Dossier to the Document that is searched, quoted and cited. Pure functions, French text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import get_args

from ingest.documents import Block, Document, Kind, Nature
from ingest.errors import CatalogueError
from ingest.schemes import Contradiction, Dossier, Field, Scheme, State

FIELD_WORDS: dict[Field, str] = {  # what a fiche says it does not know
    "purpose": "le contenu de l'aide",
    "audience": "le public visé",
    "amount": "le budget total",
    "amount_per_company": "le montant par entreprise",
    "rate": "le taux d'aide",
    "cost": "le coût pour le bénéficiaire",
    "duration": "la durée",
    "dates": "le calendrier",
    "deadline": "la date limite de dépôt",
    "targets": "les objectifs chiffrés",
    "results": "les résultats obtenus",
    "operator": "l'opérateur",
    "partners": "les partenaires",
    "prescribers": "les prescripteurs",
    "how_to_apply": "la démarche à suivre",
    "contact": "le contact",
    "conditions": "les conditions d'accès",
    "cumulation": "le cumul avec d'autres aides",
}
SECTIONS: tuple[tuple[str, tuple[Field, ...]], ...] = (
    ("Ce que le dispositif apporte", ("purpose",)),
    ("À qui il s'adresse", ("audience", "conditions")),
    ("Montants et coût", ("amount", "amount_per_company", "rate", "cost", "cumulation")),
    ("Calendrier", ("dates", "duration", "deadline")),
    ("Objectifs et résultats", ("targets", "results")),
    ("Qui le porte", ("operator", "partners", "prescribers")),
    ("Comment en bénéficier", ("how_to_apply", "contact")),
)
STATE_WORDS: dict[State, str] = {
    "announced": "est annoncé ; les documents n'attestent pas son ouverture",
    "voted": "relève d'un plan voté ; les documents n'attestent pas l'ouverture des demandes",
    "open": "est ouvert d'après les documents",
    "experimental": "est annoncé à titre expérimental ; les documents n'attestent pas son ouverture",
    "running": "est en cours d'après les documents",
    "ended": "est terminé d'après les documents",
    "unknown": "est cité par les documents, qui ne disent pas s'il est encore ouvert",
}
PLAN_WORDS: dict[State, str] = {  # a plan is adopted or not; nobody applies to it
    "announced": "est présenté comme un projet ; les documents n'attestent pas son adoption",
    "voted": "a été voté ; les documents n'attestent pas l'ouverture des demandes",
}
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)

Line = tuple[Kind, int, str]  # kind of block, level of heading (0 for the rest), text


def fiche(scheme: Scheme, titles: Mapping[str, str]) -> Document:
    """The fiche of a scheme: its facts as sentences, then its sources, then what the sources do not say.

    `titles` gives the title of a source document by its id; without it the id itself is shown.
    """
    lines: list[Line] = [("heading", 1, scheme.name), ("paragraph", 0, f"{scheme.summary} {_state(scheme)}")]
    for title, fields in SECTIONS:
        if texts := [fact.text for name in fields for fact in scheme.facts if fact.field == name]:
            lines += [("heading", 2, title), ("paragraph", 0, " ".join(texts))]
    if scheme.contradictions:
        lines += [("heading", 2, "Ce sur quoi les sources diffèrent")]
        lines += [("paragraph", 0, differing(scheme, found)) for found in scheme.contradictions]
    sources = dict.fromkeys((fact.source.doc, fact.source.section) for fact in scheme.facts)
    lines += [("heading", 2, "Sources")]
    lines += [("note", 0, f"Source : {titles.get(doc, doc)}, {section}.") for doc, section in sources]
    if scheme.licence:
        lines += [("note", 0, f"Licence des données : {scheme.licence}.")]
    if scheme.silent_on:
        lines += [("heading", 2, "Ce que les documents ne précisent pas"), ("paragraph", 0, silence(scheme))]
    text, blocks = _lay_out(lines)
    return Document(
        doc=f"fiche-{scheme.id}",
        title=scheme.name,
        text=text,
        blocks=blocks,
        nature="fiche",
        date=scheme.as_of,
        region=scheme.regions[0] if scheme.regions else None,
        url=scheme.url,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def silence(scheme: Scheme) -> str:
    """One French sentence on what the sources do not say of a scheme; `silent_on` must not be empty."""
    words = [FIELD_WORDS[name] for name in scheme.silent_on]
    what = f"pas {words[0]}" if len(words) == 1 else f"ni {', ni '.join(words)}"
    return f"Pour « {scheme.name} », les documents ne précisent {what}."


def differing(scheme: Scheme, found: Contradiction) -> str:
    """One French sentence on what sources say differently, each version with its date, the oldest first."""
    versions = " ; ".join(f"{_when(said.when)}, {said.text}" for said in found.statements)
    return f"Pour « {scheme.name} », les sources donnent des versions différentes sur {FIELD_WORDS[found.field]} : {versions}."


def _when(iso: str) -> str:
    """A date as precise as it is known: en 2024, en mai 2024, le 11 juillet 2024."""
    year, *rest = (int(part) for part in iso.split("-"))
    if not rest:
        return f"en {year}"
    return f"en {MONTHS[rest[0] - 1]} {year}" if len(rest) == 1 else f"le {french_date(date(year, rest[0], rest[1]))}"


def digest(dossier: Dossier) -> Document:
    """The digest of a document: one paragraph an entry, under the titles of the sections it digests."""
    lines: list[Line] = [("heading", 1, dossier.title)]
    open_titles: tuple[str, ...] = ()
    for entry in dossier.entries:
        same = _shared(open_titles, entry.heading)
        lines += [("heading", min(same + 2 + i, 6), title) for i, title in enumerate(entry.heading[same:])]
        lines.append(("paragraph", 0, entry.text))
        open_titles = entry.heading
    when = f", {french_date(dossier.date)}" if dossier.date else ""
    lines += [("heading", 2, "Source"), ("note", 0, f"Source : {dossier.title}, {dossier.publisher}{when}.")]
    text, blocks = _lay_out(lines)
    return Document(
        doc=f"dossier-{dossier.id}",
        title=dossier.title,
        text=text,
        blocks=blocks,
        nature=_nature(dossier),
        date=dossier.date,
        region=dossier.region,
        publisher=dossier.publisher,
        url=dossier.url,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def french_date(day: date) -> str:
    """A date as it is written in French: 1er juillet 2024."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def _state(scheme: Scheme) -> str:
    when = f"Au {french_date(scheme.as_of)}, " if scheme.as_of else ""
    noun = "plan" if scheme.kind == "plan" else "dispositif"
    words = PLAN_WORDS.get(scheme.state) if scheme.kind == "plan" else None
    return f"{when}{'le' if when else 'Le'} {noun} « {scheme.name} » {words or STATE_WORDS[scheme.state]}."


def _shared(old: tuple[str, ...], new: tuple[str, ...]) -> int:
    """How many titles of `new` stand open already; its last is written again when `old` has gone deeper."""
    same = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        same += 1
    return same - 1 if same == len(new) < len(old) else same


def _lay_out(lines: list[Line]) -> tuple[str, tuple[Block, ...]]:
    """The text of the lines, a blank line between two, and the span of each."""
    blocks, parts, at = [], [], 0
    for kind, level, text in lines:
        blocks.append(Block(kind, at, at + len(text), level))
        parts.append(text)
        at += len(text) + 2
    return "\n\n".join(parts), tuple(blocks)


def _nature(dossier: Dossier) -> Nature:
    for nature in get_args(Nature):
        if nature == dossier.nature:
            found: Nature = nature
            return found
    raise CatalogueError(
        f"dossier {dossier.id} : la nature « {dossier.nature} » est inconnue ; choisissez parmi {get_args(Nature)}."
    )
