"""`guichet sources`: the manifest of sources listed, downloaded, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import GuichetError
from ingest.manifest import Fetched, SourceEntry, load_sources, merged, read_states
from ui import console, render
from ui.settings import Settings
from ui.words import Words

if TYPE_CHECKING:
    from ingest.fetching import Fetcher

ACTIONS = ("list", "fetch", "check")
TROUBLE = ("failed", "dead", "unreachable", "damaged")


class SourcesTrouble(GuichetError):
    """Sources that could not be downloaded, or that are no longer there."""


def run(
    settings: Settings,
    words: Words,
    action: str,
    names: Sequence[str],
    *,
    manifest: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Prints a line a source. Raises SourcesTrouble when all downloads failed or an address is dead."""
    where = (folder or settings.home / "sources").expanduser()
    entries = chosen(merged(load_sources(), load_sources(manifest) if manifest else ()), names, words)
    states = read_states(where)
    if action == "list":
        rows = [listed(entry, states, where) for entry in entries]
    else:
        rows = visited(entries, states, where, action, words)
    if as_json:
        for row in rows:
            console.print_json(row)
    else:
        console.out().print(render.sources_table(rows, words))
    tried = [row for row in rows if row["status"] != "no_address"]
    troubled = [row["doc"] for row in tried if row["status"] in TROUBLE]
    if troubled and (action == "check" or len(troubled) == len(tried)):
        raise SourcesTrouble(words.say(f"sources.trouble_{action}", docs=", ".join(troubled)))


def chosen(entries: Sequence[SourceEntry], names: Sequence[str], words: Words) -> list[SourceEntry]:
    """The sources named, all of them when none is. Raises GuichetError for a name that the manifest has not."""
    known = {entry.doc: entry for entry in entries}
    for name in names:
        if name not in known:
            raise GuichetError(words.say("sources.unknown", doc=name))
    return [known[name] for name in names] if names else list(entries)


def listed(entry: SourceEntry, states: Mapping[str, Fetched], folder: Path) -> dict[str, Any]:
    """What the manifest says of a source, and the file downloaded for it."""
    state = states.get(entry.doc)
    file = str(folder / state.file) if state else None
    status = "fetched" if state else "no_address" if entry.url is None else "not_fetched"
    return {
        "doc": entry.doc,
        "title": entry.title,
        "publisher": entry.publisher,
        "region": entry.region,
        "nature": entry.nature,
        "date": entry.date.isoformat() if entry.date else None,
        "licence": entry.licence,
        "url": entry.url,
        "page": entry.page,
        "file": file,
        "fetched_at": state.fetched_at if state else None,
        "status": status,
        "message": None,
    }


def visited(
    entries: Sequence[SourceEntry], states: Mapping[str, Fetched], folder: Path, action: str, words: Words
) -> list[dict[str, Any]]:
    """Each source downloaded or checked, one after the other; one that fails stops nothing."""
    rows: list[dict[str, Any]] = []
    fetcher = open_fetcher()
    try:
        with console.bar(words.say("sources.visiting")) as advance:
            for n, entry in enumerate(entries):
                advance(n, len(entries))
                before = states.get(entry.doc)
                now = datetime.now(UTC).isoformat(timespec="seconds")
                if action == "fetch":
                    result = fetcher.fetch(entry, folder, before, now=now)
                else:
                    result = fetcher.check(entry, folder, before)
                file = str(result.file) if result.file else None
                status, message = result.status, result.message
                rows.append({"doc": entry.doc, "url": entry.url, "file": file, "status": status, "message": message})
    finally:
        fetcher.close()
    return rows


def open_fetcher() -> Fetcher:
    """What downloads; httpx is imported only then."""
    from ingest.fetching import Fetcher

    return Fetcher()
