"""The built-in catalogue: schemes, digests of plans and the vocabulary of criteria, one YAML file each.

The data lives in the folder `catalogue/` beside this file and is read through `importlib.resources`, so that an
installed wheel works outside the checkout. pydantic checks what people write; the nouns handed out are frozen.
How to write a scheme: docs/catalogue.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from ingest import fiches
from ingest.catalogue_records import (
    CriterionRecord,
    DossierRecord,
    SchemeRecord,
    TermRecord,
    VocabularyRecord,
    check,
    fault,
)
from ingest.documents import Document
from ingest.errors import CatalogueError
from ingest.schemes import (
    ANY,
    Contradiction,
    Criterion,
    CriterionName,
    Dossier,
    Entry,
    Fact,
    Provenance,
    Scheme,
    Source,
    Statement,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A code of the vocabulary, its label for people and the words people use for it."""

    code: str
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The codes that criteria and profiles share, by code."""

    regions: Mapping[str, Term]
    sizes: Mapping[str, Term]
    needs: Mapping[str, Term]
    sectors: Mapping[str, Term]


def load_schemes(folder: Path | None = None) -> tuple[Scheme, ...]:
    """Every scheme of `folder` (default: the built-in ones), sorted by id. Raises CatalogueError."""
    return _built_in_schemes() if folder is None else _read_schemes(folder)


@lru_cache(maxsize=4)
def load_catalogue(own: Path | None = None) -> tuple[Scheme, ...]:
    """The built-in schemes and those of a person's own folder, sorted by id; read once a process.

    Schemes of the folder may name built-in ones in their relations. Raises CatalogueError for an id given twice.
    """
    built_in = _built_in_schemes()
    if own is None:
        return built_in
    added = _read_schemes(own.expanduser(), {scheme.id for scheme in built_in})
    return tuple(sorted((*built_in, *added), key=lambda scheme: scheme.id))


def load_dossiers(folder: Path | None = None) -> tuple[Dossier, ...]:
    """Every digest of `folder` (default: the built-in ones), sorted by id. Raises CatalogueError."""
    return _built_in_dossiers() if folder is None else _read_dossiers(folder)


def faults(own: Path | None = None) -> tuple[str, ...]:
    """One French sentence for each wrong file, built-in or of a person's own folder; none when all can be read."""
    found = []
    dates = {dossier.id: dossier.date for dossier in load_dossiers()}
    for folder in (_data("schemes"), *([own] if own else [])):
        for path in _yaml_files(folder):
            try:
                _scheme(path, dates)
            except CatalogueError as error:
                found.append(str(error))
    if not found:
        try:
            load_catalogue(own)  # relations and names taken twice
        except CatalogueError as error:
            found.append(str(error))
    return tuple(found)


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The built-in vocabulary of regions, sizes, needs and sectors."""
    record = check(VocabularyRecord, "vocabulary.yaml", _read(_data("vocabulary.yaml")))

    def terms(group: Mapping[str, TermRecord]) -> dict[str, Term]:
        return {code: Term(code, term.label, tuple(term.words)) for code, term in group.items()}

    return Vocabulary(terms(record.regions), terms(record.sizes), terms(record.needs), terms(record.sectors))


def scheme_document(scheme: Scheme) -> Document:
    """The fiche of a scheme as a Document: `fiche-<id>`."""
    return fiches.fiche(scheme, {dossier.id: dossier.title for dossier in load_dossiers()})


def dossier_document(dossier: Dossier) -> Document:
    """The digest of a document as a Document: `dossier-<id>`."""
    return fiches.digest(dossier)


def catalogue_documents(own: Path | None = None) -> tuple[Document, ...]:
    """Every fiche and every digest of the catalogue, with a person's own folder, ready to be cut into passages."""
    return (*map(scheme_document, load_catalogue(own)), *map(dossier_document, load_dossiers()))


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C parser is ten times faster
    """YAML in which a key written twice is an error, not a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := [key for key in found if keys.count(key) > 1]:
            raise yaml.constructor.ConstructorError(None, None, f"clé écrite deux fois : {twice[0]}")
        return found


def _data(*parts: str) -> Traversable:
    return files("ingest").joinpath("catalogue", *parts)


def _yaml_files(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        raise CatalogueError(f"Le dossier du catalogue {folder} n'existe pas : indiquez un dossier de fiches YAML.")
    return sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name.removesuffix(".yaml"))


def _read(path: Traversable) -> object:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # a safe loader
    except (yaml.YAMLError, ValueError) as error:  # ValueError: bytes that are no UTF-8, a date that does not exist
        raise fault(path.name, "fichier", f"contenu illisible ({error}) : corrigez l'écriture") from error


@lru_cache(maxsize=1)
def _built_in_schemes() -> tuple[Scheme, ...]:
    return _read_schemes(_data("schemes"))


@lru_cache(maxsize=1)
def _built_in_dossiers() -> tuple[Dossier, ...]:
    return _read_dossiers(_data("dossiers"))


def _read_dossiers(folder: Traversable) -> tuple[Dossier, ...]:
    dossiers = []
    for path in _yaml_files(folder):
        record = check(DossierRecord, path.name, _read(path))
        _require(f"{record.id}.yaml" == path.name, path, "id", "donnez au fichier le nom de son id")
        entries = tuple(
            Entry(
                tuple(entry.heading),
                entry.text,
                Source(record.id, entry.section or entry.heading[-1], record.date, entry.page),
            )
            for entry in record.entries
        )
        dossiers.append(Dossier(**{**dict(record), "entries": entries}))
    return tuple(dossiers)


def _read_schemes(folder: Traversable, others: Collection[str] = ()) -> tuple[Scheme, ...]:
    """The schemes of a folder; `others` are the ids already taken, which relations may name."""
    dates = {dossier.id: dossier.date for dossier in load_dossiers()}
    paths = _yaml_files(folder)
    schemes = tuple(_scheme(path, dates) for path in paths)
    known = {scheme.id for scheme in schemes} | set(others)
    for path, scheme in zip(paths, schemes, strict=True):
        taken = f"la fiche « {scheme.id} » existe déjà dans le catalogue intégré : donnez un autre id à la vôtre"
        _require(scheme.id not in others, path, "id", taken)
        for field in ("part_of", "follows", "prolongs"):
            other = getattr(scheme, field)
            _require(other is None or other in known - {scheme.id}, path, field, f"aucune autre fiche « {other} »")
    return schemes


def _scheme(path: Traversable, dates: Mapping[str, datetime.date | None]) -> Scheme:
    record = check(SchemeRecord, path.name, _read(path))
    _require(f"{record.id}.yaml" == path.name, path, "id", "donnez au fichier le nom de son id")
    codes = load_vocabulary()
    _require(bool(record.regions or record.provenance), path, "regions", "liste vide : donnez au moins un élément")
    _known(record.regions, codes.regions, path, "regions")
    sources = {
        key: Source(source.doc, source.section, dates.get(source.doc), source.page)
        for key, source in record.sources.items()
    }

    def source(key: str, field: str) -> Source:
        _require(key in sources, path, field, f"la source « {key} » n'est pas décrite dans « sources »")
        return sources[key]

    def criterion(name: CriterionName, terms: Mapping[str, Term]) -> Criterion:
        field = f"criteria.{name}"
        found: CriterionRecord | None = getattr(record.criteria, name)
        if found is None:
            return Criterion(name, None, None, None)
        if isinstance(found.allowed, list):
            _known(found.allowed, terms, path, field)
            allowed: tuple[str, ...] | None = tuple(found.allowed)
        else:
            allowed = (ANY,) if found.allowed == ANY else None
        return Criterion(name, allowed, found.text, source(found.source, field), found.examples)

    contradictions = tuple(
        Contradiction(
            found.field,
            tuple(
                Statement(said.text, said.when, source(said.source, "contradictions"))
                for said in sorted(found.statements, key=lambda said: said.when)
            ),
        )
        for found in record.contradictions
    )
    facts = tuple(Fact(fact.field, fact.text, source(fact.source, "facts")) for fact in record.facts)
    both = {fact.field for fact in facts} & set(record.silent_on)
    _require(not both, path, "silent_on", f"« {min(both, default='')} » a un fait : retirez-le de silent_on")
    return Scheme(
        id=record.id,
        name=record.name,
        aliases=tuple(record.aliases),
        kind=record.kind,
        regions=tuple(record.regions),
        state=record.state,
        as_of=record.as_of,
        summary=record.summary,
        facts=facts,
        criteria=(
            criterion("region", codes.regions),
            criterion("size", codes.sizes),
            criterion("sector", codes.sectors),
            criterion("need", codes.needs),
        ),
        silent_on=tuple(record.silent_on),
        part_of=record.part_of,
        follows=record.follows,
        url=record.url,
        prolongs=record.prolongs,
        checked_on=record.checked_on,
        opens_on=record.opens_on,
        closes_on=record.closes_on,
        operators=tuple(record.operators),
        contradictions=contradictions,
        provenance=Provenance(**dict(record.provenance)) if record.provenance else None,
        licence=record.licence,
    )


def _known(codes: Iterable[str], terms: Mapping[str, Term], path: Traversable, field: str) -> None:
    for code in codes:
        _require(code in terms, path, field, f"le code « {code} » est inconnu : choisissez parmi {', '.join(terms)}")


def _require(right: bool, path: Traversable, field: str, advice: str) -> None:
    if not right:
        raise fault(path.name, field, advice)
