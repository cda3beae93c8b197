"""The manifest of sources as those who manage it see it: what is in the index, how fresh, what can be fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from index.store import DocumentInfo
from ingest.manifest import Fetched, SourceEntry, entry_of, load_sources, read_states, with_digests
from ui.commands.sources import open_fetcher
from ui.console import Advance
from ui.incoming import Given, on_disk
from ui.settings import Settings

Freshness = Literal["current", "newer", "not_fetched", "no_address", "not_listed"]


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source of the manifest, what was downloaded for it, and the document of the index it is, if any."""

    entry: SourceEntry
    fetched: Fetched | None
    doc: str | None


@dataclass(frozen=True, slots=True)
class Sources:
    """The manifest and its downloads, read once a page."""

    entries: tuple[SourceEntry, ...]
    states: Mapping[str, Fetched]

    def of(self, info: DocumentInfo) -> SourceEntry | None:
        """The source a document is, by the bytes of its file or by its name."""
        return entry_of(info.doc, info.digest, self.entries)

    def freshness(self, info: DocumentInfo) -> tuple[Freshness, Fetched | None]:
        """How a document stands to its source: the same bytes as last downloaded, or older ones."""
        entry = self.of(info)
        if entry is None:
            return "not_listed", None
        fetched = self.states.get(entry.doc)
        if fetched is not None:
            return ("current" if fetched.sha256 == info.digest else "newer"), fetched
        return ("no_address" if entry.url is None else "not_fetched"), None

    def listed(self, documents: Mapping[str, DocumentInfo]) -> list[SourceState]:
        """Every source with its document in the index."""
        known = {entry.doc: doc for doc, info in documents.items() if (entry := self.of(info)) is not None}
        return [SourceState(e, self.states.get(e.doc), known.get(e.doc)) for e in self.entries]


def read_sources(settings: Settings) -> Sources:
    """Raises GuichetError for a damaged manifest or state of downloads."""
    states = read_states(settings.home / "sources")
    return Sources(with_digests(load_sources(), states), states)


def visited(
    settings: Settings, action: Literal["check", "fetch"], stage: AbstractContextManager[Advance]
) -> list[dict[str, Any]]:
    """Each source with an address downloaded or checked, one after the other; one that fails stops nothing."""
    folder = settings.home / "sources"
    entries = [entry for entry in load_sources() if entry.url is not None]
    states = read_states(folder)
    rows: list[dict[str, Any]] = []
    fetcher = open_fetcher()
    try:
        with stage as advance:
            for n, entry in enumerate(entries):
                advance(n, len(entries))
                before, now = states.get(entry.doc), datetime.now(UTC).isoformat(timespec="seconds")
                if action == "fetch":
                    result = fetcher.fetch(entry, folder, before, now=now)
                else:
                    result = fetcher.check(entry, folder, before)
                file = str(result.file) if result.file else None
                rows.append({"doc": entry.doc, "status": result.status, "message": result.message, "file": file})
            advance(len(entries), len(entries))
    finally:
        fetcher.close()
    return rows


def fetched_files(rows: Sequence[Mapping[str, Any]]) -> list[Given]:
    """The files that a visit left on the disk, to be ingested; those already in the index come out unchanged."""
    return [
        on_disk(Path(row["file"])) for row in rows if row["file"] and row["status"] in ("added", "changed", "unchanged")
    ]
