"""`guichet status`: what is installed, without loading any model."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from index.models import InstalledModel, installed
from index.store import open_index
from index.versions import IndexMissing
from ingest.catalogue import load_catalogue
from ui import console
from ui.settings import Settings
from ui.words import Words


def run(settings: Settings, words: Words, *, as_json: bool) -> None:
    record = status_record(settings)
    if as_json:
        console.print_json(record)
    else:
        console.out().print("\n".join(status_lines(record, words)), soft_wrap=True)


def status_record(settings: Settings) -> dict[str, Any]:
    """Models, index and catalogue. Raises GuichetError for an index that is there and cannot be read."""
    models = installed(settings.home)
    elsewhere = {"embedder": settings.embedder, "generator": settings.llm_url or settings.gguf}
    return {
        "version": _version(),
        "home": str(settings.home),
        "models": {
            name: _model_record(model, elsewhere[name])
            for name, model in (("embedder", models.embedder), ("generator", models.generator))
        },
        "index": _index_record(settings),
        "schemes": len(load_catalogue(settings.catalogue)),
    }


def status_lines(record: dict[str, Any], words: Words) -> list[str]:
    index = record["index"]
    values = {
        "version": record["version"],
        "home": record["home"],
        **{name: _model_line(model, words) for name, model in record["models"].items()},
        "index": f"{index['fingerprint'] or words.say('status.no_index')} ({index['folder']})",
    }
    lines = [words.say("status.line", label=words.say(f"status.{name}"), value=value) for name, value in values.items()]
    counts = {"documents": len(index["documents"]), "passages": index["passages"], "schemes": record["schemes"]}
    lines.append(words.say("status.counts", **counts))
    lines += [f"  {document['doc']} — {document['title']}" for document in index["documents"] if document["source"]]
    return [console.plain(line) for line in lines]


def _model_record(model: InstalledModel, elsewhere: object) -> dict[str, Any]:
    return {
        "name": model.name,
        "present": model.present,
        "path": str(model.path),
        "size": model.size,
        "sha256": model.sha256,
        "source": model.source,
        "replaced_by": None if elsewhere is None else str(elsewhere),
    }


def _model_line(model: dict[str, Any], words: Words) -> str:
    if model["replaced_by"] is not None:
        return words.say("status.elsewhere", where=model["replaced_by"])
    if not model["present"]:
        return words.say("status.absent")
    return words.say("status.model", name=model["name"], size=model["size"] // 10**6, sha256=model["sha256"] or "?")


def _index_record(settings: Settings) -> dict[str, Any]:
    record: dict[str, Any] = {"folder": str(settings.place), "fingerprint": None, "encoder": None}
    try:
        index = open_index(settings.place)
    except IndexMissing:
        return record | {"documents": [], "passages": 0}
    try:
        documents = [
            {"doc": d.doc, "title": d.title, "pages": d.n_pages or None, "passages": d.n_passages, "source": d.source}
            for d in index.documents.values()
        ]
        about = {"fingerprint": index.fingerprint, "encoder": index.encoder_fingerprint}
        return record | about | {"documents": documents, "passages": len(index.passages)}
    finally:
        index.close()


def _version() -> str:
    try:
        return version("guichet-ia")
    except PackageNotFoundError:
        return "?"  # run from the sources, not installed
