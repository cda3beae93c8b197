"""The manifest of sources: what is known of each document, and where those with an address were fetched from."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, StringConstraints, ValidationError

from ingest.catalogue_records import Https, Line, Record, check, fault
from ingest.documents import Document, Nature
from ingest.errors import GuichetError
from ingest.nature import REGIONS

STATE = ".sources.json"  # hidden: the folder of downloads can be ingested whole


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source. `doc` is the stem of its file; None where nobody said. `url` leads to the document, `page` to one about it."""

    doc: str
    title: str | None = None
    publisher: str | None = None
    region: str | None = None
    nature: Nature | None = None
    date: datetime.date | None = None
    licence: str | None = None
    url: str | None = None
    page: str | None = None
    sha256: str | None = None  # of the file, when it is known


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was last fetched for a source: the file beside the state, and what the server said of it."""

    url: str
    file: str
    sha256: str
    size: int
    fetched_at: str  # ISO 8601
    etag: str | None = None
    last_modified: str | None = None


class SourcesError(GuichetError):
    """A manifest or a state of downloads that cannot be used."""


class SourceRecord(Record):
    """A source as people write it."""

    doc: Annotated[str, StringConstraints(pattern=r"^[^\s/\\.][^/\\\x00-\x1f]{0,119}$")]
    title: Line
    publisher: Line | None
    region: Annotated[str, StringConstraints(pattern=r"^(?:REG-\d{2}|PAYS-99100|UE)$")] | None
    nature: Nature | None
    date: datetime.date | None
    licence: Line | None
    url: Https | None
    page: Https | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class ManifestRecord(Record):
    """A manifest file."""

    sources: Annotated[list[SourceRecord], Field(max_length=10_000)]


class FetchedRecord(Record):
    """An entry of the state file."""

    url: str
    file: Annotated[str, StringConstraints(pattern=r"^[^/\\.][^/\\]*$")]
    sha256: str
    size: int
    fetched_at: str
    etag: str | None = None
    last_modified: str | None = None


def load_sources(path: Path | None = None) -> tuple[SourceEntry, ...]:
    """The sources of the manifest `path` (default: the built-in one), in its order. Raises CatalogueError."""
    where: Traversable = path if path is not None else files("ingest").joinpath("sources.yaml")
    try:
        content = yaml.safe_load(where.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourcesError(
            f"Le manifeste « {path} » ne peut pas être ouvert ({error.strerror}) : vérifiez son chemin."
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise fault(
            where.name, "fichier", f"contenu illisible ({' '.join(str(error).split())}) : corrigez l'écriture"
        ) from error
    record = check(ManifestRecord, where.name, content)
    entries = tuple(SourceEntry(**dict(source)) for source in record.sources)
    seen: set[str] = set()
    for n, entry in enumerate(entries):
        if entry.doc in seen:
            raise fault(where.name, f"sources.{n}.doc", f"« {entry.doc} » est décrit deux fois : gardez-en un")
        if entry.region and entry.region.startswith("REG-") and entry.region not in REGIONS:
            raise fault(
                where.name, f"sources.{n}.region", f"« {entry.region} » n'est le code d'aucune région : corrigez-le"
            )
        seen.add(entry.doc)
    return entries


def merged(built_in: Sequence[SourceEntry], given: Sequence[SourceEntry]) -> tuple[SourceEntry, ...]:
    """Both lists, an entry of `given` in place of the built-in one of the same name."""
    return tuple({entry.doc: entry for entry in (*built_in, *given)}.values())


def with_digests(entries: Sequence[SourceEntry], states: Mapping[str, Fetched]) -> tuple[SourceEntry, ...]:
    """The entries with the digest of the file fetched for them, so that it is known under any name."""
    return tuple(
        replace(e, sha256=states[e.doc].sha256) if e.sha256 is None and e.doc in states else e for e in entries
    )


def entry_of(doc: str, digest: str, entries: Sequence[SourceEntry]) -> SourceEntry | None:
    """The source a file is: by the digest of its bytes first, else by its name."""
    by_digest = next((e for e in entries if digest and e.sha256 == digest), None)
    return by_digest or next((e for e in entries if e.doc == doc), None)


def facts_of(entry: SourceEntry) -> dict[str, Any]:
    """The fields of a Document that the entry fills; what it does not say stays as the document says it."""
    facts = {name: getattr(entry, name) for name in ("title", "nature", "date", "region", "publisher")}
    facts["url"] = entry.url or entry.page
    return {name: value for name, value in facts.items() if value is not None}


def describe(document: Document, entries: Sequence[SourceEntry]) -> Document:
    """`document` with what the manifest says of it, when it is one of its sources."""
    entry = entry_of(document.doc, document.digest, entries)
    return document if entry is None else replace(document, **facts_of(entry))


def read_states(folder: Path) -> dict[str, Fetched]:
    """What was fetched into `folder`, by source; nothing where nothing was. Raises SourcesError for a damaged file."""
    path = folder / STATE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {doc: Fetched(**dict(FetchedRecord.model_validate(value))) for doc, value in content.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, ValidationError) as error:
        raise SourcesError(
            f"Le fichier « {path} » est abîmé : effacez-le, les sources seront téléchargées à nouveau."
        ) from error


def write_state(folder: Path, doc: str, state: Fetched) -> None:
    """Puts what was fetched for `doc` into the state file, by one atomic rename."""
    states = read_states(folder) | {doc: state}
    draft = folder / f"{STATE}.{os.getpid()}.part"
    content = {name: asdict(value) for name, value in sorted(states.items())}
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(folder / STATE)
